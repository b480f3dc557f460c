"""The script that is run inside pages: `page.js`."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Any

from playwright.async_api import CDPSession, Frame
from playwright.async_api import Error as PlaywrightError

SOURCE = files("spiders").joinpath("page.js").read_text()
ATTEMPTS = 3
WORLD = "fanlight"


class Script:
    """Runs it in one page, in a world of its own there: the same document, but nothing that the page's scripts made.

    Inner frames have it beside their own scripts: Playwright has no other way into them.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._world: int | None = None

    def forget(self, frame: Frame) -> None:
        """The page went elsewhere: there is another document."""
        if frame.parent_frame is None:
            self._world = None

    async def call(self, frame: Frame, name: str, **given: Any) -> Any:
        """What the function `name` returns there, even if the page goes elsewhere meanwhile. Raises Playwright errors.

        What an inner frame returns may be anything.
        """
        function = f"given => ({SOURCE}).{name}(given)"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if frame.parent_frame:
                    return await frame.evaluate(function, given)
                return await self._apart(function, given)
            except PlaywrightError:
                self._world = None
                if attempt == ATTEMPTS or frame.is_detached() or frame.page.is_closed():
                    raise
                await asyncio.sleep(0.1)
        return None

    async def _apart(self, function: str, given: dict[str, Any]) -> Any:
        if self._world is None:
            tree = await self._session.send("Page.getFrameTree")
            asked = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": WORLD}
            self._world = (await self._session.send("Page.createIsolatedWorld", asked))["executionContextId"]
        asked = {
            "functionDeclaration": function, "arguments": [{"value": given}], "executionContextId": self._world,
            "returnByValue": True, "awaitPromise": True,
        }  # fmt: skip
        told = await self._session.send("Runtime.callFunctionOn", asked)
        if "exceptionDetails" in told:
            thrown = told["exceptionDetails"]
            raise PlaywrightError(thrown.get("exception", {}).get("description", thrown["text"]))
        return told["result"].get("value")
