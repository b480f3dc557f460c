"""A source that blocks us for days: whatever the wall looks like, it never becomes what the page says."""

from __future__ import annotations

from typing import Any

import pytest

DAYS = 10
FORM = "<form><input name=user><input type=password><button>Go</button></form>"
PARTNERS = "".join(f"<li>Partner {n} may store and read data on this device.</li>" for n in range(60))
VENDORS = "".join(f"<li>Company {n} of Dublin notes what you read and chooses what is shown.</li>" for n in range(30))
STYLES: dict[str, bytes | str | int] = {
    "status 403": 403,
    "status 429": 429,
    "status 503": 503,
    "challenge": "<title>Just a moment...</title><p>Checking your browser<script>window._cf_chl_opt={}</script>",
    "access denied": "<title>Access Denied</title><h1>Access Denied</h1><p>Reference #18.2ab4c.17",
    "denied in Polish": "<html lang=pl><title>Odmowa dostępu</title><h1>Odmowa dostępu</h1><p>Spróbuj później.",
    "no phrase we know": "<html lang=en><title>portal.example</title><h1>Hmm.</h1><p>Our gatekeeper is not sure.",
    "in another language": "<html lang=ja><title>portal.example</title><p>しばらくしてからもう一度お試しください。",
    "login": f"<html lang=en><title>Log in</title><h1>Log in</h1>{FORM}",
    "login with a menu": f"<html lang=en><nav><a href=/>Home</a> <a href=/help>Help</a></nav><main>{FORM}</main>",
    "long consent page": f"<html lang=en><title>portal.example</title><h1>Your data</h1><ul>{PARTNERS}</ul>",
    "vendors": f"<html lang=en><title>portal.example</title><h1>We care about your data</h1><ul>{VENDORS}</ul>",
    "message in JSON": '{"message": "rate exceeded", "retry": 60}',
    "plain text": "Slow down, please.",
    "empty application": "<html lang=en><title>Reports</title><body><div id=root></div></body></html>",
    "spinner": "<html lang=en><title>Reports</title><body><div id=root><p>Starting up</p></div></body></html>",
    "redirect stub": "<title>Redirecting</title><meta http-equiv=refresh content='0; url=/en'><a href=/en>here</a>",
    "maintenance": "<html lang=en><title>Portal</title><h1>We'll be back soon</h1><p>Engineers are at work.</p></html>",
    "empty": b"",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("short", [False, True])
def test_ten_blocked_visits_change_nothing(site: Any, make_page: Any, style: str, short: bool) -> None:
    body = '<li><a href="/a.csv">Report of 2025</a></li><li>Numbers by country</li>'
    long = "".join(f"<p>Measure {n} was taken because of rule {n}.</p>" for n in range(40))
    good = make_page(body if short else body + long)
    site.visit({"/": good, "/a.csv": b"area,removed\nspam,10\n"})
    for _ in range(DAYS):
        found = site.visit({"/": STYLES[style]})
        assert {path: verdict.verdict for path, verdict in found.items()} == {"/": "suspect"}, found["/"].detail
    back = site.visit({"/": good.replace("country", "state"), "/a.csv": b"area,removed\nspam,10\n"})
    assert {path: verdict.verdict for path, verdict in back.items()} == {"/": "changed", "/a.csv": "unchanged"}
    assert back["/"].detail["hunks"][0]["words"] == [["country", "state"]]
