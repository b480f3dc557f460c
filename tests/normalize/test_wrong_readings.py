"""What a sheet could be taken for: months for quarters, a list of properties for figures, one axis for the other."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from shaping import release

from normalize import enforcement
from normalize.model import Parsed, Rejected

HEAD = "app,policy area,metric,period,value"
QUARTERS = ("Mar-22", "Jun-22", "Sep-22", "Dec-22")


def parsed(url: str = "https://lantern.example/report-2024-q1", **rows: Sequence[Sequence[object]]) -> Parsed:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    kept = io.BytesIO()
    book.save(kept)
    return enforcement.parse(release(kept.getvalue(), url + ".xlsx", "application/vnd.ms-excel"))


def tidy(*lines: str) -> Parsed:
    payload = "\n".join(lines).encode()
    return enforcement.parse(release(payload, "https://lantern.example/a.csv", "text/csv"))


def spans(found: Parsed) -> list[str]:
    return [one.key[3] for one in found.facts if one.kind == "metric"]


def across(labels: Sequence[str]) -> Parsed:
    return parsed(Lamps=[["Measure", *labels], ["Removed", *range(len(labels))]])


def down(labels: Sequence[str], header: str = "Date") -> Parsed:
    return parsed(Lamps=[[header, "Removed"], *([label, 5] for label in labels)])


def in_rows(labels: Sequence[str]) -> Parsed:
    return tidy(HEAD, *(f"Lantern,Oil,Removed,{label},5" for label in labels))


def in_columns(labels: Sequence[str]) -> Parsed:
    return tidy(f"app,policy area,metric,{','.join(labels)}", f"Lantern,Oil,Removed{',5' * len(labels)}")


@pytest.mark.parametrize("layout", [across, down, in_rows, in_columns])
@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        (QUARTERS, ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]),
        (("Q1 2022", "Q2 2022", "Sep-22"), ["2022Q1", "2022Q2", "2022Q3"]),
        (("Dec 2021", "Mar 2022"), ["2021Q4", "2022Q1"]),
        (("Jul-22", "Aug-22", "Sep-22"), ["2022-07", "2022-08", "2022-09"]),
        (("Sep-22", "Q3 2022"), ["2022-09", "2022Q3"]),
    ],
)
def test_months_that_are_quarters_are_told_by_those_beside_them(layout: object, labels: object, meant: object) -> None:
    found = layout(labels)  # type: ignore[operator]
    assert (spans(found), found.problems) == (meant, ())


@pytest.mark.parametrize("layout", [across, down, in_rows, in_columns])
@pytest.mark.parametrize("labels", [("Mar-22", "Sep-22"), ("Jan-22", "Apr-22"), ("Sep-21", "Sep-22")])
def test_months_that_may_be_quarters_or_halves_are_reported(layout: object, labels: Sequence[str]) -> None:
    with pytest.raises(Rejected, match=f"(?i)nothing says which period '{labels[0]}' is"):
        layout(labels)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("header", "labels", "meant"),
    [("Month", QUARTERS[:2], ["2022-03", "2022-06"]), ("Quarter", ("Sep-22",), ["2022Q3"])],
)
def test_a_header_says_what_its_months_are(header: str, labels: Sequence[str], meant: list[str]) -> None:
    assert spans(down(labels, header)) == meant
