"""Which URLs name the same document, and which do not."""

from __future__ import annotations

import pytest

from changes.identity import document_id, registered_domain

SAME = [
    ("https://www.portal.example/reports/a/5", "http://portal.example/reports/a/5/#top"),
    ("https://portal.example/r?commitmentId=2&chapterId=1", "https://portal.example/r?chapterId=1&commitmentId=2"),
    ("https://portal.example/r?page=2", "https://portal.example/r?page=2&utm_source=mail&fbclid=x&ref=nav"),
    ("https://portal.example/a/index.html", "https://portal.example//a/"),
    ("https://portal.example/%7Ea/b c", "https://portal.example/~a/b%20c"),
    ("https://PORTAL.example:443/a", "https://portal.example/a"),
    ("https://portal.example/a;jsessionid=77", "https://portal.example/a"),
    (
        "https://node-ams4-1.xx.fbcdn.net/v/t39/1_n.pdf?_nc_cat=1&ccb=1-7&oh=00_A&oe=66",
        "https://node-fra3-2.fbcdn.net/v/t39/1_n.pdf?_nc_cat=9&oh=00_B&oe=67",
    ),
    (
        "https://bucket.s3.eu-west-1.amazonaws.com/a.pdf?X-Amz-Date=1&X-Amz-Signature=2",
        "https://bucket.s3.eu-west-1.amazonaws.com/a.pdf?X-Amz-Date=3&X-Amz-Signature=4",
    ),
    ("https://f1.files.example/a.csv?Expires=1&Signature=2", "https://f2.files.example/a.csv?Expires=3&Signature=4"),
    ("https://x.blob.core.windows.net/a?sv=1&se=2&sp=r&sig=3", "https://x.blob.core.windows.net/a?sv=1&se=9&sig=8"),
    ("https://l.social.example/l.php?u=https%3A%2F%2Fportal.example%2Fa&h=AT", "https://portal.example/a"),
]
DIFFERENT = [
    ("https://portal.example/r?page=1", "https://portal.example/r?page=2"),
    ("https://portal.example/r?chapterId=1&commitmentId=2", "https://portal.example/r?chapterId=1&commitmentId=3"),
    ("https://portal.example/A.pdf", "https://portal.example/B.pdf"),
    ("https://de.portal.example/a", "https://fr.portal.example/a"),
    ("https://one.s3.amazonaws.com/a?X-Amz-Signature=1", "https://two.s3.amazonaws.com/a?X-Amz-Signature=1"),
    ("https://portal.example:8443/a", "https://portal.example/a"),
    ("https://portal.example/a?policy=privacy", "https://portal.example/a?policy=cookies"),
    ("https://portal.example/search?url=https%3A%2F%2Fa.example", "https://a.example"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_document(one: str, other: str) -> None:
    assert document_id(one) == document_id(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_documents(one: str, other: str) -> None:
    assert document_id(one) != document_id(other)


@pytest.mark.parametrize("url", [one for pair in SAME + DIFFERENT for one in pair])
def test_an_identity_is_its_own_identity(url: str) -> None:
    assert document_id("https://" + document_id(url)) == document_id(url)


@pytest.mark.parametrize("odd", ["", "mailto:a@b.example", "http://[bad", "http://a.example:port/", "not a url"])
def test_odd_strings_are_accepted(odd: str) -> None:
    assert document_id(odd) == odd.strip()


def test_registered_domain_knows_shared_suffixes() -> None:
    assert registered_domain("a.b.portal.co.uk") == "portal.co.uk"
    assert registered_domain("bucket.s3.amazonaws.com") == "bucket.s3.amazonaws.com"
    assert registered_domain("localhost") == "localhost"
