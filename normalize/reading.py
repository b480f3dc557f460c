"""The releases of visits read from the archive and parsed, in their order; some of them ahead, in other processes."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context, parent_process

from archive import reader
from archive.errors import ArchiveError, Corrupt
from archive.store import Store, open_store
from normalize import families
from normalize.model import Release, Result

MOST_FACTS = 20_000  # in memory before they are written
AHEAD = 16  # releases that each process may be ahead of what is written


@dataclass(frozen=True, kw_only=True, slots=True)
class Workers:
    """Processes that read and parse, and how many there are."""

    pool: Executor
    number: int


@contextmanager
def workers(number: int) -> Iterator[Workers | None]:
    """So many processes that read and parse; none for less than two: then it is done where it is asked for."""
    if number < 2:
        yield None
        return
    with processes(number) as pool:
        yield Workers(pool=pool, number=number)


@contextmanager
def processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes, which end when this one does, however it ends. Raises ArchiveError when one is killed.

    Spawned, not forked: Delta's and Arrow's threads do not survive a fork.
    """
    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            reason = "a process that parses documents was killed, as happens when memory runs out"
            raise ArchiveError(reason, action="run it again with --jobs 1: it goes on where it stopped") from error


def _end_with_parent() -> None:
    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def results(store: Store, family: str, releases: Iterable[Release], by: Workers | None) -> Iterator[Result]:
    """What becomes of each release, in their order. Raises ArchiveError."""
    if by is None:
        yield from (result(store, family, release) for release in releases)
        return
    waiting: deque[Future[Result]] = deque()
    for release in releases:
        waiting.append(by.pool.submit(_result, store.url, family, release))
        while len(waiting) > AHEAD * by.number or _facts(waiting) > MOST_FACTS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _facts(waiting: Iterable[Future[Result]]) -> int:
    """How many facts are in memory already."""
    parsed = (future.result().parsed for future in waiting if future.done())
    return sum(len(one.facts) for one in parsed if one)


def result(store: Store, family: str, release: Release) -> Result:
    try:
        payload = reader.read_payload(store, release.citation)
    except Corrupt as error:
        return Result(release=release, reason=str(error))
    found = families.shaped(family, replace(release, payload=payload.body, captured=payload.time))
    return replace(found, release=replace(found.release, payload=b""))  # a visit has many


def _result(url: str, family: str, release: Release) -> Result:
    """The same, in another process."""
    return result(_opened(url), family, release)


@lru_cache(maxsize=1)
def _opened(url: str) -> Store:
    return open_store(url)
