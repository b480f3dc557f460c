"""Which report a document is an edition of, and when: no period where the words leave open which."""

from __future__ import annotations

import pytest
from shaping import release

from normalize import editions, narrative, periods


def test_editions_of_one_report_have_one_series() -> None:
    def edition(url: str, page: bytes) -> tuple[str, str, str]:
        labels = narrative.parse(release(page, url)).facts[0].labels
        return labels["series"], labels["series_by_address"], labels["edition"]

    first = edition("https://a.example/f/lamps-h1-2024.pdf", b"<h1>Lamps, January to June 2024</h1><p>Lit.</p>")
    second = edition("https://a.example/f/lamps-h2-2024.pdf", b"<h1>Lamps, July to December 2024</h1><p>Lit.</p>")
    assert (first, second) == (("lamps", "a.example f lamps", "2024H1"), ("lamps", "a.example f lamps", "2024H2"))
    chapters = b"<h1>Introduction</h1><p>Lit.</p><h1>Lamps</h1><p>Lit.</p>"
    assert edition("https://a.example/2023/oil.html", chapters) == ("", "a.example oil", "2023")


@pytest.mark.parametrize(
    ("title", "series", "period"),
    [
        ("Report 1 January to 30 June 2024", "report", "2024H1"),
        ("Report, second half of 2023", "report", "2023H2"),
        ("Report Q3 2023", "report", "2023Q3"),
        ("Report 2023/24", "report", "2023-01-01/2025-01-01"),
        ("Report of 28.08.2024", "report of", "2024-08-28/2024-08-29"),
        ("Covid 19 report", "covid 19 report", ""),
        ("You may report", "you may report", ""),
        ("Nov 2024 to Jan 2025", "", "2024-11-01/2025-02-01"),
        ("Report 17 February 2024 – 31 December 2024", "report", "2024-02-17/2025-01-01"),
        ("Report of 28 August 2025", "report of", "2025-08-28/2025-08-29"),
        ("Report 3rd quarter 2024", "report", "2024Q3"),
        ("Q3 report 2024", "report", "2024Q3"),
        ("2024 report, January to June 2024", "report", "2024H1"),
        ("Report 2023 to 2025", "report", "2023-01-01/2026-01-01"),
        ("2024 assessment for 2025", "assessment for", ""),
        ("Report of 28 August 2025 on 1 January to 30 June 2025", "report of on", ""),
        ("Bericht 1. Halbjahr 2025", "bericht 1 halbjahr", ""),
        ("Bericht Januar bis Juni 2025", "bericht januar bis juni", ""),
        ("Quarterly report 2024", "quarterly report", ""),
        ("May report 2025", "may report", ""),
        ("Report FY 2024", "report fy", ""),
        ("Report 2024/05", "report 05", ""),
        ("H3 report 2024", "report", ""),
        ("Q3 report 2023/24", "report", ""),
        ("Q3 report, H1 2024", "report", ""),
        ("Report of 41.13.2024", "report of 41 13", ""),
    ],
)
def test_what_says_when(title: str, series: str, period: str) -> None:
    found = editions.of_title(title)
    assert (found.series, periods.name(found.period) if found.period else "") == (series, period)


@pytest.mark.parametrize(
    ("title", "path", "period"),
    [
        ("Lamps", "2024/lamps", "2024"),
        ("Quarterly lamps", "2024/lamps-q3", "2024Q3"),
        ("Lamps, 1. Halbjahr 2024", "2024/lamps", ""),
        ("Lamps in May", "2024/lamps", ""),
    ],
)
def test_a_year_in_the_address_is_no_part_of_it(title: str, path: str, period: str) -> None:
    page = f"<h1>{title}</h1><p>Lit.</p>".encode()
    [report, *_] = narrative.parse(release(page, f"https://a.example/{path}.html")).facts
    assert report.labels["edition"] == period
