"""Notifications against a real receiver: what people are told, how often, and what never leaves."""

import io
import json
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from email import message_from_string
from types import SimpleNamespace
from typing import Any

import pytest
from receiver import Clock, Receiver, dripping, mailbox, receiving
from told import data_of, happened, restated, run_of, time_of

from archive.store import Store
from events import cursor, log
from events.deliveries import dead, failing, speak
from events.deliveries.errors import DeliveryMisconfigured, Unavailable
from events.deliveries.model import Delivery
from events.deliveries.notify import Notifier
from events.deliveries.run import Turn, deliver
from events.deliveries.speak import redacted
from events.deliveries.status import status
from events.incidents import Incident
from events.model import Event, event


@pytest.fixture
def outside() -> Iterator[Receiver]:
    """What is sent to it is sent by a process of its own, as ever."""
    with receiving() as made:
        yield made


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, outside: Receiver) -> Receiver:
    """The same, without waiting for a process each time."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    here = SimpleNamespace(run=speak_here, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr("events.deliveries.notify.subprocess", here)
    return outside


def speak_here(command: list[str], *, input: str, **_: object) -> subprocess.CompletedProcess[str]:
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setattr("sys.stdin", io.StringIO(input))
        code = speak.main()
    return subprocess.CompletedProcess(command, code, said.getvalue())


def people(**more: Any) -> Delivery:
    settings: dict[str, Any] = {"start": "beginning", "allow_private": True, "timeout": 120.0, **more}
    return Delivery(name="people", kind="notify", secrets=("ADDRESS",), **settings)


def turn(store: Store, receiver: Receiver, clock: Clock, **more: Any) -> Turn:
    return deliver(store, people(**more), clock, {"ADDRESS": receiver.url.replace("http", "json")})


def heard(receiver: Receiver) -> list[str]:
    return [note["title"] for note in receiver.taken]


def turned(blocked: bool, day: int) -> Event:
    kind, outcome = ("source.blocked", "blocked") if blocked else ("source.recovered", "complete")
    data = {"run_id": run_of(day), "outcome": outcome}
    return event(kind, source="demo", subject="demo", time=time_of(day), data=data)  # type: ignore[arg-type]


def test_a_new_menu_on_nine_pages_is_one_message(store: Store, outside: Receiver) -> None:
    log.append(store, "demo", [happened(f"page {number}") for number in range(9)])
    assert turn(store, outside, Clock()) == Turn(delivered=9, dead=0)
    assert turn(store, outside, Clock()) == Turn(delivered=0, dead=0)
    assert heard(outside) == ["demo: 9 pages changed: page 0, page 1, page 2 and 6 more"]


def test_a_mail_is_an_address_like_any_other(file_store: Store) -> None:
    log.append(file_store, "demo", [happened("a"), happened("b", kind="page.gone")])
    with mailbox() as (port, mails):
        address = f"mailto://127.0.0.1:{port}?from=us@fanlight.example&to=desk@desk.example&mode=insecure"
        assert deliver(file_store, people(), Clock(), {"ADDRESS": address}) == Turn(delivered=2, dead=0)
    (mail,) = map(message_from_string, mails)
    assert mail["Subject"] == "Fanlight: 2 incidents at demo"
    assert "desk@desk.example" in mail["To"]
    (text, *_) = (part for part in mail.walk() if part.get_content_type() == "text/plain")
    assert "One page changed: a" in str(text.get_payload(decode=True))


def test_what_happened_at_several_sources_is_one_message(file_store: Store, receiver: Receiver) -> None:
    log.append(file_store, "demo", [happened("a"), happened("b", kind="page.gone")])
    log.append(file_store, "other", [happened("c", source="other")])
    turn(file_store, receiver, Clock())
    (note,) = receiver.taken
    assert note["title"] == "Fanlight: 3 incidents at 2 sources"
    for line in ("demo", "One page changed: a", "Gone: b", "other", "One page changed: c"):
        assert line in note["message"]


def test_a_site_that_refuses_us_for_days_is_told_once_and_once_when_it_is_over(
    file_store: Store, receiver: Receiver
) -> None:
    clock = Clock()
    log.append(file_store, "demo", [turned(True, 1)])
    for _ in range(5):
        turn(file_store, receiver, clock)
        clock.forward(days=1)
    log.append(file_store, "demo", [turned(False, 6)])
    turn(file_store, receiver, clock)
    assert heard(receiver) == [
        "demo: The site refuses us since 2026-03-01 04:00", "demo: The site refused us until 2026-03-06 04:00",
    ]  # fmt: skip


def test_a_restated_document_and_its_values_are_one_message(file_store: Store, receiver: Receiver) -> None:
    clock = Clock(now=time_of(1) + timedelta(minutes=5))
    log.append(file_store, "demo", [happened("a.example/data.csv", 1, "document.restated")])
    assert turn(file_store, receiver, clock).delivered == 0  # shaping has still to say which values
    log.append(file_store, "demo", [restated("x"), restated("y")])
    cursor.advance(file_store, cursor.load(file_store, cursor.SHAPING, "demo"), "2")
    turn(file_store, receiver, clock)
    assert heard(receiver) == ["demo: One document restated: a.example/data.csv (2 values)"]


def test_shaping_that_does_not_come_is_not_waited_for(file_store: Store, receiver: Receiver) -> None:
    log.append(file_store, "demo", [happened("data.csv", 1, "document.restated")])
    turn(file_store, receiver, Clock(now=time_of(1) + timedelta(hours=2)))
    log.append(file_store, "demo", [restated("x")])
    turn(file_store, receiver, Clock())
    assert heard(receiver) == ["demo: One document restated: data.csv"]  # the same incident


def test_an_upgrade_of_ours_is_told_once_for_all_sources(file_store: Store, receiver: Receiver) -> None:
    for source in ("demo", "other"):
        data = {"run_id": run_of(1), "parser": "fingerprint", "version": {"before": "1", "after": "2"}}
        made = event("parser.upgraded", source=source, subject=source, time=time_of(1), data=data)
        log.append(file_store, source, [made])
        turn(file_store, receiver, Clock())
    assert heard(receiver) == ["demo: We read 1 of our sources in a new way (fingerprint)"]


@pytest.mark.parametrize(("period", "days"), [("daily", [1, 2]), ("weekly", [2, 9])])  # 2026-03-02 is a Monday
def test_a_digest_comes_when_the_day_or_week_is_over(
    file_store: Store, receiver: Receiver, period: str, days: list[int]
) -> None:
    clock = Clock(now=time_of(1))
    came: list[Any] = []
    for day in range(1, 11):
        log.append(file_store, "demo", [happened(f"page of {day}", day)] if day < 4 else [])
        for _ in range(4):
            turn(file_store, receiver, clock, digest=period)
            if len(receiver.taken) > len(came):
                came.append(clock.now)
            clock.forward(hours=6)
    assert [moment.day for moment in came[:2]] == days
    assert {moment.hour for moment in came} == {10}  # the first turn after 06:00
    assert sum(note["message"].count("page of") for note in receiver.taken) == 3


def test_a_digest_begins_when_it_is_set_up(file_store: Store, receiver: Receiver) -> None:
    clock = Clock()
    log.append(file_store, "demo", [happened("old news")])
    turn(file_store, receiver, clock, digest="daily", start="end")
    log.append(file_store, "demo", [happened("news", 2)])
    clock.forward(days=1)
    turn(file_store, receiver, clock, digest="daily", start="end")
    assert heard(receiver) == ["demo: One page changed: news"]


def test_a_digest_that_was_not_taken_is_tried_again_the_same_day(file_store: Store, receiver: Receiver) -> None:
    clock = Clock()
    turn(file_store, receiver, clock, digest="daily")
    log.append(file_store, "demo", [happened("a")])
    clock.forward(days=1)
    receiver.answer = lambda _: (503, {})
    assert turn(file_store, receiver, clock, digest="daily").stopped
    receiver.answer = lambda _: (204, {})
    assert turn(file_store, receiver, clock, digest="daily").delivered == 0  # too early
    clock.forward(minutes=2)
    assert turn(file_store, receiver, clock, digest="daily").delivered == 1
    assert len(heard(receiver)) == 1


def test_a_digest_is_not_done_before_what_waits_for_its_values_is_told(file_store: Store, receiver: Receiver) -> None:
    clock = Clock()
    turn(file_store, receiver, clock, digest="weekly")
    clock.now = datetime(2026, 3, 9, 6, 1, tzinfo=UTC)  # a Monday
    early = data_of("document.restated", "other", "20260309T050000Z-00000a", "https://a.example/x")
    at = clock.now - timedelta(hours=1)
    log.append(file_store, "demo", [happened("page", 8)])
    log.append(file_store, "other", [event("document.restated", source="other", subject="x", time=at, data=early)])
    told = []
    for _ in range(4):
        turn(file_store, receiver, clock, digest="weekly")
        told.append(len(receiver.taken))
        clock.forward(minutes=40)
    assert told == [1, 1, 2, 2]  # at 7:21 shaping is no longer waited for
    log.append(file_store, "demo", [happened("page of the next week", 9)])
    turn(file_store, receiver, clock, digest="weekly")
    assert len(receiver.taken) == 2


def test_a_clock_that_was_wrong_holds_up_no_digest(file_store: Store, receiver: Receiver) -> None:
    clock = Clock()
    for day, moved in enumerate((0, 400, -399), 1):
        clock.forward(days=moved)
        log.append(file_store, "demo", [happened("a", day)])
        turn(file_store, receiver, clock, digest="daily")
    assert len(receiver.taken) == 2


def test_what_is_not_taken_is_tried_again_and_given_up_on_as_a_whole(file_store: Store, receiver: Receiver) -> None:
    clock, delivery = Clock(), people(attempts=3, patience_hours=2)
    log.append(file_store, "demo", [happened("a"), happened("b")])
    receiver.answer = lambda _: (503, {})
    assert "error=503" in turn(file_store, receiver, clock, attempts=3, patience_hours=2).stopped
    for _ in range(2):
        clock.forward(hours=1)
        turn(file_store, receiver, clock, attempts=3, patience_hours=2)
    assert [one.dead for one in status(file_store, delivery)] == [2]
    receiver.answer = lambda _: (204, {})
    notifier = Notifier(delivery, receiver.url.replace("http", "json"))
    letters = list(dead.letters(file_store, delivery, "demo"))
    assert len(list(dead.send_again(file_store, letters, notifier, clock))) == 2
    assert heard(receiver) == ["demo: 2 pages changed: a, b"]
    log.append(file_store, "demo", [happened("c", 2)])
    turn(file_store, receiver, clock)
    assert heard(receiver)[-1] == "demo: One page changed: c"


def test_a_message_that_was_sent_but_not_noted_is_sent_again(
    file_store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(file_store, "demo", [happened("a")])
    tell = Notifier.tell

    def sent_and_killed(self: Notifier, found: Sequence[Incident]) -> None:
        tell(self, found)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Notifier, "tell", sent_and_killed)
        with pytest.raises(KeyboardInterrupt):
            turn(file_store, receiver, Clock())
    assert turn(file_store, receiver, Clock()).delivered == 1
    assert len(heard(receiver)) == 2


@pytest.mark.parametrize("scheme", ["json", "mailto"])
def test_no_private_address_is_connected_to_unless_it_is_allowed(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        address = f"{scheme}://name:geheimnis@localhost:{port}/"
        with pytest.raises(Unavailable, match="is not a public address: set allow_private"):
            Notifier(people(allow_private=False), address).say("a", "b")
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_target_that_never_ends_is_cut_off() -> None:
    with dripping() as url, pytest.raises(Unavailable, match="not sent within 2 s") as caught:
        Notifier(people(timeout=2.0), url.replace("http", "json") + "geheimnis").say("a", "b")
    assert "geheimnis" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_part_of_an_address_is_ever_said(file_store: Store, outside: Receiver) -> None:
    port = outside.url.split(":")[2].split("/")[0]
    outside.answer = lambda _: (401, {})
    log.append(file_store, "demo", [happened("a")])
    secret = {"ADDRESS": f"json://nobody:geheimnis@127.0.0.1:{port}/pfadgeheim?key=fragegeheim"}
    said = deliver(file_store, people(), Clock(), secret).stopped
    assert said
    kept = " ".join(file_store.get(key).decode() for key in file_store.list(""))
    assert "geheim" not in said + kept
    for text, address, shown in (
        ("at https://x.example/abcdef\n no", "slack://x.example/abcdef", "at https://***/*** no"),
        ("for pass@word", "mailto://me:pass%40word@x.example", "for ***"),
        ("port 8080 of 10.0.0.1", "json://10.0.0.1:8080/secret", "port 8080 of 10.0.0.1"),
    ):
        assert redacted(text, address) == shown


def test_an_address_that_means_nothing_is_named_by_its_variable() -> None:
    with pytest.raises(DeliveryMisconfigured, match="ADDRESS is no address that Apprise knows") as caught:
        Notifier(people(), "nonsense://geheimnis").say("a", "b")
    assert "geheimnis" not in str(caught.value)


def test_a_task_that_fails_is_told_once_until_it_works_again(file_store: Store, receiver: Receiver) -> None:
    notifier = Notifier(people(), receiver.url.replace("http", "json"))
    for act in (failing.failed, failing.failed):
        act(file_store, notifier, "harvest_demo.visit", "VisitFailed: nothing was found")
    for _ in range(2):
        failing.worked(file_store, notifier, "harvest_demo.visit")
    failing.failed(file_store, notifier, "harvest_demo.visit", "VisitFailed: again")
    assert heard(receiver) == [
        "harvest_demo.visit failed", "harvest_demo.visit works again", "harvest_demo.visit failed",
    ]  # fmt: skip
    assert "nothing was found" in json.dumps(receiver.taken[0])
