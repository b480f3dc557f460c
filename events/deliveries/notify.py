"""Notifications for people, through Apprise: mail, chat, pagers, by the address that a setting names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from events.deliveries.errors import DeliveryMisconfigured, Unavailable
from events.deliveries.model import Delivery, Message
from events.deliveries.speak import NO_ADDRESS, SENT
from events.incidents import Incident, digest, incidents, sentence

MOST = 200  # incidents in one message: whoever gets more has to look at the log


class Notifier:
    """One message about all incidents that the events are about, of however many sources."""

    chunk = 1_000

    def __init__(self, delivery: Delivery, address: str) -> None:
        self.delivery = delivery
        self.address = address

    def send(self, messages: Sequence[Message]) -> None:
        self.tell(incidents(message.event for message in messages))

    def tell(self, found: Sequence[Incident]) -> None:
        """A message about these incidents; raises Unavailable."""
        more = f"and {len(found) - MOST} more: see `fanlight events --digest`" if len(found) > MOST else ""
        self.say(headline(found), digest(found[:MOST]) + more)

    def say(self, title: str, text: str) -> None:
        """A message; raises Unavailable when it could not be sent, DeliveryMisconfigured for a wrong address."""
        asked = {
            "url": self.address, "title": title, "body": text, "allow_private": self.delivery.allow_private,
        }  # fmt: skip
        # No proxy: what is connected to is what is checked. -P: a folder of the user must not hide our modules.
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        command = [sys.executable, "-P", "-m", "events.deliveries.speak"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                command, input=json.dumps(asked), capture_output=True, text=True, check=False,
                timeout=self.delivery.timeout, env=environment,
            )  # fmt: skip
        except subprocess.TimeoutExpired:  # from None: the cause would show what it was given
            raise Unavailable(f"it was not sent within {self.delivery.timeout:g} s") from None
        if done.returncode == NO_ADDRESS:
            name = self.delivery.secrets[0]
            raise DeliveryMisconfigured(f"{name} is no address that Apprise knows: see the list of its services")
        if done.returncode != SENT:
            raise Unavailable(done.stdout.strip() or f"Apprise ended with {done.returncode}")


def headline(found: Sequence[Incident]) -> str:
    """What a message is about, in one line."""
    if len(found) == 1:
        return f"{', '.join(found[0].sources)}: {sentence(found[0])}"
    sources = {source for one in found for source in one.sources}
    where = next(iter(sources)) if len(sources) == 1 else f"{len(sources)} sources"
    return f"Fanlight: {len(found)} incidents at {where}"
