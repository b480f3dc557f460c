"""Six real downloads of one CSV that rewrites its own history, quarter by quarter, to the table."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from archive.store import open_store
from events import log
from fanlight import flow
from fanlight.origin.http import redirect
from normalize import tables
from sources.model import Contract, Follow, Politeness, Source

LINK = "https://transparency.fb.com/sr/community-standards/"
DELIVERY = "https://scontent-fra5-1.xx.fbcdn.net/m1/v/t0.84174-6/An_{quarter}"
RELEASED = {
    "2021-q2": datetime(2021, 8, 18, tzinfo=UTC),
    "2021-q3": datetime(2021, 11, 9, tzinfo=UTC),
    "2021-q4": datetime(2022, 3, 1, tzinfo=UTC),
    "2022-q1": datetime(2022, 5, 17, tzinfo=UTC),
    "2022-q2": datetime(2022, 8, 25, tzinfo=UTC),
    "2022-q3": datetime(2022, 11, 22, tzinfo=UTC),
}
RESTATED = [0, 71, 27, 96, 102, 113]
SOURCE = Source(
    title="Meta: Community Standards Enforcement Report",
    publisher="Meta",
    start_urls=(LINK,),
    spider="single_file",
    allowed_hosts=("transparency.fb.com", ".fbcdn.net"),
    contact="mailto:test@fanlight.example",
    follow=(Follow(match="csv", accept=("text/csv", "text/plain")),),
    family="enforcement",
    politeness=Politeness(delay=0.0, max_seconds=120),
    contract=Contract(min_documents=1),
)


def release(captures, quarter):
    with zipfile.ZipFile(captures / "meta-cser-csv.zip") as opened:
        return opened.read(f"meta-{quarter}.csv")


def publish(site, captures, quarter):
    """The link redirects to a signed address of the delivery network, another one for each release."""
    file = DELIVERY.format(quarter=quarter)
    site.send(LINK, redirect(f"{file}?oh=00_Af{quarter}&oe=6{quarter[-1]}00BEEF&_nc_gid={quarter}"))
    site.show(file, release(captures, quarter), "text/csv")


def stated(captures, quarter):
    """Every value of a release, as the file has it."""
    return sorted(row["value"] for row in csv.DictReader(io.StringIO(release(captures, quarter).decode("utf-8-sig"))))


@pytest.mark.captures
def test_restated_values_per_release(captures, replay):
    declared = replay.declare(SOURCE, "cser")
    store = open_store(replay.archive_url)
    counts, kinds = [], []
    for quarter, day in RELEASED.items():
        publish(replay.site, captures, quarter)
        run = replay.visit(declared, day)["run_id"]
        flow.compare("cser", run)
        keys = flow.announce("cser", run)
        shaped = flow.shape(keys[-1])
        assert shaped["rejected"] == []
        told = [event for _, batch in log.read(store, "cser") for event in batch if event.run_id == run]
        kinds.append([event.type for event in told if not event.type.startswith("fact.")])
        assert sum(event.type == "fact.withdrawn" for event in told) == shaped["withdrawn"]
        counts.append(sum(event.type == "fact.restated" for event in told))
        assert counts[-1] == shaped["restatements"]
        table = tables.read("enforcement", where={"run_id": run}).to_pylist()
        assert sorted(fact["raw_value"] for fact in table) == stated(captures, quarter)
    assert kinds == [["document.published"], *[["document.restated"]] * 5]
    assert counts == RESTATED
