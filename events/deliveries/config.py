"""The deliveries of this installation: a TOML file, named by FANLIGHT_DELIVERIES.

    [[delivery]]
    name = "newsroom"
    kind = "webhook"
    url = "https://hooks.example.org/fanlight"
    secrets = ["NEWSROOM_SECRET", "NEWSROOM_SECRET_BEFORE"]
    types = ["document.restated", "fact.restated"]
    sources = ["meta_cser"]

Secrets are names of environment variables, never the secrets themselves.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from events.deliveries.errors import DeliveryMisconfigured
from events.deliveries.model import Delivery, Kind
from events.model import TYPES

VARIABLE = "FANLIGHT_DELIVERIES"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
SCHEMES: dict[str, tuple[str, ...]] = {
    "webhook": ("https", "http"),
    "redis": ("redis", "rediss"),
    "atom": ("",),
    "notify": ("",),
}
LISTS: dict[str, Callable[[list[str]], Any]] = {"secrets": tuple, "types": frozenset, "sources": frozenset}
DIGESTS = ("", "daily", "weekly")
POSITIVE = ("timeout", "budget", "attempts", "patience_hours")


def load(environ: Mapping[str, str] = os.environ) -> list[Delivery]:
    """The deliveries that FANLIGHT_DELIVERIES names; none when it is not set. Raises DeliveryMisconfigured."""
    path = environ.get(VARIABLE)
    if not path:
        return []
    try:
        return parse(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DeliveryMisconfigured(f"{VARIABLE} names {path}, which cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DeliveryMisconfigured(f"{path} is not UTF-8 text") from error


def parse(text: str) -> list[Delivery]:
    """The deliveries of a TOML text; raises DeliveryMisconfigured."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeliveryMisconfigured(f"the deliveries are not TOML: {error}") from error
    if unknown := raw.keys() - {"delivery"}:
        raise DeliveryMisconfigured(f"there is no setting {sorted(unknown)[0]!r}: write [[delivery]] tables")
    tables = raw.get("delivery", [])
    if not isinstance(tables, list):
        raise DeliveryMisconfigured("delivery must be a list of tables: write [[delivery]] with double brackets")
    found = [_delivery(table) for table in tables]
    names = [delivery.name for delivery in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DeliveryMisconfigured(f"two deliveries are called {sorted(twice)[0]!r}: each needs a name of its own")
    return found


def _delivery(raw: dict[str, Any]) -> Delivery:
    name = raw.get("name")
    if not isinstance(name, str) or not NAME.match(name):
        raise DeliveryMisconfigured(f"a delivery needs a name of lower-case letters, digits, _ and -, not {name!r}")
    if "kind" not in raw:
        raise DeliveryMisconfigured(f"delivery {name} needs a kind: one of {', '.join(get_args(Kind))}")
    try:
        _check_types(raw)
        made = Delivery(**{key: LISTS[key](value) if key in LISTS else value for key, value in raw.items()})
        _check(made)
    except ValueError as error:
        raise DeliveryMisconfigured(f"delivery {name}: {error}") from error
    return made


def _check_types(raw: dict[str, Any]) -> None:
    """Every setting is known and of the type of its default."""
    defaults = {field.name: field.default for field in fields(Delivery)}
    for key, value in raw.items():
        if key not in defaults:
            raise ValueError(f"there is no setting {key!r}; there are {', '.join(defaults)}")
        if key in LISTS:
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif isinstance(defaults[key], float):
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        else:
            fits = type(value) is (str if key in ("name", "kind") else type(defaults[key]))
        if not fits:
            raise ValueError(f"{key} cannot be {value!r}")


def _check(made: Delivery) -> None:
    if made.kind not in get_args(Kind):
        raise ValueError(f"kind is one of {', '.join(get_args(Kind))}, not {made.kind!r}")
    if unknown := made.types - TYPES:
        raise ValueError(f"there are no events of type {sorted(unknown)[0]!r}; see docs/events.md")
    if made.start not in ("end", "beginning"):
        date.fromisoformat(made.start)  # its own message names the text
    for key in POSITIVE:
        if getattr(made, key) <= 0:
            raise ValueError(f"{key} must be more than 0")
    if made.digest not in DIGESTS or (made.digest and made.kind != "notify"):
        raise ValueError(f"digest is daily or weekly, and only a notify has one, not {made.digest!r}")
    if made.kind == "notify" and len(made.secrets) != 1:
        raise ValueError('a notify needs the variable that holds its address, as secrets = ["NEWSROOM_MAIL"]')
    _check_url(made)


def _check_url(made: Delivery) -> None:
    parts = urlsplit(made.url)
    if parts.password:  # before anything that shows the url
        raise ValueError("a password does not belong into the url: name its environment variable in secrets")
    if parts.scheme not in SCHEMES[made.kind]:
        allowed = " or ".join(f"{scheme}://" for scheme in SCHEMES[made.kind] if scheme) or "nothing"
        raise ValueError(f"url of a {made.kind} begins with {allowed}, not {made.url!r}")
    if SCHEMES[made.kind] != ("",) and not parts.hostname:
        raise ValueError(f"url {made.url!r} names no host")
    if parts.scheme == "http" and not made.allow_private:
        raise ValueError("http:// can be read on the way: use https://, or allow_private = true for your own network")
    if made.kind == "webhook" and not made.secrets:
        raise ValueError('a webhook is signed: name its secret, as secrets = ["NEWSROOM_SECRET"]')
