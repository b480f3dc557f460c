"""Keeping one visit: every exchange becomes records in a WARC and a line in the index; the manifest commits it all.

An error in here is fatal to the visit: a byte that could not be kept stops it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from archive import checks, commit, exchanges, index, layout, manifest
from archive import spool as spools
from archive.digests import Measured, measure, sha256
from archive.disk import append_line
from archive.errors import AlreadyExists
from archive.model import Capture, Exchange, Label, Manifest, Outcome
from archive.reader import latest_run
from archive.recover import recover_source
from archive.store import Store
from archive.warc import HTTP_RESPONSE, WARC_FIELDS, as_uri, warc_fields
from archive.writer import Place, Writer
from sources.model import Source


class VisitArchive:
    """One visit being kept. `new_id` gives the text of a new UUID. Used by one thread at a time.

    Its files lie in `spool`/<source>/<run_id>/ until `commit`; what an earlier visit of this source left there is
    finished first. Raises AlreadyExists when a visit with this id was committed, Busy while another one of this source
    is being kept, NoSpace when the disk is full, and the Store* errors.
    """

    def __init__(
        self, *, store: Store, source: Source, run_id: str, spool: Path, clock: Callable[[], datetime],
        new_id: Callable[[], str], software: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._store = store
        self._lock = spools.lock(spool, source.id)
        try:
            self.recovered = tuple(recover_source(store, spool, source.id))
            self._opened, self.previous = _opened(store, source, run_id, clock(), software)
            self._folder = spool / source.id / run_id
            spools.open_visit(self._folder, store.url, self._opened)
        except BaseException:
            self._lock.close()
            raise
        self._prefix = layout.run_prefix(source.id, run_id)
        self._captures: list[Capture] = []
        self._lines = (self._folder / spools.LINES).open("ab", buffering=0)
        self._writer = Writer(
            self._folder, name_file=lambda serial: layout.warc_name(source.id, self._opened.started, serial),
            new_id=new_id, clock=clock, info=exchanges.warcinfo(source, run_id, software),
        )  # fmt: skip

    @property
    def captures(self) -> Sequence[Capture]:
        """What was captured so far, in order."""
        return tuple(self._captures)

    @property
    def bytes_written(self) -> int:
        """Bytes of all WARCs so far."""
        return self._writer.bytes_written

    def record(self, exchange: Exchange, label: Label) -> Capture:
        """Keep one exchange: response, request and what else is known of it, each its own record."""
        self._writer.roll()
        if exchange.response is None:
            return self._record_request(exchange, label)
        return self._record_response(exchange, exchange.response, measure(exchange.response), label)

    def revisit(self, exchange: Exchange, original: Capture, label: Label) -> Capture:
        """Keep an exchange that asked for what `original` is; without its payload, if that is what came back.

        It is when the server says so (304), or when status and decoded payload are the same. The capture then has the
        type `revisit`, and its citation leads to the original. Else it is kept as by `record`.
        """
        self._writer.roll()
        if exchange.response is None:
            return self._record_request(exchange, label)
        found = measure(exchange.response)
        if exchanges.is_revisit(exchange, found, original):
            return self._record_revisit(exchange, exchange.response, found, original, label)
        return self._record_response(exchange, exchange.response, found, label)

    def resource(
        self, *, url: str, body: bytes, media_type: str, time: datetime, label: Label, status: int = 200,
        concurrent_to: str | None = None, known: Capture | None = None,
    ) -> Capture:  # fmt: skip
        """Keep something made rather than received (a rendered DOM, a screenshot, a text). Ids as in `Capture`.

        When `known`, an earlier capture of the same URL, holds just these bytes, a revisit names it.
        """
        self._writer.roll()
        digest = sha256(body)
        if known and body and (known.digest, known.status) == (digest, status):
            return self._resource_again(known, time, label)
        fields = [("Content-Type", media_type), ("WARC-Concurrent-To", exchanges.bracketed(concurrent_to))]
        place = self._write("resource", io.BytesIO(body), url, time, digest, [*fields, ("WARC-Payload-Digest", digest)])
        return self._index(
            place, url=url, time=time, method="GET", label=label, type="resource", status=status,
            media_type=media_type.partition(";")[0].strip().lower(), digest=digest, size=len(body),
        )  # fmt: skip

    def note(self, *, url: str, body: bytes, media_type: str, time: datetime, concurrent_to: str | None = None) -> None:
        """Keep a fact about a visit or a record (a certificate chain, console errors) as metadata, not indexed."""
        fields = [("Content-Type", media_type), ("WARC-Concurrent-To", exchanges.bracketed(concurrent_to))]
        self._write("metadata", io.BytesIO(body), url, time, sha256(body), fields)

    def read_back(self) -> None:
        """Read and check what was written since the last time: the commit does it otherwise. Never fails."""
        self._writer.go_back()

    def commit(
        self, *, outcome: Outcome, reason: str, finished: datetime, counts: Mapping[str, int] | None = None
    ) -> Manifest:
        """Close and verify the files, upload them, and put the manifest last. May be repeated when it failed."""
        self._writer.close()
        self._writer.go_back()
        kept = commit.seal(
            self._folder, self._opened, self._captures, read_back=self._writer.read_back,
            outcome=outcome, reason=reason, finished=finished, counts=counts or {},
        )  # fmt: skip
        commit.upload(self._store, self._folder, kept)
        self._writer.release()
        self._lock.close()
        return kept

    def _resource_again(self, known: Capture, time: datetime, label: Label) -> Capture:
        place = self._write("revisit", io.BytesIO(), known.url, time, sha256(b""), exchanges.same_as(known))
        return self._index(
            place, url=known.url, time=time, method="GET", label=label, type="revisit", status=known.status,
            media_type=known.media_type, digest=known.digest, size=known.size, original=known.as_original(),
        )  # fmt: skip

    def _record_response(self, exchange: Exchange, block: IO[bytes], found: Measured, label: Label) -> Capture:
        fields = exchanges.response_fields(exchange, found)
        place = self._write("response", block, exchange.url, exchange.started, found.block, fields)
        self._writer.measured(place, found)
        self._write_companions(exchange, place.record_id)
        return self._index(
            place, url=exchange.url, time=exchange.started, method=exchange.method, label=label, type="response",
            status=found.head.status if found.head else 0, media_type=found.head.media_type if found.head else "",
            digest=found.digest, size=found.size, payload=found.payload if found.payload != found.digest else None,
        )  # fmt: skip

    def _record_revisit(
        self, exchange: Exchange, response: IO[bytes], found: Measured, original: Capture, label: Label
    ) -> Capture:
        head = exchanges.head_of(response, found)
        block = head if found.payload == (original.payload or original.digest) else b""
        fields = exchanges.revisit_fields(exchange, found, original, with_head=bool(block))
        place = self._write("revisit", io.BytesIO(block), exchange.url, exchange.started, sha256(block), fields)
        self._writer.check(checks.to_line(exchange, place.record_id, b"" if block else head))
        return self._index(
            place, url=exchange.url, time=exchange.started, method=exchange.method, label=label, type="revisit",
            status=original.status, media_type=original.media_type, digest=original.digest, size=original.size,
            original=original.as_original(), payload=original.payload,
        )  # fmt: skip

    def _record_request(self, exchange: Exchange, label: Label) -> Capture:
        place = self._write_request(exchange, None)
        self._write_asides(exchange, place.record_id)
        body = exchange.request.partition(b"\r\n\r\n")[2]
        return self._index(
            place, url=exchange.url, time=exchange.started, method=exchange.method, label=label, type="request",
            status=0, media_type="", digest=sha256(body), size=len(body),
        )  # fmt: skip

    def _write_companions(self, exchange: Exchange, response_id: str) -> None:
        self._write_request(exchange, response_id)
        self._write_asides(exchange, response_id)

    def _write_request(self, exchange: Exchange, response_id: str | None) -> Place:
        block = io.BytesIO(exchange.request)
        fields = exchanges.request_fields(exchange, response_id)
        return self._write("request", block, exchange.url, exchange.started, sha256(exchange.request), fields)

    def _write_asides(self, exchange: Exchange, about: str) -> None:
        """Interim heads, what came behind the end, and the error that ended it, as metadata records of their own."""
        if exchange.interim:
            self.note(
                url=exchange.url, body=exchange.interim, media_type=HTTP_RESPONSE,
                time=exchange.started, concurrent_to=about,
            )  # fmt: skip
        if exchange.surplus:
            self.note(
                url=exchange.url, body=exchange.surplus, media_type="application/octet-stream",
                time=exchange.finished, concurrent_to=about,
            )  # fmt: skip
        if exchange.error:
            self.note(
                url=exchange.url, body=warc_fields({"fetchError": exchange.error}), media_type=WARC_FIELDS,
                time=exchange.finished, concurrent_to=about,
            )  # fmt: skip

    def _write(
        self,
        kind: str,
        block: IO[bytes],
        url: str,
        time: datetime,
        digest: str,
        fields: Iterable[tuple[str, str | None]],
    ) -> Place:
        return self._writer.write(kind, block, [("WARC-Target-URI", as_uri(url)), *fields], time=time, digest=digest)

    def _index(self, place: Place, **fields: object) -> Capture:
        capture = Capture(
            warc=self._prefix + place.name, offset=place.offset, length=place.length, record_id=place.record_id,
            **fields,  # type: ignore[arg-type]
        )  # fmt: skip
        self._captures.append(capture)  # first: its record is in the WARC, whatever becomes of the line
        append_line(self._lines, index.to_line(capture).encode())
        return capture


def _opened(
    store: Store, source: Source, run_id: str, started: datetime, software: Mapping[str, str]
) -> tuple[Manifest, Manifest | None]:
    """The manifest as it is known when the visit begins, and the previous one that it pins."""
    if store.exists(layout.manifest_key(source.id, run_id)):
        raise AlreadyExists(f"visit {run_id} of {source.id} was committed before", action="visit under a new run id")
    before = latest_run(store, source.id, before=run_id)
    data = store.get(layout.manifest_key(source.id, before)) if before else None
    opened = Manifest(
        source=source.id,
        run_id=run_id,
        started=started,
        finished=started,
        outcome="failed",
        reason="the visit was cut off",
        previous=before,
        previous_digest=sha256(data) if data else None,
        counts={},
        objects=(),
        software=dict(software),
        declaration=source.as_dict(),
        declaration_digest=source.digest(),
    )
    return opened, manifest.from_json(data) if data else None
