"""The script that is run inside pages: `page.js`."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.async_api import Frame

SOURCE = files("spiders").joinpath("page.js").read_text()


async def call(frame: Frame, name: str, **given: Any) -> Any:
    """What the function `name` returns there. Raises Playwright's errors."""
    return await frame.evaluate(f"given => ({SOURCE}).{name}(given)", given)
