"""The open documents and what is known about them: one thread lints, stale work is dropped, each document waits for itself."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types

from promptlint.config import Config
from promptlint.engine import StoppedError, lint
from promptlint.formats import read
from promptlint.source import Source
from promptlint_lsp.buffers import Buffer, file_of, opened, same_file
from promptlint_lsp.linting import NO_PROMPT, Analysis, Linter, Unlinted
from promptlint_lsp.positions import Encoding
from promptlint_lsp.roots import Root, Roots
from promptlint_lsp.settings import Settings
from promptlint_lsp.workspace import Workspace

__all__ = ["Session", "StaleError"]

T = TypeVar("T")


_TIDY = 10
"""Lints after which what they left behind is collected.

It is little, but messages of 100 kB hang on it, and by itself Python collects it late.
"""


class StaleError(Exception):
    """The document has changed, or is no longer open: nobody waits for what was asked."""


def _load() -> None:
    """Load what every lint takes, and let the garbage collector pass it over: it stays, and to visit it takes 40 ms each time."""
    lint(read(Source("prompt.md", "Summarize the text in one sentence.")), Config())
    gc.collect()
    gc.freeze()


class Session:
    """What one client has open, in which folders. Everything but the work of `in_thread` happens in the event loop's thread."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.encoding: Encoding = "utf-16"
        self.buffers: dict[str, Buffer] = {}
        self.roots = Roots((), self.settings)
        self.linter = Linter()
        self.workspace = Workspace(self.linter, lambda: self.roots, lambda: self.encoding)
        self._executor = ThreadPoolExecutor(1, "promptlint")
        self._done: dict[str, tuple[int, Analysis | Unlinted]] = {}
        self._running: dict[str, tuple[int, asyncio.Future[Analysis | Unlinted]]] = {}
        self._changed: dict[str, float] = {}
        self._linted = 0

    def warm_up(self) -> None:
        """Load now, while the client introduces itself, what the first document would wait for."""
        self._executor.submit(_load)

    def close(self) -> None:
        """Stop working."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    # -- documents ----------------------------------------------------------------------------------------------------

    def open(self, item: types.TextDocumentItem) -> Buffer:
        """A document was opened."""
        buffer = self.buffers[item.uri] = opened(item, self.encoding)
        self._changed.pop(item.uri, None)
        self._share()
        return buffer

    def change(
        self, document: types.VersionedTextDocumentIdentifier, changes: Iterable[types.TextDocumentContentChangeEvent]
    ) -> Buffer | None:
        """A document was changed; None where it is not open."""
        uri = self.name_of(document.uri)
        known = self.buffers.get(uri)
        if known is None:
            return None
        buffer = self.buffers[uri] = known.changed(document.version, changes)
        self._changed[uri] = time.monotonic()
        self._share()
        return buffer

    def forget(self, uri: str) -> None:
        """A document was closed."""
        uri = self.name_of(uri)
        for table in (self.buffers, self._done, self._changed):
            table.pop(uri, None)
        self._share()

    def name_of(self, uri: str) -> str:
        """The URI that a document was opened under; clients write the same one in several ways."""
        if uri in self.buffers:
            return uri
        return next((each for each in self.buffers if same_file(each, uri)), uri)

    def buffer(self, uri: str) -> Buffer:
        """An open document.

        Raises:
            StaleError: it is not open.
        """
        buffer = self.buffers.get(self.name_of(uri))
        if buffer is None:
            raise StaleError
        return buffer

    def _share(self) -> None:
        """Show the thread what is open: a new table, for it may be reading the old one."""
        self.linter.buffers = {
            Path(os.path.normpath(each.file)): each for each in self.buffers.values() if each.file is not None
        }

    # -- folders ------------------------------------------------------------------------------------------------------

    def set_folders(self, folders: Iterable[str], *, home: Path | None = None) -> None:
        """Which folders the workspace has, by their URIs."""
        paths = (file_of(uri) for uri in folders)
        self.roots = Roots(
            (Path(os.path.normpath(path)) for path in paths if path is not None), self.settings, home=home
        )
        self._done.clear()

    def set_settings(self, settings: Settings) -> None:
        """How to work from now on."""
        self.settings = settings
        self.roots = Roots(self.roots.folders, settings, home=self.roots.home)
        self._done.clear()

    def reload(self) -> None:
        """Files may have changed: read configurations, baselines and the files of projects anew."""
        self.roots.forget()
        self.linter.forget()
        self._done.clear()

    # -- work ---------------------------------------------------------------------------------------------------------

    async def settle(self, uri: str) -> None:
        """Wait until nobody has typed for a while."""
        while (changed := self._changed.get(self.name_of(uri))) is not None:
            left = changed + self.settings.debounce - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do something that takes time in the thread that lints."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def analysis(self, uri: str) -> Analysis | None:
        """What was found in a document as it is now; None where it is not linted."""
        found = await self.result(uri)
        return found if isinstance(found, Analysis) else None

    async def result(self, uri: str) -> Analysis | Unlinted:
        """What became of a document as it is now. Who asks while it is linted waits for the same work.

        Raises:
            StaleError: it was changed or closed in the meantime.
        """
        buffer = self.buffer(uri)
        running = self._running.get(buffer.uri)
        if running is not None and running[0] == buffer.number:
            task = running[1]
        else:
            task = asyncio.ensure_future(self.in_thread(lambda: self._lint(buffer)))
            self._running[buffer.uri] = buffer.number, task
            task.add_done_callback(lambda done: self._finished(buffer, done))
        # who is cancelled takes the work from nobody else
        found = await asyncio.shield(task)
        if self.buffers.get(buffer.uri) is not buffer:
            raise StaleError
        return found

    def _finished(self, buffer: Buffer, done: asyncio.Future[Analysis | Unlinted]) -> None:
        running = self._running.get(buffer.uri)
        if running is not None and running[1] is done:
            del self._running[buffer.uri]
        if not done.cancelled() and done.exception() is None and self.buffers.get(buffer.uri) is buffer:
            self._done[buffer.uri] = buffer.number, done.result()
        self._linted += 1
        if self._linted % _TIDY == 0:
            with contextlib.suppress(RuntimeError):  # it is closed
                self._executor.submit(gc.collect)

    def _lint(self, buffer: Buffer) -> Analysis | Unlinted:
        """In the thread: lint a document, unless nothing has changed since the last time; stops when it changes.

        Raises:
            StaleError: it has changed.
        """

        def is_stale() -> bool:
            return self.buffers.get(buffer.uri) is not buffer

        if is_stale():
            raise StaleError
        number, known = self._done.get(buffer.uri, (0, None))
        root = self.roots.of(buffer.file)
        if number == buffer.number and known is not None and known.root is root and self._holds(known):
            return known
        try:
            return self.linter.lint(buffer, root, is_stale)
        except StoppedError:
            raise StaleError from None
        except Exception as error:
            if os.environ.get("PROMPTLINT_DEBUG"):
                raise
            fault = f"internal error at {buffer.uri}: {type(error).__name__}: {error}"
            return Unlinted(buffer, root, "promptlint itself failed", fault)

    def _holds(self, known: Analysis | Unlinted) -> bool:
        return self.linter.is_fresh(known) if isinstance(known, Analysis) else known.root.is_fresh

    def dependents(self, file: Path | None) -> list[str]:
        """The open documents that refer to a file."""
        if file is None:
            return []
        found = []
        for uri, done in self.analyses():
            if any(Path(os.path.normpath(done.root.folder / path)) == file for path in done.stamps):
                found.append(uri)
        return found

    def analyses(self) -> list[tuple[str, Analysis]]:
        """The open documents that were linted, by their URIs."""
        return [(uri, done) for uri, (_, done) in self._done.items() if isinstance(done, Analysis)]

    def is_no_prompt(self, uri: str) -> bool:
        """Whether a document turned out to be no prompt."""
        known = self._done.get(uri)
        return known is not None and isinstance(known[1], Unlinted) and known[1].reason == NO_PROMPT

    def is_watched(self, file: Path | None) -> bool:
        """Whether what holds for an open document depends on a file: configuration, baseline, rules."""
        return any(file in done.root.watched for _, done in self._done.values())

    def look_again(self) -> None:
        """Files may have come or gone."""
        self.linter.forget()

    async def root_of(self, file: Path | None) -> Root:
        """The root that a file belongs to, as it is now."""
        return await self.in_thread(lambda: self.roots.of(file))
