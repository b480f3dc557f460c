"""The script that is run inside pages and their frames: `page.js`."""

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
    """Runs it in one page, in a world of its own in each frame: the same document, but nothing of the page's scripts.

    `session` is the page's. A frame of another site is a process of its own, reached by a session of its own; any
    other is reached by that of the frame around it.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._own: dict[Frame, CDPSession | None] = {}
        self._worlds: dict[Frame, tuple[CDPSession, int]] = {}

    def forget(self, frame: Frame) -> None:
        """It went elsewhere: there is another document."""
        for known in (self._own, self._worlds):
            if frame.parent_frame:
                known.pop(frame, None)
            else:
                known.clear()

    async def call(self, frame: Frame, name: str, **given: Any) -> Any:
        """What the function `name` returns there, even if the page moves on meanwhile. Raises Playwright's errors."""
        function = f"given => ({SOURCE}).{name}(given)"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                session, world = await self._world(frame)
                return await _called(session, function, [given], executionContextId=world)
            except PlaywrightError:
                self._worlds.pop(frame, None)
                self._own.pop(frame, None)
                if attempt == ATTEMPTS or frame.is_detached() or frame.page.is_closed():
                    raise
                await asyncio.sleep(0.1)
        return None

    async def hears(self, kind: str) -> bool:
        """Whether scripts of the page listen to events of this kind. Raises Playwright's errors."""
        for place in ("window", "document", "document.body"):
            target = (await self._session.send("Runtime.evaluate", {"expression": place}))["result"]
            if "objectId" in target:
                told = await self._session.send("DOMDebugger.getEventListeners", {"objectId": target["objectId"]})
                if any(listener["type"] == kind for listener in told["listeners"]):
                    return True
        return False

    async def on_element(self, frame: Frame, function: str, *given: Any) -> Any:
        """What `function` returns, `this` being the element that a frame stands in. Raises Playwright's errors."""
        if not frame.parent_frame:
            raise PlaywrightError("the frame is gone")
        session, world = await self._world(frame.parent_frame)
        _, name = await self._place(frame)
        owner = await session.send("DOM.getFrameOwner", {"frameId": name})
        asked = {"backendNodeId": owner["backendNodeId"], "executionContextId": world}
        node = (await session.send("DOM.resolveNode", asked))["object"]["objectId"]
        return await _called(session, function, [*given], objectId=node)

    async def _world(self, frame: Frame) -> tuple[CDPSession, int]:
        if frame not in self._worlds:
            session, name = await self._place(frame)
            made = await session.send("Page.createIsolatedWorld", {"frameId": name, "worldName": WORLD})
            self._worlds[frame] = session, made["executionContextId"]
        return self._worlds[frame]

    async def _place(self, frame: Frame) -> tuple[CDPSession, str]:
        """The session that reaches a frame, and its id there: Playwright tells only the order of frames."""
        around = frame.parent_frame
        own = await self._session_of(frame)
        if own or around is None:
            session = own or self._session
            return session, (await _tree(session))["frame"]["id"]
        session, name = await self._place(around)
        beside = [each for each in around.child_frames if not await self._session_of(each)]
        inside = _found(await _tree(session), name).get("childFrames", [])
        place = beside.index(frame) if frame in beside else len(inside)
        if place >= len(inside) or _address(inside[place]["frame"]) != frame.url:
            raise PlaywrightError("the frame is on its way elsewhere")
        return session, str(inside[place]["frame"]["id"])

    async def _session_of(self, frame: Frame) -> CDPSession | None:
        if frame.parent_frame and frame not in self._own:
            try:
                self._own[frame] = await frame.page.context.new_cdp_session(frame)
            except PlaywrightError:  # it has none
                self._own[frame] = None
        return self._own.get(frame)


async def _called(session: CDPSession, function: str, given: list[Any], **where: Any) -> Any:
    asked = {
        "functionDeclaration": function, "arguments": [{"value": each} for each in given], **where,
        "returnByValue": True, "awaitPromise": True,
    }  # fmt: skip
    told = await session.send("Runtime.callFunctionOn", asked)
    if "exceptionDetails" in told:
        thrown = told["exceptionDetails"]
        raise PlaywrightError(thrown.get("exception", {}).get("description", thrown["text"]))
    return told["result"].get("value")


async def _tree(session: CDPSession) -> dict[str, Any]:
    tree: dict[str, Any] = (await session.send("Page.getFrameTree"))["frameTree"]
    return tree


def _found(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """The branch of a frame; empty when it has gone."""
    if tree["frame"]["id"] == name:
        return tree
    branches = (_found(branch, name) for branch in tree.get("childFrames", []))
    return next((branch for branch in branches if branch), {})


def _address(frame: dict[str, Any]) -> str:
    return str(frame["url"] + frame.get("urlFragment", ""))
