"""The names of services: what a heading, a label or a sentence says whose figures it shows."""

from __future__ import annotations

import re
from collections.abc import Collection

from normalize.facts import fold

# Names that are no words of their own, so that they mean the service wherever they stand.
SERVICE = (
    r"\b(?:Facebook|Instagram|Threads|Messenger|WhatsApp|YouTube|TikTok|Snapchat|LinkedIn|Pinterest|Reddit|Discord|"
    r"Twitch|Twitter|Tumblr|Telegram|Bing|Skype|Xbox|OneDrive|AliExpress|Zalando|Temu|Vimeo|Dailymotion|BeReal|"
    r"Bluesky|Mastodon|Spotify|SoundCloud|Roblox|Quora|Vinted|eBay|Etsy)\b"
)
# Names that mean it where nothing else stands beside them.
_ALONE = frozenset(
    {"x", "signal", "kick", "viber", "google search", "google play", "google maps", "google shopping", "google ads",
     "microsoft bing", "microsoft ads", "microsoft advertising", "microsoft teams", "xbox live", "app store",
     "apple app store", "amazon", "amazon store", "shein", "wikipedia", "booking.com", "facebook marketplace",
     "facebook messenger", "horizon worlds"}
)  # fmt: skip
# How a sentence says a service whose figures it states; and words that leave something out.
_OWN = re.compile(
    r"(?:\A(?i:(?:in|during|for|from|as of|by) [^,]*,\s*)?(?i:the |our )?|(?i:\b(?:on|for|across) (?:the )?))"
    rf"{SERVICE}|{SERVICE}(?=[’']s\b)"
)
OUT = r"\b(?:not|without|exclud\w+|except\w*|other than|outside|apart from|aside from)\b"
_MARK = re.compile(r"\s+(?P<word>on|for|across)\s+|\s*[:|(–—]\s*|\s+-\s+|,\s+", re.IGNORECASE)
_AROUND = " \t.,:)–—-|"


def is_name(text: str, known: Collection[str] = ()) -> bool:
    """Whether a text is the name of a service, and nothing else. `known`: folded names that the page itself gives."""
    bare = text.strip(_AROUND)
    return re.fullmatch(SERVICE, bare, re.IGNORECASE) is not None or fold(bare) in _ALONE or fold(bare) in known


def split(text: str, known: Collection[str] = ()) -> tuple[str, str]:
    """(service, what else it says) of a heading or label: it is one's name, ends (`Spam on X`) or begins with it."""
    if is_name(text, known):
        return text.strip(_AROUND), ""
    for mark in _MARK.finditer(text):
        before, after = text[: mark.start()], text[mark.end() :]
        if is_name(after, known):
            return after.strip(_AROUND), before.strip(_AROUND)
        if not mark["word"] and is_name(before, known):
            return before.strip(_AROUND), after.strip(_AROUND)
    return "", text


def of_sentence(text: str) -> str | None:
    """The service whose figures a sentence states; empty when it names none, None when that is not clear."""
    named = re.findall(SERVICE, text)
    if not named:
        return ""
    is_own = len(set(named)) == 1 and len(_OWN.findall(text)) == len(named)
    return named[0] if is_own and not re.search(OUT, text, re.IGNORECASE) else None
