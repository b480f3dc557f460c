"""What a visit did not follow or could not read does not go unsaid."""

from __future__ import annotations

from pathlib import Path

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


def test_a_rule_that_is_no_selector_is_told_before_the_visit(visit: Visitor, make_source: SourceMaker) -> None:
    visited = visit(make_source(listing(follow=r"match=r'\.csv', within='[[['")))
    assert visited.code == 2 and "within='[[[' is not a CSS selector" in visited.output, visited.output


BREAKS = """
import spiders.links
def broken(element):
    raise RuntimeError("no anchor")
spiders.links._anchor = broken
"""


@pytest.mark.parametrize(("more", "code"), [("", 10), ("contract=Contract(min_documents=1)", 30)])
def test_a_mistake_of_ours_in_reading_a_page_is_told(
    more: str, code: int, site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKS)
    env = {**site({"/": reply(LIST), "/1.csv": CSV}).env(), "PYTHONPATH": str(tmp_path)}
    visited = visit(make_source(listing(more=more)), env=env)
    assert (visited.code, visited.told["outcome"]) == (code, {10: "partial", 30: "failed"}[code]), visited.output
    assert f"a fault of ours at {ORIGIN}/: RuntimeError" in visited.told["reason"]


def test_links_deeper_than_the_limit_are_told(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    away = '<a href="http://cdn.example/deeper/9">elsewhere</a>'
    pages: dict[str, Answer] = {
        f"/deeper/{n}": reply(page(str(n), f'<a href="/deeper/{n + 1}">on</a>')) for n in (1, 2)
    }
    served = site({"/": reply(page("0", '<a href="/deeper/1">on</a>')), **pages, "/deeper/3": reply(page("3", away))})

    def reaching(depth: str) -> str:
        return listing(follow="match='deeper', role='page'", polite=depth)

    env = {**served.env(), "PYTHONPATH": str(tmp_path)}
    (tmp_path / "sitecustomize.py").write_text("import sources.model\nsources.model.DEEPEST = 2\n")
    short = visit(make_source(reaching("")), env=env)
    assert (short.code, short.told["outcome"]) == (10, "partial"), short.output
    assert "links lie deeper than 2 from a start page: say with max_depth how deep to go" in short.told["reason"]
    assert served.asked("/deeper/3") == [] and len(served.asked("/deeper/2")) == 1
    meant = visit(make_source(reaching("max_depth=2"), name="meant"), env=env)  # then it is the source's extent
    assert (meant.code, meant.manifest.counts["deeper"]) == (0, 1), meant.output
    assert "not going deeper" in meant.output and served.asked("/deeper/3") == []
    far = visit(make_source(reaching("max_depth=3"), name="far"), env=env)
    assert far.code == 0 and len(served.asked("/deeper/3")) == 1, far.output  # what another host has was never ours


def test_a_long_address_is_fetched(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    signed = "/1.csv?signature=" + "a" * 2500
    served = site({"/": reply(page("Reports", f'<a href="{signed}">Report</a>')), signed: CSV})
    visited = visit(make_source(listing()), env=served.env())
    assert visited.code == 0, visited.output
    assert visited.one(f"{ORIGIN}{signed}").label.quality == "ok"
