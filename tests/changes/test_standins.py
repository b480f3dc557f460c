"""Walls, consent and login pages of our own writing, in the manner of those that are met."""

from __future__ import annotations

import time

import pytest
from shells import judge_page as judge
from shells import short_page as page

from changes.html import parse
from changes.standins import LONG_LINE, LONG_TEXT, shell_of

WALLS = {
    "cloudflare challenge": (
        403,
        page("Just a moment...", "<div id=cf-wrapper></div>", "<script>window._cf_chl_opt={}</script>"),
    ),
    "cloudflare challenge in German": (403, page("Nur einen Moment…", "Die Verbindung wird geprüft.", lang="de")),
    "cloudflare block": (
        403,
        page(
            "Attention Required! | Cloudflare",
            "This website uses a service to protect itself.",
            h1="Sorry, you have been blocked",
        ),
    ),
    "cloudflare 1015 served with 200": (
        200,
        page("Access denied", "You are being rate limited. Ray ID 8a1.", h1="Error 1015"),
    ),
    "turnstile with 200": (
        200,
        page(
            "portal.example", "Verify you are human by completing the action below.", "<div class='cf-turnstile'></div>"
        ),
    ),
    "akamai": (
        403,
        page(
            "Access Denied",
            'You don\'t have permission to access "http://portal.example/" on this server.',
            "Reference #18.9a2c1702.1700000000.1b2c https://errors.edgesuite.net/18.9a2c",
            h1="Access Denied",
        ),
    ),
    "akamai with 200": (
        200,
        page("Access Denied", "You don't have permission to access this page. Reference #18.1.2.3", h1="Access Denied"),
    ),
    "akamai challenge": (
        200,
        page("", "<div id='sec-if-cpt-container'></div>", "<script src='/_sec/cp_challenge/a.js'></script>"),
    ),
    "imperva frame": (
        200,
        page("", "<iframe src='/_Incapsula_Resource?SWUDNSAI=31&incident_id=1'>Request unsuccessful.</iframe>"),
    ),
    "imperva interruption": (
        200,
        page(
            "Pardon Our Interruption",
            "As you were browsing something about your browser made us "
            "think you might be a bot. There are a few reasons this might happen: you move with superhuman "
            "speed; cookies are off; a plug-in keeps scripts from running. " * 2,
        ),
    ),
    "datadome": (
        403,
        page(
            "portal.example",
            "<p id='cmsg'>Please enable JS and disable any ad blocker</p>",
            "<script>var dd={'host':'geo.captcha-delivery.com'}</script>",
        ),
    ),
    "perimeterx": (
        403,
        page(
            "Access to this page has been denied.",
            "<div id='px-captcha'></div>",
            "Press & Hold to confirm you are a human (and not a bot).",
        ),
    ),
    "perimeterx with 200": (
        200,
        page("Before we continue...", "Press &amp; Hold to confirm you are a human (and not a bot)."),
    ),
    "aws challenge": (202, page("", "<script src='https://a.token.awswaf.com/a/challenge.js'></script>")),
    "aws captcha": (
        405,
        page("Human Verification", "<script>AwsWafIntegration.getToken()</script>", "Let's confirm you are human"),
    ),
    "cloudfront": (
        403,
        page(
            "ERROR: The request could not be satisfied",
            "Request blocked. We can't connect to the server for this app or website at this time.",
            h1="403 ERROR",
        ),
    ),
    "f5 with 200": (
        200,
        page(
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator. "
            "Your support ID is: 1234567890123456789",
        ),
    ),
    "f5 script": (
        200,
        page(
            "",
            "<noscript>Please enable JavaScript to view the page content. Your support ID is: 123456.</noscript>",
            "<script src='/TSPD/08a?type=8'></script>",
        ),
    ),
    "hcaptcha": (
        200,
        page(
            "One more step",
            "Please complete the security check to access the site.",
            '<div class="h-captcha" data-sitekey="x"></div>',
        ),
    ),
    "recaptcha": (
        200,
        page(
            "Robot check",
            "Enter the characters you see below. Sorry, we just need to make sure you're not a robot.",
            "<form><input type=text></form>",
        ),
    ),
    "google sorry": (
        429,
        page("https://portal.example", "Our systems have detected unusual traffic from your computer network."),
    ),
    "google sorry with 200": (
        200,
        page("Sorry...", "We have detected unusual traffic from your network. Try again later."),
    ),
    "kasada": (429, page("", "<script>window.KPSDK={}</script><script src='/x/ips.js'></script>")),
    "sucuri": (403, page("Sucuri WebSite Firewall - Access Denied", "Your IP address was blocked by the firewall.")),
    "plugin of a blog": (
        503,
        page(
            "Your access to this site has been limited by the site owner",
            "Access from your area has been limited for security reasons.",
        ),
    ),
    "mod_security": (
        406,
        page("Not Acceptable!", "An appropriate representation could not be found. Blocked by a rule."),
    ),
    "gateway": (403, page("", "The request is blocked.", "20260101T000000Z-1a2b")),
    "network security": (
        200,
        page("Blocked", "Whoa there! You've been blocked by network security. Log in or file a ticket."),
    ),
    "proof of work": (200, page("Making sure you're not a bot!", "Calculating... Difficulty 4, speed 12 kH/s")),
    "checkpoint": (429, page("Security Checkpoint", "We're verifying your browser")),
    "browser check": (
        200,
        page("portal.example", "Checking your browser before accessing portal.example. This is automatic."),
    ),
    "country": (200, page("portal.example", "Sorry, this service is not available in your country.")),
    "refused by number": (999, page("", "<script>top.location='/authwall'</script>")),
    "German": (200, page("Zugriff verweigert", "Bitte bestätigen Sie, dass Sie ein Mensch sind.", lang="de")),
    "French": (
        200,
        page("Un instant...", "Vérification que vous êtes humain. Cela peut prendre quelques secondes.", lang="fr"),
    ),
    "Spanish": (403, page("Acceso denegado", "No tiene permiso.", lang="es")),
    "Polish": (403, page("Odmowa dostępu", "Skontaktuj się z administratorem.", lang="pl")),
}


@pytest.mark.parametrize("name", WALLS)
def test_walls(name: str) -> None:
    status, body = WALLS[name]
    quality, why = judge(body, status)
    assert quality == "blocked" and why


BUTTONS = "<button>Accept all</button><button>Reject all</button><button>Manage options</button>"
PARTNERS = (
    "We and our 812 partners store and/or access information on a device, such as cookies, and process personal data, "
    "for ads and content that fit you. You may accept, or manage your choices, at any time. "
)
GOOGLE = {
    "en": "Before you continue to Search",
    "de": "Bevor Sie zu Google weitergehen",
    "fr": "Avant d'accéder à Google",
    "es": "Antes de ir a Google",
    "it": "Prima di continuare su Google",
    "nl": "Voordat je verdergaat naar Google",
    "pt": "Antes de continuar para a Pesquisa",
    "pl": "Zanim przejdziesz do Google",
    "da": "Inden du fortsætter til Søg",
    "sv": "Innan du fortsätter till Sök",
    "cs": "Než budete pokračovat na Google",
}


@pytest.mark.parametrize("language", GOOGLE)
def test_a_consent_page_one_is_sent_to(language: str) -> None:
    text = "This page asks for something before it shows anything, and says so in some words of its own. " * 8
    body = page(GOOGLE[language], text, lang=language)
    assert judge(body, url="https://consent.search.example/ml?continue=https%3A%2F%2Fa.example%2F")[0] == "consent_wall"
    assert judge(body)[0] == "consent_wall"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page("Example News", f"<div id=onetrust-consent-sdk><p>{PARTNERS}</p>{BUTTONS}</div>"), None),
        (page("Example News", f"<div class=wall><p>{PARTNERS}</p>{BUTTONS}</div>"), None),
        (page("Example News", PARTNERS, BUTTONS), None),
        (
            page("Example", "<iframe id='sp_message_iframe_1' src='https://cdn.privacy-mgmt.com/index.html'></iframe>"),
            None,
        ),
        (
            page(
                "Beispiel",
                "<div><p>Um unsere Seite mit Werbung zu nutzen, brauchen wir Ihre Einwilligung.</p>"
                "<button>Akzeptieren und weiter</button><a>Jetzt ablehnen</a></div>",
                lang="de",
            ),
            None,
        ),
        (
            page(
                "Exemple",
                "<div><p>Avec votre consentement, nos partenaires et nous utilisons des cookies.</p>"
                "<button>Tout accepter</button><button>Continuer sans accepter</button></div>",
                lang="fr",
            ),
            None,
        ),
        (
            page("Portal", "Portal is a part of a family of brands. " * 6),
            "https://consent.portal.example/v2/collectConsent?returnUrl=x",
        ),
    ],
)
def test_consent_walls(body: str, url: str | None) -> None:
    assert judge(body, url=url or "https://portal.example/reports")[0] == "consent_wall"


FORM = "<form><input type=email name=user><input type=password><button>Continue</button></form>"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page("Log into Portal", "You must log in to continue.", FORM), None),
        (page("Sign in - Portal Accounts", "Use your account", "<input type=email>"), None),
        (page("Portal", "Join today to see the report, or sign in to continue."), None),
        (page("Portal", "Welcome back. " * 20, FORM), "https://portal.example/accounts/login/?next=%2Freports"),
        (
            page("Portal", "A network for people who work. " * 10),
            "https://portal.example/authwall?trk=x&sessionRedirect=y",
        ),
        (page("Anmelden | Portal", FORM, lang="de"), None),
        (page("Connexion", FORM, lang="fr"), None),
        (page("Zaloguj się", FORM, lang="pl"), None),
        (page("ログイン", FORM, lang="ja"), None),
    ],
)
def test_login_walls(body: str, url: str | None) -> None:
    assert judge(body, url=url or "https://portal.example/reports", language=None)[0] == "login_wall"


def test_words_without_end_cost_no_more_than_others() -> None:
    endless = "t" * 15_000
    body = page(endless * 40, f"Cookies. {endless}", "<button>Accept all</button>")
    start = time.process_time()
    assert judge(body)[0] == "consent_wall"
    assert time.process_time() - start < 5
    shell = shell_of(parse(body.encode()))
    assert max(map(len, shell.segments)) <= LONG_LINE and len(shell.text) <= LONG_TEXT and shell.words < 10
