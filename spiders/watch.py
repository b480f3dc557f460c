"""What a page does besides showing itself: console messages, errors, dialogs, downloads it builds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import ConsoleMessage, Dialog, Download, Page
from playwright.async_api import Error as PlaywrightError

MAX_NOTES = 100
SAVING_SECONDS = 30
MAX_DOWNLOADS = 20
LONGEST_NOTE = 500
BUILT = ("blob:", "data:")  # made by the page's scripts, so no exchange holds it


@dataclass(kw_only=True)  # no slots: Playwright hangs its wrappers on the object whose methods listen
class Watch:
    """Listens to one page while it is open. Each kind of thing is counted, and kept up to a limit."""

    max_bytes: int
    console: list[dict[str, str]] = field(default_factory=list)
    dialogs: int = 0
    downloads: int = 0
    built: dict[str, bytes] = field(default_factory=dict)  # files that the page's scripts made, by name
    _saving: set[asyncio.Task[None]] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("dialog", self._asked)
        page.on("download", self._offered)

    async def saved(self) -> None:
        """Waits for the files being saved."""
        if self._saving:
            await asyncio.wait(self._saving, timeout=SAVING_SECONDS)

    def stop(self, page: Page) -> None:
        """Listens no more."""
        for event, heard in (
            ("console", self._said), ("pageerror", self._failed), ("dialog", self._asked), ("download", self._offered),
        ):  # fmt: skip
            page.remove_listener(event, heard)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(message.type, message.text)

    def _failed(self, error: PlaywrightError) -> None:
        self._note("exception", error.message)

    def _note(self, kind: str, text: str) -> None:
        if len(self.console) < MAX_NOTES:
            self.console.append({"type": kind, "text": text[:LONGEST_NOTE]})

    async def _asked(self, dialog: Dialog) -> None:
        self.dialogs += 1
        await dialog.dismiss()

    def _offered(self, download: Download) -> None:
        self.downloads += 1
        task = asyncio.create_task(self._save(download))
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    async def _save(self, download: Download) -> None:
        try:
            if self.downloads <= MAX_DOWNLOADS and download.url.startswith(BUILT):
                path = await download.path()
                if Path(path).stat().st_size <= self.max_bytes:
                    self.built.setdefault(download.suggested_filename, Path(path).read_bytes())
                await download.delete()
            elif self.downloads > MAX_DOWNLOADS:
                await download.cancel()
        except PlaywrightError:
            self._note("error", f"the download {download.suggested_filename} broke off")
