"""How visits end when the web, the operator or the archive does not play along."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from fidelity import Answer, Reply, Site, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "http://site.example"
WALL = reply(b"<html><title>Just a moment...</title><body>Checking your browser</body></html>", status="403 Forbidden")
LIST = page("Reports", "".join(f'<a href="/{n}.csv">Report {n}</a>' for n in range(1, 6)))
CSV = reply(b"a,b\n1,2\n", kind="text/csv")
FILES: dict[str, Answer] = {f"/{n}.csv": CSV for n in range(1, 6)}
ENDLESS = Reply((b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n", *[b"1,2\n" * 256] * 400), close=True, pause=0.01)


def listing(more: str = "", polite: str = "delay=0.0") -> str:
    return (
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        f"follow=(Follow(match=r'\\.csv$'),), politeness=Politeness({polite}), {more}"
    )


def test_every_start_page_behind_a_wall_is_blocked(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    visited = visit(make_source(listing()), env=site({"/": WALL}).env())
    assert (visited.code, visited.manifest.outcome) == (20, "blocked"), visited.output
    capture = visited.one(f"{ORIGIN}/")
    assert (capture.status, capture.label.quality) == (403, "blocked")
    assert b"Just a moment" in visited.body(capture.url)  # archived all the same


def test_one_walled_document_makes_it_partial(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(LIST), **FILES, "/3.csv": WALL})
    visited = visit(make_source(listing()), env=served.env())
    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output
    assert "/3.csv" in visited.told["reason"]


def test_an_unreachable_host_fails_with_the_reason(visit: Visitor, make_source: SourceMaker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    declaration = listing().replace(ORIGIN, f"http://localhost:{port}").replace("'site.example'", "'localhost'")
    visited = visit(make_source(declaration), env={"FANLIGHT_ALLOW_PRIVATE": "localhost"})
    assert (visited.code, visited.manifest.outcome) == (30, "failed"), visited.output
    assert "no connection to localhost" in visited.manifest.reason
    assert "Traceback" not in visited.output


def test_an_unverifiable_certificate_fails(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(LIST)})
    env = {**served.env(), "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", "")}
    visited = visit(make_source(listing().replace("http://", "https://")), env=env)
    assert visited.code == 30 and "certificate verify failed" in visited.told["reason"], visited.output
    assert served.log == []


def test_a_private_address_is_refused(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(LIST)})
    declaration = listing().replace(ORIGIN, f"http://localhost:{served.http}").replace("'site.example'", "'localhost'")
    visited = visit(make_source(declaration))
    assert visited.code == 30 and "which is not public" in visited.told["reason"], visited.output
    assert served.log == []


def test_robots_txt_is_obeyed_and_archived(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    robots = reply(b"User-agent: Fanlight\nDisallow: /2.csv\n", kind="text/plain")
    served = site({"/": reply(LIST), "/robots.txt": robots, **FILES})
    visited = visit(make_source(listing()), env=served.env())
    assert visited.code == 0, visited.output
    assert served.asked("/2.csv") == [] and len(served.asked("/3.csv")) == 1
    assert visited.one(f"{ORIGIN}/robots.txt").label.role == "robots"
    assert b"Fanlight/" in served.asked("/3.csv")[0].request and b"mailto:trial@site.example" in served.log[0].request


@pytest.mark.parametrize(
    ("polite", "told"),
    [
        ("delay=0.0, max_requests=4", "limit of 4 requests"),
        ("delay=0.0, concurrency=1, max_seconds=50", "limit of 50 s"),
        ("delay=0.0, concurrency=1, max_bytes=1000", "limit of 1000 bytes"),
    ],
)
def test_limits_end_a_visit_with_their_reason(
    polite: str, told: str, site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    served = site({"/": reply(LIST), **FILES})
    (tmp_path / "sitecustomize.py").write_text(SECONDS_BY_REQUESTS)
    visited = visit(make_source(listing(polite=polite)), env={**served.env(), "PYTHONPATH": str(tmp_path)})
    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output
    assert told in visited.told["reason"]
    assert 0 < len(visited.captures) < 7


def test_a_response_over_the_limit_is_cut_and_labelled(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    served = site({"/": reply(LIST), **FILES, "/2.csv": ENDLESS})
    visited = visit(make_source(listing(polite="delay=0.0, max_response_bytes=20_000")), env=served.env())
    capture = visited.one(f"{ORIGIN}/2.csv")
    assert (capture.label.quality, visited.told["outcome"]) == ("truncated", "partial"), visited.output
    assert [r.field("WARC-Truncated") for r in visited.records() if r.id == capture.record_id] == ["length"]
    assert visited.one(f"{ORIGIN}/5.csv").label.quality == "ok"  # the rest of the visit went on


def test_redirect_loops_end(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    turn = reply(b"", "Location: /2.csv?again", status="302 Found")
    back = reply(b"", "Location: /2.csv", status="302 Found")
    served = site({"/": reply(LIST), **FILES, "/2.csv": turn, "/2.csv?again": back})
    visited = visit(make_source(listing(polite="delay=0.0, max_redirects=3")), env=served.env())
    assert len(served.asked("/2.csv")) + len(served.asked("/2.csv?again")) <= 4, visited.output
    assert visited.one(f"{ORIGIN}/5.csv").label.quality == "ok"


def test_retry_after_is_heeded_and_each_attempt_archived(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    asked: list[bytes] = []

    def busy_once(request: bytes) -> Reply:
        asked.append(request)
        return CSV if len(asked) > 1 else reply(b"busy", "Retry-After: 1", status="503 Service Unavailable")

    served = site({"/": reply(LIST), **FILES, "/2.csv": busy_once})
    visited = visit(make_source(listing()), env=served.env())
    assert visited.code == 0, visited.output
    attempts = sorted(visited.of(f"{ORIGIN}/2.csv"), key=lambda capture: capture.time)
    assert [(c.status, c.label.role) for c in attempts] == [(503, "asset"), (200, "document")]
    assert (attempts[1].time - attempts[0].time).total_seconds() >= 1


def test_too_few_documents_fail_the_contract(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(page("Reports", "no links today"))})
    visited = visit(make_source(listing("contract=Contract(min_documents=1)")), env=served.env())
    assert (visited.code, visited.manifest.outcome) == (30, "failed"), visited.output
    assert "at least 1 document" in visited.told["reason"]


def test_links_to_other_hosts_are_noted_and_not_fetched(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    served = site({"/": reply(page("Reports", '<a href="http://cdn.example/1.csv">elsewhere</a>')), **FILES})
    visited = visit(make_source(listing()), env=served.env())
    assert "not fetched" in visited.output and "not among the source's allowed hosts" in visited.output
    assert served.asked("/1.csv") == []


def test_a_second_visit_of_a_source_refuses(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path
) -> None:
    served: Site = site({"/": reply(LIST), **FILES, "/1.csv": ENDLESS})
    source = make_source(listing())
    command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(tmp_path / "spool")]
    env = {**environment, **served.env()}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        first.stdout.readline()
        second = visit(source, env=served.env())
        first.terminate()
    assert second.code == 40 and "wait until it has ended" in second.output.lower()  # a task tries again


def test_an_archive_that_fails_stops_the_visit(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    served = site({"/": reply(LIST), **FILES})
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(BREAKS_AFTER_TWO)
    visited = visit(make_source(listing()), env={**served.env(), "PYTHONPATH": str(tmp_path)})
    assert visited.code == 40, visited.output
    assert "free space" in visited.output.lower() and "Traceback" not in visited.output
    assert not list(tmp_path.glob("archive/runs/**/manifest.json"))
    assert len(served.log) < 7  # it did not go on fetching
    last = json.loads(visited.output.split("\nvisit ")[-1].splitlines()[0])
    assert last == visited.told and "no room left" in last["reason"]
    assert (last["source"], last["outcome"], last["captures"], last["bytes"]) == ("trial", "failed", 0, 0)


def test_an_archive_that_cannot_be_opened_says_so_for_programs(visit: Visitor, make_source: SourceMaker) -> None:
    run = "20261121T120000Z-0a1b2c"
    visited = visit(make_source(listing()), "--run-id", run, env={"ARCHIVE_URL": "gopher://nowhere"})
    assert (visited.code, visited.told["run_id"], visited.told["outcome"]) == (40, run, "failed"), visited.output
    assert "ARCHIVE_URL" in visited.told["reason"]


# Time passes for the child's visit as it asks, 15 s with each request, however long the machine takes.
SECONDS_BY_REQUESTS = """
from types import SimpleNamespace
from spiders import clock
from spiders.budget import Budget
spend, spent = Budget.spend, []
def counted(self, url):
    spend(self, url)
    spent.append(url)
Budget.spend = counted
clock.time = SimpleNamespace(monotonic=lambda: 15.0 * len(spent))
"""

# The child's own `record` fails from the third exchange on, as a full disk makes it fail.
BREAKS_AFTER_TWO = """
import itertools
from archive.errors import NoSpace
from archive.visit import VisitArchive
keep, count = VisitArchive.record, itertools.count(1)
def record(self, exchange, label):
    if next(count) > 2:
        raise NoSpace("no room left for the WARC")
    return keep(self, exchange, label)
VisitArchive.record = record
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["no_such_source"], "there is no source"),
        (["nowhere.py"], "no such Python file"),
    ],
)
def test_usage(arguments: list[str], told: str, visit: Visitor) -> None:
    visited = visit(Path(arguments[0]))
    assert visited.code == 2 and told in visited.output and "Traceback" not in visited.output


def test_a_server_that_cannot_say_its_rules_is_left_alone(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    broken = reply(b"oops", status="500 Internal Server Error")
    served = site({"/": reply(LIST), "/robots.txt": broken, **FILES})
    visited = visit(make_source(listing()), env=served.env())
    assert visited.code == 30 and "robots.txt" in visited.told["reason"], visited.output
    assert [logged.path for logged in served.log] == ["/robots.txt"]


def test_crawl_delay_is_kept(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    robots = reply(b"User-agent: *\nCrawl-delay: 0.7\n", kind="text/plain")
    served = site({"/": reply(LIST), "/robots.txt": robots, **FILES})
    visited = visit(make_source(listing(polite="delay=0.0, concurrency=1")), env=served.env())
    assert visited.code == 0, visited.output
    times = sorted(capture.time for capture in visited.captures if capture.label.role == "document")
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert min(gaps) > 0.6, gaps
