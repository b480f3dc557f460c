"""What came otherwise than at the last visit is fetched once more in the same visit, and only what lasts is told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

from changes.run import compare_visit

ORIGIN = "http://site.example"
NEWS = "<p>From now on every decision names the rule that was applied, and where it is written down.</p>"
LINKS = '<a href="/a.csv">Report A</a> <a href="/sub">More</a>'
CSV = reply(b"a,b\n1,2\n", kind="text/csv")
WITHDRAWN = reply(b"<title>410</title>", status="410 Gone")
MISSING = reply(b"<title>404</title>", status="404 Not Found")
WALL = reply(b"<title>Just a moment...</title><p>Checking your browser", status="403 Forbidden")
CUT_OFF = Reply((b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 99\r\n\r\na,b",), close=True)
GOOD: dict[str, Answer] = {"/": reply(page("List", LINKS)), "/a.csv": CSV, "/sub": reply(page("More"))}
Trial = Callable[[dict[str, Answer]], Visited]


def taking_turns(*answers: Reply) -> Answer:
    """One answer after the other; the last one stays."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def trial(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> Trial:
    """A visit of the site that answers well, and then of the one that is given."""

    def run(pages: dict[str, Answer], polite: str = "delay=0.0", spider: str = "document_list") -> Visited:
        source = make_source(
            f"start_urls=('{ORIGIN}/',), spider='{spider}', allowed_hosts=('site.example',), "
            f"follow=(Follow(match=r'\\.csv$'), Follow(match='sub$', role='page')), politeness=Politeness({polite})"
        )
        served = site(dict(GOOD))
        visit(source, env=served.env())
        served.pages.update(pages)
        return visit(source, env=served.env())

    return run


def told(visited: Visited) -> dict[str, str]:
    made = compare_visit(visited.store, visited.told["source"], visited.told["run_id"])
    return {verdict.url.removeprefix(ORIGIN): verdict.verdict for verdict in made.verdicts}


def looks(visited: Visited, path: str) -> list[str]:
    return [c.label.quality for c in sorted(visited.of(ORIGIN + path), key=lambda c: c.time)]


def test_nothing_is_looked_at_twice_when_all_is_as_before(trial: Trial) -> None:
    visited = trial({})
    assert visited.code == 0 and "looking again" not in visited.output
    assert len(visited.of(f"{ORIGIN}/sub")) == 1


def test_what_is_missing_for_a_moment_is_not_gone(trial: Trial) -> None:
    visited = trial({"/a.csv": taking_turns(MISSING, CSV), "/sub": MISSING})
    assert visited.code == 0, visited.output
    assert looks(visited, "/a.csv") == ["gone", "ok"] and looks(visited, "/sub") == ["gone", "gone"]
    assert told(visited) == {"/": "unchanged", "/a.csv": "unchanged", "/sub": "suspect"}


@pytest.mark.parametrize("bad", [WALL, CUT_OFF, reply(page("Página no encontrada"))])
def test_what_came_broken_once_does_not_spoil_the_visit(bad: Reply, trial: Trial) -> None:
    path = "/a.csv" if bad is CUT_OFF else "/sub"
    visited = trial({path: taking_turns(bad, GOOD[path])})  # type: ignore[arg-type]
    assert (visited.code, visited.told["outcome"]) == (0, "complete"), visited.output
    assert len(looks(visited, path)) == 2 and looks(visited, path)[1] == "ok"
    assert set(told(visited).values()) == {"unchanged"}


def test_a_start_page_that_was_walled_for_a_moment_is_searched_after_all(trial: Trial) -> None:
    visited = trial({"/": taking_turns(WALL, GOOD["/"])})  # type: ignore[arg-type]
    assert visited.code == 0, visited.output
    assert len(visited.of(f"{ORIGIN}/a.csv")) == 1


def test_a_flip_is_not_told_and_a_change_is(trial: Trial) -> None:
    changed = page("More", NEWS)
    visited = trial({"/": reply(page("List", LINKS + NEWS)), "/sub": taking_turns(reply(changed), GOOD["/sub"])})  # type: ignore[arg-type]
    assert told(visited) == {"/": "changed", "/a.csv": "unchanged", "/sub": "unchanged"}
    assert looks(visited, "/") == ["ok", "ok"]  # both archived, the second as a revisit of the first
    assert [c.type for c in sorted(visited.of(f"{ORIGIN}/"), key=lambda c: c.time)] == ["response", "revisit"]


def test_noise_alone_brings_no_second_look(trial: Trial) -> None:
    noisy = reply(page("More").replace(b"<main>", b'<main data-nonce="1e240">'))
    assert looks(trial({"/sub": noisy}), "/sub") == ["ok"]


def test_a_second_look_has_no_cookies_and_asks_for_the_whole(trial: Trial) -> None:
    asked: list[bytes] = []

    def flipping(request: bytes) -> Reply:
        asked.append(request)
        return reply(page("More", NEWS), "Set-Cookie: variant=B", f'ETag: "{len(asked)}"')

    visited = trial({"/sub": flipping})
    assert len(asked) == 2 and b"variant=B" not in asked[1] and b"If-None-Match" not in asked[1], visited.output


def test_second_looks_come_later_and_are_counted(trial: Trial) -> None:
    gone: dict[str, Answer] = {"/a.csv": WITHDRAWN, "/sub": WITHDRAWN}
    visited = trial(gone, polite="delay=0.1, second_looks=1")  # type: ignore[call-arg]
    assert sorted(map(len, (looks(visited, "/a.csv"), looks(visited, "/sub")))) == [1, 2]
    twice = next(visited.of(ORIGIN + path) for path in gone if len(visited.of(ORIGIN + path)) == 2)
    assert all((b.time - a.time).total_seconds() >= 0.9 for a, b in pairwise(sorted(twice, key=lambda c: c.time)))
    assert sorted(told(visited).values()) == ["gone", "suspect", "unchanged"]


def test_who_refuses_everything_is_asked_a_few_times_more(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    names = [f"/{n}.csv" for n in range(9)]
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        "follow=(Follow(match=r'\\.csv$'),), politeness=Politeness(delay=0.0)"
    )
    files: dict[str, Answer] = dict.fromkeys(names, CSV)
    served = site({"/": reply(page("List", "".join(f'<a href="{name}">x</a>' for name in names))), **files})
    visit(source, env=served.env())
    served.pages.update(dict.fromkeys(names, WALL))
    visited = visit(source, env=served.env())
    assert sum(len(looks(visited, name)) for name in names) == 9 + 3
    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_rendered_page_is_looked_at_twice(trial: Trial) -> None:
    def script(text: str) -> Reply:
        return reply(page("List", LINKS + f"<div id=x></div><script>x.textContent = '{text}'</script>"))

    there = script("What the scripts of this page have written, and what they wrote before it, too.")
    visited = trial({"/": taking_turns(there, GOOD["/"])}, spider="rendered_list")  # type: ignore[arg-type, call-arg]
    assert visited.code == 0, visited.output
    assert len(visited.of(f"urn:dom:{ORIGIN}/")) == 2
    assert set(told(visited).values()) == {"unchanged"}
