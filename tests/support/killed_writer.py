"""Processes to kill: each keeps exchanges until it has kept `COUNT`, then commits, and says what is safe, line by line.

    python killed_writer.py

It reads lines `STORE_URL SPOOL RUN_ID SEED SAYINGS` from stdin. For each it starts a process, whose id it prints; after
one more line it waits for its end and prints `dead`. What the process said is in the file SAYINGS. They are forked, as
starting Python takes longer than the work.
"""

from __future__ import annotations

import io
import os
import random
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from archive import writer
from archive.layout import run_time
from archive.model import Exchange, Label
from archive.store import open_store
from archive.visit import VisitArchive
from sources.model import Source

COUNT = 40
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
SOURCE = Source(
    id="demo", title="Demo", publisher="Demo", start_urls=(), spider="single_file", allowed_hosts=(), contact="a@b.ex"
)  # fmt: skip


def keep(url: str, spool: Path, run_id: str, seed: int, sayings: Path) -> None:
    """One visit, to be killed at any moment."""
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    started = run_time(run_id)
    said = os.open(sayings, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    visit = VisitArchive(
        store=open_store(url), source=SOURCE, run_id=run_id, spool=spool, clock=lambda: started,
        new_id=lambda: str(uuid.UUID(int=chance.getrandbits(128))), software={},
    )  # fmt: skip
    for number in range(COUNT):
        body = chance.randbytes(chance.choice((0, 10, 3_000, 50_000)))
        moment = started + timedelta(seconds=number)
        unchanged = number % 3 == 2
        exchange = Exchange(
            url=f"https://demo.example/{number}", method="GET", request=b"GET / HTTP/1.1\r\n\r\n",
            response=io.BytesIO(UNCHANGED if unchanged else b"HTTP/1.1 200 OK\r\n\r\n" + body),
            started=moment, finished=moment,
        )  # fmt: skip
        label = Label(role="document", document=exchange.url)
        capture = visit.revisit(exchange, visit.captures[0], label) if unchanged else visit.record(exchange, label)
        if number % 4:
            visit.read_back()
        os.write(said, f"kept {capture.url} {capture.type} {capture.digest}\n".encode())
    os.write(said, b"committing\n")
    visit.commit(outcome="complete", reason="", finished=started + timedelta(seconds=COUNT))
    os.write(said, b"committed\n")


def main() -> None:
    writer.ROLLOVER = 300_000  # several files in each visit
    for line in sys.stdin:
        url, spool, run_id, seed, sayings = line.split()
        child = os.fork()
        if not child:
            keep(url, Path(spool), run_id, int(seed), Path(sayings))
            os._exit(0)
        print(child, flush=True)
        sys.stdin.readline()
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
