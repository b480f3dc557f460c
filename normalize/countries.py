"""The 27 Member States, Iceland, Liechtenstein and Norway, and totals, in the spellings met."""

from __future__ import annotations

import re
import unicodedata

NAMES = {
    "AT": "austria|österreich|autriche|aut",
    "BE": "belgium|belgique|belgië|belgien|bel",
    "BG": "bulgaria|bulgarie|bulgarien|българия|bgr",
    "CY": "cyprus|chypre|zypern|κύπρος|cyp",
    "CZ": "czechia|czech republic|the czech republic|česko|tchéquie|tschechien|cze",
    "DE": "germany|deutschland|allemagne|deu",
    "DK": "denmark|danmark|danemark|dänemark|dnk",
    "EE": "estonia|eesti|estonie|estland|est",
    "ES": "spain|españa|espagne|spanien|esp",
    "FI": "finland|suomi|finlande|finnland|fin",
    "FR": "france|frankreich|francia|fra",
    "GR": "greece|ελλάδα|grèce|griechenland|el|grc|hellas",
    "HR": "croatia|hrvatska|croatie|kroatien|hrv",
    "HU": "hungary|magyarország|hongrie|ungarn|hun",
    "IE": "ireland|éire|irlande|irland|republic of ireland|irl",
    "IT": "italy|italia|italie|italien|ita",
    "LT": "lithuania|lietuva|lituanie|litauen|ltu",
    "LU": "luxembourg|luxemburg|lux",
    "LV": "latvia|latvija|lettonie|lettland|lva",
    "MT": "malta|malte|mlt",
    "NL": "netherlands|the netherlands|nederland|pays-bas|niederlande|holland|nld",
    "PL": "poland|polska|pologne|polen|pol",
    "PT": "portugal|prt",
    "RO": "romania|românia|roumanie|rumänien|rou",
    "SE": "sweden|sverige|suède|schweden|swe",
    "SI": "slovenia|slovenija|slovénie|slowenien|svn",
    "SK": "slovakia|slovensko|slovak republic|slovaquie|slowakei|svk",
    "IS": "iceland|ísland|islande|island|isl",
    "LI": "liechtenstein|lie",
    "NO": "norway|norge|norvège|norwegen|nor",
    "EU": "total eu|eu total|eu|eu27|eu 27|all eu|european union|total european union|total eu27|eu member states|"
    "total eu member states|all eu member states|total member states|all member states|overall eu",
    "EEA": "total eea|eea total|eea|eu eea|total eu eea|eea eu|eu and eea|all eea|european economic area|overall eea|"
    "total european economic area|eu eea total|all eu eea|eu eea countries",
    "TOTAL": "total|totals|overall|all|all countries|overall total|grand total|sum|total all countries",
}
TOTALS = frozenset({"EU", "EEA", "TOTAL"})


def _plain(name: str) -> str:
    """A name without case, accents, brackets and punctuation."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())


CODES = {_plain(name): code for code, names in NAMES.items() for name in (code, *names.split("|"))}


def code(name: str) -> str | None:
    """The ISO 3166 code of a country, `EU`, `EEA` or `TOTAL` for a total; None for a name nobody knows."""
    return CODES.get(_plain(name))
