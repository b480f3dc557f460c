"""What a person gets who got something wrong: one sentence that says what to do, a non-zero exit, no traceback."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from stores import S3Server

from fanlight import show

Run = Callable[..., subprocess.CompletedProcess[str]]


def complains(done: subprocess.CompletedProcess[str], *says: str) -> None:
    assert done.returncode not in (0, None), done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    for words in says:
        assert words in done.stderr + done.stdout


def test_no_command(run: Run) -> None:
    complains(run(), "usage: fanlight")


@pytest.mark.parametrize("words", [("crawl", "nobody"), ("crawl", "./nobody.py")])
def test_unknown_source(run: Run, words: tuple[str, ...]) -> None:
    complains(run(*words), "nobody")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("get", "https://a.example/never"), "was not captured"),
        (("captures", "apple_dsa", "--run-id", "latest"), "there is no visit"),
        (("changes", "apple_dsa"), "there is no visit"),
        (("captures", "--run-id", "latest"), "name the source too"),
        (("events", "--from", "yesterday"), "is no time"),
        (("get", "https://a.example/", "--at", "noon"), "is no time"),
        (("table", "nonsense"), "nonsense"),
        (("reprocess", "--name", "../elsewhere"), "is no name"),
        (("verify",), "nothing is kept at file:///"),
        (("verify", "nobody"), "nothing is kept at file:///"),
        (("verify", "absent.warc.gz"), "absent.warc.gz is no file"),
        (("verify", "."), ". is no file"),
        (("get", "https://a.example/", "--source", "nobody"), "there is no source 'nobody'"),
        (("deliver",), "no delivery is set up"),
        (("compare", "--url", "https://a.example/", "absent.html", "gone.html"), "absent.html is no file"),
        (("normalize", "--family", "enforcement", "--url", "https://a.example/", "x.csv"), "no file"),
    ],
)
def test_what_is_not_there(run: Run, words: tuple[str, ...], says: str) -> None:
    complains(run(*words), says)


@pytest.mark.parametrize("words", [("verify",), ("get", "https://a.example/"), ("captures",), ("events",)])
def test_looking_at_a_mistyped_address_makes_no_folder(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    run(*words, ARCHIVE_URL=(tmp_path / "archvie" / "deep").as_uri())
    assert not (tmp_path / "archvie").exists()


def test_an_archive_below_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    complains(run("captures", ARCHIVE_URL=(tmp_path / "file" / "archive").as_uri()), "ARCHIVE_URL")


def test_a_broken_source_file_is_named_beside_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("SOURCE = 1\n")
    fine = "from sources.model import Source\nSOURCE = Source(title='Fine', publisher='P', start_urls=('https://a.example/',),"
    (tmp_path / "fine.py").write_text(
        f"{fine} spider='single_file', allowed_hosts=('a.example',), contact='mailto:a@b.c')\n"
    )
    done = run("sources", FANLIGHT_SOURCES=str(tmp_path))
    complains(done, "broken.py", "must set SOURCE")
    assert "Fine" in done.stdout


def test_an_exception_from_robots_is_shown_with_its_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(
        "from sources.model import Robots, Source\nSOURCE = Source(title='Loud', publisher='P', "
        "start_urls=('https://a.example/',), spider='single_file', allowed_hosts=('a.example',), "
        "contact='mailto:a@b.c', robots=Robots(obey=False, reason='agreed'))\n"
    )
    done = run("sources", FANLIGHT_SOURCES=str(tmp_path), COLUMNS="200")
    assert done.returncode == 0 and "not obeyed: agreed" in done.stdout, done.stdout


def test_one_file_is_no_comparison(run: Run, tmp_path: Path) -> None:
    (tmp_path / "only.html").write_text("<p>a")
    complains(run("compare", "--url", "https://a.example/", "only.html"), "give two files")


def test_files_without_a_fact(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    complains(run("normalize", "--family", "enforcement", "--url", "https://a.example/x.csv", "x.csv"), "no fact")


def test_an_unknown_family(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    complains(run("normalize", "--family", "poetry", "--url", "https://a.example/x.csv", "x.csv"), "poetry")


def test_an_address_that_is_no_archive(run: Run) -> None:
    complains(run("captures", ARCHIVE_URL="ftp://somewhere"), "ARCHIVE_URL", "s3://bucket")


def test_an_unreachable_store(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = run(
            "captures", ARCHIVE_URL="s3://fanlight", AWS_ENDPOINT_URL=endpoint,
            AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b",
        )  # fmt: skip
    complains(done, endpoint, "object store runs")


def test_wrong_credentials(run: Run, s3: S3Server) -> None:
    complains(run("captures", **{**s3.env, "AWS_SECRET_ACCESS_KEY": "wrong"}), "AWS_SECRET_ACCESS_KEY")


def test_a_missing_bucket(run: Run, s3: S3Server) -> None:
    complains(run("captures", **{**s3.env, "ARCHIVE_URL": "s3://no-such-bucket"}), "NoSuchBucket", "reate the bucket")


def test_a_data_folder_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    complains(run("demo", FANLIGHT_VAR=str(tmp_path / "file" / "var")), "FANLIGHT_VAR")


def test_names_that_are_no_text_are_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["\udcff.warc", "half \ud83d of a pair", "whole \U0001f600"]
    show.lines([names])
    assert json.loads(capsys.readouterr().out) == names
