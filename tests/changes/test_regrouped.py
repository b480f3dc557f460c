"""A list of documents that is shown, addressed or delivered otherwise is the same list: told once, or not at all."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from changes.run import compare_visit
from events.announce import events_of

COUNT = 23
NUMBERS = range(COUNT)


def content(number: int) -> bytes:
    return f"area,removed\nspam,{number}\n".encode()


def address(number: int, folder: str = "/reports") -> str:
    return f"{folder}/report-{number:02}.csv"


def item(number: int, url: str) -> str:
    return f'<li><a href="{url}">Report of week {number}</a></li>'


def items(numbers: Any, folder: str = "/reports") -> str:
    return "<ul>" + "".join(item(number, address(number, folder)) for number in numbers) + "</ul>"


def files(folder: str = "/reports") -> dict[str, bytes]:
    return {address(number, folder): content(number) for number in NUMBERS}


def told(site: Any, given: Any) -> Counter[str]:
    """The events of one more visit, but for what the first sight of each page says."""
    events = events_of(compare_visit(site.store, "demo", site.archive(given)))
    return Counter(one.type for one in events if one.data.get("role") == "document" or one.type == "page.gone")


LISTS = {
    "two lists": f"<h2>This year</h2>{items(NUMBERS[:9])}<h2>Earlier</h2>{items(NUMBERS[9:])}",
    "accordion": f"<details><summary>2025</summary>{items(NUMBERS[:9])}</details>"
    f"<details><summary>2024</summary>{items(NUMBERS[9:])}</details>",
    "tabs of years": "<div role=tablist><button role=tab aria-controls=a>2025</button>"
    "<button role=tab aria-controls=b>2024</button></div>"
    f"<div id=a role=tabpanel>{items(NUMBERS[:9])}</div><div id=b role=tabpanel hidden>{items(NUMBERS[9:])}</div>",
    "backwards": items(reversed(NUMBERS)),
    "table": "<table>"
    + "".join(f'<tr><td><a href="{address(n)}">Report of week {n}</a></td></tr>' for n in NUMBERS)
    + "</table>",
    "choice": "<select>" + "".join(f'<option value="{address(n)}">Report of week {n}</option>' for n in NUMBERS)
    + "</select>",
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_grouped_otherwise_withdraws_nothing(kind: str, site: Any, make_page: Any) -> None:
    assert told(site, {"/": make_page(items(NUMBERS)), **files()}) == {"document.published": COUNT}
    for body in (LISTS[kind], items(NUMBERS)):
        found = site.visit({"/": make_page(body), **files()})
        assert {one.verdict for path, one in found.items() if path != "/"} == {"unchanged"}
        assert not found["/"].links_added and not found["/"].links_removed


def test_a_list_moved_to_a_second_page_withdraws_nothing(site: Any, make_page: Any) -> None:
    told(site, {"/": make_page(items(NUMBERS)), **files()})
    home = make_page(f'{items(NUMBERS[:9])}<p><a href="/earlier">Earlier reports</a></p>')
    earlier = make_page(items(NUMBERS[9:]), title="Earlier reports")
    assert told(site, {"/": home, "/earlier": earlier, **files()}) == {}
    assert told(site, {"/": make_page(items(NUMBERS)), **files()}) == {"page.gone": 1}


def delivered(visit: int, hosts: tuple[str, str]) -> dict[str, bytes]:
    """The files at addresses that are signed anew at each visit, from one host after the other."""
    signature = f"Expires=17{visit}0000000&Signature=5d41402a{visit}bc4b&Key-Pair-Id=K{visit}"
    return {f"https://{hosts[visit % 2]}/{number:02}.csv?{signature}": content(number) for number in NUMBERS}


def listed(given: dict[str, bytes]) -> str:
    return "".join(item(number, url.replace("&", "&amp;")) for number, url in enumerate(given))


def test_addresses_signed_anew_and_nodes_in_turn_are_the_same_documents(site: Any, make_page: Any) -> None:
    for visit in range(5):
        given = delivered(visit, ("n1.filescdn.example", "n2.filescdn.example"))
        events = told(site, {"/": make_page(listed(given)), **given})
        assert events == ({} if visit else {"document.published": COUNT})


def test_two_networks_in_turn_are_told_there_and_back(site: Any, make_page: Any) -> None:
    events = []
    for visit in range(5):
        given = delivered(visit, ("files.one.example", "files.two.example"))
        events.append(told(site, {"/": make_page(listed(given)), **given}))
    assert events == [{"document.published": COUNT}, *[{"document.relocated": COUNT}] * 2, {}, {}]


def test_a_folder_that_moved_is_told_once(site: Any, make_page: Any) -> None:
    folders = ("/reports", "/reports", "/files/all", "/files/all", "/files/all")
    events = [told(site, {"/": make_page(items(NUMBERS, one)), **files(one)}) for one in folders]
    assert events == [{"document.published": COUNT}, {}, {"document.relocated": COUNT}, {}, {}]


def test_a_life_is_told_once_at_each_turn(site: Any, make_page: Any) -> None:
    def visit(file: str, body: bytes | None, kept: bytes = b"a,b\n1,2\n") -> Counter[str]:
        links = f'<a href="/kept.csv">Kept</a> <a href="{file}">Report</a>' if body else '<a href="/kept.csv">Kept</a>'
        return told(site, {"/": make_page(links), "/kept.csv": kept, **({file: body} if body else {})})

    first, second = b"a,b\n1,2\n3,4\n", b"a,b\n1,2\n3,5\n"
    assert visit("/x/r.csv", first) == {"document.published": 2}
    assert visit("/x/r.csv", second) == {"document.restated": 1}
    assert visit("/x/r.csv", None) == {"document.withdrawn": 1}
    assert visit("/x/r.csv", second) == {"document.reappeared": 1}
    assert visit("/y/r.csv", second) == {"document.relocated": 1}
    assert visit("/y/r.csv", second) == {}
