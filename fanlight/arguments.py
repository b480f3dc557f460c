"""The command line's words. Each command is a function under `commands/`; heavy rooms load only when it runs."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from fanlight.commands import again, checking, delivering, retrieving, running, tables, telling, upkeep

EPILOG = """environment:
  ARCHIVE_URL            s3://bucket or file:///folder (default: the embedded bucket, else a folder under FANLIGHT_VAR)
  AWS_ENDPOINT_URL       your own S3 server; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as usual
  FANLIGHT_SOURCES       folders with source files (default: the sources that come with Fanlight)
  FANLIGHT_CONTACT       who visits: the address that publishers are told, as in mailto:you@your.org
  FANLIGHT_VAR           data of the embedded stack, spool files, logs (default: ./var)
  FANLIGHT_CHROMIUM      the browser to use
  FANLIGHT_ALLOW_PRIVATE hosts, addresses or networks that may be visited though they are not public
  FANLIGHT_RECONCILE_SECONDS  how often what no bell rang for is looked for (default: every five minutes)
  FANLIGHT_DELIVERIES    a file that says which events are passed on where (docs/events.md)
"""


COMMANDS = {
    function.__name__: function
    for function in (
        running.up,
        running.demo,
        running.sources,
        running.crawl,
        retrieving.captures,
        retrieving.get,
        retrieving.changes,
        telling.events,
        tables.table,
        tables.query,
        tables.cite,
        checking.verify,
        checking.compare,
        checking.normalize,
        again.recompare,
        again.reprocess,
        upkeep.recover,
        delivering.deliver,
        delivering.deliveries,
    )
}


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="fanlight",
        description="Visits transparency pages, keeps them as WARC, says what really changed, makes cited tables.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _stack(verbs)
    _visiting(verbs)
    _retrieving(verbs)
    _tables(verbs)
    _upkeep(verbs)
    _again(verbs)
    _files(verbs)
    return top


def _add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_text: str, *, json: bool = False
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
    verb.set_defaults(run=COMMANDS[name])
    if json:
        verb.add_argument("--json", action="store_true", help="JSON lines, for programs")
    return verb


def _stack(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(verbs, "up", "start the object store and Airflow with the real sources; stays until Ctrl-C")
    _add(verbs, "demo", "run the whole loop on a made-up site in two editions and check what was found")


def _visiting(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(verbs, "sources", "list what is visited, how often and how gently", json=True)
    crawl = _add(verbs, "crawl", "visit one source now, then compare, tell and shape, without Airflow")
    crawl.add_argument("source", help="a source's id, or the path of a source file")
    crawl.add_argument("--only-visit", action="store_true", help="stop after the visit")
    crawl.add_argument("--now", metavar="TIME", help="pretend that it is this time (ISO 8601), to replay old captures")


def _retrieving(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    captures = _add(verbs, "captures", "list visits, or the captures of one visit", json=True)
    captures.add_argument("source", nargs="?", help="a source's id (default: all)")
    captures.add_argument("--run-id", metavar="ID", help="list the captures of this visit; `latest` for the newest")
    get = _add(verbs, "get", "print an archived page or file, as it was")
    get.add_argument("url")
    get.add_argument("--at", metavar="TIME", help="the capture at or before this time (ISO 8601; default: the newest)")
    get.add_argument("--source", help="look only in this source")
    get.add_argument("--output", type=Path, metavar="FILE", help="write there instead of standard output")
    changes = _add(verbs, "changes", "show the verdicts on a source's documents", json=True)
    changes.add_argument("source")
    changes.add_argument("--run-id", metavar="ID", help="of this visit (default: the newest)")
    changes.add_argument("--all", action="store_true", help="unchanged documents too")
    events = _add(verbs, "events", "read the event log", json=True)
    events.add_argument("--from", dest="start", default="1", metavar="N", help="from this sequence or day (YYYY-MM-DD)")
    events.add_argument(
        "--last",
        type=int,
        metavar="N",
        help="only the newest N of each source, in whole batches, and of these the --type",
    )
    events.add_argument("--source", help="only this source")
    events.add_argument("--follow", action="store_true", help="stay, and print what is still to come")
    events.add_argument("--digest", action="store_true", help="what happened, as a person would be told")
    events.add_argument("--type", dest="kind", help="only this type, as in document.restated")
    verify = _add(verbs, "verify", "check archived bytes against everything that was promised of them", json=True)
    verify.add_argument("target", nargs="?", help="a WARC file or a source's id (default: the whole bucket)")
    verify.add_argument("--run-id", metavar="ID", help="only this visit of the source")


def _tables(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    table = _add(verbs, "table", "print a table of facts, or a view of it")
    table.add_argument("name", help="code_report, enforcement_latest, restatements, coverage, ...")
    table.add_argument("--source", help="only this source")
    table.add_argument("--where", metavar="SQL", help="a condition, as in \"raw_value like '%%%%'\"")
    table.add_argument("--as-of", metavar="TIME", help="what the releases of that moment said (ISO 8601)")
    table.add_argument("--limit", type=int, metavar="N", help="rows to print (0: all; default: 40 as text, else all)")
    query = _add(verbs, "query", "ask the tables in SQL (DuckDB)")
    query.add_argument("sql", help="a SELECT over the tables and views of docs/data-dictionary.md")
    for verb in (table, query):
        verb.add_argument("--format", choices=("text", "csv", "json", "parquet"), default="text")
        verb.add_argument("--output", metavar="FILE", help="where to write parquet")
    cite = _add(verbs, "cite", "print what the archived bytes say where a fact points")
    cite.add_argument("fact", help="a JSON line of `fanlight table` or `fanlight events`; - reads lines")


def _upkeep(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(verbs, "recover", "finish or close visits that a killed process left")
    deliver = _add(verbs, "deliver", "pass waiting events on to the targets set up in FANLIGHT_DELIVERIES")
    deliver.add_argument("name", nargs="?", help="only this delivery")
    deliveries = _add(verbs, "deliveries", "show how far deliveries are, and deal with what was given up on", json=True)
    what = "progress (default), dead: list dead letters, again: send them, drop: they need not be sent"
    deliveries.add_argument("verb", nargs="?", choices=sorted(delivering.VERBS), default="progress", help=what)
    which = "a delivery, a source of it or a letter of it, as newsroom/meta_cser/12-0 (default: all)"
    deliveries.add_argument("which", nargs="?", help=which)


def _again(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    recompare = _add(verbs, "recompare", "compare a source's visits anew, after the rules of comparison have changed")
    recompare.add_argument("source")
    recompare.add_argument("--since", metavar="DAY", help="only visits from this day on (2026-03-01)")
    reprocess = _add(verbs, "reprocess", "shape the archive anew with today's parsers, then switch the tables over")
    reprocess.add_argument("--family", help="only sources of this family")
    reprocess.add_argument("--source", help="only this source")
    reprocess.add_argument("--since", metavar="DAY", help="only visits from this day on; reports, never switches")
    reprocess.add_argument("--name", type=_rebuild, help="go on with the rebuild of this name (default: today's date)")
    reprocess.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at the same time (default: 2)")
    reprocess.add_argument("--dry-run", action="store_true", help="say what would differ and switch nothing")


def _rebuild(name: str) -> str:
    if not re.fullmatch(r"[\w-][\w.-]*", name):
        raise argparse.ArgumentTypeError(f"{name!r} is no name: use letters, digits and dashes")
    return name


def _files(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = _add(verbs, "compare", "compare dated files of one page, in order; one JSON line per pair")
    compare.add_argument("--url", required=True, help="where the files were found")
    compare.add_argument("files", nargs="+", type=Path, metavar="FILE")
    normalize = _add(verbs, "normalize", "shape releases of one document, in order, as JSON lines")
    normalize.add_argument("--family", required=True, help="code_report, enforcement, narrative, ...")
    normalize.add_argument("--url", required=True, help="where the files were found")
    normalize.add_argument("files", nargs="+", type=Path, metavar="FILE")
