"""What reading one payload may take: a few kilobytes of a ZIP can be gigabytes of tables.

One budget goes through all that a payload unpacks to, nested ZIPs included, and is counted while it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from normalize.model import Rejected

MOST_BYTES = 200_000_000  # unpacked
MOST_CELLS = 3_000_000
MOST_LETTERS = 50_000_000  # in cells that name a text kept elsewhere, or repeat one
MOST_MEMBERS = 2_000  # of ZIPs
MOST_MARKUP = 60_000_000  # elements (both their ends) and attributes
MOST_HELD = 2_000_000  # of these, at once


@dataclass(slots=True)
class Budget:
    """What is left to read of a payload. The methods raise Rejected when it is too little."""

    unpacked: int = MOST_BYTES
    cells: int = MOST_CELLS
    letters: int = MOST_LETTERS
    members: int = MOST_MEMBERS
    markup: int = MOST_MARKUP

    def unpack(self, size: int, what: str = "") -> None:
        """Before so many bytes are unpacked; what is too large takes nothing."""
        if size > self.unpacked:
            raise Rejected(f"{what}unpacks to {size:,} bytes: too large to be a report")
        self.unpacked -= size

    def list(self, members: int) -> None:
        if members > self.members:
            raise Rejected(f"the ZIP has {members:,} members: too many for a report")
        self.members -= members

    def add(self, cells: int, letters: int = 0) -> None:
        """Before so many cells are kept, with so many letters that stand once in the file for several cells."""
        self.cells -= cells
        self.letters -= letters
        if self.cells < 0:
            raise Rejected(f"it has more than {MOST_CELLS:,} cells: too many for a report")
        if self.letters < 0:
            raise Rejected(f"its cells repeat more than {MOST_LETTERS:,} letters: too many for a report")

    def mark(self, markup: bytes) -> int:
        """How many elements and attributes are in a piece of XML, at most."""
        found = markup.count(b"<") + markup.count(b"=")
        self.markup -= found
        if self.markup < 0:
            raise Rejected(f"it has more than {MOST_MARKUP:,} elements and attributes: too many for a report")
        return found

    def whole(self, markup: bytes) -> bytes:
        """XML that is about to be held as a whole."""
        if self.mark(markup) > MOST_HELD:
            raise Rejected(f"a part of it has more than {MOST_HELD:,} elements and attributes: too many for a report")
        return markup


class Stream:
    """XML that is read piece by piece, of which all since `held` was last 0 is held."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self.file, self.budget, self.held = file, budget, 0

    def read(self, size: int = -1) -> bytes:
        """Raises Rejected when too much is held."""
        data = self.file.read(size)
        self.held += self.budget.mark(data)
        if self.held > MOST_HELD:
            raise Rejected(f"a row of it has more than {MOST_HELD:,} elements and attributes: too many for a report")
        return data
