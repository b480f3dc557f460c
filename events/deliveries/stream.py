"""Redis Streams: one stream per source. An entry's id is the event's place in the log, so Redis keeps the order itself
and an event that is sent again is seen to be there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis  # type: ignore[import-not-found, unused-ignore]

from events.deliveries.errors import Unavailable
from events.deliveries.model import Delivery, Message, Place


class RedisStream:
    """XADD of each event to `<stream><source>` with the fields id, type and event (its CloudEvents JSON)."""

    chunk = 100

    def __init__(self, delivery: Delivery, password: str | None) -> None:
        self.delivery = delivery
        self.client: Any = redis.Redis.from_url(
            delivery.url, password=password, socket_timeout=delivery.timeout, socket_connect_timeout=delivery.timeout,
            decode_responses=True,
        )  # fmt: skip

    def send(self, messages: Sequence[Message]) -> None:
        name = self.delivery.stream + messages[0].event.source
        try:
            last = self._last(name)
            if last > messages[-1].place:
                raise Unavailable(
                    f"the stream {name} goes on to {last}, beyond what was sent: "
                    "it holds entries of somebody else, or of an earlier life of this delivery; rename or delete it"
                )
            self._add(name, [message for message in messages if message.place > last])
        except redis.RedisError as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _last(self, name: str) -> Place:
        """The place of the newest entry that the stream ever had."""
        if not self.client.exists(name):
            return Place(0)
        return Place.parse(self.client.xinfo_stream(name)["last-generated-id"])

    def _add(self, name: str, messages: Sequence[Message]) -> None:
        """All of them or none."""
        pipeline = self.client.pipeline(transaction=True)
        for message in messages:
            entry = {"id": message.event.id, "type": message.event.type, "event": message.body}
            pipeline.xadd(name, entry, id=str(message.place), maxlen=self.delivery.keep or None, approximate=True)
        pipeline.execute()
