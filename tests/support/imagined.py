"""Pages that no site ever served: what they say, in fifteen languages, apart from how and with what noise they say it.

`Said` is the content; a template of TEMPLATES renders it for one `Visit`, which rolls the noise: tokens, hashed class
names, rotating links, dates in another form or time zone, banners, prompts. Two visits of the same `Said` are the same
page; every edit of EDITS makes it another.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

WORDS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "changes" / "imagined.json").read_text(encoding="utf-8")
)


@dataclass
class Said:
    """What a page says. Mutable: edits are made in place, on a copy."""

    title: str
    updated: date
    paragraphs: list[str]
    items: list[str]
    rows: list[list[str]]
    terms: list[list[str]]
    cards: list[list[str]]
    files: list[list[str]]
    log: list[list[Any]]
    answers: list[str]
    caption: str
    button: str = ""


def said(language: str) -> Said:
    choose = random.Random(language)  # noqa: S311 - repeatable, no secret
    lines = WORDS[language]["sentences"][:]
    choose.shuffle(lines)
    short = [" ".join(line.split()[:4]) for line in lines]
    return Said(
        title=short[0],
        updated=date(2026, 5, 17),
        paragraphs=[" ".join(choose.sample(lines, 3)) for _ in range(6)] + lines[:3],
        items=[f"{line} {number}" for number, line in enumerate(short)],
        rows=[[line, str(1234 + 77 * n), f"{n + 1}.{n}", f"+{n + 1}%", "✓"] for n, line in enumerate(short[:5])],
        terms=[[one, other] for one, other in zip(short[:4], lines[4:], strict=True)],
        cards=[[one, f"/policies/{n}", other] for n, (one, other) in enumerate(zip(short[3:7], lines, strict=False))],
        files=[[f"{short[2]} {year}", f"/files/{year}/report-{year}.pdf"] for year in (2022, 2023, 2024)],
        log=[[date(2025, 10, 9) - timedelta(days=37 * n), short[n]] for n in range(6)],
        answers=["Yes", "n/a", "12"],
        caption=f"{short[4]} (2024)",
    )


class Visit:
    """One visit: the noise that a page is rendered with. `number` seeds it; odd and even visits see other variants."""

    def __init__(self, language: str, number: int) -> None:
        self.words = WORDS[language]
        self.language = language
        self.odd = bool(number % 2)
        self.random = random.Random(number)  # noqa: S311

    def token(self, length: int = 12) -> str:
        return "".join(self.random.choice("abcdef0123456789") for _ in range(length))

    def name(self, name: str) -> str:
        return f"{name}_{self.token(5)}"

    def text(self, line: str) -> str:
        """A line with other typography and invisible characters."""
        line = line.replace(" ", "\u00a0", 1).replace("ti", "t\u00adi", 1) + "\u200b" if self.odd else line
        return escape(line, quote=False)

    def day(self, day: date) -> str:
        if self.odd:
            return day.isoformat()
        return str(self.words["date"].format(d=day.day, m=self.words["months"][day.month - 1], y=day.year))

    def link(self, path: str) -> str:
        return f"{path}?sid={self.token(24)}&utm_source=x{self.token(3)}"

    def file(self, path: str) -> str:
        query = f"Expires=17{self.token(4)}&Signature={self.token(30)}&Key-Pair-Id=K{self.token(8)}"
        return f"https://cdn{self.random.randint(1, 9)}.platform-cdn.example{path}?{query}"

    def ago(self) -> str:
        return str(self.words["ago"].format(n=self.random.randint(2, 9)))

    def prompts(self) -> str:
        hello = escape(self.words["hello"].format(name="Alex"))
        if self.odd:
            return f"<div class={self.name('u')}><span>{hello}</span></div>"
        both = "".join(f"<a href=/x>{escape(self.words[one])}</a> " for one in ("login", "register"))
        return f"<div class={self.name('u')}>{both}</div>"

    def banner(self, attributes: str) -> str:
        if self.odd:
            return ""
        buttons = "".join(f"<button>{escape(one)}</button>" for one in self.words["buttons"])
        return f"<div {attributes}><p>{escape(self.words['cookie'])}</p>{buttons}</div>"

    def related(self) -> str:
        titles = self.random.sample(self.words["more"], 3)
        links = "".join(f"<li><a href=/news/{len(title)}><b>{escape(title)}</b></a></li>" for title in titles)
        return f"<h3>{escape(self.words['related'])}</h3><ul>{links}</ul>"

    def page(self, title: str, body: str) -> str:
        state = json.dumps({"build": self.token(), "csrf": self.token(32)})
        return (
            f"<!doctype html><html lang={self.language} dir={self.words['dir']}><head><meta charset=utf-8>"
            f"<title>{escape(title)}</title><link href=/_s/{self.token()}.css></head><body class={self.name('b')}>"
            f"<script nonce={self.token()}>state={state}</script>{body}<!-- {self.token()} --></body></html>"
        )

    def menu(self, tag: str) -> str:
        entries = "".join(f"<li><a href=/{n}>{escape(one)}</a></li>" for n, one in enumerate(self.words["nav"]))
        return f"<{tag}><ul>{entries}</ul></{tag}>"


def core(it: Said, v: Visit) -> str:
    """The parts that all templates render alike: lists, tables, files, dates, short answers."""
    rows = "".join("<tr>" + "".join(f"<td>{v.text(cell)}</td>" for cell in row) + "</tr>" for row in it.rows)
    log = "".join(f"<li><time>{v.day(day)}</time> <span>{v.text(line)}</span></li>" for day, line in it.log)
    files = "".join(f'<li><a href="{v.file(path)}">{v.text(name)}</a></li>' for name, path in it.files)
    items = "".join(f"<li>{v.text(one)}</li>" for one in it.items)
    answers = "".join(f"<div class=answer><span>{one}</span></div>" for one in it.answers)
    button = f'<button data-href="{it.button}">PDF</button>' if it.button else ""
    picture = f"<img src=/a.png?v={v.token()}>" if v.odd else "<img src=data:image/gif;base64,R0 data-src=/a.png>"
    return (
        f"<ul>{items}</ul><table>{rows}</table><ul>{files}</ul><ol>{log}</ol>{answers}{button}"
        f"<figure>{picture}<figcaption>{v.text(it.caption)}</figcaption></figure>"
    )


def stamp(it: Said, v: Visit) -> str:
    return f"<p>{escape(v.words['updated'])} {v.day(it.updated)} · {v.ago()}</p>"


def article(it: Said, v: Visit) -> str:
    paragraphs = "".join(f"<p>{v.text(one)}</p>" for one in it.paragraphs)
    terms = "".join(f"<dt>{v.text(one)}</dt><dd>{v.text(other)}</dd>" for one, other in it.terms)
    cards = "".join(
        f'<div class=card><h3><a href="{v.link(path)}">{v.text(one)}</a></h3><p>{v.text(other)}</p></div>'
        for one, path, other in it.cards
    )
    body = f"<h1>{v.text(it.title)}</h1>{stamp(it, v)}{paragraphs}{core(it, v)}<dl>{terms}</dl>{cards}"
    aside = f"<section class=related-articles>{v.related()}</section>"
    top = f"{v.menu('nav')}{v.prompts()}{v.banner('class=cookie-banner')}"
    return v.page(it.title, f"{top}<main><article>{body}</article>{aside}</main><footer>© Platform</footer>")


def application(it: Said, v: Visit) -> str:
    """No landmarks, hashed names, folded text that is hidden, cards that are links as a whole."""
    paragraphs = "".join(f"<div class={v.name('box')}><span>{v.text(one)}</span></div>" for one in it.paragraphs)
    folds = "".join(
        f"<div role=button aria-expanded=false id=f{v.token(4)}>{v.text(one)}</div><div hidden>{v.text(other)}</div>"
        for one, other in it.terms
    )
    cards = "".join(
        f'<a href="{v.link(path)}"><h3>{v.text(one)}</h3><div>{v.text(other)}</div></a>'
        for one, path, other in it.cards
    )
    body = f"<h1>{v.text(it.title)}</h1>{stamp(it, v)}{paragraphs}{folds}{core(it, v)}{cards}"
    inner = f"<div class={v.name('page')}>{body}</div>"
    wrapped = f"<div><div>{inner}</div></div>" if v.odd else inner
    return v.page(it.title, f"<div id=root>{v.menu('nav')}{wrapped}</div>{v.banner('class=' + v.name('x'))}")


def elements(it: Said, v: Visit) -> str:
    """Custom elements that carry their text in attributes, the heading too."""
    folds = json.dumps([{"q": one, "a": f"<p>{escape(other)}</p>", "id": v.token(6)} for one, other in it.terms])
    paragraphs = "".join(f"<p>{v.text(one)}</p>" for one in it.paragraphs)
    cards = "".join(
        f'<link-card href="{v.link(path)}" heading="{escape(one)}"><p>{v.text(other)}</p></link-card>'
        for one, path, other in it.cards
    )
    body = f'<faq-list items="{escape(folds)}" uid={v.token()}></faq-list>{core(it, v)}{cards}{stamp(it, v)}'
    hero = f'<page-hero headline="{escape(it.title)}"></page-hero>'
    main = f"<main><rich-text>{paragraphs}</rich-text>{body}</main>"
    return v.page(it.title, f"{v.menu('site-header')}{hero}{main}{v.banner('role=dialog aria-modal=true')}")


TEMPLATES: dict[str, Callable[[Said, Visit], str]] = {
    "article": article,
    "application": application,
    "elements": elements,
}


def word(lines: list[Any], place: int) -> None:
    parts = lines[place].split()
    lines[place] = " ".join([*parts[:1], "walrus", *parts[2:]])


def digit(lines: list[Any], place: int) -> None:
    lines[place] = re.sub(r"\d", lambda found: str((int(found.group()) + 3) % 10), lines[place], count=1)


EDITS: dict[str, Callable[[Said], Any]] = {
    "title": lambda it: setattr(it, "title", it.title + " walrus"),
    "own date": lambda it: setattr(it, "updated", it.updated + timedelta(days=1)),
    "date in a list": lambda it: it.log[3].__setitem__(0, it.log[3][0] + timedelta(days=1)),
    "entry in a dated list": lambda it: it.log.insert(0, [date(2025, 11, 20), "Lantern rule"]),
    "word": lambda it: word(it.paragraphs, 4),
    "word put in": lambda it: it.paragraphs.__setitem__(2, it.paragraphs[2] + " Not"),
    "paragraph taken out": lambda it: it.paragraphs.pop(3),
    "paragraph put in": lambda it: it.paragraphs.insert(3, "Cookies are not sold to advertisers."),
    "item put in at the end": lambda it: it.items.append("Lantern 9"),
    "item taken out at the end": lambda it: it.items.pop(),
    "item": lambda it: digit(it.items, 5),
    "figure": lambda it: digit(it.rows[2], 1),
    "sign": lambda it: it.rows[1].__setitem__(3, it.rows[1][3].replace("+", "-")),
    "percent": lambda it: it.rows[1].__setitem__(3, it.rows[1][3].replace("%", "")),
    "decimal point": lambda it: it.rows[3].__setitem__(2, it.rows[3][2].replace(".", "")),
    "minus as a dash": lambda it: it.rows[3].__setitem__(2, "–" + it.rows[3][2]),
    "about": lambda it: it.rows[3].__setitem__(1, "~" + it.rows[3][1]),
    "tick": lambda it: it.rows[0].__setitem__(4, "✗"),
    "cells swapped": lambda it: it.rows.insert(0, [it.rows[0][0], it.rows[1][1], *it.rows.pop(0)[2:]]),
    "row taken out": lambda it: it.rows.pop(2),
    "term": lambda it: word(it.terms[3], 1),
    "question": lambda it: word(it.terms[3], 0),
    "page put in": lambda it: it.cards.append(["New policy", "/policies/new", "It is about teapots."]),
    "page taken out": lambda it: it.cards.pop(1),
    "page link": lambda it: it.cards[0].__setitem__(1, "/policies/other"),
    "file put in": lambda it: it.files.append(["Report 2025", "/files/2025/report-2025.pdf"]),
    "file replaced": lambda it: it.files[2].__setitem__(1, "/files/2024/report-2024-v2.pdf"),
    "file of next year": lambda it: it.files[2].__setitem__(1, "/files/2025/report-2025.pdf"),
    "button of a file": lambda it: setattr(it, "button", "/files/extra.pdf"),
    "caption": lambda it: setattr(it, "caption", it.caption.replace("2024", "2025")),
    "answer": lambda it: it.answers.__setitem__(0, "No"),
    "number alone": lambda it: it.answers.__setitem__(2, "13"),
}
