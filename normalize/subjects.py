"""What a sentence says its figures are of: the words before its verb, and whether these say it all."""

from __future__ import annotations

import re

from normalize.services import OUT, SERVICE
from normalize.spoken import DATE, PERIOD

_LEFT_OPEN = re.compile(r"\b(?:which|that|who|whose|when|as|while|there)\Z", re.IGNORECASE)
# What belongs to the verb behind it and says nothing of what is counted; and what leaves open whether it is so.
_OF_VERB = re.compile(
    r"(?:[\s,]+(?:has|have|had|also|again|still|now|then|since|just|even|further|currently|recently|subsequently|"
    r"previously|finally|significantly|substantially|slightly|sharply|steadily|gradually|dramatically|marginally|"
    r"markedly|notably|considerably))+\Z",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:almost|not|never|and|or|but|may|might|can|could|should|would|will|did|nearly|likely|probably|possibly)\Z",
    re.IGNORECASE,
)
_HOW = re.compile(r"\w+(?:ed|en)\s+\w+ly\Z")  # `posts removed automatically`
_COPULA = re.compile(r"(?:is|are|was|were)\Z", re.IGNORECASE)
# What can stand between `was` and the figure that it was.
_HOW_MUCH = re.compile(
    r"(?:\W|\b(?:at|to|be|by|from|between|up|down|still|also|only|just|again|now|the|an?|as|high|low|in|of|for|during|"
    r"total|estimated|measured|reported|recorded|calculated|\w+ly)\b)*",
    re.IGNORECASE,
)
# What narrows down what a figure is of, behind it.
_NARROWED = re.compile(
    r"\b(?:in|across|among|within|outside)\s+(?:the\s+)?[A-Z]\w+|"
    r"\b(?:for|against|about|related to)\s+(?:the\s+)?(?!same|period|quarter|half|year|first|second|third|fourth|last)"
    rf"[A-Za-z]{{3,}}|(?i:{OUT})"
)
_SPAN = rf"(?:{DATE}|{PERIOD})"
_TIMED = re.compile(
    rf"\s*\((?:in |during |for )?{_SPAN}\)|,?\s*\b(?:in|during|for|of|over|from|as of|on|by|at)\s+(?:the\s+)?{_SPAN},?",
    re.IGNORECASE,
)
_TIME = re.compile(PERIOD, re.IGNORECASE)
OF_SERVICE = re.compile(rf"(?<!\s)\s*\b[Oo]n {SERVICE}|\A{SERVICE}(?:[’']s)?\s+(?=\w)")
_TOTAL = re.compile(r"(?:an? )?(?:combined |grand )?total of\s+", re.IGNORECASE)
_OF = re.compile(r"(?:of|in|out|per|to|from)\b|\W", re.IGNORECASE)
_LAST_WORDS = re.compile(
    r"(?:[\s,.;:()–-]|\b(?:in|during|for|of|over|from|between|on|the|by|as|at)\b)*\Z", re.IGNORECASE
)


def of(text: str, verb: str, tail: str, behind: str) -> str:
    """What a sentence's figures are of; empty when it is not clear, or narrowed down where its name does not say it.

    `text` stands before the verb, `tail` between the verb and the first figure or period; `behind` is all that follows
    the verb, without these.
    """
    subject = _before(text)
    if _LEFT_OPEN.search(subject) or _TIME.search(subject) or _is_unsure(subject, verb):
        return ""
    if _COPULA.search(verb) and not _HOW_MUCH.fullmatch(OF_SERVICE.sub("", tail)):
        return ""
    narrowed = _NARROWED.search(OF_SERVICE.sub("", behind)) and "upper limit" not in subject.lower()
    return "" if narrowed else subject


def acted_on(text: str, verb: str, done: str, figure: str) -> str:
    """What a figure at the beginning counts: `posts removed` in `5 posts were removed`; empty when it is not clear."""
    subject = _TOTAL.sub("", _before(text), count=1)
    noun = subject.removeprefix(figure).strip()
    act = _LAST_WORDS.sub("", OF_SERVICE.sub("", done)).strip()
    if noun == subject or not noun or _OF.match(noun) or not _COPULA.search(verb) or not act or not act[0].isalpha():
        return ""
    return "" if _TIME.search(noun) or _is_unsure(noun, verb) or re.search(r"\d", act) else f"{noun} {act}"


def _is_unsure(subject: str, verb: str) -> bool:
    """Whether the last word before the verb leaves open what is said, or may be of the verb or of its subject."""
    is_adverb = subject.endswith("ly") and not (_HOW.search(subject) and _COPULA.search(verb))
    return is_adverb or _UNSURE.search(subject) is not None


def _before(text: str) -> str:
    """What comes before the verb, without `In Q3 2023,`, articles, and what is of the verb."""
    bare = re.sub(
        rf"^\s*(?:(?:as of|on|by|at) {DATE},?|(?:in|during|for|from|between|as of)\b[^,]*{PERIOD}[^,]*,)?\s*"
        r"(?:(?:we estimate that|the|our)\b)?\s*",
        "",
        text,
        flags=re.IGNORECASE,
    )
    untimed = _OF_VERB.sub("", _TIMED.sub("", f" {bare}").strip(" ,"))
    return re.sub(r"\A(?:the|our)\s+", "", untimed, flags=re.IGNORECASE)
