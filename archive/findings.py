"""What verification says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is wrong: in which file or object, at which offset (bytes), against which rule.

    A `warning` may be well: a server really sent it so (its header contradicts its body), or a visit is under way; an
    `error` never is.
    """

    where: str
    offset: int
    rule: str
    message: str

    @property
    def severity(self) -> Literal["error", "warning"]:
        return "warning" if self.rule.startswith("http-") or self.rule == "uncommitted" else "error"

    def __str__(self) -> str:
        return f"{self.where} at offset {self.offset}: {self.message} [{self.rule}]"
