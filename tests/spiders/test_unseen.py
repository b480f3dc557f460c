"""What a visit did not follow or could not read does not go unsaid."""

from __future__ import annotations

import pytest
from fidelity import Answer, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "http://site.example"
LIST = page("Reports", "".join(f'<a href="/{n}.csv">Report {n}</a>' for n in range(1, 3)))
CSV = reply(b"a,b\n1,2\n", kind="text/csv")


def listing(*, follow: str = r"match=r'\.csv'", polite: str = "", more: str = "") -> str:
    return (
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        f"follow=(Follow({follow}),), politeness=Politeness(delay=0.0, {polite}), {more}"
    )


@pytest.mark.parametrize(("more", "code"), [("", 10), ("contract=Contract(min_documents=1)", 30)])
def test_a_rule_that_breaks_our_reading_of_a_page_is_told(
    more: str, code: int, site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    declaration = listing(follow=r"match=r'\.csv', within='[[['", more=more)
    visited = visit(make_source(declaration), env=site({"/": reply(LIST), "/1.csv": CSV}).env())
    assert (visited.code, visited.told["outcome"]) == (code, {10: "partial", 30: "failed"}[code]), visited.output
    assert f"a fault of ours at {ORIGIN}/: SelectorSyntaxError" in visited.told["reason"]


def test_links_deeper_than_the_limit_are_told(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    away = '<a href="http://cdn.example/deeper/9">elsewhere</a>'
    pages: dict[str, Answer] = {
        f"/deeper/{n}": reply(page(str(n), f'<a href="/deeper/{n + 1}">on</a>')) for n in (1, 2)
    }
    served = site({"/": reply(page("0", '<a href="/deeper/1">on</a>')), **pages, "/deeper/3": reply(page("3", away))})

    def reaching(depth: int) -> str:
        return listing(follow="match='deeper', role='page'", polite=f"max_depth={depth}")

    short = visit(make_source(reaching(2)), env=served.env())
    assert (short.code, short.told["outcome"]) == (10, "partial"), short.output
    assert "limit of 2 links from a start page (max_depth)" in short.told["reason"]
    assert served.asked("/deeper/3") == [] and len(served.asked("/deeper/2")) == 1
    far = visit(make_source(reaching(3), name="far"), env=served.env())
    assert far.code == 0 and len(served.asked("/deeper/3")) == 1, far.output  # what another host has was never ours


def test_a_long_address_is_fetched(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    signed = "/1.csv?signature=" + "a" * 2500
    served = site({"/": reply(page("Reports", f'<a href="{signed}">Report</a>')), signed: CSV})
    visited = visit(make_source(listing()), env=served.env())
    assert visited.code == 0, visited.output
    assert visited.one(f"{ORIGIN}{signed}").label.quality == "ok"
