"""A rendered page that is the same at the next visit is named, not kept again."""

from __future__ import annotations

import pytest
from fidelity import Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from archive.reader import find
from archive.verify import verify_bucket

ORIGIN = "http://site.example"
KINDS = ("dom", "view", "text")


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_an_unchanged_page_costs_little(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    words = "<p>" + " ".join(f"word{number}" for number in range(3_000)) + "</p>"
    inner = ["", "", "<p>and something new</p>"]

    def changing(_: bytes) -> Reply:
        return reply(page("Long", words + inner[0]))

    served = site({"/": changing})
    polite = "politeness=Politeness(delay=0.0)"
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='rendered_list', allowed_hosts=('site.example',), {polite}"
    )

    first = visit(source, env=served.env())
    again = visit(source, env=served.env())
    inner.pop(0), inner.pop(0)
    third = visit(source, env=served.env())

    assert (first.code, again.code, third.code) == (0, 0, 0), again.output
    assert again.told["bytes"] < first.told["bytes"] / 15, (first.told, again.told)
    for kind in KINDS:
        url = f"urn:{kind}:{ORIGIN}/"
        was, same, other = (visited.of(url)[0] for visited in (first, again, third))
        assert [was.type, same.type, other.type] == ["resource", "revisit", "resource"]
        assert again.body(url) == first.body(url) and other.digest != was.digest
        assert (same.label.document, same.media_type, same.size) == (was.label.document, was.media_type, was.size)
        assert find(again.store, url, same.time).record_id == same.record_id
    assert list(verify_bucket(again.store)) == []
