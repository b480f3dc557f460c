from pathlib import Path

import pytest

from events.deliveries.config import load, parse
from events.deliveries.errors import DeliveryMisconfigured
from events.deliveries.model import Delivery

GOOD = """
[[delivery]]
name = "newsroom"
kind = "webhook"
url = "https://hooks.example.org/fanlight"
secrets = ["NEWSROOM_SECRET", "NEWSROOM_SECRET_BEFORE"]
types = ["document.restated", "fact.restated"]
sources = ["meta_cser"]
timeout = 5

[[delivery]]
name = "stream"
kind = "redis"
url = "rediss://fanlight@redis.example.org:6380/2"
secrets = ["REDIS_PASSWORD"]
start = "2026-03-01"

[[delivery]]
name = "feeds"
kind = "atom"
"""
HOOK = '[[delivery]]\nname = "x"\nkind = "webhook"\nurl = "https://a.example/"\nsecrets = ["S"]\n'
DESK = '[[delivery]]\nname = "x"\nkind = "notify"\nsecrets = ["S"]\n'


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "deliveries.toml"
    file.write_text(GOOD)
    first, second, third = load({"FANLIGHT_DELIVERIES": str(file)})
    assert first == Delivery(
        name="newsroom", kind="webhook", url="https://hooks.example.org/fanlight", timeout=5,
        secrets=("NEWSROOM_SECRET", "NEWSROOM_SECRET_BEFORE"), sources=frozenset({"meta_cser"}),
        types=frozenset({"document.restated", "fact.restated"}),
    )  # fmt: skip
    assert (second.kind, second.start, third.kind) == ("redis", "2026-03-01", "atom")


def test_without_a_file_there_is_none() -> None:
    assert load({}) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delivery = 1", r"write \[\[delivery\]\] with double brackets"),
        ("[deliveries]", "there is no setting 'deliveries'"),
        ("[[delivery", "not TOML"),
        ("[[delivery]]", "needs a name"),
        ('[[delivery]]\nname = "../x"\nkind = "atom"', "needs a name of lower-case letters"),
        ('[[delivery]]\nname = "x"', "needs a kind"),
        ('[[delivery]]\nname = "x"\nkind = "mail"', "kind is one of webhook, redis, atom, notify"),
        ('[[delivery]]\nname = "x"\nkind = "atom"\n' * 2, "two deliveries are called 'x'"),
        (HOOK + "retries = 3", "there is no setting 'retries'"),
        (HOOK + 'secret = "hunter2"', "there is no setting 'secret'"),
        (HOOK + 'timeout = "5"', "timeout cannot be '5'"),
        (HOOK + "attempts = true", "attempts cannot be True"),
        (HOOK + "timeout = 0", "timeout must be more than 0"),
        (HOOK + 'types = "page.changed"', "types cannot be 'page.changed'"),
        (HOOK + 'types = ["page.vanished"]', "no events of type 'page.vanished'"),
        (HOOK + 'start = "yesterday"', "yesterday"),
        (HOOK.replace("https", "ftp"), "begins with https:// or http://"),
        (HOOK.replace("https", "http"), "can be read on the way"),
        (HOOK.replace("https://a.example/", "https:///x"), "names no host"),
        (HOOK.replace("https://", "https://user:pass@"), "a password does not belong into the url"),
        (HOOK.replace('secrets = ["S"]', ""), "a webhook is signed"),
        (HOOK + 'digest = "daily"', "only a notify has one"),
        (DESK + 'digest = "hourly"', "digest is daily or weekly"),
        (DESK + 'url = "mailto://a:b@c.example"', "a password does not belong into the url"),
        (DESK + 'url = "mailto://c.example"', "url of a notify begins with nothing"),
        (DESK.replace('"S"', '"S", "T"'), "needs the variable that holds its address"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, said: str) -> None:
    with pytest.raises(DeliveryMisconfigured, match=said):
        parse(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryMisconfigured, match=r"gone\.toml, which cannot be read: No such file"):
        load({"FANLIGHT_DELIVERIES": str(tmp_path / "gone.toml")})
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(DeliveryMisconfigured, match="is not UTF-8"):
        load({"FANLIGHT_DELIVERIES": str(tmp_path / "latin.toml")})
