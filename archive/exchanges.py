"""The named fields of the records that an exchange becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from archive.digests import Measured
from archive.model import Capture, Exchange
from archive.warc import HTTP_REQUEST, HTTP_RESPONSE, as_uri, warc_date
from sources.model import Source

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = 304

Fields = list[tuple[str, str | None]]


def warcinfo(source: Source, run_id: str, software: Mapping[str, str]) -> dict[str, str]:
    """Who made this file, with what, and under which rules."""
    return {
        "software": " ".join(f"{name}/{version}" for name, version in software.items()),
        "operator": source.contact,
        "robots": "obeyed" if source.robots.obey else f"not obeyed: {source.robots.reason}",
        "isPartOf": source.id,
        "description": f"{source.title} ({source.publisher})",
        "visit": run_id,
        "declaration": source.digest(),
    }


def response_fields(exchange: Exchange, found: Measured) -> Fields:
    return [
        ("Content-Type", HTTP_RESPONSE),
        ("WARC-Payload-Digest", found.payload),
        *_connection(exchange, found),
        ("WARC-Truncated", exchange.truncated),
    ]


def request_fields(exchange: Exchange, response_id: str | None) -> Fields:
    return [
        ("Content-Type", HTTP_REQUEST),
        ("WARC-Concurrent-To", bracketed(response_id)),
        ("WARC-IP-Address", exchange.peer),
    ]


def revisit_fields(exchange: Exchange, found: Measured, original: Capture, *, with_head: bool) -> Fields:
    """`with_head`: the block is the head of a response with the same body; else there is no block."""
    return [
        *same_as(original),
        *_connection(exchange, found),
        ("Content-Type", HTTP_RESPONSE if with_head else None),
        ("WARC-Truncated", "length" if with_head else None),
    ]


def same_as(original: Capture) -> Fields:
    """What names the record that has the payload."""
    refers = original.as_original()
    return [
        ("WARC-Profile", IDENTICAL),
        ("WARC-Refers-To", bracketed(refers.record_id)),
        ("WARC-Refers-To-Target-URI", as_uri(refers.url)),
        ("WARC-Refers-To-Date", warc_date(refers.time)),
        ("WARC-Payload-Digest", original.payload or original.digest),
    ]


def is_revisit(exchange: Exchange, found: Measured, original: Capture) -> bool:
    """Whether what came back is what `original` is. Only a GET says anything of the payload."""
    if exchange.method != "GET" or original.method != "GET" or exchange.truncated or found.head is None:
        return False
    if found.head.status == NOT_MODIFIED:
        return True
    return found.size > 0 and (found.head.status, found.digest) == (original.status, original.digest)


def head_of(response: IO[bytes], found: Measured) -> bytes:
    """The response's head, byte for byte, with its blank line."""
    response.seek(0)
    return response.read(found.head.body_start if found.head else 0)


def bracketed(record_id: str | None) -> str | None:
    return f"<{record_id}>" if record_id else None


def _connection(exchange: Exchange, found: Measured) -> Fields:
    """Peer and protocols; `WARC-Protocol` and `WARC-Cipher-Suite` are community extensions of WARC 1.1."""
    return [
        ("WARC-IP-Address", exchange.peer),
        ("WARC-Protocol", found.head.version.lower() if found.head else None),
        ("WARC-Protocol", exchange.tls and exchange.tls.lower().replace("tlsv", "tls/")),
        ("WARC-Cipher-Suite", exchange.cipher),
    ]
