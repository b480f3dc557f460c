"""Errors whose cause is the user's or the outside world's: shown as one sentence, never as a traceback.

UserError              what is wrong, and what to do about it
VisitError             a visit that did not succeed; attributes: source, run_id, reason
├── VisitBlocked       the site refuses us; do not retry at once
├── VisitFailed        nothing usable was found, or the contract was not met; a retry may help
└── VisitNotKept       the archive could not keep what was fetched; mend the store, then retry
"""

from __future__ import annotations


class UserError(Exception):
    """What is wrong and what to do."""

    def __init__(self, problem: str, action: str) -> None:
        super().__init__(f"{problem}: {action}")


class VisitError(Exception):
    """A visit that did not succeed."""

    def __init__(self, *, source: str, run_id: str, reason: str) -> None:
        super().__init__(f"visit {run_id} of {source}: {reason}")
        self.source = source
        self.run_id = run_id
        self.reason = reason


class VisitBlocked(VisitError):
    """The site refuses us."""


class VisitFailed(VisitError):
    """Nothing usable was found, or the source's contract was not met."""


class VisitNotKept(VisitError):
    """The archive could not keep what was fetched."""
