"""The server: what clients ask for, and what they are told without asking.

Diagnostics go one way: a client that can pull them pulls, to every other one they are pushed, never both.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from promptlint import __version__
from promptlint.rules import rule_named
from promptlint_lsp import actions, completions, hovers, lenses, outline
from promptlint_lsp.buffers import Buffer, file_of
from promptlint_lsp.diagnostics import Abilities, place_of, result_id, to_client
from promptlint_lsp.figures import estimate_text
from promptlint_lsp.linting import Analysis, Unlinted
from promptlint_lsp.own_files import is_configuration, own_diagnostics
from promptlint_lsp.pages import Pages
from promptlint_lsp.session import Session, StaleError
from promptlint_lsp.settings import SECTION, read_settings
from promptlint_lsp.variables import RenameError, constant_at, is_of_program, may_rename, rename, variable_at
from promptlint_lsp.workspace import Known

__all__ = ["PromptlintServer", "create", "serve"]

T = TypeVar("T")
_LOG: Final = logging.getLogger(__name__)

ESTIMATE: Final = "promptlint/estimate"
"""A request of our own: the figures of each prompt of a document."""
FIX_ALL: Final = "promptlint.fixAll"
RELOAD: Final = "promptlint.reload"

_WATCHED: Final = "**/*.{toml,yaml,yml,json,jsonl,md,txt,j2,jinja,jinja2,prompt,prompty,hbs,mustache,py,ts,tsx,mts,cts,js,jsx,mjs,cjs}"
_SERVER_CANCELLED: Final = -32802
_REQUEST_FAILED: Final = -32803


class _Protocol(LanguageServerProtocol):
    """pygls' protocol, whose workspace is never told of documents: it would split their lines where none end.

    The handlers are plain functions: pygls keeps the futures of others for good.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        _server_of(self).opened(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        _server_of(self).changed(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        _server_of(self).closed(params)


def _server_of(protocol: _Protocol) -> PromptlintServer:
    server = protocol._server  # noqa: SLF001
    assert isinstance(server, PromptlintServer)
    return server


class PromptlintServer(LanguageServer):
    """One server for one client."""

    def __init__(self) -> None:
        super().__init__("promptlint", __version__, protocol_cls=_Protocol)
        self.session = Session()
        self.pages = Pages()
        self.abilities = Abilities()
        self.pulls = False
        self.can: frozenset[str] = frozenset()
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, list[types.Diagnostic]] = {}
        self._told: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def close(self) -> None:
        """Stop working and remove what was written."""
        self.session.close()
        self.pages.close()

    # -- documents ----------------------------------------------------------------------------------------------------

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened: say at once what is found."""
        buffer = self.session.open(params.text_document)
        self.schedule(buffer.uri, 0)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was changed: say what is found as soon as nobody types."""
        buffer = self.session.change(params.text_document, params.content_changes)
        if buffer is not None and self.session.settings.on_type:
            self.schedule(buffer.uri, self.session.settings.debounce)
            self._related_to(buffer)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed: what was found in it is no longer shown."""
        uri = self.session.name_of(params.text_document.uri)
        buffer = self.session.buffers.get(uri)
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        self.session.forget(uri)
        self._shown.pop(uri, None)
        if not self.pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        if buffer is not None:
            self._related_to(buffer)

    def _related_to(self, buffer: Buffer) -> None:
        """Look again at the documents that refer to one that has changed."""
        others = [uri for uri in self.session.dependents(buffer.file) if uri != buffer.uri]
        self.again(others)

    def again(self, uris: Iterable[str] | None = None, *, everything: bool = False) -> None:
        """Look again at open documents (None: all), because something beside them has changed."""
        named = list(self.session.buffers) if uris is None else list(uris)
        if not named:
            return
        for uri in named:
            self.schedule(uri, self.session.settings.debounce)
        if self.pulls and "refresh-diagnostics" in self.can:
            self.workspace_diagnostic_refresh(None)
        if everything and "refresh-lenses" in self.can:
            self.workspace_code_lens_refresh(None)
        if everything and "refresh-hints" in self.can:
            self.workspace_inlay_hint_refresh(None)

    # -- push ---------------------------------------------------------------------------------------------------------

    def schedule(self, uri: str, delay: float) -> None:
        """Lint a document after a while, unless it changes before that; one document does not wait for another."""
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        if self.pulls:
            return  # the client asks
        self._timers[uri] = asyncio.get_running_loop().create_task(self._push(uri, delay))

    async def _push(self, uri: str, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            before = self._shown.get(uri)
            buffer, items = await self.found(uri)
            # of ordinary code, which is no prompt, it is said once
            if items or before != [] or not self.session.is_no_prompt(uri):
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(buffer.uri, items, version=buffer.version)
                )
        except StaleError:
            pass  # what changed it has asked again
        except Exception:  # noqa: BLE001 - one document must not silence the others
            _LOG.exception("no diagnostics for %s", uri)
        if self._timers.get(uri) is asyncio.current_task():
            del self._timers[uri]

    # -- what is found ------------------------------------------------------------------------------------------------

    async def found(self, uri: str) -> tuple[Buffer, list[types.Diagnostic]]:
        """The diagnostics of a document as it is now.

        Raises:
            StaleError: it changed in the meantime.
        """
        result = await self.session.result(uri)
        items = await self.session.in_thread(lambda: self.rendered(result))
        buffer = result.buffer
        if self.session.buffers.get(buffer.uri) is not buffer:
            raise StaleError
        if isinstance(result, Unlinted) and result.fault and not is_configuration(buffer.file):
            self.tell(result.fault)
        self._shown[buffer.uri] = items
        return buffer, items

    def rendered(self, result: Analysis | Unlinted) -> list[types.Diagnostic]:
        """In the thread: the diagnostics of a document in the words of the protocol."""
        items = own_diagnostics(result.buffer, result.root)
        if isinstance(result, Analysis):
            items += to_client(result, self.abilities, self.pages)
        return items

    def tell(self, text: str) -> None:
        """Show a message, once."""
        if text not in self._told:
            self._told.add(text)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"promptlint: {text}"))

    async def analysis(self, uri: str) -> Analysis | None:
        """What was found in a document; None also where it changes all the time."""
        try:
            return await self.session.analysis(uri)
        except StaleError:
            return None

    async def asked(self, uri: str, work: Callable[[Analysis], T]) -> T | None:
        """Ask something of the analysis of a document; None where there is none."""
        await asyncio.sleep(0)  # what is cancelled at once is not begun
        analysis = await self.analysis(uri)
        return None if analysis is None else await self.session.in_thread(lambda: work(analysis))

    def in_background(self, work: Awaitable[None]) -> None:
        """Do something that nobody waits for."""

        async def run() -> None:
            try:
                await work
            except Exception:  # noqa: BLE001 - there is nobody to tell
                _LOG.exception("something in the background failed")

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def create() -> PromptlintServer:
    """A server that waits for a client to introduce itself."""
    server = PromptlintServer()
    _add_lifecycle(server)
    _add_language_features(server)
    _add_commands(server)
    return server


# ---------------------------------------------------------------------------------------------------------------------
# beginning and end


def _has(value: object, *path: str) -> Any:
    """What the capabilities of a client say at a path; None where they end before."""
    for name in path:
        value = getattr(value, name, None)
        if value is None:
            return None
    return value


def _add_lifecycle(server: PromptlintServer) -> None:
    @server.feature(types.INITIALIZE)
    def _initialize(params: types.InitializeParams) -> None:
        client = params.capabilities
        session = server.session
        settings, mistakes = read_settings(params.initialization_options)
        session.settings = settings
        for mistake in mistakes:
            server.tell(mistake)
        encoding = server.workspace.position_encoding
        session.encoding = {"utf-8": "utf-8", "utf-32": "utf-32"}.get(
            str(getattr(encoding, "value", encoding)), "utf-16"
        )  # type: ignore[assignment]
        session.set_folders(_folders(params), home=Path.cwd())
        document = client.text_document
        server.pulls = _has(document, "diagnostic") is not None
        # what is pulled may say in its own place what is shown of it; older clients say so for both in one place
        shown = _has(document, "publish_diagnostics")
        server.abilities = Abilities(
            related=bool(_has(shown, "related_information") or _has(document, "diagnostic", "related_information")),
            tags=bool(_has(shown, "tag_support") or _has(document, "diagnostic", "tag_support")),
            description=bool(
                _has(shown, "code_description_support") or _has(document, "diagnostic", "code_description_support")
            ),
            data=bool(_has(shown, "data_support") or _has(document, "diagnostic", "data_support")),
        )
        wanted = {
            "refresh-diagnostics": _has(client, "workspace", "diagnostics", "refresh_support"),
            "refresh-lenses": _has(client, "workspace", "code_lens", "refresh_support"),
            "refresh-hints": _has(client, "workspace", "inlay_hint", "refresh_support"),
            "watch": _has(client, "workspace", "did_change_watched_files", "dynamic_registration"),
            "configuration": _has(client, "workspace", "configuration"),
            "versions": _has(client, "workspace", "workspace_edit", "document_changes"),
            "create": "create" in (_has(client, "workspace", "workspace_edit", "resource_operations") or ()),
            "resolve": "edit" in (_has(document, "code_action", "resolve_support", "properties") or ()),
            "literals": _has(document, "code_action", "code_action_literal_support"),
            "show": _has(client, "window", "show_document", "support"),
            "progress": _has(client, "window", "work_done_progress"),
        }
        server.can = frozenset(name for name, there in wanted.items() if there)
        if server.pulls:
            _add_pull(server)
        if settings.lenses and _has(document, "code_lens") is not None:
            _add_lenses(server)
        elif settings.lenses and _has(document, "inlay_hint") is not None:
            _add_hints(server)

    @server.feature(types.INITIALIZED)
    def _initialized(_: types.InitializedParams) -> None:
        if "watch" in server.can:
            watchers = [types.FileSystemWatcher(_WATCHED)]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration(
                "promptlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
            )
            server.client_register_capability(types.RegistrationParams([registration]))
        if server.session.settings.workspace and not server.pulls:
            server.in_background(_push_workspace(server))

    @server.feature(types.SHUTDOWN)
    def _shutdown(_: None) -> None:
        server.close()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def _saved(params: types.DidSaveTextDocumentParams) -> None:
        uri = server.session.name_of(params.text_document.uri)
        file = file_of(uri)
        server.schedule(uri, 0)
        if is_configuration(file):
            _reload(server)
            return
        related = [
            other
            for other, analysis in server.session.analyses()
            if other != uri and (analysis.report.facts is not None or other in server.session.dependents(file))
        ]
        server.again(related)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        files = [file_of(change.uri) for change in params.changes]
        if any(is_configuration(file) or server.session.is_watched(file) for file in files):
            _reload(server)
            return
        if any(change.type != types.FileChangeType.Changed for change in params.changes):
            server.session.look_again()
        related = {uri for file in files for uri in server.session.dependents(file)}
        related |= {uri for uri, analysis in server.session.analyses() if analysis.report.facts is not None}
        server.again(sorted(related))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def _folders_changed(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.session.set_folders((each.uri for each in server.workspace.folders.values()), home=Path.cwd())
        server.again(everything=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def _configured(params: types.DidChangeConfigurationParams) -> None:
        said: object = params.settings
        if "configuration" in server.can:
            with contextlib.suppress(Exception):  # a client that does not answer keeps the settings it had
                answer = await server.workspace_configuration_async(
                    types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
                )
                said = answer[0] if answer else said
        settings, mistakes = read_settings(_plain(said), server.session.settings)
        for mistake in mistakes:
            server.tell(mistake)
        if settings != server.session.settings:
            server.session.set_settings(settings)
            server.again(everything=True)


def _plain(said: object) -> object:
    """What a client says, as mappings: pygls makes objects of what it does not know."""
    if hasattr(said, "_asdict"):
        return {key: _plain(value) for key, value in said._asdict().items()}
    return said


def _folders(params: types.InitializeParams) -> list[str]:
    """The folders of a workspace as old and new clients name them."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri:
        return [params.root_uri]
    return [Path(params.root_path).as_uri()] if params.root_path and Path(params.root_path).is_absolute() else []


def _reload(server: PromptlintServer) -> None:
    server.session.reload()
    server._told.clear()  # noqa: SLF001
    server.again(everything=True)


# ---------------------------------------------------------------------------------------------------------------------
# what depends on the client


def _add_pull(server: PromptlintServer) -> None:
    workspace = server.session.settings.workspace
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=workspace, identifier="promptlint"
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def _pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        await asyncio.sleep(0)
        uri = server.session.name_of(params.text_document.uri)
        try:
            if server.session.settings.on_type:
                await server.session.settle(uri)
                _, items = await server.found(uri)
            else:
                items = server._shown.get(uri) or (await server.found(uri))[1]  # noqa: SLF001
        except StaleError:
            again = types.DiagnosticServerCancellationData(retrigger_request=uri in server.session.buffers)
            raise JsonRpcException("the document has changed", _SERVER_CANCELLED, again) from None
        name = result_id(items)
        if name == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=name)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=name)

    if not workspace:
        return

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def _pull_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        await asyncio.sleep(0)
        before = {each.uri: each.value for each in params.previous_result_ids}
        reports: list[types.WorkspaceDocumentDiagnosticReport] = []
        async for known in _linted(server, params.work_done_token):
            named = known.uri, known.version, known.name
            if before.get(known.uri) == known.name:
                report: types.WorkspaceDocumentDiagnosticReport = types.WorkspaceUnchangedDocumentDiagnosticReport(
                    uri=named[0], version=named[1], result_id=named[2]
                )
            else:
                report = types.WorkspaceFullDocumentDiagnosticReport(
                    uri=named[0], version=named[1], result_id=named[2], items=known.items
                )
            if params.partial_result_token is None:
                reports.append(report)
            else:
                part = types.WorkspaceDiagnosticReportPartialResult([report])
                server.progress(types.ProgressParams(params.partial_result_token, part))
        return types.WorkspaceDiagnosticReport(reports)


async def _linted(server: PromptlintServer, token: types.ProgressToken | None) -> AsyncIterator[Known]:
    """Lint every prompt of the workspace, with progress if somebody wants to see it."""
    session = server.session
    files: dict[Path, None] = {}
    for folder in session.roots.folders:
        files |= dict.fromkeys(await session.in_thread(partial(session.workspace.files, folder)))
    progress = server.work_done_progress
    if token is not None:
        progress.begin(token, types.WorkDoneProgressBegin("Linting prompts", percentage=0))
    try:
        for number, file in enumerate(files):
            known = await session.in_thread(partial(session.workspace.lint, file, server.rendered))
            if known is not None:
                yield known
            if token is not None:
                message = f"{number + 1:,} of {len(files):,} files"
                progress.report(
                    token, types.WorkDoneProgressReport(message=message, percentage=100 * (number + 1) // len(files))
                )
    finally:
        if token is not None:
            progress.end(token, types.WorkDoneProgressEnd(message=f"{len(files):,} files"))


async def _push_workspace(server: PromptlintServer) -> None:
    """Show what is found in prompts that are not open to a client that cannot ask."""
    token: str | None = None
    if "progress" in server.can:
        token = f"promptlint-{id(server)}"
        await server.work_done_progress.create_async(token)
    async for known in _linted(server, token):
        if known.items and known.version is None:
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(known.uri, known.items))


def _add_lenses(server: PromptlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def _lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        return await server.asked(params.text_document.uri, lenses.lenses)


def _add_hints(server: PromptlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def _hints(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        return await server.asked(
            params.text_document.uri, lambda found: lenses.hints(found, found.buffer.text.span(params.range))
        )


# ---------------------------------------------------------------------------------------------------------------------
# what clients ask about places


def _add_language_features(server: PromptlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def _hover(params: types.HoverParams) -> types.Hover | None:
        return await server.asked(
            params.text_document.uri, lambda found: hovers.hover(found, found.buffer.text.offset(params.position))
        )

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=completions.TRIGGERS))
    async def _complete(params: types.CompletionParams) -> list[types.CompletionItem] | None:
        await asyncio.sleep(0)
        uri = params.text_document.uri
        try:
            buffer = server.session.buffer(uri)
        except StaleError:
            return None
        if is_configuration(buffer.file):
            root = await server.session.root_of(buffer.file)
            offset = buffer.text.offset(params.position)
            return await server.session.in_thread(lambda: completions.complete_configuration(buffer, root, offset))
        return await server.asked(
            uri, lambda found: completions.complete(found, found.buffer.text.offset(params.position))
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _symbols(params: types.DocumentSymbolParams) -> Sequence[types.DocumentSymbol] | None:
        return await server.asked(params.text_document.uri, outline.symbols)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def _links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        return await server.asked(params.text_document.uri, outline.links)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def _definition(params: types.DefinitionParams) -> list[types.Location] | None:
        def work(found: Analysis) -> list[types.Location]:
            offset = found.buffer.text.offset(params.position)
            named = variable_at(found, offset)
            constant = constant_at(found, offset) if named is None else None
            if constant is not None:
                place = place_of(constant, found)
                return [] if place is None else [place]
            if named is None:
                links = (link for link in outline.links(found) if _covers(link.range, params.position))
                return [types.Location(link.target, types.Range(_START, _START)) for link in links if link.target]
            places = [place_of(each.location, found) for each in named[0].occurrences if each.declares]
            return [place for place in places if place is not None]

        return await server.asked(params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def _references(params: types.ReferenceParams) -> list[types.Location] | None:
        def work(found: Analysis) -> list[types.Location]:
            named = variable_at(found, found.buffer.text.offset(params.position))
            if named is None or is_of_program(named[0]):
                return []
            wanted = [each for each in named[0].occurrences if params.context.include_declaration or not each.declares]
            places = [place_of(each.location, found) for each in wanted]
            return [place for place in places if place is not None]

        return await server.asked(params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def _highlights(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        def work(found: Analysis) -> list[types.DocumentHighlight]:
            named = variable_at(found, found.buffer.text.offset(params.position))
            kinds = types.DocumentHighlightKind
            return [
                types.DocumentHighlight(
                    found.buffer.text.range(each.location.span), kinds.Write if each.declares else kinds.Read
                )
                for each in (named[0].occurrences if named is not None and not is_of_program(named[0]) else ())
                if each.location.path == found.source.path
            ]

        return await server.asked(params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def _prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        def work(found: Analysis) -> types.PrepareRenamePlaceholder | None:
            named = variable_at(found, found.buffer.text.offset(params.position))
            if named is None or not may_rename(found, named[0]):
                return None
            return types.PrepareRenamePlaceholder(found.buffer.text.range(named[1].span), named[0].name)

        return await server.asked(params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def _rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def work(found: Analysis) -> types.WorkspaceEdit | None:
            named = variable_at(found, found.buffer.text.offset(params.position))
            if named is None:
                return None
            edits: dict[str, list[types.TextEdit]] = {}
            for places in rename(found, named[0], params.new_name).values():
                for location in places:
                    place = place_of(location, found)
                    if place is not None:
                        edits.setdefault(place.uri, []).append(types.TextEdit(place.range, params.new_name))
            return _workspace_edit(server, edits)

        try:
            return await server.asked(params.text_document.uri, work)
        except RenameError as fault:
            raise JsonRpcException(str(fault), _REQUEST_FAILED) from None

    options = types.CodeActionOptions([types.CodeActionKind.QuickFix, actions.FIX_ALL], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def _actions(params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
        return await server.asked(params.text_document.uri, lambda found: _code_actions(server, found, params))

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def _resolve(action: types.CodeAction) -> types.CodeAction:
        data = _plain(action.data)
        if not isinstance(data, dict):
            return action
        try:
            action.edit = await server.asked(
                str(data.get("uri")), lambda found: _edit(server, found, str(data.get("what")), data.get("fingerprint"))
            )
        except actions.ActionError as fault:
            raise JsonRpcException(f"promptlint: {fault}", _REQUEST_FAILED) from None
        return action

    @server.feature(ESTIMATE)
    async def _estimate(params: Any) -> Any:
        plain = _plain(params)
        document = plain.get("textDocument") if isinstance(plain, dict) else None
        uri = document.get("uri") if isinstance(document, dict) else None
        return await server.asked(str(uri), lenses.estimates)


_START: Final = types.Position(0, 0)


def _covers(place: types.Range, position: types.Position) -> bool:
    return place.start <= position <= place.end


def _code_actions(
    server: PromptlintServer, found: Analysis, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    span = found.buffer.text.span(params.range)
    offered: list[types.CodeAction | types.Command] = []
    rendered = to_client(found, server.abilities, server.pages)
    shown = {each.fingerprint: to for each, to in zip(found.diagnostics, rendered, strict=True)}
    for choice in actions.choices(found, span):
        kind = actions.FIX_ALL if choice.what == "fix-all" else types.CodeActionKind.QuickFix.value
        if not actions.is_wanted(kind, params.context.only):
            continue
        item = choice.diagnostic
        if choice.what == "show-rule" and item is not None:
            command = types.Command(choice.title, actions.SHOW_RULE, arguments=[item.rule, found.buffer.uri])
            offered.append(
                command if "literals" not in server.can else types.CodeAction(choice.title, kind, command=command)
            )
            continue
        if "literals" not in server.can:
            continue
        action = types.CodeAction(
            choice.title,
            kind,
            diagnostics=[shown[item.fingerprint]] if item is not None else None,
            is_preferred=choice.preferred or None,
        )
        if "resolve" in server.can:
            fingerprint = item.fingerprint if item is not None else None
            action.data = {"uri": found.buffer.uri, "what": choice.what, "fingerprint": fingerprint}
        else:
            try:
                action.edit = _edit(server, found, choice.what, item.fingerprint if item is not None else None)
            except actions.ActionError:
                continue
        offered.append(action)
    return offered


def _edit(server: PromptlintServer, found: Analysis, what: str, fingerprint: str | None) -> types.WorkspaceEdit:
    change = actions.resolved(found, what, fingerprint)
    if change.new and "create" not in server.can:
        raise actions.ActionError(f"the editor cannot create {change.uri}")
    return _workspace_edit(server, {change.uri: change.text_edits}, new=change.uri if change.new else None)


def _workspace_edit(
    server: PromptlintServer, edits: dict[str, list[types.TextEdit]], *, new: str | None = None
) -> types.WorkspaceEdit:
    if "versions" not in server.can and new is None:
        return types.WorkspaceEdit(changes=edits)
    parts: list[Any] = []
    if new is not None:
        parts.append(types.CreateFile(new, options=types.CreateFileOptions(ignore_if_exists=True)))
    for uri, some in edits.items():
        buffer = server.session.buffers.get(server.session.name_of(uri))
        document = types.OptionalVersionedTextDocumentIdentifier(uri, buffer.version if buffer is not None else None)
        parts.append(types.TextDocumentEdit(document, some))
    return types.WorkspaceEdit(document_changes=parts)


# ---------------------------------------------------------------------------------------------------------------------
# commands


def _add_commands(server: PromptlintServer) -> None:
    @server.command(actions.SHOW_RULE)
    async def _show_rule(name: str, uri: str | None = None) -> str | None:
        found = await server.analysis(uri) if uri else None
        rule = rule_named(name, found.report.known if found is not None else None)
        if rule is None:
            raise JsonRpcException(f"promptlint: unknown rule '{name}'", _REQUEST_FAILED)
        page = await server.session.in_thread(lambda: server.pages.uri(rule))
        if page is not None and "show" in server.can:
            await server.window_show_document_async(types.ShowDocumentParams(page, take_focus=True))
        else:
            text = f"{rule.id}: {rule.summary}\n\n{hovers.rule_text(rule)}"
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return page

    @server.command(lenses.SHOW_ESTIMATE)
    async def _show_estimate(uri: str, name: str) -> str | None:
        found = await server.analysis(uri)
        report = next((each for each in found.report.prompts if each.prompt.name == name), None) if found else None
        if report is None:
            return None
        text = estimate_text(name, report.estimate)
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return text

    @server.command(FIX_ALL)
    async def _fix_all(uri: str) -> bool:
        edit = await server.asked(uri, lambda found: _edit(server, found, "fix-all", None))
        if edit is None:
            return False
        answer = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label="promptlint"))
        return answer.applied

    @server.command(RELOAD)
    async def _reload_all() -> None:
        _reload(server)


def serve(address: tuple[str, int] | None = None) -> None:
    """Serve one client until it leaves: over standard input and output, or at an address."""
    debug = bool(os.environ.get("PROMPTLINT_DEBUG"))
    logging.basicConfig(level=logging.INFO if debug else logging.ERROR)
    if not debug:  # pygls writes a traceback for every request that is refused
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = create()
    server.session.warm_up()
    try:
        if address is not None:
            server.start_tcp(*address)
            return
        given: BinaryIO = sys.stdin.buffer
        written: BinaryIO = sys.stdout.buffer
        # standard output belongs to the protocol: whatever else is printed goes elsewhere
        sys.stdout = sys.stderr
        server.start_io(given, written)
    finally:
        server.close()
