"""The demo site: all its hosts, in the edition that is set, with the bot wall of edition two."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import urlsplit

from fanlight.origin import code_site, list_sites, social_site
from fanlight.origin.http import Reply, Request, reply
from fanlight.origin.look import STYLE
from fanlight.origin.published import EDITIONS, Edition, Published, Setting, html_page

SECTIONS = (code_site, social_site, list_sites)
WALLED = social_site.WALLED
"""The page that a bot wall answers during edition two."""


@cache
def everything(edition: Edition) -> Mapping[str, Published]:
    """All that is published in an edition, by URL."""
    return {thing.url: thing for section in SECTIONS for thing in section.published(edition)}


@cache
def hosts() -> frozenset[str]:
    """The hosts of all editions."""
    return frozenset(urlsplit(url).hostname or "" for edition in EDITIONS for url in everything(edition))


class DemoSite:
    """Answers for the demo's hosts. `edition` may be set at run time; `walled` puts the bot wall down when False.

    `token` gives fresh hexadecimal text for nonces, ids and signatures.
    """

    def __init__(self, edition: Edition = 1, *, token: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        self.edition: Edition = edition
        self.walled = True
        self._token = token

    def plays(self, host: str) -> bool:
        return host in hosts()

    def __call__(self, request: Request) -> Reply:
        edition = self.edition
        address = request.parts._replace(scheme="https", fragment="").geturl()
        if edition == 2 and self.walled and address == WALLED:
            return _wall(self._token())
        found = _find(edition, address)
        if found is not None:
            return found.answer(Setting(edition=edition, token=self._token, request=request))
        return _missing(gone=any(_find(other, address) for other in EDITIONS))


def _find(edition: Edition, url: str) -> Published | None:
    """What is published at `url`, or at `url` without its query where the query only signs or tracks."""
    known = everything(edition)
    return known.get(url) or known.get(url.partition("?")[0])


def _missing(*, gone: bool) -> Reply:
    title = "This page has been removed" if gone else "Page not found"
    body = f'<main><h1>{title}</h1><p>Go back to the <a href="/">first page</a>.</p></main>'
    return reply(html_page(title, STYLE, body), status=410 if gone else 404)


def _wall(token: str) -> Reply:
    body = (
        "<main><h1>One moment, please</h1><p>We are checking that you are human before you go on.</p>"
        f'<p class="soft">Reference {token}</p>'
        '<form><label><input type="checkbox"> I am not a robot</label></form></main>'
    )
    return reply(html_page("Security check", STYLE, body), status=403)
