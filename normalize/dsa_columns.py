"""Which column of a harmonised table holds which figure: by its header where it is English, else by its place.

Headers are translated and shortened; the words that tell the template's columns apart stay. A table whose headers say
nothing is read by place only when it has exactly as many columns as the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from normalize import values
from normalize.cells import Cell
from normalize.dsa_tables import RESTRICTIONS, Layout
from normalize.facts import fold, words
from normalize.model import Problem

Row = Sequence[Cell]
# What a column states -> the words of its header that no other column has all of.
_TOLD = {
    3: {
        "orders_to_act": "act", "orders_to_act_items": "act items", "orders_to_act_median_inform": "act median inform",
        "orders_to_act_median_effect": "act median effect", "orders_for_information": "provide",
        "orders_for_information_median_inform": "provide median inform",
        "orders_for_information_median_effect": "provide median effect",
    },
    4: {
        "notices": "notices", "notices_trusted_flaggers": "notices trusted", "items": "items",
        "items_trusted_flaggers": "items trusted", "median_time": "median",
        "median_time_trusted_flaggers": "median trusted", "actions_law": "law", "actions_law_trusted_flaggers":
        "law trusted", "actions_terms": "terms", "actions_terms_trusted_flaggers": "terms trusted",
    },
    5: {name: name.replace("_restricted", "").replace("_", " ") for name in RESTRICTIONS},
}  # fmt: skip
_TOLD[6] = _TOLD[5]
_ALIKE = {"item": "items", "notice": "notices", "measure": "measures", "disabled": "disable", "disabling": "disable",
          "removed": "removal", "labeled": "labelled", "demotion": "demoted", "suspended": "suspension",
          "terminated": "termination", "contextual": "context", "informing": "inform"}  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED = frozenset(range(3, 11))  # tables of numbers; the others hold texts


class Unclear(Exception):
    """Which column is which cannot be told; the message says why."""


def told(number: int, header: str) -> str | None:
    """What a column of a table states, as its English header says; None when it does not."""
    there = {_ALIKE.get(word, word) for word in re.findall(r"[a-z]+", fold(header))}
    context = "_context" if "context" in there else ""
    if number not in _TOLD:
        return "value_context" if context else "value" if "value" in there else None
    signs = {name: words(sign) for name, sign in _TOLD[number].items()}
    there &= frozenset().union(*signs.values())
    if there - {"notices", "trusted"}:
        there -= {"notices"}  # `items included in the notices`, `actions (trusted flagger notices)`
    return next((name + context for name, sign in signs.items() if sign == there), None)


def recognised(number: int, header: Row) -> bool:
    """Whether at least half of the headers of a table's values say what they are of."""
    said = [told(number, cell.text) is not None for cell in header]
    return bool(said) and sum(said) * 2 >= len(said)


def columns(
    layout: Layout, header: Row, rows: Sequence[Row], first: int
) -> tuple[list[tuple[int, str]], list[Problem]]:
    """(place, metric) of the columns with values from place `first` on, and what is strange about them.

    Columns that the template does not have keep their published name. Raises Unclear.
    """
    width = max((place for place, cell in enumerate(header, 1) if cell.text.strip()), default=0)
    if value := next((cell.text for cell in header[:first] if told(layout.number, cell.text) in layout.values), ""):
        raise Unclear(f"table {layout.number} has {value[:80]!r} where names of its rows stand in the template")
    heads = header[first:width]
    template = _template(layout)
    by_name = layout.number != 2 and recognised(layout.number, heads)
    names = _by_header(layout, heads) if by_name else _by_place(layout, heads, rows, first)
    found = list(enumerate(names, first))
    problems = [*_differences(layout, header, found, template), *_suspicious(layout, header, rows, found)]
    if names != template[: len(names)] and sorted(names) == sorted(template[: len(names)]):
        reason = f"the columns of table {layout.number} stand in another order: they are told by their headers"
        problems.append(Problem(pointer=header[first].pointer, reason=reason))
    return found, problems


def _template(layout: Layout) -> list[str]:
    contexts = layout.values[-layout.contexts :] if layout.contexts else ()
    return [*layout.values, *(f"{name}_context" for name in contexts)]


def _by_header(layout: Layout, heads: Row) -> list[str]:
    """Each column by its header; what this does not tell has its own name."""
    names = [told(layout.number, cell.text) or fold(cell.text) for cell in heads]
    for name in names:
        if names.count(name) > 1 and name in layout.values:
            raise Unclear(f"table {layout.number} has {names.count(name)} columns for {name}")
    return names


def _by_place(layout: Layout, heads: Row, rows: Sequence[Row], first: int) -> list[str]:
    """Each column by its place, if there are as many as in the template or all others hold texts."""
    template, count = _template(layout), len(layout.values)
    if layout.number in _NUMBERED and len(heads) not in (count, len(template)):
        extra = [row[place].text for row in rows for place in range(first + count, min(len(row), first + len(heads)))]
        if count > 1 or len(heads) < count or any(_is_number(text) for text in extra):
            raise Unclear(
                f"table {layout.number} has {len(heads)} columns after the names of its rows, the template "
                f"{' or '.join(map(str, sorted({count, len(template)})))}, and the headers do not tell which is which"
            )
    if layout.number in _NUMBERED and count > 1 and _is_interleaved(heads, rows, first, count):
        raise Unclear(
            f"the columns of table {layout.number} do not hold what stands there in the template: each figure may have "
            "its context beside it, and the headers do not tell which is which"
        )
    return [*template, *(fold(cell.text) for cell in heads[len(template) :])][: len(heads)]


def _is_interleaved(heads: Row, rows: Sequence[Row], first: int, count: int) -> bool:
    """Whether contexts may stand among the figures: by headers that both halves repeat, or by what is in them."""
    names = [fold(cell.text) for cell in heads]
    own = [name for name in names[:count] if name]
    if any(own.count(name) > 1 for name in {*own} & {*names[count:]}):
        return True
    columns = [[row[first + at].text.strip() for row in rows if first + at < len(row)] for at in range(len(heads))]
    texts = [[text for text in column if not values.is_missing(text)] for column in columns]
    wordy = any(not any(char.isdigit() for text in column for char in text) for column in texts[:count])
    return wordy and any(column and all(map(_is_number, column)) for column in texts[count:])


def _differences(
    layout: Layout, header: Row, found: Sequence[tuple[int, str]], template: list[str]
) -> Iterator[Problem]:
    for place, name in found:
        if name not in template:
            reason = f"column {header[place].text[:80]!r} is not in the template of table {layout.number}"
            yield Problem(pointer=header[place].pointer, reason=reason)
    if missing := [name for name in layout.values if name not in [metric for _, metric in found]]:
        reason = f"table {layout.number} has no column for: {', '.join(missing)}"
        yield Problem(pointer=header[0].pointer, reason=reason)


def _suspicious(
    layout: Layout, header: Row, rows: Sequence[Row], found: Sequence[tuple[int, str]]
) -> Iterator[Problem]:
    """Columns whose cells look like those of another one."""
    for place, name in found if layout.number in _NUMBERED else ():
        texts = [text for row in rows if place < len(row) and (text := row[place].text.strip())]
        if texts and name.endswith("_context") and all(_is_number(text) for text in texts):
            reason = f"{header[place].text[:80]!r} should explain figures, but holds only numbers"
            yield Problem(pointer=header[place].pointer, reason=reason)
        sure = name not in layout.values or told(layout.number, header[place].text) == name
        if texts and not sure and all(_YEAR.fullmatch(text) for text in texts):
            reason = f"{header[place].text[:80]!r} is read as {name}, but holds only years"
            yield Problem(pointer=header[place].pointer, reason=reason)


def _is_number(text: str) -> bool:
    return values.parse(text) != values.NOTHING
