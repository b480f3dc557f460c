"""Redis Streams: one stream per source. An entry's id is the event's place in the log, so Redis keeps the order itself
and an event that is sent again is seen to be there already.

A stream grows at its end alone, and one entry with a later id would shut out the events to come. So what had been given
up on goes to a stream beside it, `<stream><source>:again`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis  # type: ignore[import-not-found, unused-ignore]

from events.deliveries.connect import within
from events.deliveries.errors import Unavailable
from events.deliveries.model import Delivery, Message, Place


class RedisStream:
    """XADD of each event to `<stream><source>` with the fields id, type and event (its CloudEvents JSON).

    In `<stream><source>:again` Redis gives the ids, and the field place says where the event belongs.
    """

    chunk = 100

    def __init__(self, delivery: Delivery, password: str | None) -> None:
        self.delivery = delivery
        self.client: Any = redis.Redis.from_url(
            delivery.url, password=password, socket_timeout=delivery.timeout, socket_connect_timeout=delivery.timeout,
            decode_responses=True,
        )  # fmt: skip

    def send(self, messages: Sequence[Message]) -> None:
        timeout = self.delivery.timeout
        try:  # redis-py waits for the address of a name without end
            within(timeout, lambda: self._send(messages), f"no answer within {timeout:g} s")
        except (redis.RedisError, OSError) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _send(self, messages: Sequence[Message]) -> None:
        name = self.delivery.stream + messages[0].event.source
        if messages[0].again:  # the letters of one source, and nothing else
            self._add(f"{name}:again", [({**_entry(one), "place": str(one.place)}, "*") for one in messages])
        else:
            self._append(name, messages)

    def _append(self, name: str, messages: Sequence[Message]) -> None:
        last = self._last(name)
        if last > messages[-1].place:
            raise Unavailable(
                f"the stream {name} goes on to {last}, beyond what was sent: "
                "it holds entries of somebody else, or of an earlier life of this delivery; rename or delete it"
            )
        self._add(name, [(_entry(one), str(one.place)) for one in messages if one.place > last])

    def _last(self, name: str) -> Place:
        """The place of the newest entry that the stream ever had."""
        if not self.client.exists(name):
            return Place(0)
        return Place.parse(self.client.xinfo_stream(name)["last-generated-id"])

    def _add(self, name: str, entries: Sequence[tuple[dict[str, str], str]]) -> None:
        """All of them or none; fields and id of each."""
        pipeline = self.client.pipeline(transaction=True)
        for entry, place in entries:
            pipeline.xadd(name, entry, id=place, maxlen=self.delivery.keep or None, approximate=True)
        pipeline.execute()


def _entry(message: Message) -> dict[str, str]:
    return {"id": message.event.id, "type": message.event.type, "event": message.body}
