"""An S3 server that errs, hangs up, is slow or full while a visit is put into it: told, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from archive_visits import FIRST, START, MakeVisit, exchange, page
from stores import S3Server

from archive import reader, store_s3
from archive.errors import ArchiveError, NoSpace, StoreUnreachable
from archive.model import Label
from archive.recover import recover
from archive.store import Store
from archive.store_s3 import S3Store
from archive.verify import verify_bucket

PATIENCE = 0.5


class Faulty(BaseHTTPRequestHandler):
    """Does to every request what its bucket is called."""

    def do_PUT(self) -> None:
        fault = self.path.split("/")[1]
        if fault == "slow":
            time.sleep(3 * PATIENCE)
        elif fault.isdigit():
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(int(fault))
            self.send_header("Content-Length", "0")
            self.end_headers()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(store_s3, "PATIENCE", PATIENCE)
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("bucket", "error"),
    [("500", StoreUnreachable), ("503", StoreUnreachable), ("507", NoSpace), ("hang-up", StoreUnreachable),
     ("slow", StoreUnreachable)],
)  # fmt: skip
def test_an_upload_that_fails_is_told_and_made_up_for(
    bucket: str, error: type[ArchiveError], faulty: str, s3_env: S3Server, s3_store: Store, make_visit: MakeVisit,
    tmp_path: Path,
) -> None:  # fmt: skip
    assert s3_env.bucket
    visit = make_visit(s3_store)
    capture = visit.record(exchange(page(b"kept")), Label())
    visit._store = S3Store(bucket, endpoint=faulty)
    with pytest.raises(error) as told:
        visit.commit(outcome="complete", reason="", finished=START)
    assert told.value.retry
    assert reader.runs(s3_store, "demo") == []
    visit._lock.close()

    assert [(one.how, one.run_id) for one in recover(s3_store, tmp_path / "spool")] == [("finished", FIRST)]
    assert reader.load_captures(s3_store, "demo", FIRST) == [capture]
    assert list(verify_bucket(s3_store)) == []
