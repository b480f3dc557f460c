"""Pages that say that they are missing or broken, with status 200; and real pages that only speak of such things."""

from __future__ import annotations

from typing import Any

import pytest
from shells import SENTENCE
from shells import judge_page as judge
from shells import short_page as page

BUTTONS = "<button>Accept all</button><button>Reject all</button><button>Manage options</button>"
PARTNERS = (
    "We and our 812 partners store and/or access information on a device, such as cookies, and process personal data, "
    "for ads and content that fit you. You may accept, or manage your choices, at any time. "
)
FORM = "<form><input type=email name=user><input type=password><button>Continue</button></form>"
MISSING = {
    "en": "Page not found",
    "en2": "404 | Portal",
    "en3": "Error 404 (Not Found)!!1",
    "en4": "This page isn't available",
    "en5": "404: This page could not be found.",
    "en6": "Sorry, we can't find the page you're looking for",
    "en7": "The page you requested does not exist",
    "de": "Seite nicht gefunden",
    "de2": "Die Seite existiert nicht",
    "fr": "Page introuvable",
    "fr2": "Cette page n'existe pas",
    "fr3": "Erreur 404",
    "es": "Página no encontrada",
    "it": "Pagina non trovata",
    "nl": "Pagina niet gevonden",
    "pt": "Página não encontrada",
    "pl": "Nie znaleziono strony",
    "pl2": "Strona nie istnieje",
    "cs": "Stránka nenalezena",
    "cs2": "Stránka nebyla nalezena",
    "sk": "Stránka sa nenašla",
    "sl": "Strani ni mogoče najti",
    "hu": "Az oldal nem található",
    "ro": "Pagina nu a fost găsită",
    "bg": "Страницата не е намерена",
    "el": "Η σελίδα δεν βρέθηκε",
    "da": "Siden blev ikke fundet",
    "sv": "Sidan kunde inte hittas",
    "sv2": "Sidan finns inte",
    "fi": "Sivua ei löytynyt",
    "et": "Lehte ei leitud",
    "lv": "Lapa nav atrasta",
    "lt": "Puslapis nerastas",
    "hr": "Stranica nije pronađena",
    "mt": "Il-paġna ma nstabitx",
    "ga": "Níor aimsíodh an leathanach",
    "nb": "Siden ble ikke funnet",
    "tr": "Sayfa bulunamadı",
    "ru": "Страница не найдена",
    "uk": "Сторінку не знайдено",
    "ja": "ページが見つかりません",
    "zh": "页面不存在",
    "zh2": "找不到網頁",
    "ko": "페이지를 찾을 수 없습니다",
    "ar": "الصفحة غير موجودة",
    "he": "הדף לא נמצא",
    "id": "Halaman tidak ditemukan",
    "vi": "Không tìm thấy trang",
}
FILLER = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. " * 6


@pytest.mark.parametrize("language", MISSING)
def test_missing_pages_that_are_served_with_200(language: str) -> None:
    words = MISSING[language]
    assert judge(page(f"{words} | Portal", FILLER, lang=language[:2]), language=None)[0] == "soft_404"
    assert judge(page("Portal", FILLER, h1=words, lang=language[:2]), language=None)[0] == "soft_404"
    assert judge(page("Portal", f"{words}.", lang=language[:2]), language=None)[0] == "soft_404"


@pytest.mark.parametrize(
    "body",
    [
        page("Portal", "<div id=root></div>", "<noscript>You need to enable JavaScript to run this app.</noscript>"),
        page("Portal", "You need to enable JavaScript to run this app."),
        page("Portal", "<div id=app>Loading...</div>"),
        page("Portal", "Wird geladen …", lang="de"),
        page("Portal", "Application error: a client-side exception has occurred (see the browser console)."),
        page("Portal", "Something went wrong. Try again.", "<button>Reload</button>"),
        page("Portal", "Unable to load this content right now."),
        page("Portal", "Your browser is not supported. Please update your browser."),
        page("Error", "We could not process what you asked for. " * 5, h1="Oops! Something went wrong"),
        page("500 Internal Server Error", "nginx", h1="500 Internal Server Error"),
        page("portal.example | 521: Web server is down", FILLER),
        page("Site maintenance", "We are carrying out some work on our servers. " * 4, h1="We'll be back soon!"),
        page("Wartungsarbeiten", "Wir arbeiten an unserer Seite. " * 6, lang="de"),
        page("Maintenance en cours", "Notre site revient bientôt. " * 6, lang="fr"),
        page("Sitio en mantenimiento", "Volvemos pronto. " * 10, lang="es"),
        page("Welcome to nginx!", "If you see this, the server works. " * 4, h1="Welcome to nginx!"),
        page("Moved", "<a href='/new'>here</a>", head="<meta http-equiv='refresh' content='0;url=/new'>"),
    ],
)
def test_error_shells_that_are_served_with_200(body: str) -> None:
    assert judge(body, language=None)[0] == "error"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (page("Bericht", SENTENCE * 9, lang="de"), ()),
        (page("Bericht", SENTENCE * 9, lang="", head='<meta property="og:locale" content="de_DE">'), ()),
        (page("Bericht", SENTENCE * 9, lang="", head='<meta http-equiv="content-language" content="fr">'), ()),
        (page("Bericht", SENTENCE * 9, lang=""), (("Content-Language", "it-IT"),)),
    ],
)
def test_another_language(body: str, headers: Any) -> None:
    assert judge(body, headers=headers)[0] == "wrong_locale"


TOPICS = (
    "How we use CAPTCHA to protect sign-ups",
    "Cookie settings: what you can choose",
    "Access denied: requests we refused",
    "Content no longer available: withdrawals in the first half",
    "Error rates of automated decisions",
    "Page not found? How we count removed links",
    "Log in with a passkey: a security report",
    "Section 404 disclosures of 2026",
    "Rate limits for researchers",
    "Service unavailable: outages in 2026",
    "Bot detection and automated accounts",
    "Requests blocked at upload, by country",
    "Privacy preferences of minors",
    "Accounts suspended, by reason",
    "Before you continue: terms that changed this year and why",
    "Too many requests: 429 answers by our interface",
    "Unusual activity on accounts in the election period",
    "Maintenance of the ad repository in 2026",
    "Something went wrong: what we learned from the March incident",
    "Unsupported browsers and accessibility",
)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("words", [70, 120, 240, 600])
def test_real_pages_that_speak_of_it(topic: str, words: int) -> None:
    text = (SENTENCE + f"{topic} is what this part is about. " + SENTENCE * 60).split()[:words]
    quality, why = judge(page(f"{topic} | Portal", " ".join(text), h1=topic))
    assert quality == "ok", why


BANNER = f"<div class='banner' id='notice'><h2>We value your privacy</h2><p>{PARTNERS}</p>{BUTTONS}</div>"
LOGIN_BOX = "<header><a href=/login>Log in</a> <a href=/join>Sign up</a></header>"


@pytest.mark.parametrize(
    "body",
    [
        page("Reports", BANNER, SENTENCE * 4, h1="Reports"),
        page("Reports", SENTENCE * 4, f"<div id='onetrust-banner-sdk'>{PARTNERS}{BUTTONS}</div>", h1="Reports"),
        page("Reports", LOGIN_BOX, SENTENCE * 3, h1="Reports"),
        page("Reports", LOGIN_BOX, SENTENCE * 8, f"<footer>{FORM}</footer>", h1="Reports"),
        page("Reports", SENTENCE * 8, "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>"),
        page("Contact", SENTENCE * 3, '<div class="g-recaptcha"></div>', "<form><input name=name></form>"),
        page("Reports", SENTENCE * 3, "<noscript>Please enable JavaScript to use this site.</noscript>"),
        page("透明性レポート", "この半年間に、当社は四万件の通知について判断しました。" * 8, lang="ja"),
        page("Reports", "<ul><li><a href=/a.pdf>First half of 2026</a></li><li><a href=/b.pdf>2025</a></li></ul>"),
        page("Cookie policy", "We set cookies that the service needs. You can refuse all others in your browser. " * 6),
        page("Report of 2025", SENTENCE * 3, h1="Reports 501 to 504"),
    ],
)
def test_real_pages_with_something_beside(body: str) -> None:
    quality, why = judge(body, language=None)
    assert quality == "ok", why
