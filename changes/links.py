"""The other channel: which documents and links a page lists, whatever its text says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from changes.blocks import MAIL, Link
from changes.identity import registered_domain

NUMBER = re.compile(r"\d+")
OPAQUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}\Z")
TOKEN = re.compile(r"=(?=[^&]*\d)(?=[^&]*[A-Za-z])[\w.~%-]{10,}(?=&|\Z)")


SEVERAL = 3  # links that were rewritten in the same way
NEAR = 50  # links with the same text and path that one is compared with
Name = tuple[str, ...]
Same = Callable[[Link, Link], bool]
Rewriting = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkChange:
    """Links that came, went, or lead to the same thing under another URL (`relocated`: before, after)."""

    added: tuple[Link, ...] = ()
    removed: tuple[Link, ...] = ()
    relocated: tuple[tuple[Link, Link], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def compare_links(before: Iterable[Link], after: Iterable[Link]) -> LinkChange:
    """Compare the main links of two captures by target; furniture only explains what moved into or out of it."""
    before, after = list(before), list(after)
    one, other = main(before), main(after)
    left, joined = furniture(before) - furniture(after), furniture(after) - furniture(before)
    removed = [link for target, link in one.items() if target not in other and target not in joined]
    added = [link for target, link in other.items() if target not in one and target not in left]
    removed, added = mail_replaced(removed, added), mail_replaced(added, removed)
    pairs = relocations(removed, added)
    gone, come = {id(old) for old, _ in pairs}, {id(new) for _, new in pairs}
    return LinkChange(
        added=tuple(link for link in added if id(link) not in come),
        removed=tuple(link for link in removed if id(link) not in gone),
        relocated=tuple(pairs),
    )


def without(change: LinkChange, targets: Collection[str]) -> LinkChange:
    """The change without links to these targets."""
    added, removed = (
        tuple(link for link in side if link.target not in targets) for side in (change.added, change.removed)
    )
    return replace(change, added=added, removed=removed)


def main(links: Iterable[Link]) -> Mapping[str, Link]:
    """The main links by target; the first one with a text stands for the others."""
    found: dict[str, Link] = {}
    for link in links:
        if link.region == "main" and not (link.target in found and found[link.target].anchor):
            found[link.target] = link
    return found


def furniture(links: Iterable[Link]) -> set[str]:
    """The targets that the page's furniture links to."""
    return {link.target for link in links if link.region == "chrome"}


def mail_replaced(links: Sequence[Link], others: Sequence[Link]) -> list[Link]:
    """The links but those that write or call, unless the same words write or call elsewhere on the other side."""
    anchors = {link.anchor for link in others if link.target.startswith(MAIL)}
    return [link for link in links if link.anchor in anchors or not link.target.startswith(MAIL)]


def relocations(removed: Sequence[Link], added: Sequence[Link]) -> list[tuple[Link, Link]]:
    """Pairs that name the same thing: same site and file name, and for pages the same link text too; and those that
    only differ by what the page did to several of its links.
    """
    pairs = paired(removed, added, names, lambda *_: True)
    moved = {id(link) for pair in pairs for link in pair}
    left, come = ([link for link in side if id(link) not in moved] for side in (removed, added))
    rewritten = paired(left, come, wording, lambda old, new: bool(rewriting(old, new)))
    times = Counter(rewriting(*pair) for pair in rewritten)
    return pairs + [pair for pair in rewritten if times[rewriting(*pair)] >= SEVERAL]


def paired(
    removed: Iterable[Link], added: Iterable[Link], names: Callable[[Link], Collection[Name]], same: Same
) -> list[tuple[Link, Link]]:
    """Pairs that share a name and are the same, in the order of the page."""
    pairs: list[tuple[Link, Link]] = []
    free: dict[Name, list[Link]] = defaultdict(list)
    for link in added:
        for name in names(link):
            free[name].append(link)
    for old in removed:
        near = (link for name in names(old) if name in free for link in free[name][:NEAR])
        new = next((link for link in near if same(old, link)), None)
        if new is not None:
            pairs.append((old, new))
            for name in names(new):
                free[name].remove(new)
    return pairs


def names(link: Link) -> set[Name]:
    """What a link is known by on its site: its text with its address but for opaque parameters, or with its name in
    whatever folder; a file by its name alone. Two that share one of these name the same thing.
    """
    where, name = site(link.target), name_of(link.target)
    found: set[Name] = {(where, link.anchor, without_tokens(link.target))}
    if name:
        placed = (where, name, *numbers(link.target))
        found |= {("text", link.anchor, *placed), *([("file", *placed)] if link.is_file else [])}
    return found


def wording(link: Link) -> set[Name]:
    """Its text and path: what stays when an address is rewritten."""
    return {(link.anchor, parts(link.target)[1])}


def rewriting(old: Link, new: Link) -> Rewriting | None:
    """What was done to an address with the same text and path: another host, parameters put on or taken off.

    On another site only a file is the same. A value with a figure that is not opaque may name another thing.
    """
    (one, _, given), (other, _, wanted) = parts(old.target), parts(new.target)
    put = {(name, masked(value)) for name, value in given ^ wanted}
    if not (given <= wanted or wanted <= given) or any(map(tells, (value for _, value in put))):
        return None
    if site(one) != site(other) and not (old.is_file and new.is_file):
        return None
    return *((one, other) if one != other else ("", "")), frozenset(put)


def masked(value: str) -> str:
    """The value of a parameter, or a mask in place of an opaque one."""
    return "…" if TOKEN.match("=" + value) else value


def tells(value: str) -> bool:
    return any(sign.isdigit() for sign in value)


@lru_cache(maxsize=8192)
def parts(target: str) -> tuple[str, str, frozenset[tuple[str, str]]]:
    """Host, path and parameters of an identity."""
    found = urlsplit("//" + target)
    return found.netloc, found.path, frozenset(parse_qsl(found.query))


def moved(old: str, new: str) -> bool:
    """Whether two identities name the same thing in another folder of the same site.

    The same name under another number is another thing: `/2024/report.pdf` is not `/2025/report.pdf`.
    """
    name = name_of(old)
    return bool(name) and name == name_of(new) and site(old) == site(new) and numbers(old) == numbers(new)


def numbers(target: str) -> list[str]:
    """The numbers in the folders of an identity; opaque names of folders have none."""
    folders = target.partition("?")[0].split("/")[:-1]
    return [number for folder in folders if not OPAQUE.match(folder) for number in NUMBER.findall(folder)]


def without_tokens(target: str) -> str:
    """An identity with the opaque values of its parameters masked: long, and digits mixed with letters."""
    path, mark, query = target.partition("?")
    return path + mark + TOKEN.sub("=…", query)


def name_of(target: str) -> str:
    """The last path segment with its query, without an ending that names a page format; empty for a site's root."""
    path, mark, query = target.partition("?")
    return "" if "/" not in path else path.rpartition("/")[2].removesuffix(".html").removesuffix(".htm") + mark + query


def site(target: str) -> str:
    return registered_domain(target.partition("/")[0].partition("?")[0].partition(":")[0])
