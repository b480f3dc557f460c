"""Dates that say how long ago something was: they move by themselves while nothing happens."""

from __future__ import annotations

import re

WORDS = 6  # beside it; in a longer sentence it is part of what is said ("accounts that were closed over a year ago")
WORD = re.compile(r"[^\W\d_]+")
MASK = "⟨ago⟩"
NUMBER = (
    r"(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|une?|deux|trois|eine?[mnr]?|un[ao]?"
    r"|dos|tres|due|tre|uma?|dois|een|twee)"
)
# Beginnings of the names of units of time, by language; what follows them is an ending.
UNIT = (
    r"(sec|sek|min|hour|hr|day|week|month|year|stunde|tag|woche|monat|jahr|heure|jour|semaine|moi|an|segundo|hora|día"
    r"|mes|mês|dia|año|ano|semana|ora|ore|giorn|settiman|uur|uren|dag|weken|maand|jaar|godzin|dni|dzień|tydzie|tygodni"
    r"|miesi|rok|lat|let|hodin|dn|den|týd|měsí|hod|deň|týžd|mesiac|nap|hét|hete|hónap|év|óra|órá|perc|másodperc"
    r"|δευτερόλεπτ|λεπτ|ώρ|ημέρ|μέρ|εβδομάδ|μήν|χρόν|έτ|секунд|минут|хвилин|час|годин|ден|дн|дня|седмиц|недел|тиж|тижн"
    r"|месец|месяц|місяц|год|лет|рок|päiv|viikko|kuukau|kuu|vuo|tunti|tuntia|päev|nädal|aasta|tund|zi|săptăm|lun|or[ăe]"
    r"|timm|time|veck|uge|uke|uger|månad|måned|år|dien|nedēļ|mēne|gad|stund|savait|mėn|met|valand|teden|tedn|mesec|ur"
    r"|dan|sat|tjed|mjesec|saat|dakika|gün|hafta|ay|yıl|يوم|أيام|ساع|دقيق|دقائق|أسبوع|أسابيع|شهر|أشهر|سنة|سنوات"
    r"|יום|ימים|שע|דק|שבוע|חודש|שנ)[^\W\d_]{0,5}[.]?"
)
BEFORE = (
    r"(il y a|vor|hace|há|acum|před|pred|prije|pre|пре|преди|πριν( από)?|pirms|prieš|قبل|منذ|לפני)"
    r"( (environ|etwa|casi|cerca de|circa|около|περίπου))?"
)
AFTER = (
    r"(ago|geleden|fa|atrás|temu|ezelőtt|sitten|tagasi|sedan|siden|önce|назад|тому( назад)?)"  # after number and unit
)
LEFT = (
    r"\b(only )?\d+ (minutes?|hours?|days?|weeks?) (left|remaining|to go)\b"
    r"|\b(noch|encore|quedan) \d+ (tage|jours|días)\b"
)
# How long a reader has left, in a line that says nothing else: beside words it may be a limit that rules set.
COUNTDOWN = re.compile(LEFT, re.IGNORECASE)
PATTERN = re.compile(
    rf"\b((over|about|almost|less than|more than|for|för) )?{NUMBER} {UNIT} {AFTER}\b"
    rf"|\b{BEFORE} {NUMBER} (de )?{UNIT}(?!\w)"
    r"|\b\d+ ?(s|m|h|hrs?|mins?|d|w|wks?|mo|y|yrs?)\.? ago\b"
    rf"|{LEFT}"
    r"|\b\d+ (másodperce|perce|órája|napja|hete|hónapja|éve)\b"
    r"|\d+ ?(秒|分|分钟|分鐘|小时|小時|時間|天|日|周|週間|个月|個月|か月|ヶ月|年)前|\d+ ?(초|분|시간|일|주|개월|년) 전"
    r"|\b(just now|yesterday|today|last (week|month|year))\b",
    re.IGNORECASE,
)
# One of these stands in every such date: looked for first, since most lines have none.
CUE = re.compile(
    rf"\b({BEFORE}|{AFTER}|now|today|yesterday|last|left|remaining|to go|noch|encore|quedan)\b"
    r"|前|전|\d ?(másodperc|perc|órá|nap|het|hónap|év)",
    re.I,
)


def mask(text: str) -> str:
    """`text` with its relative dates masked, when it says little beside them."""
    if not CUE.search(text):
        return text
    masked, count = PATTERN.subn(MASK, text)
    words = 0 if COUNTDOWN.search(text) else WORDS
    return masked if len(WORD.findall(masked)) - count <= words else text  # the mask is a word too
