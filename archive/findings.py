"""What verification says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OPEN = {"uncommitted", "field-name", "type", "profile", "digest-algorithm", "message"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is wrong: in which file or object, at which offset (bytes), against which rule.

    A `warning` may be well: a server really sent it so (its header contradicts its body), a visit is under way, or the
    standard leaves it open; an `error` never is.
    """

    where: str
    offset: int
    rule: str
    message: str

    @property
    def severity(self) -> Literal["error", "warning"]:
        return "warning" if self.rule.startswith("http-") or self.rule in OPEN else "error"

    def __str__(self) -> str:
        return f"{self.where} at offset {self.offset}: {self.message} [{self.rule}]"
