"""Tables of report pages as sheets, which are read as those of workbooks are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from normalize import html, htmlpath, page_lines, services, values
from normalize.cells import Cell, Sheet
from normalize.html import Element
from normalize.pages import Page

NAMELESS = "table"  # what a sheet is called that nothing is above


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table: its sheet, named after what is above it, the service that is named there, and where its cells are.

    Cells of the sheet are cited by row and column: `places` has their pointers by these.
    """

    sheet: Sheet
    service: str
    pointer: str
    places: Mapping[str, str]


def of(page: Page) -> Iterator[Table]:
    """The tables of figures of a page, in order."""
    headline = _headline(page)
    for at, (line, above) in enumerate(zip(page.lines, page.above, strict=True)):
        if line.table is not None:
            period = page.lines[above.period].said if above.period >= 0 else ""
            service, title = services.split(page_lines.title_above(page.lines, at), page.known)
            titles = [*above.path, title, _caption(line.table)]
            if titles[0] == headline and any(titles[1:]):
                del titles[0]
            names = dict.fromkeys(filter(None, (*titles, period)))
            yield _table(line.table, ", ".join(names) or NAMELESS, service or above.service or page.app)


def _headline(page: Page) -> str:
    """The title of a page, which is that of all that it shows; empty when it has none, or several."""
    highest = [line.said for line in page.lines if line.level == 1]
    return services.split(highest[0], page.known)[1] if len(highest) == 1 else ""


def _caption(table: Element) -> str:
    return next((_text(one) for one in table.iter("caption")), "")


def _table(table: Element, name: str, service: str) -> Table:
    pointers: dict[Element, str] = {}
    rows = []
    for number, elements in enumerate(html.grid(table), 1):
        title = len(set(elements)) == 1
        row = []
        for column, one in enumerate(elements, 1):
            pointer = pointers.setdefault(one, f"row={number},column=#{column}")
            row.append(Cell(text="" if title and column > 1 else _text(one), pointer=pointer))
        rows.append(tuple(row))
    places = {pointer: htmlpath.pointer(one) for one, pointer in pointers.items()}
    filled = tuple(row for row in rows if any(cell.text for cell in row))
    sheet = Sheet(name=name, rows=filled)
    return Table(sheet=sheet, service=service, pointer=htmlpath.pointer(table), places=places)


def _text(element: Element) -> str:
    """What a cell says on one line, without the marks of notes."""
    return re.sub(values.RAISED, "", " ".join(html.said(element).split()))
