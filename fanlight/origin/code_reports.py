"""What the signatories of the demo's code portal answered, per edition. All sentences are ours."""

from __future__ import annotations

from fanlight.origin.code_data import (
    ACCOUNTS_MARCH,
    ACCOUNTS_SEPTEMBER,
    GERMANY_RESTATED,
    STATES,
    Commitment,
    Element,
    Measure,
    Report,
    accounts_table,
    labels_table,
)
from fanlight.origin.published import Edition


def reports(edition: Edition) -> tuple[Report, ...]:
    """The reports that the portal lists in that edition."""
    listed = (_photos(6, edition), _photos(8, edition), _checkers(8))
    return (*listed, _checkers(6)) if edition == 1 else (*listed, _videos())


def _photos(wave: int, edition: Edition) -> Report:
    counts: tuple[int, ...] = ACCOUNTS_SEPTEMBER if wave == 6 else ACCOUNTS_MARCH
    if wave == 8 and edition == 2:
        germany = list(STATES).index("Germany")
        counts = (*counts[:germany], GERMANY_RESTATED, *counts[germany + 1 :])
    behaviour = _behaviour("Photos", counts)
    exchange = _exchange("Photos", 4 if wave == 6 else 5, edited=wave == 8 and edition == 2)
    return Report(
        slug="social-photos",
        service="Social Photos",
        wave=wave,
        commitments=(behaviour, exchange) if wave == 6 else (behaviour, exchange, _checks(wave)),
    )


def _videos() -> Report:
    counts = tuple(count * 3 // 7 for count in ACCOUNTS_MARCH)
    behaviour = _behaviour("Videos", counts)
    return Report(
        slug="social-videos",
        service="Social Videos",
        wave=8,
        commitments=(behaviour, _exchange("Videos", 2, edited=False)),
    )


def _checkers(wave: int) -> Report:
    return Report(
        slug="helpful-checks", service="Helpful Checks", wave=wave, commitments=(_advertising(), _checks(wave))
    )


def _behaviour(name: str, counts: tuple[int, ...]) -> Commitment:
    policies = (
        f"Our rules for Social {name} forbid accounts that pretend to be many people.",
        "They also forbid pages that hide who runs them; we remove such networks as a whole and say so twice a year.",
    )
    return Commitment(
        number=14,
        text="Signatories limit manipulative behaviour on their services: fake accounts, hidden coordination, "
        "stolen identities and paid reach that is not marked as such.",
        new=(True, "A second review for accounts that were made in bulk, in all languages of the Union."),
        plans=(False, "N/A"),
        measures=(
            Measure(
                code="14.1",
                text="Signatories publish clear rules on behaviour that is not permitted.",
                qres=(
                    Element(code="14.1.1", question="List the rules and say what each is for.", answer=policies),
                    Element(code="14.1.2", question="Say how such behaviour is found before it is reported."),
                ),
            ),
            Measure(
                code="14.2",
                text="Signatories report what they removed under these rules, by Member State.",
                qres=(
                    Element(
                        code="14.2.1",
                        question="Describe the actions behind the figures.",
                        answer=(
                            "Accounts are counted once, on the day of their removal, by the country of their sign-up.",
                        ),
                    ),
                ),
                slis=(
                    Element(
                        code="14.2.1",
                        question="Number of fake accounts removed, by Member State.",
                        table=accounts_table(counts),
                    ),
                ),
            ),
        ),
    )


def _exchange(name: str, networks: int, *, edited: bool) -> Commitment:
    monthly = f"Social {name} takes part in the monthly call of the permanent task-force."
    weekly = f"Social {name} takes part in the weekly call of the permanent task-force, which two researchers join."
    return Commitment(
        number=16,
        text="Signatories tell each other about campaigns that move from one service to the next.",
        new=(False, ""),
        plans=(True, "A shared list of domains, renewed every week."),
        measures=(
            Measure(
                code="16.1",
                text="Signatories share what they know about campaigns across services.",
                qres=(
                    Element(
                        code="16.1.1",
                        question="Name the places where such knowledge is shared.",
                        answer=(weekly if edited else monthly,),
                    ),
                ),
                slis=(
                    Element(
                        code="16.1.1",
                        question="Number of actions that followed from shared knowledge.",
                        answer=(f"We acted on {networks} networks that another signatory had named first.",),
                    ),
                ),
            ),
        ),
    )


def _checks(wave: int) -> Commitment:
    spring = (("France", 4_120), ("Germany", 5_310), ("Poland", 1_944), ("Total EU", 11_374))
    autumn = (("France", 3_802), ("Germany", 5_008), ("Poland", 1_730), ("Total EU", 10_540))
    return Commitment(
        number=32,
        text="Signatories give fact-checkers what they need: data, a channel, and an answer.",
        new=(False, "N/A"),
        plans=(False, "asd"),  # what editors leave behind is public
        measures=(
            Measure(
                code="32.1",
                text="Signatories show fact-checkers what became of their work.",
                qres=(
                    Element(
                        code="32.1.1",
                        question="Describe the interface that fact-checkers use.",
                        answer=("One page per claim, with its reach by week & by country.", "It has an export as CSV."),
                    ),
                ),
                slis=(
                    Element(
                        code="32.1.1",
                        question="Use of fact-checks, by Member State.",
                        table=labels_table(*(autumn if wave == 6 else spring)),
                    ),
                ),
            ),
        ),
    )


def _advertising() -> Commitment:
    return Commitment(
        number=1,
        text="Signatories keep advertising away from pages that live on disinformation.",
        new=(True, "Advertisers see a list of all places where their advertisements ran."),
        plans=(False, "N/A"),
        measures=(
            Measure(
                code="1.1",
                text="Signatories tighten the conditions for earning money with advertisements.",
                qres=(
                    Element(
                        code="1.1.1",
                        question="Describe the conditions.",
                        answer=("Pages that failed three fact-checks in ninety days earn nothing for a year.",),
                    ),
                ),
                slis=(
                    Element(
                        code="1.1.1",
                        question="Revenue kept from such pages, in euro.",
                        table=(
                            ("Country", "Revenue kept (EUR)"),
                            ("Total EU", "€1,204,550"),
                            ("Total EEA", "€1,231,070"),
                        ),
                    ),
                ),
            ),
        ),
    )
