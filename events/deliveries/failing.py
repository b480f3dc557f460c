"""Telling people that a task fails: once when it begins to, and once when it works again."""

from __future__ import annotations

import json
from contextlib import suppress

from archive.errors import ArchiveError, NotFound
from archive.layout import delivery_failing_key
from archive.store import Store
from events.deliveries.notify import Notifier


def failed(store: Store, notifier: Notifier, task: str, reason: str) -> None:
    """Tell it, unless it was told since the task last worked. Raises Unavailable; the next failure tells it then."""
    if not _is_failing(store, notifier, task):
        notifier.say(f"{task} failed", reason)
        _remember(store, notifier, task, failing=True)


def worked(store: Store, notifier: Notifier, task: str) -> None:
    """Tell that it works again, if people think that it does not."""
    if _is_failing(store, notifier, task):
        notifier.say(f"{task} works again", "It had failed and now ended as it should.")
        _remember(store, notifier, task, failing=False)


def _is_failing(store: Store, notifier: Notifier, task: str) -> bool:
    """What people were told last. The store may be what fails: then they hear of it each time."""
    try:
        return bool(json.loads(store.get(delivery_failing_key(notifier.delivery.name, task)))["failing"])
    except NotFound:
        return False
    except ArchiveError:
        return False


def _remember(store: Store, notifier: Notifier, task: str, *, failing: bool) -> None:
    with suppress(ArchiveError):
        store.put(delivery_failing_key(notifier.delivery.name, task), json.dumps({"failing": failing}).encode())
