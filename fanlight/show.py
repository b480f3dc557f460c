"""Printing: tables for people, JSON lines for programs. What comes from the web is printed, never interpreted."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def lines(rows: Iterable[Any]) -> None:
    """One JSON value per line; a dataclass becomes an object."""
    for row in rows:
        value = asdict(row) if is_dataclass(row) and not isinstance(row, type) else row
        sys.stdout.write(as_json(value).encode(errors="backslashreplace").decode() + "\n")  # half a pair: as \ud800


def as_json(value: Any) -> str:
    """JSON text: a time is ISO 8601, a decimal its digits, and null what JSON has no number for (infinite, NaN)."""
    try:
        return json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    except (ValueError, TypeError):  # a number that JSON has not, a key that is no text
        return json.dumps(_sayable(value), ensure_ascii=False, default=_plain)


def _sayable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name if isinstance(name, str) else _plain(name): _sayable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_sayable(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; on a terminal as wide as that, else as wide as it needs."""
    shown = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(printable(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(shown)


def printable(text: str) -> str:
    """Text without control characters, which could drive a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def size(count: int) -> str:
    """Bytes for people, in powers of 1000."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
