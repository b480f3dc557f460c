"""From a delivery's settings to the target it goes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from archive.store import Store
from events.deliveries.errors import DeliveryMisconfigured
from events.deliveries.model import Delivery, Target
from events.deliveries.notify import Notifier


def open_target(store: Store, delivery: Delivery, clock: Callable[[], datetime], environ: Mapping[str, str]) -> Target:
    """The target of a delivery. Connects to nothing; raises DeliveryMisconfigured when a secret is missing."""
    secrets = [_secret(delivery, name, environ) for name in delivery.secrets]
    if delivery.kind == "webhook":
        from events.deliveries.webhook import Webhook

        return Webhook(delivery, secrets, clock)
    if delivery.kind == "redis":
        try:
            from events.deliveries.stream import RedisStream
        except ImportError as missing:
            raise DeliveryMisconfigured(
                f"delivery {delivery.name} needs the Python package {missing.name}"
            ) from missing
        return RedisStream(delivery, secrets[0] if secrets else None)
    if delivery.kind == "notify":
        return notifier(delivery, environ)
    from events.deliveries.feed import Feeds

    return Feeds(store, delivery)


def notifier(delivery: Delivery, environ: Mapping[str, str]) -> Notifier:
    """The target of a delivery of kind `notify`; raises DeliveryMisconfigured when its address is missing."""
    return Notifier(delivery, _secret(delivery, delivery.secrets[0], environ))


def _secret(delivery: Delivery, name: str, environ: Mapping[str, str]) -> str:
    if not (secret := environ.get(name)):
        raise DeliveryMisconfigured(f"delivery {delivery.name}: the environment variable {name} is not set")
    return secret
