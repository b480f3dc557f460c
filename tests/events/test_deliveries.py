"""Turns of a delivery against a real receiver: order, at least once, back-off, dead letters, and nobody held up."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from receiver import Answer, Clock, Receiver, dripping, receiving
from told import happened

from archive.errors import StoreUnreachable
from archive.store import Store
from events import cursor, log
from events.deliveries import dead
from events.deliveries.model import Delivery, Place
from events.deliveries.run import Turn, deliver
from events.deliveries.state import LONGEST_WAIT, State
from events.deliveries.status import status
from events.deliveries.targets import open_target

SECRETS = {"HOOK": "whsec_" + "Zm" * 16, "OLD": "whsec_" + "b2" * 16}


@pytest.fixture
def receiver() -> Any:
    with receiving() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


def hook(url: str, **more: Any) -> Delivery:
    settings: dict[str, Any] = {"start": "beginning", "allow_private": True, "timeout": 60.0, **more}
    return Delivery(name="hook", kind="webhook", url=url, secrets=("HOOK",), **settings)


def turn(store: Store, delivery: Delivery, clock: Clock) -> Turn:
    return deliver(store, delivery, clock, SECRETS)


def tell(store: Store, *subjects: str, day: int = 1, source: str = "demo") -> None:
    log.append(store, source, [happened(subject, day, source=source) for subject in subjects])


def refusing(*subjects: str, status: int = 400) -> Any:
    def answer(event: dict[str, Any]) -> Answer:
        return (status, {}) if event["subject"] in subjects else (204, {})

    return answer


def test_events_arrive_once_and_in_order(store: Store, receiver: Receiver, clock: Clock) -> None:
    tell(store, "a", "b")
    tell(store, "c", day=2)
    tell(store, "x", source="other")
    assert turn(store, hook(receiver.url), clock) == Turn(delivered=4, dead=0)
    assert (receiver.subjects(), receiver.subjects("other")) == (["a", "b", "c"], ["x"])
    tell(store, "d", day=3)
    assert turn(store, hook(receiver.url), clock).delivered == 1
    assert turn(store, hook(receiver.url), clock).delivered == 0
    assert [body["sequence"] for body in receiver.taken[-1:]] == ["000000000003-0000"]


def test_a_target_that_does_not_answer_is_tried_later_and_later(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url)
    tell(file_store, "a", "b")
    receiver.answer = refusing("a", status=503)
    assert turn(file_store, delivery, clock).stopped == "it answered 503 Service Unavailable"
    waits = []
    for _ in range(12):
        (now,) = status(file_store, delivery)
        assert now.due is not None
        waits.append((now.due - clock.now).total_seconds())
        assert turn(file_store, delivery, clock).stopped == ""  # too early: not even tried
        clock.now = now.due
        turn(file_store, delivery, clock)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5, LONGEST_WAIT.total_seconds())
    assert len(receiver.asked) == 13
    receiver.answer = refusing()
    clock.forward(hours=1)
    assert turn(file_store, delivery, clock) == Turn(delivered=2, dead=0)
    assert receiver.subjects() == ["a", "b"]
    (now,) = status(file_store, delivery)
    assert (now.failures, now.error, now.due, now.waiting, now.delivered) == (0, "", None, 0, 2)


def test_a_target_says_itself_how_long_to_wait(file_store: Store, receiver: Receiver, clock: Clock) -> None:
    tell(file_store, "a")
    asked = ["120", "Sun, 01 Mar 2026 12:04:00 GMT", "\xb2"]
    receiver.answer = lambda _: (429, {"Retry-After": asked[len(receiver.asked) - 1]})
    for expected in (120, 120, 20):  # the second: at 12:04, asked at 12:02; the third says nothing
        turn(file_store, hook(receiver.url), clock)
        (now,) = status(file_store, hook(receiver.url))
        assert now.due == clock.now + timedelta(seconds=expected)
        clock.now = now.due


def test_what_is_refused_again_and_again_becomes_a_dead_letter(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url, attempts=3)
    tell(file_store, "a", "bad", "c")
    tell(file_store, "x", source="other")
    receiver.answer = refusing("bad")
    turns = []
    for _ in range(3):
        turns.append(turn(file_store, delivery, clock))
        clock.forward(hours=1)
    assert [(each.delivered, each.dead) for each in turns] == [(2, 0), (0, 0), (1, 1)]
    assert (receiver.subjects(), receiver.subjects("other")) == (["a", "c"], ["x"])
    (letter,) = dead.letters(file_store, delivery, "demo")
    assert (letter.message.event.subject, letter.error, letter.failures) == ("bad", "it answered 400 Bad Request", 3)
    assert [each.dead for each in status(file_store, delivery)] == [1, 0]


def test_a_dead_letter_can_be_sent_after_all(file_store: Store, receiver: Receiver, clock: Clock) -> None:
    delivery = hook(receiver.url, attempts=1)
    tell(file_store, "bad", "b")
    receiver.answer = refusing("bad")
    turn(file_store, delivery, clock)
    receiver.answer = refusing()
    target = open_target(file_store, delivery, clock, SECRETS)
    sent = list(dead.send_again(file_store, list(dead.letters(file_store, delivery, "demo")), target, clock))
    assert [letter.message.event.subject for letter in sent] == ["bad"]
    assert receiver.subjects() == ["b", "bad"]
    assert receiver.taken[1]["sequence"] == "000000000001-0000"
    assert not any(letter.is_open for letter in dead.letters(file_store, delivery, "demo"))
    assert [each.dead for each in status(file_store, delivery)] == [0]


def test_what_nobody_takes_for_days_is_given_up_on_but_not_for_one_jump_of_the_clock(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url, attempts=4, patience_hours=48)
    tell(file_store, "a", "b")
    receiver.answer = refusing("a", status=500)
    turn(file_store, delivery, clock)
    clock.forward(days=365)
    turn(file_store, delivery, clock)
    assert list(dead.letters(file_store, delivery, "demo")) == []
    for _ in range(2):
        clock.forward(hours=2)
        turn(file_store, delivery, clock)
    assert [letter.message.event.subject for letter in dead.letters(file_store, delivery, "demo")] == ["a"]
    assert receiver.subjects() == ["b"]


def test_a_place_that_could_not_be_remembered_means_sending_again_never_losing(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url)
    tell(file_store, "a", "b", "c")
    with pytest.raises(StoreUnreachable):
        turn(Forgetful(file_store, 3), delivery, clock)  # holding, after a, and then no more
    clock.forward(minutes=5)
    turn(file_store, delivery, clock)
    assert receiver.subjects() == ["a", "b", "b", "c"]
    assert len({body["id"] for body in receiver.taken}) == 3


def test_two_turns_at_once_do_not_send_twice(store: Store, receiver: Receiver, clock: Clock) -> None:
    tell(store, *"abcdefgh")
    receiver.answer = lambda _: (time.sleep(0.02) or 204, {})  # type: ignore[func-returns-value]
    with ThreadPoolExecutor(4) as pool:
        turns = list(pool.map(lambda _: turn(store, hook(receiver.url), clock), range(4)))
    assert receiver.subjects() == list("abcdefgh")
    assert sum(each.delivered for each in turns) == 8


def test_a_turn_that_was_killed_holds_its_source_only_for_a_while(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url)
    tell(file_store, "a")
    with pytest.raises(KeyboardInterrupt):
        turn(Killed(file_store), delivery, clock)
    assert turn(file_store, delivery, clock).delivered == 0
    clock.forward(seconds=delivery.budget + delivery.timeout + 31)
    assert turn(file_store, delivery, clock).delivered == 1


@pytest.mark.parametrize("held", ["held_until", "due"])
def test_a_time_that_a_wrong_clock_set_far_ahead_does_not_count(
    file_store: Store, receiver: Receiver, clock: Clock, held: str
) -> None:
    delivery = hook(receiver.url)
    tell(file_store, "a")
    wrong = State(**{held: clock.now + timedelta(days=400)})  # type: ignore[arg-type]
    cursor.advance(file_store, cursor.load(file_store, delivery.consumer, "demo"), "1-0", wrong.as_json())
    assert turn(file_store, delivery, clock).delivered == 1


def test_a_dead_target_holds_up_nobody(file_store: Store, receiver: Receiver, clock: Clock) -> None:
    tell(file_store, "a")
    nobody = Delivery(**{**_fields(hook("http://127.0.0.1:9/")), "name": "nobody"})
    assert "no answer" in turn(file_store, nobody, clock).stopped
    assert turn(file_store, hook(receiver.url), clock).delivered == 1


def test_a_target_that_never_ends_its_answer_is_cut_off(file_store: Store, clock: Clock) -> None:
    tell(file_store, "a")
    started = time.monotonic()
    with dripping() as url:
        stopped = turn(file_store, hook(url, timeout=0.5), clock).stopped
    assert "no answer within 0.5 s" in stopped
    assert time.monotonic() - started < 20


def test_a_turn_ends_when_its_time_is_up_and_all_sources_have_their_share(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url, budget=10.0)
    for source in ("demo", "other"):
        tell(file_store, *"abcdefghijkl", source=source)

    def slowly(_: dict[str, Any]) -> Answer:
        clock.forward(seconds=1)
        return 204, {}

    receiver.answer = slowly
    assert turn(file_store, delivery, clock).delivered == 10
    assert (receiver.subjects(), receiver.subjects("other")) == (list("abcde"), list("abcde"))
    assert turn(file_store, delivery, clock).delivered == 10


def test_a_new_delivery_begins_at_the_end_but_misses_nothing_of_a_source_that_comes_later(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url, start="end")
    tell(file_store, "long before")
    assert [one.waiting for one in status(file_store, delivery)] == [0]  # looking decides nothing
    tell(file_store, "before", day=2)
    assert turn(file_store, delivery, clock).delivered == 0
    tell(file_store, "after", day=3)
    tell(file_store, "first", source="newer")
    assert turn(file_store, delivery, clock).delivered == 2
    assert (receiver.subjects(), receiver.subjects("newer")) == (["after"], ["first"])


def test_a_delivery_may_begin_on_a_day(file_store: Store, receiver: Receiver, clock: Clock) -> None:
    for day in (1, 2, 3):
        tell(file_store, f"of {day}", day=day)
    turn(file_store, hook(receiver.url, start="2026-03-02"), clock)
    assert receiver.subjects() == ["of 2", "of 3"]


def test_only_what_is_wanted_goes_out_and_the_rest_is_not_read_again(
    file_store: Store, receiver: Receiver, clock: Clock
) -> None:
    delivery = hook(receiver.url, types=frozenset({"page.gone"}), sources=frozenset({"demo"}))
    tell(file_store, "a", "b")
    tell(file_store, "x", source="other")
    assert turn(file_store, delivery, clock).delivered == 0
    assert cursor.load(file_store, delivery.consumer, "demo").position == "2-0"
    log.append(file_store, "demo", [happened("c", 2), happened("d", 2, "page.gone"), happened("e", 2)])
    assert turn(file_store, delivery, clock).delivered == 1
    assert receiver.subjects() == ["d"]
    assert cursor.load(file_store, delivery.consumer, "demo").position == "3-0"
    assert [each.source for each in status(file_store, delivery)] == ["demo"]


def test_the_state_shows_what_waits_and_why(file_store: Store, receiver: Receiver, clock: Clock) -> None:
    delivery = hook(receiver.url)
    tell(file_store, "a", "b")
    tell(file_store, "c", day=2)
    receiver.answer = refusing("b", status=500)
    turn(file_store, delivery, clock)
    (now,) = status(file_store, delivery)
    assert (now.position, now.waiting, now.delivered, now.failures) == ("1-1", 2, 1, 1)
    assert now.behind == happened("a").time
    assert now.error == "it answered 500 Internal Server Error"
    assert Place.parse(now.position) < Place(2)


def _fields(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in Delivery.__dataclass_fields__}


class Forgetful:
    """A store that takes so many changes of a delivery's place and then no more."""

    def __init__(self, inner: Store, takes: int) -> None:
        self.inner = inner
        self.takes = takes

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def put(self, key: str, data: bytes, **condition: Any) -> str:
        if key.startswith("cursors/delivery-"):
            self.takes -= 1
            if self.takes <= 0:
                raise StoreUnreachable("no answer")
        return self.inner.put(key, data, **condition)


class Killed(Forgetful):
    """A store whose process ends when the first place is to be remembered after sending."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner, 2)

    def put(self, key: str, data: bytes, **condition: Any) -> str:
        try:
            return super().put(key, data, **condition)
        except StoreUnreachable:
            raise KeyboardInterrupt from None
