"""When the reports of a wave under the Code of Conduct (until 2025: of Practice) were due: the one place that says so.

A wave that is not here is taken to be due by the end of the month that most of its reports bear in their names, which
is what the dates below are too: signatories with very large platforms report in March and in September.
"""

from __future__ import annotations

from datetime import date

DUE = {
    "5": date(2025, 3, 31),  # published on 25 March 2025
    "6": date(2025, 9, 30),
    "8": date(2026, 3, 31),  # published on 30 March 2026
}
