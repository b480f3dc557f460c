"""Webhooks, signed as Standard Webhooks says: id, timestamp and body under HMAC-SHA256, once for each secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from threading import Timer
from urllib.parse import urlsplit

from archive.records import is_number
from events.deliveries.connect import GuardedConnection
from events.deliveries.errors import DeliveryMisconfigured, Refused, Unavailable
from events.deliveries.model import Delivery, Message
from events.deliveries.state import LONGEST_WAIT

SECRET = "whsec_"  # noqa: S105 - the prefix that the standard gives to secrets
SHORTEST_SECRET = 24  # bytes
LATER = {408, 425, 429}


class Webhook:
    """One POST per event, in order. Redirects are not followed, and only the status of the answer is read."""

    chunk = 1

    def __init__(self, delivery: Delivery, secrets: Sequence[str], clock: Callable[[], datetime]) -> None:
        self.delivery = delivery
        self.keys = [key_of(secret, name) for secret, name in zip(secrets, delivery.secrets, strict=True)]
        self.clock = clock
        self.url = urlsplit(delivery.url)
        self.tls = ssl.create_default_context() if self.url.scheme == "https" else None

    def send(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._post(message.event.id, message.body.encode())

    def _post(self, event_id: str, body: bytes) -> None:
        now = self.clock()
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "fanlight",
            **signed(self.keys, event_id, now, body),
        }
        path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        with self._connection() as connection:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            if connection.cut:  # http.client takes the half of a head for a head
                raise TimeoutError("the answer did not end")
            _judge(response, now)

    @contextmanager
    def _connection(self) -> Iterator[GuardedConnection]:
        """A connection that is cut after the time-out, however slowly the other side goes on talking."""
        timeout = self.delivery.timeout
        port = self.url.port or (443 if self.tls else 80)
        made = GuardedConnection(
            self.url.hostname or "", port, timeout=timeout, tls=self.tls, allow_private=self.delivery.allow_private
        )
        watch = Timer(timeout, made.cut_off)
        watch.daemon = True
        watch.start()
        try:
            yield made
        except (OSError, HTTPException) as error:
            raise Unavailable(f"no answer within {timeout:g} s: {type(error).__name__} {error}") from error
        finally:
            watch.cancel()
            made.close()


def key_of(secret: str, name: str) -> bytes:
    """The key in a secret, `whsec_` and base64; DeliveryMisconfigured names the variable, never the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error:
        raise DeliveryMisconfigured(f"{name} is no secret of a webhook: it must be whsec_ and base64") from None
    if len(key) < SHORTEST_SECRET:
        raise DeliveryMisconfigured(f"{name} is too short: a secret has {SHORTEST_SECRET} bytes or more")
    return key


def signed(keys: Sequence[bytes], event_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of a signed request. Several keys make several signatures: any of them proves who sent it."""
    timestamp = str(int(now.timestamp()))
    content = b".".join((event_id.encode(), timestamp.encode(), body))
    signatures = (base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _judge(response: HTTPResponse, now: datetime) -> None:
    """Nothing if the event was taken, else Unavailable or Refused."""
    status = response.status
    said = f"it answered {status} {response.reason}".rstrip()
    if 200 <= status < 300:
        return
    if status == 410:  # the receiver wants no more: try now and then, a person will see it
        raise Unavailable(said, wait=LONGEST_WAIT.total_seconds())
    if status >= 500 or status in LATER:
        raise Unavailable(said, wait=_retry_after(response.getheader("Retry-After"), now))
    if 300 <= status < 400:
        raise Refused(f"{said}, to {response.getheader('Location')}: redirects are not followed, give the last address")
    raise Refused(said)


def _retry_after(field: str | None, now: datetime) -> float | None:
    """Seconds to wait, from seconds or a date."""
    if field is None:
        return None
    if is_number(field.strip()):
        return float(field)
    with suppress(ValueError, OverflowError):
        asked = parsedate_to_datetime(field)
        return max(0.0, ((asked if asked.tzinfo else asked.replace(tzinfo=UTC)) - now).total_seconds())
    return None
