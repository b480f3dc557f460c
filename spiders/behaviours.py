"""What is done to a rendered page before it is kept: scroll to its end and open what is folded, within bounds."""

from __future__ import annotations

from playwright.async_api import Page

MAX_STEPS = 60
MAX_OPENED = 200
STEP_MILLISECONDS = 60

SCROLL = """async ([steps, pause]) => {
  for (let step = 0; step < steps; step++) {
    const before = window.scrollY;
    window.scrollBy(0, window.innerHeight);
    await new Promise(done => setTimeout(done, pause));
    if (window.scrollY === before) break;
  }
  window.scrollTo(0, 0);
}"""

# Links that lead elsewhere are left alone: opening must not navigate.
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
    if (handle.closest('form') && handle.type === 'submit') continue;
    handle.click();
    opened++;
  }
  return opened;
}"""


async def scroll(page: Page) -> None:
    await page.evaluate(SCROLL, [MAX_STEPS, STEP_MILLISECONDS])


async def open_folds(page: Page) -> int:
    """Opens `details` and everything with `aria-expanded="false"`; how many."""
    return int(await page.evaluate(OPEN, MAX_OPENED))
