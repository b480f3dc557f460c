"""What walls before a page look like: headers, scripts and phrases that products and servers use, not sites."""

from __future__ import annotations

import re


def phrases(*alternatives: str) -> re.Pattern[str]:
    """One pattern that finds any of the alternatives, whatever their case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


# Header name and what its value contains, lower-case.
WALL_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("x-sucuri-block", ""), ("x-dd-b", ""))

# Scripts of bot walls. Several products put them on good pages too, so alone they prove nothing on a page with text.
WALL_MARKS = (
    b"_cf_chl_opt",
    b"/cdn-cgi/challenge-platform/",
    b"challenges.cloudflare.com",
    b"cf-error-details",
    b"cf-browser-verification",
    b"captcha-delivery.com",
    b"px-captcha",
    b"_pxAppId",
    b"_Incapsula_Resource",
    b"errors.edgesuite.net",
    b"sec-if-cpt-container",
    b"/_sec/cp_challenge",
    b"awsWafCookieDomainList",
    b"awswaf.com",
    b"AwsWafIntegration",
    b"_kpsdk",
    b"KPSDK",
    b"/TSPD/",
    b"distil_r_captcha",
    b"sucuri_cloudproxy",
    b"ddos-guard",
    b"hcaptcha.com/1/api.js",
    b'class="h-captcha"',
    b'class="g-recaptcha"',
    b"cf-turnstile",
    b"geetest",
    b".within.website/x/cmd/anubis",
)

# How walls speak to the visitor before them: no report talks so.
WALL_IDIOMS = phrases(
    r"(checking|verifying|validating) (if|that|whether)? ?(your|the) (browser|connection|site connection)",
    r"we.{1,3}re (verifying|checking) your (browser|connection|request)",
    r"verify(ing)? (that )?you('re| are) (a |not a )?(human|(ro)?bot)",
    r"(confirm|prove|sure|check|show) (that )?you('re| are) (a |an |really |not a )?(human|real person|(ro)?bot)",
    r"are you a (ro)?bot\?|i.?m not a robot|you (are|may be) (a )?(ro)?bot\b|you were a bot",
    r"unusual (traffic|activity) (from|on|coming from) your",
    r"you have been (blocked|rate.?limited|banned|temporarily blocked)|you('ve| have) been blocked",
    r"you (don.t|do not) have (permission|access) to (access|view) (.{1,80} on this server|this (page|site|resource))",
    r"your (access|ip( address)?|request|connection) (to this (site|page|service) )?(has been|was|is) "
    r"(temporarily )?(blocked|denied|limited|restricted|banned|rejected)",
    r"(the |this )?(requested url|request) (was|has been|is) (rejected|blocked|unsuccessful)",
    r"(your )?support id (is)?:? ?\d{6}|incapsula incident",
    r"pardon our interruption|press (&|and|&amp;) hold|complete the (security check|captcha|challenge)",
    r"(solve|enter|type) (this |the )?(captcha|puzzle|characters you see)",
    r"enable (javascript|js|cookies) and (disable|cookies|reload|javascript)",
    r"blocked by (network security|our (security|firewall))|ddos protection by|web application firewall",
    r"not available (in|from) your (country|region|location)",
    r"(bestätigen|nachweisen|prüfen|überprüfen|sicherstellen).{0,40}(mensch|(kein|ein) (ro)?bot)",
    r"(vérifi|confirm|prouv).{0,40}(humain|pas un robot)|(verific|confirm).{0,40}(humano|robot|umano)",
    r"(nur einen moment|un (momento|instant)|un momentito|ein moment bitte|even geduld|jeszcze chwila)\.{3}",
    r"(nur einen moment|un momento|un instant|een moment|just a moment|jeszcze chwil[aę]) ?(…|\.\.\.)",
)

# Words that a report may use, too: believed beside a wall's script, status or as the whole of a very short page.
WALL_WORDS = phrases(
    r"just a moment",
    r"attention required",
    r"(ro)?bot (check|detection|protection)|human (verification|check)|browser check|checking your browser",
    r"unusual (traffic|activity)",
    r"automated (access|requests|queries|traffic)",
    r"access (to this (page|site|resource) )?(has been |is |was )?(denied|restricted|forbidden|blocked)",
    r"(403 |error 403 ?-? ?)?forbidden|not acceptable|request (denied|blocked|rejected|unsuccessful)",
    r"request could not be satisfied|request is blocked",
    r"security (check(point)?|verification|challenge)",
    r"incident id|(temporarily|temporairement|vorübergehend) (blocked|restricted|bloqué|gesperrt)",
    r"captcha",
    r"too many requests|rate.?limit(ed)?",
    r"zugriff (verweigert|gesperrt)|accès (refusé|interdit|bloqué)|acceso (denegado|bloqueado)|accesso negato",
    r"acesso negado|toegang geweigerd|odmowa dostępu|dostęp zabroniony|přístup odepřen|доступ (запрещ[её]н|ограничен)",
    r"zugang (verweigert|gesperrt)|hozzáférés megtagadva|přístup zamítnut|доступ(ът)? (е )?отказан|pääsy (estetty"
    r"|evätty)",
    r"δεν επιτρέπεται η πρόσβαση|juurdepääs keelatud|acces(ul)? (interzis|refuzat)|åtkomst nekad|adgang næ?gtet",
    r"sicherheits(überprüfung|prüfung)|vérification de sécurité|verificación de seguridad|verifica di sicurezza",
)

CONSENT_IDIOMS = phrases(
    r"before you (continue|proceed|go)( to [\w .]{1,30})?",
    r"bevor sie (zu [\w .]{1,30} )?(weitergehen|fortfahren|weiter|gehen)|bevor sie fortfahren",
    r"avant (d'accéder( à [\w .]{1,30})?|de continuer( vers [\w .]{1,30})?)",
    r"prima di (continuare|andare)( su [\w .]{1,30})?",
    r"antes de (continuar|ir)( (a|para) [\w .]{1,30})?",
    r"voordat (je|u) (verdergaat|doorgaat)( naar [\w .]{1,30})?",
    r"zanim przejdziesz( do [\w .]{1,30})?|než budete pokračovat( na [\w .]{1,30})?",
    r"inden du (fortsætter|går videre)( til [\w .]{1,30})?|innan du fortsätter( till [\w .]{1,30})?",
    r"mielőtt (továbblép|folytat)\w*|ennen kuin jatkat|enne jätkamist|înainte de a continua|πριν (να )?συνεχίσετε",
    r"преди да продължите|før du fortsetter|prije nego što nastavite|zanim przejdziesz dalej",
)
# What is said where a visitor is to choose. Counts only where little else is said.
CONSENT_WORDS = phrases(
    r"cookie|consent|(value|respect|care about) your privacy|your (privacy|data)( choices)?|personal (data"
    r"|information)",
    r"(store|access) (and/or access )?information on (a|your) device|our \d* ?partners",
    r"privatsphäre|einwilligung|zustimm|datenschutz|vie privée|consentement|traceurs|privacidad|consentimiento",
    r"riservatezza|consenso|privacidade|toestemming|prywatno|zgod[aęy]|soukromí|souhlas|samtycke|samtykke|suostumus",
)
CHOICES = phrases(
    r"\s*(i |yes,? (i )?)?(accept|agree|allow|consent|reject|refuse|decline|deny|got it|ok(ay)?)\b.{0,30}\Z",
    r"\s*(continue without|do not (accept|sell)|only (necessary|essential)|manage|customi[sz]e|more options"
    r"|preferences)"
    r".{0,30}\Z",
    r"\s*((alle|alles|nur|weiter|jetzt) )?(akzeptieren|zustimmen|einverstanden|ablehnen|annehmen|notwendige).{0,30}\Z",
    r"\s*(tout |j'|je )?(accept|refus|continuer sans|paramétr|personnalis).{0,30}\Z",
    r"\s*(acept|rechaz|rifiut|accett|aceit|rejeit|recus|configur|gestion|gestisci).{0,30}\Z",
    r"\s*(alles )?(accepteren|akkoord|weigeren|afwijzen|akceptuj|odrzu|zgadzam|přijmout|souhlasím|odmítnout).{0,30}\Z",
    r"\s*(godkänn|acceptera|avvisa|accepter|afvis|tillad|godta|avslå|hyväksy|hylkää|elfogad|elutasít).{0,30}\Z",
)
CONSENT_FRAMES = phrases(r"consent|sp_message|cmp[._-]|privacy-mgmt|cookie-?(wall|law)|didomi|usercentrics|quantcast")
CONSENT_PLACES = re.compile(
    r"^(consent|guce|cmp|privacy)\.|/(consent|cookie-?consent|collectconsent|cookiewall)\b", re.I
)
LOGIN_PLACES = re.compile(
    r"^(login|signin|accounts?|auth|sso|id|idp)\.|/(log-?in|sign-?in|sign_in|sso|oauth2?|authorize|checkpoint|authwall"
    r"|servicelogin|users/sign_in|session/new|connexion|anmelden)\b",
    re.IGNORECASE,
)
# Names of query parameters that say where a visitor is to be sent back to.
RETURN = re.compile(
    r"(continue|next|(session_?)?redirect(_?ur[il])?|return(_?to|_?url)?|goto|dest(ination)?|back|service|target|trk|url"
    r"|originalreferer|done)\Z",
    re.IGNORECASE,
)
LOGIN_WORDS = phrases(
    r"(please )?(log|sign)[ -]?(in|on)( (to|with) (your account|continue|[\w.]{1,20}))?\b|log into( \w+)?",
    r"(member|user|customer|account) (log-?in|sign-?in)|authentication required|join( now)? to (view|see|continue)",
    r"(se )?connecter|connexion|identifiez-vous|s'identifier",
    r"anmelden|anmeldung|einloggen|iniciar sesi[óo]n|inicia sesi[óo]n|acceder a (tu|su) cuenta",
    r"accedi|effettua l'accesso|inloggen|aanmelden|zaloguj( się)?|logowanie|přihlásit( se)?|přihlášení|iniciar sessão",
    r"logga in|log ind|logg inn|kirjaudu( sisään)?|bejelentkezés|autentificare|conectare|σύνδεση|вход|войти|giriş yap",
    r"prihlás\w*|logi sisse|prijavi? se|pieslēg\w*|prisijung\w*|התחבר",
    r"ログイン|登录|登入|로그인|تسجيل الدخول|đăng nhập",
)
LOGIN_DEMANDS = phrases(
    r"you (must|need to|have to) (be logged in|log ?in|sign in|be signed in)|(log|sign) in (or (join|register"
    r"|sign up) )?"
    r"(to (continue|view|see|access)|is required)",
    r"(please )?(log|sign) in to (continue|view|see|access)|you('re| are) not (logged|signed) in",
    r"(müssen|bitte).{0,20}(anmelden|einloggen)|vous devez (être connecté|vous connecter)|debes iniciar sesi[óo]n",
    r"devi (accedere|effettuare l'accesso)|je moet (inloggen|zijn ingelogd)|musisz się zalogować",
)
