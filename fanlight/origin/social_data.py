"""The figures of the demo's enforcement report: one CSV whose every release rewrites its own history."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from fanlight.origin.published import Edition

Key = tuple[str, str, str, str]
Rows = dict[Key, str]
COLUMNS = ("app", "policy_area", "metric", "period", "value")
QUARTERS = ("2022Q4", "2023Q1", "2023Q2", "2023Q3")
NUDITY, BULLYING, FAKE = "Adult Nudity & Sexual Activity", "Bullying And Harassment", "Fake Accounts"
SERIES: dict[tuple[str, str, str], tuple[str, str, str, str]] = {
    ("Social", NUDITY, "Content Actioned"): ("29,200,000", "34,400,000", "51,200,000", "35,100,000"),
    ("Social", NUDITY, "Proactive Rate"): ("95.10%", "94.60%", "93.80%", "92.40%"),
    ("Social", NUDITY, "Content Appealed"): ("812,000", "905,000", "1,000,000", "1,600,000"),
    ("Social", NUDITY, "Upperbound Prevalence"): ("0.05%", "0.05%", "0.06%", "0.06%"),
    ("Social", FAKE, "Content Actioned"): ("1,300,000,000", "426,000,000", "676,000,000", "827,000,000"),
    ("Social", FAKE, "Proactive Rate"): ("99.30%", "98.80%", "98.90%", "99.10%"),
    ("Photos", BULLYING, "Content Actioned"): ("5,000,000", "4,700,000", "7,200,000", "16,900,000"),
    ("Photos", BULLYING, "Proactive Rate"): ("85.40%", "86.00%", "65.80%", "87.80%"),
    ("Photos", BULLYING, "Content Appealed"): ("790,000", "830,000", "847,000", "1,600,000"),
    ("Photos", BULLYING, "Content Restored Without Appeal"): ("N/A", "N/A", "12,300", "15,900"),
}
ROLLING = ("Social", FAKE, "Prevalence")  # only ever published for the newest quarter
ROLLING_VALUES = {1: "approximately 4%", 2: "4%-5%"}
RECASED = {BULLYING: "Bullying and Harassment"}
RESTATED: Rows = {
    ("Social", NUDITY, "Proactive Rate", "2023Q2"): "93.70%",
    ("Social", FAKE, "Content Actioned", "2023Q1"): "431,000,000",
    ("Photos", BULLYING, "Content Actioned", "2023Q2"): "7,360,000",
    ("Photos", BULLYING, "Content Restored Without Appeal", "2023Q1"): "11,800",
}
"""What release two says of quarters that release one had already stated."""
REFORMATTED: Rows = {
    ("Social", NUDITY, "Content Appealed", "2023Q2"): "1000000",
    ("Photos", BULLYING, "Proactive Rate", "2022Q4"): "85.4%",
}
"""What release two writes in another way and says all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restated:
    """A value of release one, and what release two says instead; `key` is written as in release two."""

    key: Key
    before: str
    after: str


def rows(edition: Edition) -> Rows:
    """The release's rows in the order of the file."""
    quarters = QUARTERS[: edition + 2]
    first = {(*series, quarter): SERIES[series][QUARTERS.index(quarter)] for series in SERIES for quarter in quarters}
    first[(*ROLLING, quarters[-1])] = ROLLING_VALUES[edition]
    if edition == 1:
        return first
    later = {**first, **RESTATED, **REFORMATTED}
    return {recased(key): value for key, value in later.items()}


def recased(key: Key) -> Key:
    """The key as release two writes it."""
    return (key[0], RECASED.get(key[1], key[1]), key[2], key[3])


def restated() -> tuple[Restated, ...]:
    """The values that really differ between the releases."""
    first = rows(1)
    return tuple(Restated(key=recased(key), before=first[key], after=after) for key, after in RESTATED.items())


def csv_bytes(edition: Edition) -> bytes:
    """The file itself."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((*key, value) for key, value in rows(edition).items())
    return text.getvalue().encode()
