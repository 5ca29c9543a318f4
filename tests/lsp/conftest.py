"""An editor for tests: pytest-lsp's client with the capabilities of one that people use, in step with the test."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, LspSpecificationWarning, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

T = TypeVar("T")

_CONVERTER = default_converter()
"""Shared by all clients: it works out how to read each kind of message when the first one comes."""

COMMAND = [sys.executable, "-m", "promptlint", "server"]
_PATIENCE = 30
"""Seconds after which an answer will not come."""

HOUSE_RULE = """id: house-style
family: verbosity
scope: prompt
severity: warning
presets: [recommended]
summary: We say customer.
message: "write 'customer'"
why: House style.
check: phrase
options:
  phrases: [{find: client, to: customer}]
examples:
  - name: client
    format: md
    text: |
      Summarise in one sentence what the client wants.
    finds: [{line: 1, text: client}]
  - name: customer
    format: md
    text: |
      Summarise in one sentence what the customer wants.
    finds: []
"""
"""A rule of the project that the tests look at."""


def modern(encodings: tuple[str, ...] = ("utf-16",), *, pulls: bool = True) -> types.ClientCapabilities:
    """What a new editor can do: it pulls diagnostics, resolves actions and creates files."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind(each) for each in encodings]
        ),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
            ),
            workspace_folders=True,
            configuration=True,
        ),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pulls else None,
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True,
                tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
                code_description_support=True,
                data_support=True,
                version_support=True,
            ),
            code_lens=types.CodeLensClientCapabilities(),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(
                    types.ClientCodeActionKindOptions(
                        [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]
                    )
                ),
                data_support=True,
                resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
            ),
            rename=types.RenameClientCapabilities(prepare_support=True),
        ),
        window=types.WindowClientCapabilities(
            show_document=types.ShowDocumentClientCapabilities(support=True), work_done_progress=True
        ),
    )


CLIENTS: dict[str, Callable[[], types.ClientCapabilities]] = {
    "modern": modern,
    "vscode-1.65": lambda: client_capabilities("visual_studio_code"),
    "neovim-0.10": lambda: client_capabilities("neovim@v0.10"),
    "neovim-0.11": lambda: client_capabilities("neovim@v0.11"),
    "emacs-29": lambda: client_capabilities("emacs"),
}


class Editor:
    """One editor with its own server. Each call waits for the answer."""

    def __init__(
        self, capabilities: types.ClientCapabilities, *folders: Path, options: dict[str, Any] | None = None
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self.published: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.versions: dict[str, int] = {}
        self.client = LanguageClient(converter_factory=lambda: _CONVERTER)

        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.setdefault(params.uri, []).append(params)

        def code_lens_refresh(_: None) -> None:
            """Nothing to do."""

        features = {
            **DEFAULT_CLIENT_FEATURES,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: publish,
            types.WORKSPACE_CODE_LENS_REFRESH: code_lens_refresh,
            types.CLIENT_REGISTER_CAPABILITY: lambda _: None,
        }
        register_lsp_features(self.client, features)
        self.do(self.client.start_io(*COMMAND, env=dict(os.environ)))
        self.answer = self.do(
            self.client.initialize_session(
                types.InitializeParams(
                    capabilities=capabilities,
                    workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
                    or None,
                    root_uri=folders[0].as_uri() if folders else None,
                    initialization_options={"debounceMs": 20, **(options or {})},
                )
            )
        )

    @property
    def encoding(self) -> str:
        said = self.answer.capabilities.position_encoding
        return str(getattr(said, "value", said))

    @property
    def pulls(self) -> bool:
        return self.answer.capabilities.diagnostic_provider is not None

    def do(self, work: Awaitable[T]) -> T:
        """Wait for something; what breaks the specification is an error."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", LspSpecificationWarning)
            return self._loop.run_until_complete(asyncio.wait_for(work, _PATIENCE))

    def ask(self, method: str, params: object) -> Any:
        return self.do(self.client.protocol.send_request_async(method, params))

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something holds."""

        async def wait() -> None:
            while not done():  # noqa: ASYNC110 - what is waited for may be anything
                await asyncio.sleep(0.005)

        self.do(wait())

    def pause(self, seconds: float) -> None:
        """Let the server talk."""
        self.do(asyncio.sleep(seconds))

    def open(self, at: Path | str, text: str | None = None, language: str = "markdown") -> str:
        uri = at.as_uri() if isinstance(at, Path) else at
        if text is None:
            assert isinstance(at, Path)
            text = at.read_bytes().decode("utf-8-sig")
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))
        )
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent | str) -> None:
        self.versions[uri] += 1
        events = [
            types.TextDocumentContentChangeWholeDocument(each) if isinstance(each, str) else each for each in changes
        ]
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(self.versions[uri], uri), events)
        )

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close_document(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def pull(self, uri: str, before: str | None = None) -> Any:
        identifier = types.TextDocumentIdentifier(uri)
        return self.ask(
            types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(identifier, previous_result_id=before)
        )

    def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What is found in a document as it is now, however the client gets to know it."""
        if self.pulls:
            return list(self.pull(uri).items)
        version = self.versions[uri]
        self.wait(lambda: any(each.version == version for each in self.published.get(uri, ())))
        return list(self.published[uri][-1].diagnostics)

    def actions(self, uri: str, place: types.Range, only: list[str] | None = None) -> list[Any]:
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, types.CodeActionContext([], only))
        return self.ask(types.TEXT_DOCUMENT_CODE_ACTION, params) or []

    def at(self, uri: str, place: types.Position) -> dict[str, Any]:
        """The parameters of a request about a place."""
        return {"text_document": types.TextDocumentIdentifier(uri), "position": place}

    def quit(self) -> int | None:
        try:
            self.do(self.client.shutdown_session())
            return self.client._server.returncode
        finally:
            self.do(self.client.stop())
            self._loop.close()


Start = Callable[..., Editor]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Starts editors, and ends them after the test: a server must leave in peace."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "nothing"))
    editors: list[Editor] = []

    def start(
        capabilities: types.ClientCapabilities | str, *folders: Path, options: dict[str, Any] | None = None
    ) -> Editor:
        said = CLIENTS[capabilities]() if isinstance(capabilities, str) else capabilities
        editors.append(Editor(said, *folders, options=options))
        return editors[-1]

    yield start
    codes = [editor.quit() for editor in editors]
    assert codes == [0] * len(codes)


@pytest.fixture(scope="session")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """A modern editor without a folder, which many tests share: each opens files of a project of its own."""
    yield from _shared(modern(), tmp_path_factory)


@pytest.fixture(scope="session")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Another one, to which diagnostics are pushed."""
    yield from _shared(modern(pulls=False), tmp_path_factory)


def _shared(capabilities: types.ClientCapabilities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    nothing = str(tmp_path_factory.mktemp("nothing"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", nothing)
        patch.setenv("APPDATA", nothing)
        editor = Editor(capabilities)
    yield editor
    assert editor.quit() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty repository."""
    found = tmp_path / "repository"
    (found / ".git").mkdir(parents=True)
    return found


_UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
_LINE_END = re.compile(r"\r\n|\n|\r")


def position_of(text: str, offset: int, encoding: str = "utf-16") -> types.Position:
    """Where an offset stands, worked out in another way than promptlint does it."""
    ends = list(_LINE_END.finditer(text))
    line = sum(end.end() <= offset for end in ends)
    start = ends[line - 1].end() if line else 0
    codec, size = _UNITS[encoding]
    return types.Position(line, len(text[start:offset].encode(codec)) // size)


def range_of(text: str, part: str, encoding: str = "utf-16", *, nth: int = 0) -> types.Range:
    """Where the nth occurrence of a part stands."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(part, at + 1)
    return types.Range(position_of(text, at, encoding), position_of(text, at + len(part), encoding))


def applied(text: str, edits: list[types.TextEdit], encoding: str = "utf-16") -> str:
    """A text with edits, which must not overlap."""
    places = {}
    for offset in range(len(text) + 1):
        place = position_of(text, offset, encoding)
        places.setdefault((place.line, place.character), offset)
    spans = sorted(
        (
            places[each.range.start.line, each.range.start.character],
            places[each.range.end.line, each.range.end.character],
            each.new_text,
        )
        for each in edits
    )
    for start, end, new in reversed(spans):
        text = text[:start] + new + text[end:]
    return text
