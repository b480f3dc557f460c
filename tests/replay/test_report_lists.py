"""Five real lists of reports over all their dates, through the real spiders and the comparison, to verdicts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from captured import dated, labels

from archive.store import open_store
from changes.run import compare_visit
from sources.model import Contract, Politeness, Source

LISTS = {
    "Amazon": ("https://trustworthyshopping.aboutamazon.com/resources/digital-services-act-dsa", "document_list"),
    "Apple": ("https://www.apple.com/legal/dsa/ie/", "document_list"),
    "Google_Maps": ("https://transparencyreport.google.com/", "rendered_list"),
    "LinkedIn": ("https://www.linkedin.com/help/linkedin/answer/a1678508", "document_list"),
    "Pinterest": ("https://help.pinterest.com/en/article/digital-services-act", "document_list"),
}


def source(publisher: str) -> Source:
    url, spider = LISTS[publisher]
    return Source(
        title=f"{publisher}: list of reports",
        publisher=publisher,
        start_urls=(url,),
        spider=spider,
        allowed_hosts=(url.split("/")[2],),
        contact="mailto:test@fanlight.example",
        language=None,
        politeness=Politeness(delay=0.0, max_seconds=120),
        contract=Contract(min_pages=1),
    )


@pytest.mark.captures
@pytest.mark.parametrize(
    "publisher",
    [pytest.param(name, marks=pytest.mark.browser) if LISTS[name][1] == "rendered_list" else name for name in LISTS],
)
def test_verdicts_agree_with_a_careful_reader(publisher, captures, replay):
    days = list(dated(captures / "dsa-report-lists.zip", f"{publisher}/Reports_List"))
    declared = replay.declare(source(publisher), publisher.lower())
    verdicts = {}
    for day in days:
        replay.site.show(LISTS[publisher][0], day.body)
        run = replay.visit(declared, day.time)["run_id"]
        comparison = compare_visit(open_store(replay.archive_url), publisher.lower(), run)
        (verdicts[day.name],) = [verdict for verdict in comparison.verdicts if verdict.role == "page"]
    assert verdicts[days[0].name].verdict == "first"
    known = labels(captures, f"{publisher}/Reports_List")
    expected = {"content": True, "unchanged": False}
    wrong = [
        f"{before.name} -> {after.name}: a reader says {row['label']} ({row['reasons']}), it says {verdict.verdict}"
        for before, after in pairwise(days)
        if (row := known.get((before.name, after.name))) and row["label"] in expected
        if ((verdict := verdicts[after.name]).verdict == "changed") != expected[row["label"]]
    ]
    assert not wrong, "\n".join(wrong)
    assert sum(row["label"] in expected for row in known.values()) >= 3
