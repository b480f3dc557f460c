"""From archived bytes to tables: idempotent, strict, and with what was restated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from shaping import COMMITMENTS, REPORTS, keep, report_json, report_page

from archive.store import Store, open_store
from normalize import cite, compaction, enforcement, families, tables
from normalize.model import Item, Parsed, Release, Shaped
from normalize.run import shape

CSV = "https://portal.example/enforcement.csv"
FIRST, SECOND, THIRD = ("20260401T000000Z-00000a", "20260501T000000Z-00000b", "20260601T000000Z-00000c")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/bucket")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def csv(*rows: str) -> tuple[str, str, bytes]:
    return CSV, "text/csv", ("app,policy_area,metric,period,value\n" + "\n".join(rows) + "\n").encode()


def run(store: Store, items: list[Item], family: str = "enforcement") -> Shaped:
    return shape(store, source="demo", publisher="Lantern Ltd", family=family, items=items)


def rows(store: Store, name: str) -> list[dict[str, object]]:
    found = tables.read(name, store.url).to_pylist()
    return sorted(found, key=lambda row: (row["run_id"], row["document"], row["pointer"]))


def test_rows_carry_release_fact_and_citation(store: Store, spool: Path) -> None:
    done = run(store, keep(store, spool, FIRST, [csv('L,Oil,A,2021Q2,"1,200"')]))
    assert (done.releases, done.facts, done.restatements, done.rejected) == (1, 1, (), ())
    (row,) = rows(store, "enforcement")
    assert row["source"] == "demo"
    assert row["publisher"] == "Lantern Ltd"
    assert row["key"] == ["l", "oil", "a", "2021Q2"]
    assert (row["raw_value"], row["value"], row["number"]) == ("1,200", "1200", 1200.0)
    assert str(row["period_start"]) == "2021-04-01"
    assert row["parser"] == f"enforcement/{enforcement.FAMILY.version}"
    (release,) = rows(store, "releases")
    assert (release["status"], release["facts"], release["family"]) == ("shaped", 1, "enforcement")


def test_shaping_again_changes_nothing(store: Store, spool: Path) -> None:
    first = keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1", "L,Oil,A,2021Q2,1")])
    second = keep(store, spool, SECOND, [csv("L,Oil,A,2021Q2,2")])
    run(store, first)
    once = run(store, second)
    before = {name: rows(store, name) for name in ("enforcement", "releases", "rejected")}
    assert run(store, second) == once
    assert run(store, first).facts == 2
    assert {name: rows(store, name) for name in before} == before
    assert [(change.before_raw, change.after_raw) for change in once.restatements] == [("1", "2")]


def test_each_release_is_compared_with_the_one_before(store: Store, spool: Path) -> None:
    items = [
        *keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1")]),
        *keep(store, spool, SECOND, [csv("L,Oil,A,2021Q2,2")]),
        *keep(store, spool, THIRD, [csv("L,Oil,A,2021Q2,1")]),
    ]
    done = run(store, items)
    assert [(change.before_raw, change.after_raw) for change in done.restatements] == [("1", "2"), ("2", "1")]
    assert cite.cited(store, done.restatements[0].before) == "1"
    assert cite.cited(store, done.restatements[0].after) == "2"


def test_compacting_keeps_rows_and_versions(store: Store, spool: Path) -> None:
    for n, run_id in enumerate((FIRST, SECOND, THIRD)):
        run(store, keep(store, spool, run_id, [csv(f"L,Oil,A,2021Q2,{n}")]))
    before = rows(store, "enforcement")
    assert compaction.compact("enforcement", store) == 3
    assert compaction.compact("enforcement", store) == 0
    assert compaction.compact("nothing_yet", store) == 0
    assert rows(store, "enforcement") == before
    first = tables.opened("enforcement", store.url, version=1)
    assert first is not None
    assert first.to_pyarrow_table().num_rows == 1


def test_a_document_that_cannot_be_shaped_does_not_stop_the_others(store: Store, spool: Path) -> None:
    other = ("https://portal.example/other.csv", "text/csv", b"lamp,oil\n1,2\n")
    done = run(store, keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1"), other]))
    assert done.facts == 1
    assert [url for url, _ in done.rejected] == [other[0]]
    (row,) = rows(store, "rejected")
    assert "no usable figure" in str(row["reason"])
    assert {row["status"] for row in rows(store, "releases")} == {"shaped", "rejected"}


def test_bytes_that_are_not_what_was_cited_are_rejected(store: Store, spool: Path) -> None:
    good, bad = keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1"), ("https://portal.example/b.csv", "text/csv", b"x")])
    bad = replace(bad, citation=replace(bad.citation, digest="sha256:" + "0" * 64))
    done = run(store, [good, bad])
    assert done.facts == 1
    assert [url for url, _ in done.rejected] == [bad.url]


def test_pages_are_left_out_when_the_visit_has_the_json(store: Store, spool: Path) -> None:
    pages = [(f"{REPORTS}?commitmentId={n}", "text/html", report_page(c).encode()) for n, c in enumerate(COMMITMENTS)]
    whole = (REPORTS + "/json", "application/json", json.dumps(report_json()).encode())
    items = keep(store, spool, FIRST, [*pages, whole, ("https://portal.example/about", "text/html", b"<p>About</p>")])
    only_pages = [item for item in items if item.media_type == "text/html"]
    assert run(store, only_pages, "code_report").facts == 0
    done = run(store, items, "code_report")
    assert (done.releases, len(done.skipped), done.rejected) == (1, 3, ())
    from_pages = run(store, keep(store, spool, SECOND, pages), "code_report")
    assert from_pages.facts == done.facts
    table = rows(store, "code_report")
    said = [{tuple(row["key"]): row["raw_value"] for row in table if row["run_id"] == id} for id in (FIRST, SECOND)]  # type: ignore[arg-type]
    assert said[0] == said[1]


def test_a_page_that_says_otherwise_than_the_json_is_reported(store: Store, spool: Path) -> None:
    page = report_page(COMMITMENTS[0]).replace("1,204", "1,205").replace("<div>Yes</div>", "<div></div>")
    documents = [
        (REPORTS + "/json", "application/json", json.dumps(report_json()).encode()),
        (f"{REPORTS}?commitmentId=1", "text/html", page.encode()),
        (f"{REPORTS}?commitmentId=2", "text/html", report_page(COMMITMENTS[1]).encode()),
    ]
    done = run(store, keep(store, spool, FIRST, documents), "code_report")
    reason = "lantern | 8 | cell | 14.2.1 | 1 | AT | accounts removed: the page says '1,205', the JSON '1,204'"
    assert (done.releases, done.rejected) == (1, ((documents[1][0], reason),))
    assert [row["reason"] for row in rows(store, "rejected")] == [reason]
    assert sorted(row["status"] for row in rows(store, "releases")) == ["shaped", "skipped"]


def test_an_edited_answer_and_figure_are_restated(store: Store, spool: Path) -> None:
    edited = json.dumps(report_json()).replace("1,204", "1,205").replace("Twice a day.", "Thrice a day.")
    first = keep(store, spool, FIRST, [(REPORTS + "/json", "application/json", json.dumps(report_json()).encode())])
    second = keep(store, spool, SECOND, [(REPORTS + "/json", "application/json", edited.encode())])
    done = run(store, [*first, *second], "code_report")
    assert [(c.kind, c.before_raw, c.after_raw) for c in done.restatements] == [
        ("cell", "1,204", "1,205"), ("sli", "Twice a day.", "Thrice a day."),
    ]  # fmt: skip


def test_releases_shaped_out_of_order_end_the_same(store: Store, spool: Path) -> None:
    visits = [keep(store, spool, id, [csv(f"L,Oil,A,2021Q2,{n}")]) for n, id in enumerate((FIRST, SECOND, THIRD))]
    last, first, middle = (run(store, visits[n]).restatements for n in (2, 0, 1))
    assert not last
    assert [(change.before_raw, change.after_raw) for change in first] == [("0", "2")]
    assert [(change.before_raw, change.after_raw) for change in middle] == [("0", "1"), ("1", "2")]
    assert run(store, [item for visit in visits for item in visit]).restatements == middle


def test_rows_of_an_older_parser_are_not_what_is_compared(
    store: Store, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clumsy(release: Release) -> Parsed:
        parsed = enforcement.parse(release)
        return replace(parsed, facts=tuple(replace(fact, raw_value="?") for fact in parsed.facts))

    old = replace(enforcement.FAMILY, version="0", parse=clumsy)
    with monkeypatch.context() as patch:
        patch.setitem(families.ALL, "enforcement", old)
        run(store, keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1", "L,Oil,A,2021Q3,5")]))
    assert {row["raw_value"] for row in rows(store, "enforcement")} == {"?"}
    done = run(store, keep(store, spool, SECOND, [csv("L,Oil,A,2021Q2,1", "L,Oil,A,2021Q3,6")]))
    assert [(change.before_raw, change.after_raw) for change in done.restatements] == [("5", "6")]


def test_a_report_that_cannot_be_read_leaves_its_pages(store: Store, spool: Path) -> None:
    page = (f"{REPORTS}?commitmentId=1", "text/html", report_page(COMMITMENTS[0]).encode())
    done = run(store, keep(store, spool, FIRST, [(REPORTS + "/json", "application/json", b"{}"), page]), "code_report")
    assert (done.releases, done.skipped) == (1, ())
    assert [url for url, _ in done.rejected] == [REPORTS + "/json"]


def test_tables_keep_a_change_data_feed(store: Store, spool: Path) -> None:
    run(store, keep(store, spool, FIRST, [csv("L,Oil,A,2021Q2,1")]))
    table = tables.opened("enforcement", store.url)
    assert table is not None
    assert table.metadata().configuration["delta.enableChangeDataFeed"] == "true"
    assert tables.read("nothing_yet", store.url).num_rows == 0


@pytest.mark.parametrize("media_type", ["binary/octet-stream", "application/csv", "application/force-download"])
def test_a_file_is_what_its_bytes_say(store: Store, spool: Path, media_type: str) -> None:
    name, _, payload = csv("L,Oil,A,2021Q2,1")
    assert run(store, keep(store, spool, FIRST, [(name, media_type, payload)])).facts == 1


@pytest.mark.parametrize(("role", "rejected"), [("document", 1), ("page", 0)])
def test_a_document_that_no_parser_is_for_is_rejected(store: Store, spool: Path, role: str, rejected: int) -> None:
    (item,) = keep(store, spool, FIRST, [("https://portal.example/orders", "text/html", b"<p>Orders in Markdown</p>")])
    done = run(store, [replace(item, role=role)], "dsa_report")
    assert len(done.rejected) == rejected
    assert len(rows(store, "rejected")) == rejected


def test_a_document_in_a_form_that_nobody_reads_is_rejected(store: Store, spool: Path) -> None:
    photo = ("https://portal.example/chart.png", "image/png", b"\x89PNG\r\n\x1a\n")
    done = run(store, keep(store, spool, FIRST, [photo]))
    assert done.rejected == ((photo[0], "no parser of the family enforcement reads image/png (other)"),)


def test_a_pdf_may_begin_with_lines_of_something_else_and_a_csv_may_speak_of_one() -> None:
    starts = (b"", b"\xef\xbb\xbf", b"\n" * 600, b"junk\n")
    assert [families.kind_of("", start + b"%PDF-1.7") for start in starts] == ["pdf"] * 4
    assert families.kind_of("text/csv", b"policy,note\nspam,see the %PDF-1.7 file\n") == "csv"
