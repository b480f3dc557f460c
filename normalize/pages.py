"""A report page read as a whole: its lines, the headings above each, its cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from normalize import card_shapes, page_lines
from normalize.card_shapes import Card, Part
from normalize.model import Release
from normalize.page_lines import Above, Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page: its lines, what is above each, cards and what may be parts of some, services: that it names, its own."""

    lines: Sequence[Line]
    above: Sequence[Above]
    parts: Sequence[Part]
    cards: Sequence[Card]
    known: Collection[str]
    app: str


def read(release: Release) -> Page:
    """The lines and cards of a page."""
    lines = page_lines.of(release)
    known = page_lines.apps(release, lines)
    parts = card_shapes.parts(lines, known)
    numbers = {part.at for part in parts if part.kind == "V"}
    cards = card_shapes.cards(parts, lines, page_lines.above(lines, numbers, known), known)
    above = page_lines.above(lines, _of_cards(parts, cards, numbers), known, _times(parts, cards, numbers, lines))
    app = page_lines.app_in(release.url)
    return Page(lines=lines, above=above, parts=parts, cards=cards, known=known, app=app)


def _of_cards(parts: Sequence[Part], cards: Sequence[Card], numbers: Collection[int]) -> set[int]:
    """The lines that are of cards and head nothing: also what may be the label of a number that is not read."""
    used = {at for card in cards for at in range(card.at, card.end)}
    unread = {at + step for at in numbers if at not in used for step in (-2, -1, 1, 2)}
    return used | {*numbers} | {part.at for part in parts if part.kind == "L" and part.at in unread}


def _times(parts: Sequence[Part], cards: Sequence[Card], numbers: Collection[int], lines: Sequence[Line]) -> set[int]:
    """The periods that are of a card, or right below what goes on below them."""
    several = Counter(card.period.at for card in cards)
    beside = {at + step for at in numbers for step in range(-2, 3)}
    own = {part.at for part in parts if part.kind in "PY" and part.at in beside and several[part.at] < 2}
    return own | {card.period.at for card in cards if _is_own(lines, card)}


def _is_own(lines: Sequence[Line], card: Card) -> bool:
    """Whether a card's period stands right below a heading of its level, or begins a box that the card is in."""
    at = card.period.at
    if not at or at > card.value.at:
        return False
    level, boxes = lines[at].level, page_lines.shared(lines, (at, card.value.at))
    return level == lines[at - 1].level or boxes > page_lines.shared(lines, (at - 1, at))
