"""What stand-ins for a page look like: headers, scripts and phrases that products and servers use, not sites."""

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
    b"cf-error-details",
    b"cf-browser-verification",
    b"captcha-delivery.com",
    b"px-captcha",
    b"_Incapsula_Resource",
    b"errors.edgesuite.net",
    b"sec-if-cpt-container",
    b"/_sec/cp_challenge",
    b"awsWafCookieDomainList",
    b"token.awswaf.com",
    b"_kpsdk",
    b"distil_r_captcha",
    b"sucuri_cloudproxy",
    b"ddos-guard",
)

WALL_WORDS = phrases(
    r"just a moment",
    r"attention required",
    r"checking your browser",
    r"verif(y|ying|ication).{0,30}(human|robot)",
    r"(are|you're) (you )?(not )?a (ro)?bot",
    r"unusual (traffic|activity)",
    r"automated (access|requests|queries)",
    r"access (to this page )?(has been |is )?(denied|restricted)",
    r"request (was |has been )?(blocked|rejected|unsuccessful)",
    r"you (have been|are) blocked",
    r"security (check|verification)",
    r"incident id|(temporarily|temporairement|vorübergehend) (blocked|restricted|bloqué|gesperrt)",
    r"bot (detection|protection)",
    r"captcha",
    r"enable javascript and cookies to continue",
    r"too many requests",
    r"rate limit",
)
CONSENT_WORDS = phrases(
    r"before you continue",
    r"we value your privacy",
    r"(cookie|privacy) (consent|choices|preferences|settings)",
    r"consent to cookies",
    r"bevor sie (zu|fort)",
    r"avant (d'acc|de continuer)",
    r"prima di continuare",
    r"antes de (continuar|ir)",
    r"voordat je verdergaat",
)
LOGIN_WORDS = phrases(
    r"(log|sign)[ -]?in\b",
    r"log into",
    r"se connecter",
    r"connexion",
    r"anmelden",
    r"einloggen",
    r"iniciar sesi",
    r"accedi",
    r"inloggen",
    r"zaloguj",
)
MISSING_WORDS = phrases(
    r"\b404\b|\b410\b",
    r"not (be )?found",
    r"(doesn.t|does not|no longer) (exist|available)",
    r"(isn.t|is not|no longer) available",
    r"can.t (find|be found)|cannot (find|be found)|couldn.t find",
    r"nicht (gefunden|verfügbar)",
    r"introuvable|n.existe (pas|plus)|n.est (pas|plus) disponible",
    r"no (encontrad|existe|se encuentra|disponible)",
    r"non (trovat|esiste|disponibile)",
    r"niet gevonden",
    r"não encontrad",
)
ERROR_WORDS = phrases(
    r"something went wrong",
    r"an? (unexpected |unknown )?error (has )?occurred",
    r"(internal|application) (server )?error|server error",
    r"\b50[0-4]\b|bad gateway",
    r"(service|temporarily|currently) unavailable",
    r"try again (later|in)",
    r"under maintenance",
    r"une erreur|réessayez|temporairement indisponible",
    r"ein fehler|fehler (ist )?aufgetreten|vorübergehend nicht",
    r"ocurrió un error",
    r"si è verificato un errore",
)
REDIRECT_WORDS = phrases(
    r"redirect", r"moved (permanently|temporarily)", r"object moved", r"if you are not", r"click here"
)
