"""Puts one visit's parts together and runs its spider in our own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler

from sources.model import Shape
from spiders.base import Tools
from spiders.code_portal import CodePortal
from spiders.connection import Dialer, Pool, tls_context
from spiders.document_list import DocumentList
from spiders.doubts import Doubts
from spiders.guard import Guard, parse_private
from spiders.pace import Pace
from spiders.rendered_list import RenderedList
from spiders.route import routes_from
from spiders.settings import settings_for
from spiders.single_file import SingleFile
from spiders.visit import Visit
from spiders.wire import Wire

if TYPE_CHECKING:
    from spiders.rendering import Renderer

EXCHANGE_SECONDS = 900.0  # the longest that one answer may take
SPIDERS: Mapping[Shape, type[Spider]] = {
    "code_portal": CodePortal,
    "document_list": DocumentList,
    "rendered_list": RenderedList,
    "single_file": SingleFile,
}


async def crawl(visit: Visit, *, env: Mapping[str, str], spool: Path) -> None:
    """Runs the visit to its end, or until it is stopped. Raises `VisitError` when it cannot begin."""
    tools = _tools(visit, env, spool)
    kind = SPIDERS[visit.source.spider]
    runner = AsyncCrawlerRunner(settings_for(visit.source))
    crawler = runner.create_crawler(kind)
    _listen(visit)
    watch = asyncio.create_task(_watch(tools, crawler))
    try:
        if tools.renderer:
            await tools.renderer.start()
        await runner.crawl(crawler, tools=tools)
        if visit.pages and not visit.broken:
            await visit.in_turn(visit.keep_pages)
    finally:
        watch.cancel()
        if tools.renderer:
            await tools.renderer.close()
        tools.wire.abort()


def _tools(visit: Visit, env: Mapping[str, str], spool: Path) -> Tools:
    polite = visit.source.politeness
    private = parse_private(env.get("FANLIGHT_ALLOW_PRIVATE", ""))
    guard = Guard(allows=visit.source.allows, ports=visit.source.ports, private=private)
    wire = Wire(
        pool=Pool(Dialer(guard=guard, context=tls_context())),
        routes=routes_from(env),
        clock=visit.clock,
        spool=spool,
        max_bytes=polite.max_response_bytes,
        max_seconds=min(EXCHANGE_SECONDS, polite.max_seconds),
        on_failure=visit.break_off,
        on_chain=lambda route, chain: visit.in_turn(partial(visit.keep_chain, route, chain)),
    )
    renderer = _renderer(visit, wire, env, spool) if getattr(SPIDERS[visit.source.spider], "rendered", False) else None
    pace = Pace(folder=spool / ".hosts", delay=polite.delay, budget=visit.budget)
    return Tools(visit=visit, wire=wire, renderer=renderer, pace=pace, doubts=Doubts(visit=visit))


def _renderer(visit: Visit, wire: Wire, env: Mapping[str, str], spool: Path) -> Renderer:
    from spiders.rendering import Renderer  # only now: importing Playwright takes as long as a short visit

    return Renderer(visit=visit, wire=wire, spool=spool, env=env)


def _listen(visit: Visit) -> None:
    """Signals, the clock, and the end of whoever reads what we say end a visit; what it has is committed all the same.

    A task of Airflow's that was killed does not take its visit along, which would be in the way of the task's next try.
    """
    loop = asyncio.get_running_loop()
    said = os.dup(sys.stdout.fileno())  # of our own: what is said to nobody goes elsewhere from then on
    if stat.S_ISFIFO(os.fstat(said).st_mode):

        def alone() -> None:
            loop.remove_reader(said)
            visit.budget.end("whoever started it is gone")

        loop.add_reader(said, alone)  # nothing can be read from it: this is called when its other end is closed
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, visit.budget.end, f"stopped by {number.name}")
    seconds = visit.source.politeness.max_seconds
    loop.call_later(seconds, visit.budget.end, f"the limit of {seconds} s is reached")


async def _watch(tools: Tools, crawler: Crawler) -> None:
    """Once the visit is told to end: break off what is under way, which is kept as cut off."""
    await tools.visit.budget.stopping.wait()
    tools.wire.abort()
    if tools.renderer:
        await tools.renderer.close()
    with contextlib.suppress(RuntimeError):  # not started yet, or already over
        await crawler.stop_async()
