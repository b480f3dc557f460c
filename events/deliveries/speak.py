"""One notification through Apprise, in a process of its own: `python -m events.deliveries.speak`, a request on stdin.

Apprise and the libraries below it resolve names, follow redirects and set time-outs as each of its services likes. Here
every connection they make is looked at, whoever makes it, and whoever started this process can end it when it takes too
long. The address holds the secret: it comes on stdin, and nothing that is said holds a part of it.
"""

from __future__ import annotations

import ipaddress
import json
import re
import sys
from typing import Any
from urllib.parse import unquote

from events.deliveries.connect import is_public

SENT, NOT_SENT, NO_ADDRESS = 0, 1, 2
CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class Guard:
    """An audit hook that refuses connections to addresses that are not public; `refused` names them."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in CONNECTING and arguments[1] is not None and not _is_open(arguments[1]):
            self.refused.append(str(arguments[1][0] if isinstance(arguments[1], tuple) else arguments[1]))
            raise ConnectionRefusedError("not a public address")


def _is_open(address: object) -> bool:
    """An address of the internet at large: no socket of this machine, and no name that is still to be resolved."""
    try:
        return isinstance(address, tuple) and is_public(str(address[0]))
    except ValueError:
        return False


def main() -> int:
    """Exit code 0: sent. 1: not sent, the reason is printed. 2: Apprise does not know such an address."""
    import apprise

    asked = json.load(sys.stdin)
    guard = Guard()
    if not asked["allow_private"]:
        sys.addaudithook(guard)
    service = apprise.Apprise()
    with apprise.LogCapture(level=apprise.logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]  # it has no types
        if not service.add(asked["url"]):
            return NO_ADDRESS
        sent = service.notify(title=asked["title"], body=asked["body"], body_format=apprise.NotifyFormat.TEXT)
        if not sent:
            print(_reason(guard, redacted(said.getvalue(), asked["url"])))
    return SENT if sent else NOT_SENT


def _reason(guard: Guard, said: str) -> str:
    if guard.refused:
        return f"{guard.refused[0]} is not a public address: set allow_private = true if it is yours"
    return said or "it did not say why"


def redacted(text: str, url: str) -> str:
    """Text in one line, without any part of an address that could be a secret; a service may put one anywhere."""
    _, _, rest = url.partition("://")
    parts = re.split(r"[/:@?&=#,]+", rest)
    for part in sorted({*parts, *map(unquote, parts)}, key=len, reverse=True):
        if len(part) > 3 and not _is_number(part):
            text = text.replace(part, "***")
    return " ".join(text.split())


def _is_number(part: str) -> bool:
    """A port or an address: needed to find out what is wrong, and no secret."""
    try:
        ipaddress.ip_address(part)
    except ValueError:
        return part.isdigit() and len(part) <= 5
    return True


if __name__ == "__main__":
    sys.exit(main())
