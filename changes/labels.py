"""Lines that belong to any page and say nothing of this one: controls, prompts, notices of the site.

Only whole lines count: the same words inside a sentence are part of what it says.
"""

from __future__ import annotations

import re
from functools import lru_cache

from changes.dates import masked


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
    r"teilen|seite teilen|partager cette page|compartir esta página|condividi questa pagina|stampa|delen|afdrukken|dela"
    r"|skriv ut|udskriv|partilhar|compartilhar|udostępnij( tę stronę)?|drukuj|sdílet( stránku)?|zdieľať|tisk|vytisknout"
    r"|megosztás|oldal megosztása|nyomtatás|κοινοποίηση|εκτύπωση|споделяне|сподели|печат|jaa( tämä sivu)?|tulosta"
    r"|jaga( seda lehte)?|prindi|distribuie( pagina)?|printează|tipărește|podijeli|deli|مشاركة( الصفحة)?|שיתוף( הדף)?",
    # prompts to log in and to register
    r"(log|sign) ?(in|on|up|out)( (now|here))?|(log|sign) in (to|with) (your )?\w+( \w+)?|create (an |new )?account",
    r"my account",
    r"forgot(ten)? (your )?password|not now|get started|se connecter|connexion|s'inscrire|créer un compte|anmelden",
    r"einloggen|registrieren|iniciar sesión|registrarse|accedi|registrati|inloggen|aanmelden|logga in|log ind|logg inn",
    r"zaloguj( się)?|přihlásit( se)?|prihlásiť( sa)?|bejelentkezés|belépés|σύνδεση|вход|влизане|kirjaudu( sisään)?",
    r"logi sisse|autentificare|conectare|iniciar sessão|prijav(a|i se)|pieslēgties|prisijungti|giriş yap",
    r"تسجيل الدخول|התחברות|konto erstellen|crear (una )?cuenta|crea (un )?account|account aanmaken|skapa konto",
    r"opret konto|criar conta|załóż konto|zarejestruj się|vytvořit účet|registrovat se|vytvoriť účet|fiók létrehozása",
    r"regisztráció|δημιουργία λογαριασμού|εγγραφή|създаване на профил|регистрация|luo tili|rekisteröidy|loo konto",
    r"creează( un)? cont|înregistrare|izradi račun|registracija|إنشاء حساب|יצירת חשבון|הרשמה",
    r"(hello|hi|welcome( back)?|hallo|willkommen|bonjour|hola|ciao|olá|witaj|dobrý den|ahoj|üdvözöljük|γεια σου"
    r"|здравейте?|hei|hej|tere|salut|bună|مرحبا|שלום), [^\s,.]{1,20}",
    # advertising
    r"advertisement|sponsored( content)?|publicité|anzeige|werbung|publicidad|reclame",
    # consent
    r"(accept|allow|reject|decline|refuse|deny)( (all|only|non|optional|essential|necessary)){0,3}( cookies)?",
    r"(manage|customi[sz]e|your|cookie|privacy) (cookies?|preferences|settings|choices)( settings)?",
    r"only (essential|necessary)( cookies)?",
    r"(tout |tous )?(accepter|refuser)( tout| les cookies)*|(alle )?(cookies )?(akzeptieren|ablehnen)",
    r"aceptar( todo)?|rechazar( todo)?|(accetta|rifiuta)( tutt[oi])?|alles (accepteren|weigeren)|weigeren",
    r"(acceptera|avvisa|godkänn)( alla)?|(accepter|afvis|godta|avvis)( alle)?|(aceitar|rejeitar)( tudo| todos)?",
    r"(akceptuj|odrzuć|zaakceptuj)( wszystkie)?|(přijmout|odmítnout|přijať|prijať|odmietnuť)( vše| všetko)?",
    r"(összes )?(elfogadása|elutasítása)|elutasítás|(αποδοχή|απόρριψη)( όλων)?|(приемам|отказвам)( всички)?",
    r"(hyväksy|hylkää)( kaikki)?|(nõustu|keeldu)( kõigi(ga|st))?|(acceptă|respinge)( toate| tot)?",
    r"(prihvati|odbij)( sve)?|(sprejmi|zavrni)( vse)?|(pieņemt|noraidīt)( vis[ua]s)?|(priimti|atmesti)( visus)?",
    r"(قبول|رفض)( الكل)?|(קבל|דחה)( הכול)?",
    # asking readers
    r"(was|is|did) (this|the) (page|article|answer|information|help)?( page| article)? ?(helpful|useful)",
    r"did (this|the) \w+ answer your question",
    r"how helpful was this.{0,20}|thanks for your feedback|(send |give |leave )feedback",
    r"\d+ ((out )?of \d+ )?(people )?found this (helpful|useful)",
    r"did you find (what you were looking for|this( \w+)? (helpful|useful))",
    r"(rate|help us improve) this (page|article|site)",
    r"cet(te)? (article|page) vous a-t-(il|elle) été utile|war diese[r]? (artikel|seite) hilfreich",
    r"¿?te ha resultado útil.{0,20}|questa pagina (è|ti è) stata utile|was deze pagina nuttig",
    r"czy ta strona była (pomocna|przydatna)|byla tato stránka užitečná|hasznos volt( ez az oldal)?",
    r"ήταν χρήσιμη αυτή η σελίδα|полезна ли беше тази страница|oliko tästä sivusta apua|kas see leht oli kasulik",
    r"a fost utilă această pagină|هل كانت هذه الصفحة مفيدة|האם הדף הזה עזר לך",
    r"[\d., ]+ (people|persons|users|readers) (have )?(read|viewed|liked|shared) this( \w+)?",
    # the site's own notices
    r"(copyright|©|\(c\)) ?(©|\(c\))? ?(19|20)\d\d.{0,80}|(19|20)\d\d ?(©|\(c\)).{0,80}|all rights reserved",
    r"tous droits réservés",
    r".{2,40} © (19|20)\d\d",
    r"\d+ min(ute)?s?\.? (to )?(read|de lecture|lesezeit|de lectura|di lettura|leestijd|czytania|čtení|olvasás"
    r"|lukuaika)",
    r"((estimated )?reading time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo di lettura"
    r"|tempo de leitura|leestijd|czas czytania|doba čtení|lästid|læsetid|lesetid"
    r"|lukuaika|olvasási idő|χρόνος ανάγνωσης|време за четене"
    r"|timp de citire)\W+(ca\.? |~ ?)?\d+ ?\w{1,12}",
    r"(page )?(generated|rendered|served|fetched|loaded) in:? \d[\d.,]* ?(ms|s|sec|seconds?)",
    r"served by [a-z][\w.-]*\d[\w.-]*|v?\d+\.\d+\.\d+[-+][\da-f]{7,40}",
    r"(build|commit)[ :#]+(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{7,40}",
    # what waits for a visitor, and who is here
    r"good (morning|afternoon|evening|night)(, \w+)?",
    r"you have (no|\d+) (new |unread )?(messages?|notifications?|alerts?)",
    r"(inbox|(shopping )?(cart|basket|bag)|warenkorb|panier|carrito|carrello|winkelwagen|koszyk) ?\(\d+\)",
    r"\d+ (visitors?|users?|guests?|people) (are )?(online|(on|viewing) this page)( now)?",
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
    r"see also|you (may|might|could) also.{0,30}|people also.{0,30}|recommended( for you)?",
    r"(further|recommended) reading",
    r"(read|up|watch) next|what's next|keep (reading|exploring)|(read|explore|discover) more|(popular|trending)( now)?",
    r"more (from|in|like|about) .{1,40}|trending (news|posts|articles|stories|topics)",
    r"articles? (connexes?|similaires?|associés?|liés)|voir aussi|à lire aussi|autres articles",
    r"(verwandte|ähnliche|weitere) (artikel|themen|beiträge|seiten|inhalte)|siehe auch|mehr zum thema|lesen sie auch",
    r"(artículos?|contenidos?) (relacionados?|similares)|ver también|te puede interesar|vedi anche|leggi anche",
    r"(articoli|contenuti) (correlati|simili)|potrebbe interessarti( anche)?|artigos relacionados|(ver|veja) também",
    r"gerelateerde (artikelen|onderwerpen)|zie ook|lees ook|relaterade (artiklar|ämnen)|läs (också|även)|se även",
    r"relater(ede|te) (artikler|emner)|læs også|les også|se også|(powiązane|podobne|polecane) (artykuły|tematy|strony)",
    r"zobacz (też|także)|(související|podobné|súvisiace) (články|stránky|témata|témy)|čtěte také|viz také",
    r"kapcsolódó (cikkek|oldalak|témák|tartalmak)|lásd még|σχετικά (άρθρα|θέματα)|δείτε επίσης",
    r"(свързани|подобни) (статии|теми|страници)|вижте също|aiheeseen liittyvää|liittyvät artikkelit|lue myös",
    r"seotud (artiklid|teemad|lehed)|loe ka|vaata ka|articole (similare|conexe|înrudite)|vezi și|citește și",
    r"(povezani|vezani) (članci|članki|sadržaji)|saistīt(ie|ās) (raksti|tēmas)|susiję straipsniai|taip pat skaitykite",
    r"مقالات ذات صلة|اقرأ أيضا|(מאמרים|כתבות) קשור(ים|ות)|ראו גם|関連記事|相关文章|관련 (글|기사)",
)
# What a page says of its own age; the date stands after it (masked).
OWN_DATE = lines(
    r"((this (page|document|policy|report) was )?last (updated|modified|changed|revised|reviewed|edited)"
    r"|effective( date)?|date of last (update|revision|change)|updated"
    r"|zuletzt (aktualisiert|geändert)|letzte (aktualisierung|änderung)"
    r"|dernière (mise à jour|modification)|mis à jour|última (actualización|atualização|modificación)"
    r"|ultim[oa] (aggiornamento|modifica|actualizare)|laatst (bijgewerkt|gewijzigd)|ostatnia (aktualizacja|zmiana)"
    r"|poslední (aktualizace|změna)|posledná (aktualizácia|zmena)|utols[óo] (frissítés|módosítás)|senast uppdaterad"
    r"|sist oppdatert|senest opdateret|viimeksi päivitetty|viimati (uuendatud|muudetud)|τελευταία ενημέρωση"
    r"|последна (актуализация|промяна)|zadnja (posodobitev|izmjena|sprememba)|pēdējās izmaiņas|paskutinis atnaujinimas)"
    r"( (on|from|am|le|el|il|op|den|dnia|since|as of))?\W{0,3}⟨date⟩"
)
# When a page was made for its visitor. A bare day may be that of the report that it was made for.
CLOCK = r"\d{1,2}:\d\d(:\d\d)?(\.\d+)?( ?(am|pm|utc|gmt|z|ce?s?t|uhr|[+-]\d\d:?\d\d))*"
DAY = r"([^\W\d_]{2,3}[.,]{1,2} )?(⟨date⟩|\d{1,2} [^\W\d_]{3}\.? (19|20)\d\d)"
TIME = rf"({DAY}[ ,t]*((at|um|à|kl\.?) )?{CLOCK}|{CLOCK}([ ,]*(on )?{DAY})?)"
OWN_TIME = lines(
    rf"page (generated|rendered|retrieved|served)( (at|on))?[ :]+({TIME}|{DAY})",
    rf"(generated|rendered|retrieved|served|accessed|fetched|loaded|printed|viewed)( (at|on))?[ :]+{TIME}",
    rf"(accessed|retrieved|abgerufen|consulté|consultado|consultato|geraadpleegd)( (on|am|le|el|il|op))?[ :]+"
    rf"({TIME}|⟨date⟩)",
    rf"(the )?(current|server|local) (date( and time)?|time)( is)?[ :]+({TIME}|⟨date⟩)|today( is)?[ :]+⟨date⟩",
)
# Said to people who hear a page: what a link does when it is followed.
NEW_WINDOW = re.compile(
    r"((this )?(link )?(opens?|opening) (in|a) (a |an? |another )*new (browser )?(tab|window|page)"
    r"|(öffnet|wird) (sich )?in (einem |einer )?neue[mnr]? (fenster|tab|registerkarte)( geöffnet)?"
    r"|(s'ouvre|ouverture) dans (un nouvel onglet|une nouvelle (fenêtre|page))|nouvelle fenêtre"
    r"|(se )?abre en (una )?(nueva ventana|nueva pestaña)|(si )?apre in (una )?nuova (finestra|scheda)"
    r"|opent in (een )?nieuw (venster|tabblad)|otwiera się w nowym oknie|abre (em|num[a]?) nov[ao] (janela|separador))"
    r"\s*[)\]]?\s*\Z",
    re.IGNORECASE,
)
# How often a page was seen, liked or shared.
COUNT = r"\d[\d.,]* ?[kmb]?"
READER = (
    r"((page|total) )?(views?|shares?|likes?|comments?|reactions?|reads|visits|upvotes|claps|reposts|retweets)"
    r"|vues?|lectures|partages?|commentaires?|aufrufe|kommentare?|gefällt mir|visitas|visualizaciones|comentarios?"
    r"|visualizzazion[ei]|condivision[ei]|commenti|visualizações|weergaven|reacties|wyświetleń|komentarzy|zobrazení"
    r"|visningar|visninger|katselua|megtekintés|προβολές|преглеждания|vizualizări|teilen|partager|compartir"
)
READERS = lines(
    rf"(((viewed|seen|read|shared) {COUNT} times|{COUNT} ({READER})"
    rf"|[❤♥👍👎👀💬🔁⭐]\ufe0f? ?{COUNT})[) ·,]*)+"
)
WINDOW = re.compile(
    r"window|tab|page|fen(st|ê)|onglet|ventana|pestaña|finestra|scheda|venster|okn|janela|separador", re.I
)
# Words of notices that are laid over a page. They count only for lines at its very start or end that come or go.
CONSENT = re.compile(
    r"\bcookies?\b|pliki cookie|piškot|kolačić|\bsüti|eväste|küpsi|бисквитк|sīkdat|slapuk|\bkakor\b|עוגיות"
    r"|ملفات تعريف الارتباط|(value|respect|care about) your (privacy|data)"
    r"|(our|\d+) (advertising )?partners (store|use|process)"
    r"|(store|access)(/| and (/or )?| or )?(access )?information on (a|your) device|fianáin|クッキー|쿠키|galletas",
    re.IGNORECASE,
)
# What visitors are asked to log in for on any site. Another purpose ("to appeal", "to see our decision") is a rule.
FOR_ANY = (
    r"(\w+ to )?(see|view|read|continue|keep|follow|like|comment|save|share|join|watch|message|connect|discover|explore"
    r"|enjoy|start|get|your"
    r"|(a |the |our )?(free|full|best|better|personali[sz]ed|alerts|e?mails|offers|account|newsletter|updates|news"
    r"|experience))\b"
)
RULES = (
    r"\d|\b(appeal|complain|contest|object|decision|report|reason|cases?\b|remov|restrict|statement|disput|takedown"
    r"|take down|court|procedure|data\b|research|rights?\b|law|polic)"
)
OVERLAY = re.compile(
    rf"{CONSENT.pattern}|\A(?!.*({RULES})).{{0,40}}\b(log|sign) ?(in|up) (to|for) {FOR_ANY}|\b(create|have) an account"
    r"|(open|install|get|download|use) (in )?(the|our) app\b"
    r"|(subscribe|sign up) (to|for) (our )?newsletter|browser (is (not|no longer) supported|isn.t supported)"
    r"|(enable|requires?|turn on) javascript|connectez-vous|créez un compte|melden sie sich an|inicia sesión"
    r"|accedi a|navigateur (n'est|non)|browser wird nicht",
    re.IGNORECASE,
)
LONGEST = 120  # characters; a longer line is never a label
MOST_REMEMBERED = 500  # characters of a line


def is_furniture(text: str) -> bool:
    """Whether a line is a label that any page may have."""
    return len(text) <= LONGEST and is_label(text)


@lru_cache(maxsize=65_536)  # a site says the same on all its pages, at every visit
def is_label(text: str) -> bool:
    return bool(FURNITURE.match(text) or OWN_TIME.match(masked(text)[0]) or not PLACEHOLDER.sub("", text).strip())


@lru_cache(maxsize=8192)
def counts_readers(text: str) -> bool:
    """Whether a line only says how often something was seen, liked or shared."""
    return len(text) <= LONGEST and bool(READERS.match(text))


def speaks_of_overlay(text: str) -> bool:
    """Whether a line has words of notices that are laid over a page."""
    return _speaks_of_overlay(text) if len(text) <= MOST_REMEMBERED else bool(OVERLAY.search(text))


@lru_cache(maxsize=8192)
def _speaks_of_overlay(text: str) -> bool:
    return bool(OVERLAY.search(text))


@lru_cache(maxsize=8192)
def is_language(text: str) -> bool:
    """Whether a line is the name of a language in that language."""
    return len(text) <= LONGEST and bool(LANGUAGE.match(text))


@lru_cache(maxsize=8192)
def states_own_date(text: str) -> bool:
    """Whether a line says when its page was changed, and nothing else."""
    return len(text) <= LONGEST and bool(OWN_DATE.match(masked(text)[0]))


@lru_cache(maxsize=65_536)
def without_window(text: str) -> str:
    """The text of a link without the note that it opens a new window."""
    if not WINDOW.search(text, max(0, len(text) - LONGEST)):
        return text
    said = " ".join(text.split())
    note = NEW_WINDOW.search(said, max(0, len(said) - LONGEST))
    return text[:1].isspace() * " " + said[: note.start()].rstrip(" –—,-([") if note else text


@lru_cache(maxsize=8192)
def leads_elsewhere(text: str) -> bool:
    """Whether a line is the heading of a list of other pages to read."""
    return len(text) <= LONGEST and bool(ELSEWHERE.match(text))
