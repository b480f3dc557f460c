"""Telling people that a task fails, for the DAGs. Nothing here may make a task fail that did not."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from fanlight.settings import open_archive

if TYPE_CHECKING:
    from archive.store import Store
    from events.deliveries.notify import Notifier


def tell_failure(task: str, reason: str, *, say: Callable[[str], None] = print) -> None:
    """To each delivery of kind `notify` that wants failures, unless it was told since the task last worked."""
    from events.deliveries import failing

    _tell(lambda store, notifier: failing.failed(store, notifier, task, reason), say)


def tell_recovery(task: str, *, say: Callable[[str], None] = print) -> None:
    """To each of them that was told that the task fails."""
    from events.deliveries import failing

    _tell(lambda store, notifier: failing.worked(store, notifier, task), say)


def _tell(telling: Callable[[Store, Notifier], None], say: Callable[[str], None]) -> None:
    from events.deliveries import config, targets
    from events.deliveries.errors import DeliveryMisconfigured, TargetError

    for delivery in config.load():
        if delivery.kind == "notify" and delivery.failures:
            try:
                telling(open_archive(), targets.notifier(delivery, os.environ))
            except (TargetError, DeliveryMisconfigured) as error:  # one that cannot be reached holds up no other
                say(f"{delivery.name} could not be told: {error}")
