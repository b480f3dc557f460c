"""What a report of the demo's code portal consists of, and the figures of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A QRE or an SLI: its code, its question, and its answer as paragraphs or as a table (header row first)."""

    code: str
    question: str
    answer: tuple[str, ...] = ()
    table: Table = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    code: str
    text: str
    qres: tuple[Element, ...] = ()
    slis: tuple[Element, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """One commitment as answered. `new` and `plans` are (yes?, text); the portal's text view drops the yes or no."""

    number: int
    text: str
    measures: tuple[Measure, ...]
    new: tuple[bool, str]
    plans: tuple[bool, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    slug: str
    service: str
    wave: int
    commitments: tuple[Commitment, ...]

    @property
    def path(self) -> str:
        return f"/reports/{self.slug}/{self.wave}"


class Place(NamedTuple):
    """Where something is stated in a report: `kind` is qre, sli or cell; `row` and `column` are a cell's."""

    commitment: int
    kind: str
    code: str
    row: str = ""
    column: str = ""


MONTHS = {6: "September 2025", 8: "March 2026"}
PUBLISHED = {6: "2025-09-25", 8: "2026-03-30"}
STATES = {
    "Austria": "AT", "Belgium": "BE", "Bulgaria": "BG", "Croatia": "HR", "Cyprus": "CY", "Czech Republic": "CZ",
    "Denmark": "DK", "Estonia": "EE", "Finland": "FI", "France": "FR", "Germany": "DE", "Greece": "GR",
    "Hungary": "HU", "Ireland": "IE", "Italy": "IT", "Latvia": "LV", "Lithuania": "LT", "Luxembourg": "LU",
    "Malta": "MT", "Netherlands": "NL", "Poland": "PL", "Portugal": "PT", "Romania": "RO", "Slovakia": "SK",
    "Slovenia": "SI", "Spain": "ES", "Sweden": "SE",
}  # fmt: skip
OTHERS = {"Iceland": "IS", "Liechtenstein": "LI", "Norway": "NO"}
CODES = {**STATES, **OTHERS, "Total EU": "EU", "Total EEA": "EEA"}
"""Countries by name, each with its ISO 3166 code."""
ACCOUNTS_SEPTEMBER = (
    18_204, 24_951, 30_117, 9_840, 3_312, 21_006, 12_475, 2_981, 10_663, 142_390, 187_254, 20_118, 17_733, 14_902,
    131_046, 5_127, 7_418, 1_606, 1_203, 48_219, 77_530, 22_641, 51_388, 8_915, 4_076, 118_267, 19_350,
    1_044, 87, 11_982,
)  # fmt: skip
ACCOUNTS_MARCH = (
    17_611, 26_380, 33_925, 10_204, 3_190, 22_847, 13_016, 3_077, 9_954, 150_712, 191_880, 21_433, 18_290, 15_637,
    128_409, 5_544, 7_702, 1_711, 1_188, 50_926, 81_174, 23_005, 60_243, 9_330, 4_215, 121_598, 20_049,
    1_102, 93, 12_407,
)  # fmt: skip
GERMANY_RESTATED = 203_415
"""What the portal says in edition two where edition one said ACCOUNTS_MARCH for Germany; totals move with it."""


def accounts_table(counts: tuple[int, ...]) -> Table:
    """Accounts removed per country with each share of the EU total, 27 + 3 rows and two totals."""
    union, area = sum(counts[: len(STATES)]), sum(counts)
    head = ("Country", "Fake accounts removed", "Share of EU total", "Appeals upheld")
    rows = [_accounts_row(*pair, union) for pair in zip((*STATES, *OTHERS), counts, strict=True)]
    totals = ("Total EU", f"{union:,}", "100%", "-"), ("Total EEA", f"{area:,}", "N/A", "-")
    return (head, *rows, *totals)


def _accounts_row(country: str, count: int, union: int) -> tuple[str, ...]:
    share = f"{100 * count / union:.0f}%" if country in STATES else "N/A"
    return (country, f"{count:,}", share, f"{count // 41:,}" if count > 2_000 else "-")


def labels_table(*counts: tuple[str, int]) -> Table:
    rows = tuple((country, f"{count:,}") for country, count in counts)
    return (("Member State", "Posts labelled after a fact-check"), *rows)


def cells(report: Report) -> Iterator[tuple[Place, str]]:
    """Every answer and table cell of a report, and what stands there."""
    for commitment in report.commitments:
        for measure in commitment.measures:
            for kind, elements in (("qre", measure.qres), ("sli", measure.slis)):
                for element in elements:
                    yield from _element_cells(Place(commitment.number, kind, element.code), element)


def _element_cells(place: Place, element: Element) -> Iterator[tuple[Place, str]]:
    if not element.table:
        yield place, "\n".join(element.answer)
        return
    head, *rows = element.table
    for row in rows:
        for column, value in zip(head[1:], row[1:], strict=True):
            yield place._replace(kind="cell", row=row[0], column=column), value
