"""What stands in a page's place: bot walls, consent and login pages, error pages served with 200, empty shells.

A stand-in is short, and its headline says what it is and little else. So phrases are only believed on a page with
little text of its own, and in a headline of which hardly a word is left without them: a report *about* captchas,
cookies or missing pages stays a report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from re import Pattern
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from archive.model import Quality
from changes import excuses, html, marks

Finding = tuple[Quality, str]
THIN_WORDS = 250  # more text than this is no interstitial
SHORT_WORDS = 100
SHELL_WORDS = 25  # less than this is no page
LONG_LINE = 500  # characters of a title or heading: every phrase is searched for at every one of them
LONG_TEXT = 8000  # characters of so few words: some are no words
LEFT_WORDS = 2  # of a headline, beside the phrase that says what the page is
SEPARATOR = re.compile(r"\s*(?:[|»«·•–—]|\s-\s|::)\s*")
BROAD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts without blanks between words
SENTENCE = re.compile(r"[^.!?|]*[.!?|]?")
WORD = re.compile(r"\w+")
OVERLAYS = re.compile(r"(^|[\s_-])(cookies?|consent|gdpr|onetrust\w*|modal|popup|overlay|lightbox)([\s_-]|$)", re.I)
FIELDS: Any = etree.XPath("//input[not(@type) or @type='text' or @type='email' or @type='tel' or @type='password']")
REFRESH: Any = etree.XPath("//meta[translate(@http-equiv,'REFSH','refsh')='refresh']/@content")
BUTTONS: Any = etree.XPath("//button | //a | //input[@type='submit' or @type='button'] | //*[@role='button']")
FRAMES: Any = etree.XPath("//iframe/@src | //iframe/@title | //iframe/@id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """What of a page tells a stand-in from the page itself.

    `text` are its first visible words, `words` how many there are. What is laid over a page (a notice, a form) counts
    only where there is nothing else. `root` is the parsed page. What else there is matters on a thin page alone:
    `segments`, its title, cut at separators, and first headings; `fields`, its inputs; `buttons`, what can be clicked.
    """

    root: html.Element
    fields: tuple[html.Element, ...]
    buttons: tuple[html.Element, ...]
    segments: tuple[str, ...]
    text: str
    words: int

    @property
    def thin(self) -> bool:
        return self.words <= THIN_WORDS

    def headed(self, pattern: Pattern[str]) -> str:
        """What the headline says, when a segment of it says hardly anything else."""
        return next((found for segment in self.segments if (found := says(segment, pattern))), "")


def shell_of(root: html.Element) -> Shell:
    tokens = html.words(root, THIN_WORDS, skip=is_laid_over)
    covered = len(tokens) < SHELL_WORDS
    if covered:
        tokens = html.words(root, THIN_WORDS)
    text = " ".join(tokens)
    thin = len(tokens) <= THIN_WORDS
    headings = (html.text(found) for found in root.iter("h1", "h2") if covered or not lies_over(found))
    lines = (html.title(root), *islice(headings, 2)) if thin else ()
    segments = [part for line in lines for part in SEPARATOR.split(line[:LONG_LINE]) if part]
    fields, buttons = (
        tuple(found for found in path(root) if covered or not lies_over(found)) if thin else ()
        for path in (FIELDS, BUTTONS)
    )
    return Shell(
        root=root, segments=tuple(segments), fields=fields, buttons=buttons, text=text[:LONG_TEXT],
        words=len(tokens) + len(BROAD.findall(text)) // 2,
    )  # fmt: skip


def is_laid_over(node: html.Element) -> bool:
    """Whether an element is a notice or a form laid over the page: consent, log in."""
    if node.tag == "dialog" or "dialog" in node.get("role", ""):
        return True
    names, own = node.get("class"), node.get("id")
    return bool((names and speaks_of_overlay(names)) or (own and speaks_of_overlay(own)))


@lru_cache(maxsize=8192)
def speaks_of_overlay(names: str) -> bool:
    return bool(OVERLAYS.search(names))


def lies_over(node: html.Element) -> bool:
    return any(is_laid_over(up) for up in (node, *node.iterancestors()) if up.tag not in ("html", "body"))


def says(segment: str, pattern: Pattern[str]) -> str:
    """The phrase that a headline consists of, but for a word or two; empty when it speaks of other things as well."""
    found = pattern.search(segment)
    if not found:
        return ""
    left = len(WORD.findall(pattern.sub(" ", segment)))
    return found.group(0) if left <= LEFT_WORDS else ""


def wall(status: int, body: bytes, shell: Shell) -> str:
    """Why this is a bot wall's answer, empty when it is not."""
    if not shell.thin:
        return ""
    mark = next((mark.decode() for mark in marks.WALL_MARKS if mark in body), "")
    if status in (404, 410):
        return ""
    if phrase := wall_phrase(status, shell, marked=bool(mark)):
        return f"a bot wall: {phrase!r}" + (f", {mark}" if mark else "")
    return f"a bot wall: {mark}" if mark and (shell.words < SHELL_WORDS or status != 200) else ""


def wall_phrase(status: int, shell: Shell, *, marked: bool) -> str:
    """The words by which a wall speaks to its visitor; less outspoken ones count beside a wall's script or status."""
    whole = " | ".join((*shell.segments, shell.text))
    if found := marks.WALL_IDIOMS.search(whole):
        return found.group(0)
    if marked or status not in (200, 202, 203):
        found = marks.WALL_WORDS.search(whole)
        return found.group(0) if found else ""
    headline = shell.headed(marks.WALL_WORDS)
    return headline if shell.words < 2 * SHELL_WORDS else ""


def stand_in(url: str, shell: Shell) -> Finding | None:
    """What is served in the page's place with status 200, None when it is the page."""
    if not shell.thin:
        return None
    return consent(url, shell) or missing(shell) or error(shell) or login(url, shell) or redirect(shell) or empty(shell)


def consent(url: str, shell: Shell) -> Finding | None:
    if found := shell.headed(marks.CONSENT_IDIOMS):
        return "consent_wall", f"a consent page: {found!r}"
    if sent_to(url, marks.CONSENT_PLACES):
        return "consent_wall", f"a consent page: sent to {urlsplit(url).hostname}"
    framed = any(marks.CONSENT_FRAMES.search(str(name)) for name in FRAMES(shell.root))
    if framed and shell.words < SHELL_WORDS:
        return "consent_wall", "a consent page in a frame, and nothing beside it"
    asked = marks.CONSENT_WORDS.search(" | ".join((*shell.segments, shell.text)))
    if asked and choices(shell) and words_beside_choices(shell) < SHELL_WORDS:
        return "consent_wall", f"asks to choose, and says nothing else: {asked.group(0)!r}"
    return None


def choices(shell: Shell) -> list[html.Element]:
    """The buttons that accept or refuse."""
    return [button for button in shell.buttons if marks.CHOICES.match(label(button))]


def label(button: html.Element) -> str:
    return html.text(button) or button.get("value") or button.get("aria-label") or ""


def words_beside_choices(shell: Shell) -> int:
    """How many words stand outside of the part that asks: the smallest one around all choices."""
    chosen = choices(shell)
    around = [up for up in chosen[0].iterancestors() if all(up in other.iterancestors() for other in chosen[1:])]
    asking = next((up for up in around if marks.CONSENT_WORDS.search(html.text(up))), shell.root)
    if asking.tag in ("body", "html", "main"):  # no part of its own: sentence by sentence
        rest = SENTENCE.sub(lambda said: " " if marks.CONSENT_WORDS.search(said[0]) else said[0], shell.text)
        return len(rest.split()) - sum(len(label(one).split()) for one in chosen)
    return shell.words - len(html.words(asking, THIN_WORDS))


def missing(shell: Shell) -> Finding | None:
    found = shell.headed(excuses.MISSING_WORDS)
    if not found and shell.words < 2 * SHELL_WORDS and (match := excuses.MISSING_WORDS.search(shell.text)):
        found = match.group(0)
    return ("soft_404", f"says that there is no such page: {found!r}") if found else None


def error(shell: Shell) -> Finding | None:
    found = shell.headed(excuses.ERROR_WORDS)
    if not found and shell.words < 2 * SHELL_WORDS and (match := excuses.ERROR_WORDS.search(shell.text)):
        found = match.group(0)
    return ("error", f"an error page: {found!r}") if found else None


def login(url: str, shell: Shell) -> Finding | None:
    headed = shell.headed(marks.LOGIN_WORDS)
    if any(field.get("type") == "password" for field in shell.fields) and (headed or shell.words < SHORT_WORDS):
        return "login_wall", "asks to log in"
    if headed and (shell.fields or shell.words < SHELL_WORDS):
        return "login_wall", f"asks to log in: {headed!r}"
    if sent_to(url, marks.LOGIN_PLACES):
        return "login_wall", f"asks to log in: sent to {urlsplit(url).path}"
    demanded = marks.LOGIN_DEMANDS.search(shell.text) if shell.words < SHORT_WORDS else None
    return ("login_wall", f"asks to log in: {demanded.group(0)!r}") if demanded else None


def sent_to(url: str, places: Pattern[str]) -> bool:
    """Whether the address is one that visitors are sent to, with where they came from."""
    parts = urlsplit(url)
    back = any(marks.RETURN.match(name) for name in parse_qs(parts.query))
    return back and bool(places.search(f"{parts.hostname}{parts.path}"))


def redirect(shell: Shell) -> Finding | None:
    refreshes = any("url" in content.lower() for content in REFRESH(shell.root))
    named = shell.words < SHELL_WORDS and excuses.REDIRECT_WORDS.search(" | ".join(shell.segments))
    if shell.words < SHORT_WORDS and (refreshes or named):
        return "error", "a redirect stub in the page's place"
    return None


def empty(shell: Shell) -> Finding | None:
    """A page without words, or with the words of one that is not there yet."""
    if shell.words == 0:
        return "error", "an empty page: no visible text"
    waiting = excuses.WAITING.match(shell.text)
    return ("error", f"a page not there yet: {waiting.group(0)!r}") if waiting else None
