"""The demo's transparency center: pages drawn by script, and a CSV behind a signed address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import parse_qs

from fanlight.origin.http import Reply, redirect, reply
from fanlight.origin.look import STYLE
from fanlight.origin.published import (
    EDITIONS,
    Answer,
    Edition,
    Published,
    Setting,
    asset,
    file_reply,
    html_page,
    robots,
    script,
)
from fanlight.origin.social_data import BULLYING, FAKE, NUDITY, QUARTERS, csv_bytes, rows

SOURCE = "demo_cser"
HOST = "transparency.social.example"
ROOT = f"https://{HOST}"
REPORT = f"{ROOT}/reports/community-standards-enforcement/"
CSV_LINK = f"{ROOT}/sr/community-standards/"
NODES = ("scontent-cdg4-3", "scontent.flyn1-1", "scontent-fra5-2")
CDN = "socialcdn.example"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One policy page: `area` as release one writes it, `app` as in the CSV."""

    slug: str
    app: str
    area: str
    metrics: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"{REPORT}{self.slug}/{self.app.lower()}/"


POLICIES = (
    Policy(
        slug="adult-nudity-and-sexual-activity",
        app="Social",
        area=NUDITY,
        metrics=("Content Actioned", "Proactive Rate"),
    ),
    Policy(
        slug="bullying-and-harassment", app="Photos", area=BULLYING, metrics=("Content Actioned", "Content Appealed")
    ),
    Policy(slug="fake-accounts", app="Social", area=FAKE, metrics=("Content Actioned", "Proactive Rate")),
)
WALLED = POLICIES[2].url


def published(edition: Edition) -> Iterator[Published]:
    """Everything of this host and its delivery network in that edition."""
    yield robots(HOST)
    yield _drawn(REPORT, _hub(edition))
    yield from (_drawn(policy.url, _policy(policy, edition)) for policy in POLICIES)
    yield Published(url=CSV_LINK, source=SOURCE, role="document", answer=_signed, substance=csv_bytes(edition).decode())
    yield from (asset(f"https://{node}.{CDN}{_path(kept)}", _file(kept)) for node in NODES for kept in EDITIONS)
    yield script(f"{ROOT}/static/app.js", files(__package__).joinpath("social_app.js").read_text("utf-8"))
    yield asset(f"{ROOT}/api/graphql/", lambda setting: _data(setting, edition))


def _period(quarter: str) -> str:
    return f"{quarter[4:]} {quarter[:4]}"


def _hub(edition: Edition) -> dict[str, object]:
    quarters = QUARTERS[1 : edition + 2]
    notes = [
        f"The figures for {_period(quarter)} are in, for all policies of both apps." for quarter in reversed(quarters)
    ]
    links = [[f"{policy.slug.replace('-', ' ').capitalize()} on {policy.app}", policy.url] for policy in POLICIES]
    return {
        "title": "Community Standards Enforcement Report",
        "lead": "How often we acted on what people post, and how often we found it first.",
        "notes": notes,
        "cards": [],
        "links": [["Download (CSV)", CSV_LINK], *links],
    }


def _policy(policy: Policy, edition: Edition) -> dict[str, object]:
    before, now = QUARTERS[edition], QUARTERS[edition + 1]
    stated = {
        (app, area.casefold(), metric, period): value for (app, area, metric, period), value in rows(edition).items()
    }
    cards = []
    for metric in policy.metrics:
        was, value = (stated[(policy.app, policy.area.casefold(), metric, quarter)] for quarter in (before, now))
        trend = f"{metric} went from {was} in {_period(before)} to {value} in {_period(now)}."
        cards.append([_period(now), value, f"{metric} on {policy.area}", trend])
    title = f"{policy.slug.replace('-', ' ').capitalize()} on {policy.app}"
    return {"title": title, "lead": "Recent trends", "notes": [], "cards": cards, "links": [["All policies", REPORT]]}


def _drawn(url: str, data: dict[str, object]) -> Published:
    """A page whose first answer is a shell: a script asks for `data` with a token that only this shell knows."""

    def answer(setting: Setting) -> Reply:
        head = (
            f'{STYLE}\n<script nonce="{setting.token()}">window.bootstrap = {{"lsd": "{setting.token()}", '
            f'"updated": "Last updated {setting.months}"}}</script>'
        )
        body = '<div id="root"></div>\n<noscript>This page needs JavaScript.</noscript>\n'
        body += '<script src="/static/app.js"></script>'
        return reply(html_page("Transparency Center", head, body))

    return Published(url=url, source=SOURCE, role="page", answer=answer, substance=json.dumps(data))


def _data(setting: Setting, edition: Edition) -> Reply:
    """What the shell's script asks for, as a form with `lsd` and `path`."""
    form = parse_qs(setting.request.body.decode("latin-1"))
    if setting.request.method != "POST" or not form.get("lsd"):
        return reply('{"error": "missing token"}', "application/json", status=400)
    pages = {REPORT: _hub(edition), **{policy.url: _policy(policy, edition) for policy in POLICIES}}
    found = pages.get(ROOT + form.get("path", [""])[0])
    if found is None:
        return reply('{"error": "no such page"}', "application/json", status=404)
    return reply(json.dumps({"request_id": setting.token(), "data": found}), "application/json")


def _path(edition: Edition) -> str:
    """The file's path on the delivery network: the same as long as the file is."""
    name = hashlib.sha256(csv_bytes(edition)).hexdigest()[:24]
    return f"/m1/v/t0.84174-6/An_{name}.csv"


def _signed(setting: Setting) -> Reply:
    """A redirect to a node of the delivery network, signed anew at every request."""
    token = setting.token()
    node = NODES[int(token, 16) % len(NODES)]
    signature = f"oh=00_Af{setting.token()}&oe=69{token[:6].upper()}"
    query = f"_nc_gid={token}&_nc_oc=Ad{setting.token()}&ccb=10-5&{signature}&_nc_sid=7ca7e2"
    return redirect(f"https://{node}.{CDN}{_path(setting.edition)}?{query}")


def _file(edition: Edition) -> Answer:
    def answer(setting: Setting) -> Reply:
        signed = {"oh", "oe"} <= set(parse_qs(setting.request.parts.query))
        disposition = ("Content-Disposition", "attachment; filename=community-standards.csv")
        return (
            file_reply(csv_bytes(edition), "text/csv", disposition)
            if signed
            else reply("Bad URL hash", "text/plain", status=403)
        )

    return answer
