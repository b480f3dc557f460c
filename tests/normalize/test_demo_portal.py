"""The demo's portal, whose markup this room knows nothing of: its views say the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from shaping import release, said

from fanlight.origin import code_site
from fanlight.origin.http import Request
from fanlight.origin.published import EDITIONS, Edition, Setting
from normalize import cite, code_report
from normalize.code_model import report_of
from normalize.model import Fact, Rejected


def views(edition: Edition) -> dict[str, list[Fact]]:
    """The facts on each page and in each JSON of the portal, by URL; all of them resolve."""
    found: dict[str, list[Fact]] = {}
    for thing in code_site.published(edition):
        request = Request(method="GET", url=thing.url, headers=(), body=b"", when=datetime(2026, 1, 1, tzinfo=UTC))
        answer = thing.answer(Setting(edition=edition, token=lambda: "0a1b", request=request))
        media_type = dict(answer.headers)["Content-Type"].partition(";")[0]
        if report_of(thing.url):
            found[thing.url] = facts_of(answer.body, thing.url, media_type)
    return found


def facts_of(payload: bytes, url: str, media_type: str) -> list[Fact]:
    try:
        parsed = code_report.parse(release(payload, url, media_type))
    except Rejected:
        return []  # the front page of a report has no commitment
    assert not parsed.problems
    for fact in parsed.facts:
        cited = cite.resolve(payload, media_type, fact.citation.pointer)
        assert " ".join(fact.raw_value.split()) in " ".join(cited.split())
    return list(parsed.facts)


@pytest.mark.parametrize("edition", EDITIONS)
def test_json_and_pages_of_each_report_say_the_same(edition: Edition) -> None:
    seen = views(edition)
    reports = [url for url in seen if url.endswith("/json")]
    assert len(reports) >= 4
    for url in reports:
        pages = [fact for page, facts in seen.items() if page.startswith(url[:-5] + "?") for fact in facts]
        assert said(pages) == said(seen[url])
        assert said(seen[url[:-5] + "/text"]).keys() == said(seen[url]).keys()
