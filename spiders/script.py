"""The script that is run inside pages: `page.js`."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame

SOURCE = files("spiders").joinpath("page.js").read_text()
ATTEMPTS = 3


async def call(frame: Frame, name: str, **given: Any) -> Any:
    """What the function `name` returns there, even if the page goes elsewhere meanwhile. Raises Playwright's errors."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await frame.evaluate(f"given => ({SOURCE}).{name}(given)", given)
        except PlaywrightError:
            if attempt == ATTEMPTS or frame.is_detached() or frame.page.is_closed():
                raise
            await asyncio.sleep(0.1)
    return None
