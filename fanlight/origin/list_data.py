"""The documents of the demo's lists. All sentences are ours."""

from __future__ import annotations

from fanlight.origin.pdf import Document
from fanlight.origin.published import Edition

USERS = "member_state,service,monthly_active_recipients\n" + "".join(
    f"{state},{service},{count}\n"
    for state, service, count in (
        ("AT", "App Shop", 3_100_000), ("DE", "App Shop", 24_800_000), ("FR", "App Shop", 21_050_000),
        ("IE", "App Shop", 2_240_000), ("PL", "App Shop", 7_900_000), ("SE", "App Shop", 5_410_000),
    )
)  # fmt: skip
RISKS = Document(
    title="Risk assessment 2025",
    sections=(
        ("Scope", ("This assessment covers the App Shop in all Member States, from July 2024 to June 2025.",)),
        ("Findings", ("Two of nine risks grew: copied apps, and reviews written by machines.",)),
    ),
)
REPORT_2023 = Document(
    title="Annual human rights report 2023",
    sections=(
        ("About this report", ("This report covers our services from January 1 to December 31, 2023.",)),
        ("What we did", ("We reviewed 41 markets with local partners and trained 1,250 colleagues.",)),
    ),
)
AT_A_GLANCE = Document(
    title="Human rights at a glance 2024",
    sections=(("In short", ("Three elections, five crises, one policy: the year on one page.",)),),
)


def report_2024(edition: Edition) -> Document:
    """The report whose file is swapped behind the same link: one figure and one sentence differ."""
    removed = "over 19,100 group posts" if edition == 1 else "over 21,400 group posts"
    crises = "Our teams answered five crises within a day each."
    later = "Our teams answered five crises, four of them within a day."
    return Document(
        title="Annual human rights report 2024",
        sections=(
            ("About this report", ("This report covers our services from January 1 to December 31, 2024.",
                                   "It says what we found, what we did, and what we left undone.")),
            ("Elections", (f"Before the vote we removed {removed} that gave a wrong date for it.",
                           "Eighty-two partners in thirty countries could reach us at any hour.")),
            ("Crises", (crises if edition == 1 else later,
                        "Each answer was reviewed afterwards with people who live there.")),
            ("Remedy", ("Of 1,048 complaints about our own decisions, we changed our mind in 311.",)),
        ),
    )  # fmt: skip


def half_year(half: str) -> Document:
    """The report of Fruit's App Shop published in that month (`2502`: February 2025)."""
    notices = {"2502": "10,482", "2508": "11,936", "2602": "12,705"}[half]
    return Document(
        title=f"Transparency report 20{half[:2]}-{half[2:]}",
        sections=(
            ("Notices", (f"We received {notices} notices and answered half of them within two days.",)),
            ("Appeals", ("Developers appealed 1,204 decisions; 188 were reversed.",)),
        ),
    )


def search_report(service: str, half: str) -> Document:
    """A half-year's report of one service; `half` is `<start>_<end>`."""
    start, end = half.split("_")
    return Document(
        title=f"{service}, {start} to {end}",
        sections=(("Orders", (f"Between {start} and {end} authorities sent 214 orders about {service}.",)),),
    )
