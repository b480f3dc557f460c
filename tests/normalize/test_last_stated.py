"""A key that comes back is compared with what was stated last under it, however long ago."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from shaping import keep, release

from archive.store import Store, open_store
from normalize import cite, enforcement, families, history, tables, views
from normalize.files import normalize_files
from normalize.model import Item, Parsed, Release, Shaped
from normalize.run import shape

CSV = "https://portal.example/enforcement.csv"
RUNS = tuple(f"2026{month:02d}01T000000Z-00000a" for month in range(1, 7))
OTHER = "L,Oil,B,2021Q2,9"  # there in every release
Change = tuple[str, str, str, str | None]


def body(*rows: str) -> bytes:
    return ("app,policy_area,metric,period,value\n" + "\n".join([OTHER, *rows]) + "\n").encode()


def value(said: str) -> bytes:
    """A release that says this of one key; empty: it has no such row; `-`: it is no report."""
    return b"lamp,oil\n1,2\n" if said == "-" else body(f"L,Oil,A,2021Q2,{said}") if said else body()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/bucket")


def kept(store: Store, tmp_path: Path, releases: list[bytes]) -> list[list[Item]]:
    """The items of a visit for each release."""
    runs = zip(RUNS, releases, strict=False)
    return [keep(store, tmp_path / "spool", run, [(CSV, "text/csv", said)], family="enforcement") for run, said in runs]


def run(store: Store, items: list[Item], into: str | None = None) -> Shaped:
    return shape(store, source="demo", publisher="Lantern Ltd", family="enforcement", items=items, into=into)


def changes(url: str) -> list[Change]:
    rows = tables.read("restatements", url).to_pylist()
    return sorted((row["run_id"], row["change"], row["before_raw"], row["after_raw"]) for row in rows)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["6", "", "7"], [(RUNS[1], "withdrawn", "6", None), (RUNS[2], "restated", "6", "7")]),
        (["6", "", "6.0"], [(RUNS[1], "withdrawn", "6", None)]),
        (["6", "", "", "-", "", "7"], [(RUNS[1], "withdrawn", "6", None), (RUNS[5], "restated", "6", "7")]),
        (["5", "6", "", "6", "", "5"], [
            (RUNS[1], "restated", "5", "6"), (RUNS[2], "withdrawn", "6", None), (RUNS[4], "withdrawn", "6", None),
            (RUNS[5], "restated", "6", "5"),
        ]),
        (["6", "-", "7"], [(RUNS[2], "restated", "6", "7")]),
        (["", "6", "6"], []),
    ],
)  # fmt: skip
def test_what_a_key_said_last_is_compared(
    store: Store, tmp_path: Path, said: list[str], expected: list[Change]
) -> None:
    visits = kept(store, tmp_path, [value(one) for one in said])
    for visit in visits:
        run(store, visit)
    assert changes(store.url) == expected
    everything = f"file://{tmp_path}/at-once"
    run(store, [item for visit in visits for item in visit], into=everything)
    assert changes(everything) == expected


def test_any_order_of_shaping_ends_the_same(store: Store, tmp_path: Path) -> None:
    visits = kept(store, tmp_path, [value(one) for one in ("6", "", "5", "", "7")])
    expected = [
        (RUNS[1], "withdrawn", "6", None), (RUNS[2], "restated", "6", "5"), (RUNS[3], "withdrawn", "5", None),
        (RUNS[4], "restated", "5", "7"),
    ]  # fmt: skip
    for number, chosen in enumerate(list(permutations(visits))[::29]):
        place = f"file://{tmp_path}/{number}"
        for visit in chosen:
            run(store, visit, into=place)
        assert changes(place) == expected
        for visit in chosen:
            run(store, visit, into=place)
        assert changes(place) == expected


def test_a_restatement_cites_the_release_that_said_it_last(store: Store, tmp_path: Path) -> None:
    first, second, third = kept(store, tmp_path, [value(one) for one in ("6", "", "7")])
    run(store, [*first, *second])
    (change,) = run(store, third).restatements
    assert (change.run_id, cite.cited(store, change.before), cite.cited(store, change.after)) == (RUNS[2], "6", "7")
    said = "SELECT raw_value FROM enforcement_as_of('2026-0{}-15') WHERE metric = 'A'"
    connection = views.connect(store.url)
    assert [connection.execute(said.format(month)).fetchall() for month in (1, 2, 3)] == [[("6",)], [], [("7",)]]
    assert connection.execute("SELECT raw_value FROM enforcement_latest WHERE metric = 'A'").fetchall() == [("7",)]


def test_a_row_that_rolled_off_and_comes_back_is_compared(store: Store, tmp_path: Path) -> None:
    only_newest = [body("L,Oil,A,2021Q2,6"), body("L,Oil,B,2021Q3,9", "L,Oil,A,2021Q3,1"), body("L,Oil,A,2021Q2,7")]
    first, second, third = kept(store, tmp_path, only_newest)
    run(store, [*first, *second])
    assert changes(store.url) == []
    run(store, third)
    assert (RUNS[2], "restated", "6", "7") in changes(store.url)


def test_repeated_rows_that_come_back_pair_up(store: Store, tmp_path: Path) -> None:
    twice = ["L,Oil,A,2021Q2,6", "L,Oil,A,2021Q2,8"]
    for visit in kept(store, tmp_path, [body(*twice), body(), body("L,Oil,A,2021Q2,8", "L,Oil,A,2021Q2,7")]):
        run(store, visit)
    assert [change for change in changes(store.url) if change[1] == "restated"] == [(RUNS[2], "restated", "6", "7")]


def test_what_an_older_parser_made_of_an_older_release_is_not_compared(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clumsy(release: Release) -> Parsed:
        parsed = enforcement.parse(release)
        return replace(parsed, facts=tuple(replace(fact, raw_value="?") for fact in parsed.facts))

    first, second, third = kept(store, tmp_path, [value(one) for one in ("6", "", "6")])
    with monkeypatch.context() as patch:
        patch.setitem(families.ALL, "enforcement", replace(enforcement.FAMILY, version="0", parse=clumsy))
        run(store, [*first, *second])
    assert run(store, third).restatements == ()


def test_files_are_compared_with_what_was_said_last(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(5)]
    for path, said in zip(paths, ("6", "", "-", "7", "6"), strict=True):
        path.write_bytes(value(said))
    lines = [line for line in normalize_files("enforcement", CSV, paths) if line["kind"] == "restatement"]
    assert [(line["file"], line["before_raw"], line["after_raw"]) for line in lines] == [
        ("3.csv", "6", "7"), ("4.csv", "7", "6"),
    ]  # fmt: skip


def test_releases_that_another_writer_has_just_replaced_are_compared_by_that_one(store: Store) -> None:
    given = release(value("6"), CSV, "text/csv")
    result = families.shaped("enforcement", given)
    assert history.pairs(store, [result], store.url, {"enforcement": []}) == []
