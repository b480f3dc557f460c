"""Redis Streams against a real server; skipped where there is none."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from receiver import Clock
from stores import free_ports
from told import happened

from archive.store import Store
from events import cursor, log
from events.deliveries import dead
from events.deliveries.errors import DeliveryMisconfigured
from events.deliveries.model import Delivery, Message, Place
from events.deliveries.run import Turn, deliver
from events.deliveries.state import State
from events.deliveries.status import status

redis = pytest.importorskip("redis", reason="the Python package redis is not installed")
from events.deliveries.stream import RedisStream  # noqa: E402

PASSWORD = "hunter2"
SERVER = shutil.which("redis-server")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if SERVER is None:
        pytest.skip("there is no redis-server on PATH: `python scripts/setup.py --tests` as root installs Debian's")
    (port,) = free_ports(1)
    folder = tmp_path_factory.mktemp("redis")
    command = [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([*command, "--requirepass", PASSWORD], stdout=subprocess.DEVNULL) as server:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture
def client(url: str) -> Any:
    made = redis.Redis.from_url(url, password=PASSWORD, decode_responses=True)
    made.flushall()
    return made


def turn(store: Store, url: str, password: str = PASSWORD, **more: Any) -> Turn:
    settings: dict[str, Any] = {"start": "beginning", "timeout": 60.0, **more}
    delivery = Delivery(name="stream", kind="redis", url=url, secrets=("REDIS",), **settings)
    return deliver(store, delivery, Clock(), {"REDIS": password})


def tell(store: Store, *subjects: str, day: int = 1, source: str = "demo") -> None:
    log.append(store, source, [happened(subject, day, source=source) for subject in subjects])


def test_each_source_has_its_stream_in_the_order_of_the_log(store: Store, url: str, client: Any) -> None:
    tell(store, "a", "b")
    tell(store, "c", day=2)
    tell(store, "x", source="other")
    assert turn(store, url).delivered == 4
    entries = client.xrange("fanlight:demo")
    assert [place for place, _ in entries] == ["1-0", "1-1", "2-0"]
    assert [entry["id"] for _, entry in entries] == [happened("a").id, happened("b").id, happened("c", 2).id]
    assert client.xlen("fanlight:other") == 1


def test_what_is_sent_again_is_there_once(file_store: Store, url: str, client: Any) -> None:
    tell(file_store, "a", "b")
    turn(file_store, url)
    at = cursor.load(file_store, "delivery-stream", "demo")
    cursor.advance(file_store, at, "1-1")
    tell(file_store, "c", day=2)
    assert turn(file_store, url) == Turn(delivered=2, dead=0)
    assert [place for place, _ in client.xrange("fanlight:demo")] == ["1-0", "1-1", "2-0"]


def test_a_stream_of_somebody_else_is_not_taken_for_ours(file_store: Store, url: str, client: Any) -> None:
    client.xadd("fanlight:demo", {"whose": "not ours"})
    tell(file_store, "a")
    assert "entries of somebody else" in turn(file_store, url).stopped
    assert client.xlen("fanlight:demo") == 1


def test_what_was_given_up_on_is_sent_again_beside_what_came_since(file_store: Store, url: str, client: Any) -> None:
    """And what is told later still goes to the stream itself."""
    delivery = Delivery(name="stream", kind="redis", url=url, secrets=("REDIS",))
    tell(file_store, "lost")
    failed = State().failed(Clock().now, "away", refused=False, wait=None)
    lost = Message(event=happened("lost"), place=Place(1), after=Place(2))
    dead.bury(file_store, delivery, lost, failed, Clock().now)
    cursor.advance(file_store, cursor.load(file_store, delivery.consumer, "demo"), "2-0")
    tell(file_store, "a", day=2)
    turn(file_store, url)
    letters = list(dead.letters(file_store, delivery, "demo"))
    target = RedisStream(delivery, PASSWORD)
    assert [letter.message.place for letter in dead.send_again(file_store, letters, target, Clock())] == [Place(1)]
    ((_, entry),) = client.xrange("fanlight:demo:again")
    assert (entry["id"], entry["place"]) == (happened("lost").id, "1-0")
    assert not any(letter.is_open for letter in dead.letters(file_store, delivery, "demo"))
    tell(file_store, "b", day=3)
    assert turn(file_store, url) == Turn(delivered=1, dead=0)
    assert [place for place, _ in client.xrange("fanlight:demo")] == ["2-0", "3-0"]


def test_a_name_that_is_not_found_in_time_is_tried_again(file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: never.wait(60))
    tell(file_store, "a")
    stopped = turn(file_store, "redis://a.example/0", timeout=0.3).stopped
    never.set()
    assert stopped == "TimeoutError: no answer within 0.3 s"


def test_a_stream_keeps_about_as_many_as_it_should(file_store: Store, url: str, client: Any) -> None:
    tell(file_store, *(str(number) for number in range(300)))
    turn(file_store, url, keep=10)
    assert client.xlen("fanlight:demo") < 220
    tell(file_store, "last", day=2)
    assert turn(file_store, url, keep=10).delivered == 1


def test_a_server_that_refuses_or_is_away_is_tried_later(file_store: Store, url: str) -> None:
    tell(file_store, "a")
    assert "AuthenticationError" in turn(file_store, url, password="wrong").stopped
    (away,) = free_ports(1)
    delivery = Delivery(name="away", kind="redis", url=f"redis://127.0.0.1:{away}/0", start="beginning", timeout=1.0)
    assert "ConnectionError" in deliver(file_store, delivery, Clock(), {}).stopped
    (now,) = status(file_store, delivery)
    assert (now.failures, now.waiting) == (1, 1)


def test_a_password_that_is_not_set_is_named(file_store: Store) -> None:
    delivery = Delivery(name="stream", kind="redis", url="redis://127.0.0.1:1/0", secrets=("REDIS",))
    with pytest.raises(DeliveryMisconfigured, match="REDIS is not set"):
        deliver(file_store, delivery, Clock(), {})


def _wait(port: int) -> None:
    for _ in range(1_200):
        try:
            redis.Redis(port=port, password=PASSWORD).ping()
            return
        except redis.RedisError:
            time.sleep(0.05)
    pytest.fail("redis-server did not start")
