from pathlib import Path

import pytest

from sources.model import Follow, Politeness, Robots, Source
from sources.registry import SourceError, find, load_all, load_each, load_file


def source(**more: object) -> Source:
    fields: dict[str, object] = {
        "title": "T", "publisher": "P", "start_urls": ("https://a.example/",), "spider": "single_file",
        "allowed_hosts": ("a.example", ".cdn.example"), "contact": "mailto:a@example.org",
    } | more  # fmt: skip
    return Source(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("a.example", True),
        ("A.Example.", True),
        ("b.a.example", False),
        ("x.cdn.example", True),
        ("cdn.example", True),
        ("evilcdn.example", False),
    ],
)
def test_only_declared_hosts_are_allowed(host: str, allowed: bool) -> None:
    assert source().allows(host) is allowed


def test_a_robots_exception_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Robots(obey=False)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("spider", "single_fil", "spider='single_fil' is not known: choose one of .*'single_file'"),
        ("family", "dsa", "family='dsa' is not known: choose one of .*'dsa_report'"),
        ("start_urls", "https://a.example/", "start_urls=.* must be a tuple"),
        ("start_urls", (1,), "start_urls=.* must be a tuple"),
        ("start_urls", ("a.example/list",), "'a.example/list': write a whole address"),
        ("start_urls", ("ftp://a.example/",), "write a whole address"),
        ("start_urls", ("https:///list",), "write a whole address"),
        ("start_urls", ("https://[a.example/",), "write a whole address"),
        ("start_urls", ("https://a.example/\r\nX: y",), "write a whole address"),
        ("allowed_hosts", "a.example", "allowed_hosts='a.example' must be a tuple"),
        ("allowed_hosts", (), "allowed_hosts is empty"),
        ("title", "two\nlines", "title=.* must be one line"),
        ("publisher", None, "publisher=None must be one line"),
        ("contact", "mailto:a@example.org\r\nX: y", "contact=.* must be one line"),
        ("schedule", "@sometimes", "schedule='@sometimes' is not a cron line"),
        ("schedule", "17 4 * *", "is not a cron line"),
        ("schedule", "17 24 * * *", "is not a cron line"),
        ("schedule", "each day at four sharp", "is not a cron line"),
        ("schedule", None, "is not a cron line"),
        ("sitemaps", ("/sitemap.xml",), "sitemaps has '/sitemap.xml': write a whole address"),
        ("feeds", "https://a.example/feed", "feeds=.* must be a tuple"),
        ("watched", "main >", "watched='main >' is not a CSS selector"),
        ("watched", "main:has-text('x')", "is not a CSS selector .*has-text"),
        ("clicks", ("#a", "text=Show"), "clicks='text=Show' is not a CSS selector"),
        ("clicks", "#a", "clicks=.* must be a tuple"),
    ],
)
def test_a_wrong_declaration_says_what_to_do(field: str, value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        source(**{field: value})


@pytest.mark.parametrize("schedule", ["*/5 0-6 1,15 jan-MAR mon-Fri", "0 0 31 12 7", "17 4 * * *"])
def test_cron_lines(schedule: str) -> None:
    assert source(schedule=schedule).schedule == schedule


def test_a_rule_that_is_no_regular_expression_says_so() -> None:
    with pytest.raises(ValueError, match=r"match='\(' is not a regular expression"):
        Follow(match="(")
    with pytest.raises(ValueError, match="role='pages' is not known"):
        Follow(match="/", role="pages")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"within='\[\[' is not a CSS selector"):
        Follow(match="/", within="[[")
    with pytest.raises(ValueError, match="accept='text/csv' must be a tuple"):
        Follow(match="/", accept="text/csv")  # type: ignore[arg-type]


def test_selectors_that_only_a_browser_knows_may_be_clicked() -> None:
    assert source(clicks=("button:has-text('Show')", "#more")).clicks[1] == "#more"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("delay", -1), ("delay", "1"), ("delay", float("nan")), ("concurrency", 0), ("max_requests", 0),
        ("max_seconds", True), ("max_bytes", 1.5), ("max_decoding", 0), ("max_depth", 0), ("second_looks", -1),
        ("max_page_seconds", 0),
    ],
)  # fmt: skip
def test_limits_that_are_not_possible_say_so(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{field}=.* is not possible: give"):
        Politeness(**{field: value})  # type: ignore[arg-type]


def test_the_digest_follows_the_declaration() -> None:
    assert source().digest() == source().digest()
    assert source().digest() != source(title="Other").digest()


def test_a_source_is_found_by_its_file_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_source.py").write_text(
        "from sources.model import Source\n"
        "SOURCE = Source(title='T', publisher='P', start_urls=('https://a.example/',), spider='single_file',\n"
        "                allowed_hosts=('a.example',), contact='mailto:a@example.org')\n"
    )
    monkeypatch.setenv("FANLIGHT_SOURCES", str(tmp_path))
    assert list(load_all()) == ["my_source"]
    assert find("my_source") == find(str(tmp_path / "my_source.py"))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Bad-Name.py", "", "lower-case letters"),
        ("empty.py", "", "must set SOURCE"),
        ("broken.py", "SOURCE = (", "does not load: SyntaxError"),
        (
            "rule.py",
            "from sources.model import Follow\nFollow(match='[')",
            "does not load: ValueError: match=",
        ),
    ],
)
def test_a_bad_source_file_says_what_is_wrong(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=says):
        load_file(tmp_path / name)


def test_an_unknown_source_lists_the_known_ones() -> None:
    with pytest.raises(SourceError, match="apple_dsa"):
        find("nobody")


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.py").write_text("SOURCE = 1\n")
    (tmp_path / "good.py").write_text(
        "from sources.model import Source\n"
        "SOURCE = Source(title='T', publisher='P', start_urls=('https://a.example/',), spider='single_file',\n"
        "                allowed_hosts=('a.example',), contact='mailto:a@example.org')\n"
    )
    monkeypatch.setenv("FANLIGHT_SOURCES", str(tmp_path))
    good, bad = load_each()
    assert list(good) == ["good"]
    assert good["good"] == find("good")
    assert "bad.py: it must set SOURCE" in str(bad["bad"])
    with pytest.raises(SourceError, match=r"bad\.py"):
        load_all()


def test_the_operator_says_who_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANLIGHT_CONTACT", "mailto:archive@library.example")
    assert {source.contact for source in load_all().values()} == {"mailto:archive@library.example"}
