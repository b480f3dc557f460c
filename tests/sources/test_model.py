from pathlib import Path

import pytest

from sources.model import Robots, Source
from sources.registry import SourceError, find, load_all, load_file


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
    ],
)
def test_a_bad_source_file_says_what_is_wrong(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=says):
        load_file(tmp_path / name)


def test_an_unknown_source_lists_the_known_ones() -> None:
    with pytest.raises(SourceError, match="apple_dsa"):
        find("nobody")
