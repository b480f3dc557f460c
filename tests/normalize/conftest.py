"""Every fact that any test of this room parses is found again where it says it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from normalize import apart, cite, code_report, dsa_report, enforcement, families, narrative, pdf_page, policy
from normalize.model import Parsed, Release

MANY = 5_000


def resolves(release: Release, parsed: Parsed) -> None:
    """Fail for the first fact whose citation does not lead to its raw value, apart from runs of whitespace.

    Documents with very many facts are there to see that they are read in bounds: they are left out.
    """
    for fact in parsed.facts if len(parsed.facts) < MANY else ():
        found = cite.resolve(release.payload, release.media_type, fact.citation.pointer)
        assert " ".join(fact.raw_value.split()) in " ".join(found.split()), fact.citation.pointer


def checked(parse: Callable[[Release], Parsed]) -> Callable[[Release], Parsed]:
    def parse_and_check(release: Release) -> Parsed:
        parsed = parse(release)
        resolves(release, parsed)
        return parsed

    return parse_and_check


@pytest.fixture(autouse=True)
def pages_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a PDF takes long to lay out: what a test has parsed is not laid out again to find its facts in."""
    read = cache(pdf_page.read)
    documents = cache(pdf_page.opened)
    monkeypatch.setattr(pdf_page, "read", read)
    monkeypatch.setattr(pdf_page, "opened", documents)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a process for each PDF takes longer than to read ours."""
    monkeypatch.setattr(apart, "run", lambda work, given, **_: work(given))


@pytest.fixture(autouse=True)
def every_citation_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    for family in (code_report, dsa_report, enforcement, narrative, policy):
        parse = checked(family.parse)
        monkeypatch.setattr(family, "parse", parse)
        monkeypatch.setitem(families.ALL, family.FAMILY.name, replace(family.FAMILY, parse=parse))
