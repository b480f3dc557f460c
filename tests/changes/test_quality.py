"""Is a capture the page, or something in its place? Every case is a page of our own writing."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from changes.quality import assess

WORDS = "The figures below count the decisions of one half-year in every member state of the Union. " * 30
PAGE = f"<html lang=en><title>Report</title><body><h1>Report</h1><p>{WORDS}</p></body></html>".encode()


def judge(body: bytes = PAGE, **given: Any) -> str:
    """The quality of a capture that is a good page but for what is given."""
    headers = given.pop("headers", (("Content-Type", "text/html; charset=utf-8"),))
    asked = {"url": "https://portal.example/report", "status": 200, "role": "page", **given}
    return assess(headers=headers, body=body, **asked)[0]


def shell(title: str, text: str = "", extra: str = "", lang: str = "en") -> bytes:
    return f"<html lang={lang}><head><title>{title}</title>{extra}</head><body><p>{text}</p></body></html>".encode()


def archive(name: str = "a.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr(name, "a,b\n1,2\n")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (0, "error"),
        (200, "ok"),
        (206, "truncated"),
        (301, "error"),
        (304, "not_modified"),
        (401, "login_wall"),
        (403, "blocked"),
        (404, "gone"),
        (410, "gone"),
        (429, "blocked"),
        (451, "blocked"),
        (500, "error"),
        (503, "error"),
    ],
)
def test_status(status: int, quality: str) -> None:
    assert judge(status=status) == quality


@pytest.mark.parametrize("status", [200, 202, 403, 503])
def test_a_challenge_is_a_wall_whatever_its_status(status: int) -> None:
    body = shell("Just a moment...", "Checking your browser", "<script>window._cf_chl_opt={}</script>")
    assert judge(body, status=status) == "blocked"


def test_a_wall_that_says_so_only_in_a_header() -> None:
    assert judge(headers=(("Content-Type", "text/html"), ("CF-Mitigated", "challenge"))) == "blocked"


@pytest.mark.parametrize(
    ("body", "quality"),
    [
        (shell("Access Denied", "You don't have permission. Reference #18.1"), "blocked"),
        (shell("Before you continue", "We use cookies. Accept all. Reject all."), "consent_wall"),
        (shell("Portal", "Name <input type=password>"), "login_wall"),
        (shell("Sign in | Portal", "Your account"), "login_wall"),
        (shell("Page not found", "Try the search."), "soft_404"),
        (shell("Seite nicht gefunden", "Zur Startseite", lang="en"), "soft_404"),
        (shell("Oops", "Sorry, something went wrong."), "error"),
        (shell("Portal", "One moment", '<meta http-equiv="Refresh" content="0; url=/en">'), "error"),
        (b"<html><body><div id=root></div></body></html>", "error"),
        (b"", "error"),
        (PAGE[:-30] + b"<div cla", "truncated"),
        (PAGE.replace(b"lang=en", b"lang=de-AT"), "wrong_locale"),
        (PAGE.replace(b" lang=en", b""), "ok"),
    ],
)
def test_stand_ins(body: bytes, quality: str) -> None:
    assert judge(body, language="en") == quality


def test_a_long_page_about_walls_is_a_page() -> None:
    text = "How we answer automated requests: a captcha, access denied, page not found. " * 40
    body = shell("Captcha and access denied: a report", text, "<script>/cdn-cgi/challenge-platform/</script>")
    assert judge(body) == "ok"


def test_a_short_page_with_a_wall_script_is_a_page() -> None:
    text = (
        "Two hundred and six decisions were appealed in the first half of the year, of which forty were reversed. " * 2
    )
    assert judge(shell("Appeals", text, "<script src=/cdn-cgi/challenge-platform/jsd.js></script>")) == "ok"


@pytest.mark.parametrize(
    ("body", "declared", "accept", "quality"),
    [
        (b"%PDF-1.7\n...\nstartxref\n1\n%%EOF\n", "application/pdf", ("application/pdf",), "ok"),
        (b"%PDF-1.7\n...\nstartxref\n1\n%%EOF\n", "application/octet-stream", (), "ok"),
        (b"%PDF-1.7\n" + b"x" * 9000, "application/pdf", (), "truncated"),
        (PAGE, "application/pdf", (), "wrong_media_type"),
        (PAGE, "text/html", ("application/pdf",), "wrong_media_type"),
        (PAGE, "text/html", (), "ok"),
        (b"a,b\n1,2\n3,4\n", "text/csv", ("text/csv",), "ok"),
        (b"a\n1\n", "text/csv", ("text/csv",), "ok"),
        (b'{"a": [1]}', "application/json", ("application/json",), "ok"),
        (archive(), "application/zip", ("application/zip",), "ok"),
        (archive()[:-30], "application/zip", ("application/zip",), "truncated"),
        (archive("xl/workbook.xml"), "application/octet-stream", ("text/csv",), "wrong_media_type"),
        (shell("Just a moment...", "Verify that you are human"), "text/html", ("application/pdf",), "blocked"),
    ],
)
def test_documents(body: bytes, declared: str, accept: tuple[str, ...], quality: str) -> None:
    assert judge(body, role="document", headers=(("Content-Type", declared),), accept=accept) == quality


def test_a_file_name_promises_a_type() -> None:
    assert judge(role="document", url="https://portal.example/report.pdf?x=1") == "wrong_media_type"


def test_short_bodies_are_cut_off() -> None:
    headers = (("Content-Type", "text/html"), ("Content-Length", str(len(PAGE) + 1)))
    assert judge(headers=headers) == "truncated"
    assert judge(truncated=True) == "truncated"


@pytest.mark.parametrize(
    ("body", "kind"), [(PAGE[:-30] + b"<div cla", "text/html"), (b"%PDF-1.7\nx", "application/pdf")]
)
def test_the_beginning_of_a_large_body_is_not_cut_off(body: bytes, kind: str) -> None:
    headers = (("Content-Type", kind), ("Content-Length", "99999999"))
    assert judge(body, role="document", headers=headers) == "truncated"
    assert judge(body, role="document", headers=headers, whole=False) == "ok"
    assert judge(body, role="document", headers=headers, whole=False, truncated=True) == "truncated"
