"""What is done to a rendered page: first it is unfolded, then its other states are looked at; all within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from time import monotonic

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

Quiet = Callable[[float, float], Awaitable[bool]]
MAX_SECONDS = 30.0
MAX_SCROLLS = 60
MAX_OPENED = 200
MAX_MORE = 20
MAX_STATES = 12
AFTER_CLICK = (0.25, 4.0)  # seconds of quiet that end a click, and how long to wait for them

SCROLL = """async ([steps, pause]) => {
  for (let step = 0; step < steps; step++) {
    const before = window.scrollY;
    window.scrollBy(0, window.innerHeight);
    await new Promise(done => setTimeout(done, pause));
    if (window.scrollY === before) break;
  }
  window.scrollTo(0, 0);
}"""

# Links that lead elsewhere are left alone, and so are forms: unfolding must not navigate, and must not send anything.
OPEN = """limit => {
  let opened = 0;
  for (const fold of document.querySelectorAll('details:not([open])')) {
    if (opened >= limit) return opened;
    fold.open = true;
    opened++;
  }
  for (const handle of document.querySelectorAll('[aria-expanded="false"]')) {
    if (opened >= limit) return opened;
    const link = handle.closest('a[href]');
    if (link && !link.getAttribute('href').startsWith('#')) continue;
    if (handle.closest('form') || handle.getAttribute('role') === 'combobox') continue;
    handle.click();
    opened++;
  }
  return opened;
}"""

# Clicks the next button of a kind; how often each was clicked is remembered outside the document, which stays as it is.
CLICK = """([kind, most]) => {
  const counts = (window.__clicked ??= new WeakMap());
  const words = {
    more: new RegExp('^((show|load|view|see) (more|all)|more( results)?|mehr( anzeigen| laden)?|voir plus|afficher plus'
      + '|ver más|mostrar más|mostra altro|toon meer|pokaż więcej)$', 'i'),
    next: /^(next( page)?|›|»|→|weiter|nächste( seite)?|suivant|siguiente|successivo|volgende|następna)$/i,
  };
  const label = each => (each.getAttribute('aria-label') || each.innerText || '').trim();
  const wanted = each => kind === 'tab'
    ? each.getAttribute('role') === 'tab' && each.getAttribute('aria-selected') === 'false'
    : words[kind].test(label(each));
  const leads = each => each.matches('a[href]') && !/^(#|javascript:)/i.test(each.getAttribute('href'));
  for (const each of document.querySelectorAll('button, a, [role=button], [role=tab]')) {
    if (!wanted(each) || leads(each) || each.disabled || each.ariaDisabled === 'true' || each.closest('form')) continue;
    if (!each.checkVisibility() || (counts.get(each) || 0) >= most) continue;
    counts.set(each, (counts.get(each) || 0) + 1);
    each.click();
    return true;
  }
  return false;
}"""


async def unfold(page: Page, quiet: Quiet, clicks: Sequence[str]) -> int:
    """Scrolls to the end, opens what is folded, asks for more, clicks what the source names; how many clicks."""
    end = monotonic() + MAX_SECONDS
    await page.evaluate(SCROLL, [MAX_SCROLLS, 60])
    clicked = int(await page.evaluate(OPEN, MAX_OPENED))
    for _ in range(MAX_MORE):
        if monotonic() > end or not await page.evaluate(CLICK, ["more", MAX_MORE]):
            break
        clicked += 1
        await quiet(*AFTER_CLICK)
    for selector in clicks:
        clicked += await _click(page, selector)
        await quiet(*AFTER_CLICK)
    return clicked


async def further_states(page: Page, quiet: Quiet) -> AsyncIterator[str]:
    """The page behind each of its tabs, then page by page where buttons turn it; each state once."""
    end = monotonic() + MAX_SECONDS
    seen = {await page.content()}
    for kind, most in (("tab", 1), ("next", MAX_STATES)):
        for _ in range(MAX_STATES):
            if monotonic() > end or not await page.evaluate(CLICK, [kind, most]):
                break
            await quiet(*AFTER_CLICK)
            state = await page.content()
            if state in seen:
                break
            seen.add(state)
            yield state


async def _click(page: Page, selector: str) -> int:
    try:
        await page.click(selector, timeout=2_000)
    except PlaywrightError:  # not on this page, or not any more
        return 0
    return 1
