"""What happened, in a sentence for people."""

from __future__ import annotations

from events.model import Event, EventType

SENTENCES: dict[EventType, str] = {
    "page.changed": "The page {subject} changed",
    "page.gone": "The page {subject} is gone",
    "document.published": "Published: {subject}",
    "document.restated": "The document {subject} has other content than before",
    "document.withdrawn": "The document {subject} was withdrawn",
    "document.reappeared": "{subject} is there again",
    "document.relocated": "{subject} lies somewhere else now",
    "fact.restated": "Restated in {subject}: {key} was {before}, is {after}",
    "fact.withdrawn": "No longer in {subject}: {key}, which was {before}",
    "report.overdue": "Overdue since {due}: {expected}",
    "source.blocked": "{source} refuses us",
    "source.recovered": "{source} lets us in again",
    "parser.upgraded": "We read {source} in a new way ({parser})",
}


def sentence(event: Event) -> str:
    """The event as one sentence, without a full stop."""
    values = event.data.get("raw_value", {})
    return SENTENCES[event.type].format(
        subject=event.subject,
        source=event.source,
        key=" / ".join(event.data.get("key", ())),
        before=values.get("before"),
        after=values.get("after"),
        due=event.data.get("due"),
        expected=event.data.get("expected"),
        parser=event.data.get("parser"),
    )
