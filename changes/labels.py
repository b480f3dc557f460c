"""Lines that belong to any page and say nothing of this one: controls, prompts, notices of the site.

Only whole lines count: the same words inside a sentence are part of what it says.
"""

from __future__ import annotations

import re
from functools import lru_cache


def lines(*alternatives: str) -> re.Pattern[str]:
    """A pattern that matches a whole line, whatever its case; closing punctuation does not matter."""
    return re.compile(r"\W*(" + "|".join(alternatives) + r")[\s.!?:…»›→↑↗>]*\Z", re.IGNORECASE)


FURNITURE = lines(
    # tables of contents
    r"in this (article|document|page|section)|on this page|(table of )?contents|jump to|skip to .{1,30}",
    r"inhalt(sverzeichnis)?|auf dieser seite|sommaire|table des matières|sur cette page|dans cet article",
    r"índice|(en|na|in) (esta|questa) p[áa]gina|inhoud|op deze pagina",
    # controls
    r"(close|open|show|hide|toggle|expand|collapse) (the )?(main )?(menu|navigation|sidebar|search( bar)?|panel)",
    r"menu|loading|please wait|(back|go|scroll) to top|print( this page)?|copy( the)? (link|url)",
    r"previous( page)?|next( page)?",
    r"share( this)?( (page|article))?( (on|via) \w+)?|edit this page|chargement|haut de page|imprimer|partager",
    r"suivant|précédent",
    r"wird geladen|nach oben|drucken|teilen|cargando|compartir|imprimir|condividi",
    # prompts to log in and to register
    r"(log|sign) ?(in|on|up|out)( (now|here))?|(log|sign) in (to|with) [\w ]{1,30}|create (an |new )?account",
    r"my account",
    r"forgot(ten)? (your )?password|not now|get started|se connecter|connexion|s'inscrire|créer un compte|anmelden",
    r"einloggen|registrieren|iniciar sesión|registrarse|accedi|registrati|inloggen|aanmelden",
    # advertising
    r"advertisement|sponsored( content)?|publicité|anzeige|werbung|publicidad|reclame",
    # consent
    r"(accept|allow|reject|decline|refuse|deny)( (all|only|non|optional|essential|necessary)){0,3}( cookies)?",
    r"(manage|customi[sz]e|your|cookie|privacy) (cookies?|preferences|settings|choices)( settings)?",
    r"only (essential|necessary)( cookies)?",
    r"(tout |tous )?(accepter|refuser)( tout| les cookies)*|(alle )?(cookies )?(akzeptieren|ablehnen)",
    r"aceptar( todo)?|rechazar( todo)?",
    # asking readers
    r"(was|is|did) (this|the) (page|article|answer|information|help)?( page| article)? ?(helpful|useful)",
    r"did (this|the) \w+ answer your question",
    r"how helpful was this.{0,20}|thanks for your feedback|(send |give |leave )feedback",
    r"\d+ (of \d+ )?(people )?found this (helpful|useful)",
    r"cet article vous a-t-il été utile|war dieser artikel hilfreich|¿te ha resultado útil.{0,20}",
    # the site's own notices
    r"(copyright|©|\(c\)) ?(©|\(c\))? ?(19|20)\d\d.{0,80}|(19|20)\d\d ?(©|\(c\)).{0,80}|all rights reserved",
    r"tous droits réservés",
    r".{2,40} © (19|20)\d\d",
    r"\d+ min(ute)?s? (read|de lecture)",
    r"(page )?(generated|rendered|retrieved|served|accessed) (at|on|in) .{1,40}",
    r"(the )?current (date|time)( is)?.{1,40}|today is .{1,40}",
    r"(your )?ip( address)?( is)?: ?[\da-f.:]+",
)  # fmt: skip
# Names of languages in themselves, with or without a country: links to other versions of a page.
LANGUAGE = re.compile(
    r"(english|deutsch|français|español|italiano|português|nederlands|polski|čeština|slovenčina|slovenščina|magyar|română"
    r"|български|ελληνικά|dansk|svenska|norsk( bokmål)?|suomi|eesti|latviešu|lietuvių|hrvatski|srpski|bosanski|shqip"
    r"|македонски|українська|русский|беларуская|türkçe|العربية|עברית|فارسی|اردو|हिन्दी|বাংলা|ਪੰਜਾਬੀ|தமிழ்"
    r"|తెలుగు|मराठी|ગુજરાતી"
    r"|ไทย"
    r"|tiếng việt|bahasa (indonesia|melayu)|filipino|tagalog|basa jawa|中文|简体中文|繁體中文"
    r"|日本語|한국어|català|galego"
    r"|euskara|gaeilge|cymraeg|malti|íslenska|afrikaans|kiswahili|azərbaycan dili|қазақша|o['‘]zbek|ქართული|հայերեն)"
    r"( ?[(（].{1,30}[)）])?\Z",
    re.IGNORECASE,
)
# Names of variables that a template left unfilled.
PLACEHOLDER = re.compile(
    r"(\{\{.*?\}\}|\$\{.*?\}|<%.*?%>|%%\w+%%|\[object \w+\]|undefined|null|NaN|\[\[\w+\]\])(\s|\Z)", re.IGNORECASE
)
# Headings of lists that lead elsewhere. Lists of files never count, whatever stands above them.
ELSEWHERE = lines(
    r"(related|similar|recommended|popular|trending|featured|suggested|other|more)( help)?"
    r" (articles?|links?|topics?|content|pages?|posts?|stories|questions?|news|reading|guides?)",
    r"see also|you (may|might|could) also.{0,30}|people also.{0,30}|recommended( for you)?|further reading",
    r"(read|up) next|what's next",
    r"more (from|in|like|about) .{1,40}|latest (news|posts|articles|stories)",
    r"articles? (connexes?|similaires?|associés?)|voir aussi|à lire aussi|verwandte (artikel|themen)|siehe auch",
    r"mehr zum thema",
    r"artículos? relacionados?|ver también|articoli correlati|vedi anche|gerelateerde artikelen|zie ook",
)
# Words of notices that are laid over a page. They count only for lines at its very start or end that come or go.
OVERLAY = re.compile(
    r"\bcookies?\b|(log|sign) ?(in|up) (to|for)|\b(create|have) an account"
    r"|(open|install|get|download|use) (in )?(the|our) app\b"
    r"|(subscribe|sign up) (to|for) (our )?newsletter|browser (is (not|no longer) supported|isn.t supported)"
    r"|(enable|requires?|turn on) javascript|connectez-vous|créez un compte|melden sie sich an|inicia sesión"
    r"|accedi a|navigateur (n'est|non)|browser wird nicht",
    re.IGNORECASE,
)
LONGEST = 120  # characters; a longer line is never a label


def is_furniture(text: str) -> bool:
    """Whether a line is a label that any page may have."""
    return len(text) <= LONGEST and is_label(text)


@lru_cache(maxsize=65_536)  # a site says the same on all its pages, at every visit
def is_label(text: str) -> bool:
    return bool(FURNITURE.match(text) or not PLACEHOLDER.sub("", text).strip())


@lru_cache(maxsize=8192)
def is_language(text: str) -> bool:
    """Whether a line is the name of a language in that language."""
    return len(text) <= LONGEST and bool(LANGUAGE.match(text))


def leads_elsewhere(text: str) -> bool:
    """Whether a line is the heading of a list of other pages to read."""
    return len(text) <= LONGEST and bool(ELSEWHERE.match(text))
