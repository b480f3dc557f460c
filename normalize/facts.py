"""What all families do with their facts: fold key parts, number duplicates, find restatements."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from normalize import values
from normalize.model import Fact, Problem, Release, Restatement, Withdrawal

Key = tuple[str, ...]
_OPEN_MARK = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_NOTES_BACKWARDS = re.compile(r"(?:(?:[*†‡¹²³⁰⁴-⁹]|\]\d{1,2}\[)\s*)+")  # read from the end: each character once


def words(text: str) -> frozenset[str]:
    """The words of `text`: how long sets of names are written down."""
    return frozenset(text.split())


def seen(text: str) -> str:
    """`text` without the characters that nobody sees: soft hyphens, spaces of no width, marks of direction."""
    return text if text.isascii() else "".join(char for char in text if unicodedata.category(char) != "Cf")


def fold(text: str) -> str:
    """A label as a key part: letter case, runs of whitespace and underscores for spaces do not count, nor do marks of
    footnotes, characters nobody sees, and whether `&` is written `&amp;`."""
    plain = " ".join(text.replace("_", " ").split()).casefold()
    if plain.isascii() and plain[-1:] not in ("*", "]") and "&" not in plain:
        return plain
    bare = seen(html.unescape(plain))
    notes = _NOTES_BACKWARDS.match(bare[::-1])
    return bare[: len(bare) - notes.end()] or plain if notes else bare or plain


def number(facts: Iterable[Fact]) -> tuple[tuple[Fact, ...], tuple[Problem, ...]]:
    """The facts with their occurrence, and a problem for each that repeats a key of the same document."""
    seen: Counter[Key] = Counter()
    numbered: list[Fact] = []
    problems: list[Problem] = []
    for fact in facts:
        seen[fact.key] += 1
        numbered.append(replace(fact, occurrence=seen[fact.key]) if seen[fact.key] > 1 else fact)
        if seen[fact.key] > 1:
            reason = f"duplicate key {' | '.join(fact.key)} (occurrence {seen[fact.key]}), kept as a row of its own"
            problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
    return tuple(numbered), tuple(problems)


def restatements(
    release: Release, before: Iterable[Fact], after: Iterable[Fact], compared: frozenset[str]
) -> Iterator[Restatement]:
    """Each fact of `after` whose key was in `before` with another value, in the order of `after`.

    A key that is only on one side is an addition or a rolling row, not a restatement. Under a duplicated key, values
    that are on both sides are taken off first and the others pair up in order.
    """
    earlier = by_key(before, compared)
    for key, facts in by_key(after, compared).items():
        for old, new in _changed(earlier.get(key, []), facts):
            yield Restatement(
                document=release.document, url=release.url, key=key, before_raw=old.raw_value, after_raw=new.raw_value,
                before=old.citation, after=new.citation, kind=new.kind, run_id=release.run_id,
            )  # fmt: skip


def withdrawals(
    release: Release, before: Iterable[Fact], after: Iterable[Fact], compared: frozenset[str]
) -> Iterator[Withdrawal]:
    """Each fact of `before` whose key `after` does not have, unless it rolled on; `after` cites the whole release."""
    earlier, later = by_key(before, compared), by_key(after, compared)
    old, new = (list(itertools.chain.from_iterable(side.values())) for side in (earlier, later))
    went_on = _newest(old) != _newest(new)
    rolling = _rolling(old) & (_rolling(new) | (_metrics(old) - _metrics(new))) if went_on else set()
    for key in [key for key in earlier if key not in later]:
        for fact in earlier[key]:
            if fact.period is None or _metric(fact) not in rolling:
                yield Withdrawal(
                    document=release.document, url=release.url, key=key, before_raw=fact.raw_value,
                    before=fact.citation, after=release.citation, kind=fact.kind, run_id=release.run_id,
                )  # fmt: skip


def _rolling(facts: Sequence[Fact]) -> set[str]:
    """The metrics that a release has for its newest period only."""
    newest = _newest(facts)
    older = {_metric(fact) for fact in facts if fact.period and fact.period.end != newest}
    return _metrics(facts) - older


def _newest(facts: Iterable[Fact]) -> date | None:
    """The end of the newest period."""
    return max((fact.period.end for fact in facts if fact.period), default=None)


def _metrics(facts: Sequence[Fact]) -> set[str]:
    return {_metric(fact) for fact in facts if fact.period}


def _metric(fact: Fact) -> str:
    return fold(f"{fact.labels.get('metric', '')} {fact.labels.get('section', '')}")


def by_key(facts: Iterable[Fact], compared: frozenset[str]) -> dict[Key, list[Fact]]:
    """The facts of the kinds that are compared."""
    found: dict[Key, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind in compared:
            found[fact.key].append(fact)
    return found


def _is_same(old: Fact, new: Fact) -> bool:
    """Whether nothing else is said. A number whose mark was left open (`1.234`) is any that has its digits."""
    if values.same(old.raw_value, new.raw_value):
        return True
    numbers = {_OPEN_MARK.sub("", fact.raw_value).strip() for fact in (old, new)}
    return None in (old.value, new.value) and len(numbers) == 1 and values.parse(numbers.pop()) != values.NOTHING


def _changed(before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    if len(before) == len(after) == 1:
        pairs = [(before[0], after[0])]
        return iter([pair for pair in pairs if not _is_same(*pair)])
    left = list(before)
    new: list[Fact] = []
    for fact in after:
        match = next((old for old in left if _is_same(old, fact)), None)
        left.remove(match) if match else new.append(fact)
    return iter(list(zip(left, new, strict=False)))
