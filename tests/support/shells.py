"""Short pages, as they stand in the place of others, and how they are judged."""

from __future__ import annotations

from typing import Any

from changes.quality import assess

HTML = (("Content-Type", "text/html; charset=utf-8"),)
REPORTS = "https://portal.example/reports"
SENTENCE = "In the first half of the year the service decided on forty thousand notices in all member states. "


def short_page(title: str, *parts: str, h1: str = "", lang: str = "en", head: str = "") -> str:
    """A page of these parts: elements as they are, sentences as paragraphs."""
    heading = f"<h1>{h1}</h1>" if h1 else ""
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    start = f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head>'
    return f"{start}<body>{heading}{body}</body></html>"


def judge_page(body: str, status: int = 200, url: str = REPORTS, **more: Any) -> tuple[str, str]:
    """Its quality, and why."""
    headers = (*HTML, *more.get("headers", ()))
    language = more.get("language", "en")
    return assess(url=url, status=status, headers=headers, body=body.encode(), role="page", language=language)
