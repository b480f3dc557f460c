"""Names of months in the languages of the Union and some others, as they stand in dates."""

from __future__ import annotations

import unicodedata
from collections import Counter

# Twelve names in full for each language. Their first three and four letters are abbreviations.
NAMES = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca
január február március április május június július augusztus szeptember október november december
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου
    ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
януари февруари март април май юни юли август септември октомври ноември декември
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta
    heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
"""
# Days of the week, which say nothing beside a date.
WEEKDAYS = (
    r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?|(mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|mo|di|mi|do|fr|sa|so|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes"
    r"|sábado|domingo|(lune|marte|mercole|giove|vener)dì|sabato|domenica|(segunda|terça|quarta|quinta|sexta)(-feira)?"
    r"|(maan|dins|woens|donder|vrij|zater|zon)dag|(mån|tis|ons|tors|fre|lör|sön)dag|(man|tirs|ons|tors|fre|lør|søn)dag"
    r"|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|pondělí|úterý|středa|čtvrtek|pátek|neděle"
    r"|(maanan|tiis|keskiviik|tors|perjan|lauan|sunnun)(tai|ko)(na)?|hétfő|kedd|szerda|csütörtök|péntek|szombat|vasárnap"
)


def plain(name: str) -> str:
    """A word without capitals and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(sign))


def known_names() -> dict[str, int]:
    """The number of a month by its names, as nearly all languages mean them ("listopada" is none)."""
    meant: dict[str, Counter[int]] = {}
    for place, name in enumerate(plain(NAMES).split()):
        for said in {name, name[:3], name[:4]}:
            meant.setdefault(said, Counter())[place % 12 + 1] += 1
    clear = {said: numbers for said, numbers in meant.items() if max(numbers.values()) > 0.9 * numbers.total()}
    return {said: numbers.most_common(1)[0][0] for said, numbers in clear.items()}


KNOWN = known_names()


def number(name: str) -> int | None:
    """The number of a month by its name in any of the languages, None when it is none."""
    return KNOWN.get(plain(name))
