"""Pages of our own invention in many languages and templates: their noise is no change, every small edit is one."""

from __future__ import annotations

import copy

import pytest
from imagined import EDITS, TEMPLATES, WORDS, Visit, said

from changes.compare import Difference, compare
from changes.fingerprint import Fingerprint, fingerprint
from changes.quality import assess

URL = "https://www.platform.example/transparency"


def seen(html: str) -> Fingerprint:
    return fingerprint(html.encode(), url=URL)


def both_ways(one: Fingerprint, other: Fingerprint) -> list[Difference]:
    return [compare(one, other), compare(other, one)]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", WORDS)
def test_noise_is_no_change(language: str, template: str) -> None:
    page = said(language)
    for number in range(4):
        one, other = (TEMPLATES[template](page, Visit(language, number + after)) for after in (0, 1))
        for found in both_ways(seen(one), seen(other)):
            assert found.verdict in ("unchanged", "cosmetic"), found.detail
        assert assess(url=URL, status=200, headers=(), body=one.encode(), role="page")[0] == "ok"


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", WORDS)
def test_every_edit_is_a_change_whatever_the_noise(language: str, template: str) -> None:
    page, render = said(language), TEMPLATES[template]
    before = seen(render(page, Visit(language, 0)))
    missed = []
    for name, edit in EDITS.items():
        edited = copy.deepcopy(page)
        edit(edited)
        after = seen(render(edited, Visit(language, 1)))
        missed += [name for found in both_ways(before, after) if found.verdict != "changed"]
    assert not missed


@pytest.mark.parametrize("language", WORDS)
def test_dates_that_move_by_a_day_together_are_no_change_and_one_more_is(language: str) -> None:
    page = said(language)
    before = seen(TEMPLATES["article"](page, Visit(language, 0)))
    shifted = copy.deepcopy(page)
    shifted.log = [[day.fromordinal(day.toordinal() + 1), line] for day, line in page.log]
    for found in both_ways(before, seen(TEMPLATES["article"](shifted, Visit(language, 1)))):
        assert found.verdict == "cosmetic", found.detail
    EDITS["word"](shifted)
    for found in both_ways(before, seen(TEMPLATES["article"](shifted, Visit(language, 1)))):
        assert found.verdict == "changed" and len(found.text.hunks) == 1
