"""Starting things: the stack, the demo, one visit."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter

from fanlight import flow, settings, show
from fanlight.commands.common import parse_time
from fanlight.errors import VisitBlocked, VisitFailed
from sources import registry


def up(_: Namespace) -> int:
    from fanlight.stack import up as start

    start(settings.load())
    return 0


def demo(_: Namespace) -> int:
    from fanlight.demo import run_demo

    return run_demo()


def sources(arguments: Namespace) -> int:
    good, bad = registry.load_each()
    for error in bad.values():
        print(f"fanlight: {error}", file=sys.stderr)
    known, code = good.values(), 2 if bad else 0
    if arguments.json:
        show.lines({"id": source.id, "digest": source.digest(), **source.as_dict()} for source in known)
        return code
    columns = ("id", "title", "shape", "family", "schedule (UTC)", "delay", "robots.txt", "hosts")
    show.table(
        "Sources",
        columns,
        (
            (
                source.id,
                source.title,
                source.spider,
                source.family or "-",
                source.schedule,
                f"{source.politeness.delay:g} s",
                "obeyed" if source.robots.obey else f"not obeyed: {source.robots.reason}",
                " ".join(source.allowed_hosts),
            )
            for source in known
        ),
    )
    return code


def crawl(arguments: Namespace) -> int:
    source = registry.find(arguments.source)
    now = parse_time(arguments.now) if arguments.now else None
    run_id = flow.new_run_id(now, source=None if now else source.id)  # a replay has the times it is given
    extra = ("--now", now.isoformat()) if now else ()
    try:
        done = flow.visit(arguments.source, run_id, arguments=extra)
    except (VisitBlocked, VisitFailed):  # it has a manifest, and that it went wrong is told like anything else
        if not arguments.only_visit:
            _tell(source.id, run_id)
        raise
    if not arguments.only_visit:
        _tell(source.id, run_id)
    return 10 if done["outcome"] == "partial" else 0


def _tell(source: str, run_id: str) -> None:
    """Compare and announce the visit, and shape all of the source that is still waiting."""
    counts = Counter(verdict.verdict for verdict in flow.compare(source, run_id).verdicts)
    flow.say_aloud("verdicts: " + (", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"))
    flow.announce(source, run_id)
    for key in flow.pending(source):
        shaped = flow.shape(key)
        flow.say_aloud(f"told and shaped {key}: {shaped['facts']} facts, {shaped['restatements']} restated")
        for document, reason in shaped["rejected"]:
            flow.say_aloud(f"rejected {show.printable(document)}: {show.printable(reason)}")
