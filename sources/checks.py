"""What a declaration must be, checked when it is made: each raises ValueError with a sentence that says what to do."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CRON_NAME = "sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
CRON_FIELD = re.compile(rf"(?:[0-9*/,-]|\b(?:{CRON_NAME})\b)+\Z", re.IGNORECASE)
CRON_HIGHEST = (59, 23, 31, 12, 7)


def require_one_of(name: str, value: object, known: tuple[str | None, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name}={value!r} is not known: choose one of {', '.join(map(repr, known))}")


def require_texts(name: str, value: object) -> None:
    # A text alone is the slip of a missing comma; it would be taken apart into letters.
    if not isinstance(value, tuple | list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError(f"{name}={value!r} must be a tuple of texts: write {name}=('...',) with the comma")


def require_web_addresses(name: str, value: tuple[str, ...]) -> None:
    require_texts(name, value)
    for url in value:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not CONTROL.search(url)
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"{name} has {url!r}: write a whole address, http:// or https:// with a host")


def require_one_line(name: str, value: object) -> None:
    if not isinstance(value, str) or CONTROL.search(value):
        raise ValueError(f"{name}={value!r} must be one line of text: take out line breaks and control characters")


def require_pattern(name: str, value: str) -> None:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        raise ValueError(f"{name}={value!r} is not a regular expression ({error}): mend the rule") from error


def require_selector(name: str, value: str, *, in_browser: bool = False) -> None:
    """A CSS selector, judged by the library that applies it; a browser knows more pseudo-classes than that."""
    from cssselect import HTMLTranslator, SelectorError, parse  # only where there is one: DAGs load every source

    understand = parse if in_browser else HTMLTranslator().css_to_xpath
    try:
        understand(value)
    except (SelectorError, TypeError) as error:
        raise ValueError(f"{name}={value!r} is not a CSS selector ({error}): mend it") from error


def require_number(name: str, value: object, least: float, *, whole: bool = True) -> None:
    kinds = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, kinds) or not value >= least:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{name}={value!r} is not possible: give {kind} of {least:g} or more")


def require_cron(schedule: object) -> None:
    fields = schedule.split() if isinstance(schedule, str) else []
    if len(fields) != len(CRON_HIGHEST) or not all(
        CRON_FIELD.match(part) and all(int(number) <= highest for number in re.findall("[0-9]+", part))
        for part, highest in zip(fields, CRON_HIGHEST, strict=False)
    ):
        raise ValueError(f"schedule={schedule!r} is not a cron line: write five fields in UTC, such as '17 4 * * *'")
