"""What can go wrong with a delivery.

DeliveryMisconfigured     the settings of the deliveries cannot be used; says what to change
TargetError               a target did not take what it was sent
├── Unavailable           it will perhaps take the same later; attribute: wait (seconds it asked for, or None)
└── Refused               it answered that it does not want this event
"""

from __future__ import annotations


class DeliveryMisconfigured(Exception):
    """The settings cannot be used; the message says which, and what to change."""


class TargetError(Exception):
    """A target did not take what it was sent; the message says what it answered."""


class Unavailable(TargetError):
    """Not now. `wait` is how many seconds the target asked for."""

    def __init__(self, message: str, *, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Refused(TargetError):
    """Not this one: the target is there and answered no."""
