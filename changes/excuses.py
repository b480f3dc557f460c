"""How servers and scripts say that there is no such page, or that they failed: in the languages of the Union and more.

Patterns are looked for in headlines of which little is left without them (`changes.standins`).
"""

from __future__ import annotations

import re

from changes.marks import phrases

PAGE_NOUN = (
    r"(web ?)?(page|site|content|document|file|link|url|address|resource|article|post|profile|item|product|account"
    r"|video"
    r"|material|report|entry)s?"
)
MISSING_WORDS = phrases(
    r"(\A\W*|(http|error|fehler|erreur|errore|código|code|status|oops)[\W_]*)(404|410)\b[\W_]*(error|page|not found)?",
    rf"{PAGE_NOUN}( that| which)?( you.{{1,40}})? (was|were|is|has|could|can|does|did|cannot|can.t|couldn.t|isn.t"
    rf"|doesn.t)?"
    r" ?(not|no longer|n.t)? ?(be |been )?(found|exist|available|here|moved|removed|deleted|gone)\b(?<!page moved)",
    r"\A\W*(resource |file |nothing |we.re sorry,? ?)?not found",
    rf"(can.t|cannot|couldn.t|could not|unable to|we can.t|we couldn.t) (find|seem to find|locate)( the| this| that)?"
    rf" ({PAGE_NOUN}|what)( you.{{1,40}})?",
    rf"no such {PAGE_NOUN}|nothing (was )?(found|here)|dead (link|end)|lost\?|page (is )?missing|missing page",
    rf"(this|the) {PAGE_NOUN} (isn.t|is not|is no longer|no longer) (available|here|active|valid)",
    r"(seite|inhalt|dokument|datei|url)s? .{0,40}(nicht|n') ?(mehr )?(gefunden|verfügbar|existiert|vorhanden)"
    r"|existiert (leider )?nicht",
    r"nicht (gefunden|verfügbar)|(page|contenu|document|fichier) .{0,20}(introuvable|n.existe (pas|plus)|non trouvée?"
    r"|n.est (pas|plus) disponible|supprimée?)|introuvable",
    r"(página|contenido|documento|archivo) .{0,20}(no (encontrad|existe|se encuentra|se ha encontrado|disponible)\w*)",
    r"no (se )?(encontrad|encontr[óo]|existe la página)\w*",
    r"(pagina|contenuto|documento|file) .{0,20}(non (trovat|esiste|disponibile|è stat\w trovat)\w*)|non trovat\w",
    r"(pagina|inhoud|bestand) .{0,20}(niet (gevonden|beschikbaar)|bestaat niet)|niet gevonden",
    r"(página|conteúdo|documento|ficheiro) .{0,20}não (foi )?(encontrad|existe|disponível)\w*|não encontrad\w",
    r"(nie znaleziono|nie istnieje|nie można odnaleźć)( (strony|pliku|zasobu))?|strona nie (istnieje"
    r"|została znaleziona)",
    r"(stránk\w+ )?(nebyla|nenalezen|nebola|nenájden|nenašla|neexistuje)\w*( (nalezena|nájdená"
    r"|sa nenašla))?( stránk\w+)?",
    r"stran\w* (ni (mogoče|bil\w|najden)\w*|ne obstaja).{0,20}|stranica (nije (pronađena|dostupna)|ne postoji)",
    r"(az |a )?oldal nem (található|létezik)|a keresett oldal.{0,30}|nem található",
    r"(pagina|conținutul) .{0,20}(nu (a fost găsit|există|este disponibil)\w*)|pagin\w negăsit\w",
    r"(страница(та|та)? .{0,12}не (е намерена|съществува|найдена|существует))|сторінк[уа] не (знайдено|існує)",
    r"страница не найдена|(η )?σελίδα (που .{1,30} )?δεν (βρέθηκε|υπάρχει)",
    r"sid(en|an|a) (blev ikke|ikke|kunde inte|hittades inte|finns inte|findes ikke|ble ikke|finnes ikke|du .{1,40})"
    r"( (fundet|hittas|funnet))?",
    r"siv(ua|u) ei (löyty\w*|ole)|sivu on poistettu|leh(te|ekülge) ei (leitud|eksisteeri)|lap[au] nav (atrasta"
    r"|pieejama)",
    r"puslapis (nerastas|neegzistuoja)|paġna ma (nstabitx|teżistix).{0,10}|leathanach .{0,20}(ar fáil|aimsiú)",
    r"(siden er )?ikke (fundet|funnet)|nebol[ao]? nájden\w*|nepieejam\w*|nerast\w*|غير موجود|לא נמצא|не намерен\w*",
    r"níor aimsíodh.{0,20}|sayfa bulunamadı|halaman tidak ditemukan|không tìm thấy( trang)?|trang không tồn tại",
    r"(お探しの)?ページ(が|は)(見つかり|存在し).{0,8}|找不到.{0,6}(页面|網頁|頁面)|(页面|頁面|網頁)(不存在|未找到|找不到)",
    r"페이지를 찾을 수 (없습니다|없음)|الصفحة (غير موجودة|المطلوبة.{0,20})",
    r"لم يتم العثور على الصفحة|הדף לא נמצא|पृष्ठ नहीं मिला",
)
ERROR_WORDS = phrases(
    r"something (went|has gone|is) wrong|an? (unexpected |unknown |internal )?error (has )?(occurred|happened)",
    r"((internal|application|server|client-side|runtime|database|gateway) )+(server )?(error"
    r"|exception)( (has )?occurred)?",
    r"(\A\W*|(http|error|fehler|erreur|code|status)[\W_]*)5(0[0-4]|2\d|3\d)\b( error)?|bad gateway|gateway time-?out",
    r"web server is down",
    r"(service|site|page|website|system|server)? ?(is )?(temporarily|currently) (unavailable|down|offline"
    r"|out of service)",
    r"service unavailable|(please )?try again (later|in|soon|shortly)|(we.ll|we will) be (right )?back( soon"
    r"| shortly)?",
    r"(down for |under |undergoing |scheduled |planned )+maintenance|maintenance mode|back soon",
    r"(failed|unable) to (load|fetch|connect|render)|could(n.t| not) (be )?load(ed)?|having trouble loading"
    r"|chunkloaderror",
    r"trouble loading|oops|whoops|aw,? snap|this site can.t be reached",
    r"(need|have|please|must)? ?(to )?(enable|turn on|activate|requires?|needs?) javascript( to run this app)?",
    r"javascript (is )?(required|disabled|must be enabled|not (enabled|available|supported))",
    r"(browser|version) (is )?(not|no longer|un)( being)? ?supported|unsupported browser|update your browser",
    r"coming soon|domain (is )?(for sale|parked)|account suspended|default (web )?(page|site)|welcome to nginx!?"
    r"|it works!",
    r"une erreur (est survenue|s.est produite|inattendue)|erreur (interne|serveur|inattendue)|réessayez( plus tard)?"
    r"|temporairement indisponible|(en |site en )(cours de )?maintenance|maintenance en cours",
    r"(ein )?(unerwarteter |interner )?(server)?fehler( ist)?( aufgetreten)?|vorübergehend nicht (erreichbar|verfügbar)"
    r"|wartungs(arbeiten|modus)|wird gewartet|in wartung",
    r"(ocurrió|se ha producido|ha ocurrido) un error|algo (ha salido|salió|fue) mal|en mantenimiento|no disponible"
    r" temporalmente|temporalmente (no disponible|fuera de servicio)",
    r"si è verificato un errore|qualcosa è andato storto|in manutenzione|temporaneamente non disponibile",
    r"ocorreu um erro|algo (correu|deu) (mal|errado)|em manutenção|temporariamente indisponível",
    r"er is (iets|een fout).{0,20}|(gepland )?onderhoud|tijdelijk niet (beschikbaar|bereikbaar)",
    r"(wystąpił|coś poszło).{0,20}(błąd|nie tak)|prace (techniczne|konserwacyjne)|przerwa techniczna",
    r"(něco se pokazilo|došlo k chybě|probíhá údržba)|något gick fel|noget gik galt|jokin meni pieleen"
    r"|valami hiba történt",
    r"nastala chyba|hiba történt|tapahtui virhe|tekkis (viga|tõrge)|ett fel (har )?inträffa\w*|der opstod en fejl",
    r"det oppstod en feil|došlo je do (po)?greške|a apărut o eroare|възникна грешка|παρουσιάστηκε σφάλμα"
    r"|произошла ошибка|エラーが発生しました|メンテナンス中|出错了|系统维护",
)
REDIRECT_WORDS = phrases(
    r"redirect", r"moved (permanently|temporarily)", r"object moved", r"if you are not", r"click here"
)
# The whole text of a page whose scripts have not run.
WAITING = re.compile(
    r"\W*(loading|please wait|wird geladen|chargement( en cours)?|cargando|caricamento|laden|ładowanie|načítání|laddar"
    r"|indlæser|carregando|a carregar|読み込み中|加载中)[\s.…!]*(please wait[\s.…!]*)?\Z",
    re.IGNORECASE,
)
