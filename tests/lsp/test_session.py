from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from promptlint import engine, tokens
from promptlint.checks import Check
from promptlint.engine import lint
from promptlint_lsp import session as module
from promptlint_lsp.linting import Analysis, Unlinted
from promptlint_lsp.session import Session, StaleError
from promptlint_lsp.settings import Settings, read_settings


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    session = Session()
    session.set_folders([folder.as_uri()])
    yield session
    session.close()


def opened(session: Session, folder: Path, text: str = "Summarise {{x}} in order to help.\n") -> str:
    uri = (folder / "prompts" / "a.md").as_uri()
    session.open(types.TextDocumentItem(uri, "markdown", 1, text))
    return uri


def changed(session: Session, uri: str, version: int, text: str) -> None:
    session.change(
        types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]
    )


def test_who_asks_twice_gets_the_same_work(session: Session, folder: Path):
    uri = opened(session, folder)

    async def ask() -> None:
        one, other = await asyncio.gather(session.result(uri), session.result(uri))
        assert isinstance(one, Analysis) and one is other
        assert await session.result(uri) is one  # nothing has changed

    asyncio.run(ask())


def test_who_is_cancelled_takes_the_work_from_nobody(session: Session, folder: Path):
    uri = opened(session, folder)

    async def ask() -> None:
        first, second = (asyncio.ensure_future(session.result(uri)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert isinstance(await second, Analysis) and first.cancelled()

    asyncio.run(ask())


def test_stale_work_is_dropped(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch):
    uri = opened(session, folder)
    linted: list[int | None] = []
    lint = session.linter.lint

    def counted(buffer, root, stop):
        linted.append(buffer.version)
        return lint(buffer, root, stop)

    monkeypatch.setattr(session.linter, "lint", counted)

    async def ask() -> None:
        asked = []
        for version in range(2, 30):
            changed(session, uri, version, f"Summarise {{{{x}}}} {version}.\n")
            asked.append(asyncio.ensure_future(session.result(uri)))
            await asyncio.sleep(0)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(answers[-1], Analysis) and answers[-1].buffer.version == 29
        assert all(isinstance(answer, StaleError) for answer in answers[:-1])

    asyncio.run(ask())
    assert linted[-1] == 29 and len(linted) <= 3  # at most what had begun


def test_work_that_has_begun_stops_when_the_document_changes(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    uri = opened(session, folder)
    begun, goes_on = threading.Event(), threading.Event()
    rules: list[str] = []
    named = engine.check_named

    def check(name: str) -> Check:
        if not rules:
            begun.set()
            assert goes_on.wait(10)
        rules.append(name)
        return named(name)

    monkeypatch.setattr(engine, "check_named", check)

    async def ask() -> None:
        task = asyncio.ensure_future(session.result(uri))
        assert await asyncio.to_thread(begun.wait, 10)
        changed(session, uri, 2, "Translate {{x}}.\n")
        goes_on.set()
        with pytest.raises(StaleError):
            await task
        assert len(rules) == 1  # the rule that was being tried
        assert isinstance(await session.result(uri), Analysis)

    asyncio.run(ask())


def test_warming_up_loads_what_every_document_takes(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))  # it would hold for all tests
    monkeypatch.setattr(module, "lint", lambda document, config: done.append(lint(document, config).path))
    session.warm_up()
    assert isinstance(asyncio.run(session.result(opened(session, folder))), Analysis)  # behind it
    assert done == ["prompt.md", "freeze"]


def test_what_lints_leave_behind_is_collected(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch):
    collected: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append("all"))
    uri = opened(session, folder)

    async def ask() -> None:
        for version in range(2, 23):
            changed(session, uri, version, f"Summarise {{{{x}}}} {version}.\n")
            await session.result(uri)
        await session.in_thread(int)  # behind what is still to be done

    asyncio.run(ask())
    assert len(collected) == 2


def test_what_is_not_open_is_stale(session: Session, folder: Path):
    uri = opened(session, folder)
    session.forget(uri)
    with pytest.raises(StaleError):
        asyncio.run(session.result(uri))
    changed(session, uri, 2, "x")
    assert not session.buffers


def test_names_of_documents_are_compared_as_files(session: Session, folder: Path):
    uri = opened(session, folder)
    assert session.name_of(uri.replace("/prompts/", "/%70rompts/")) == uri
    assert session.name_of("untitled:x") == "untitled:x"


def test_a_failure_of_promptlint_is_told(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PROMPTLINT_DEBUG", raising=False)

    def broken(buffer, root, stop):
        raise ZeroDivisionError("nothing")

    monkeypatch.setattr(session.linter, "lint", broken)
    result = asyncio.run(session.result(opened(session, folder)))
    assert (
        isinstance(result, Unlinted)
        and "internal error" in result.fault
        and "ZeroDivisionError: nothing" in result.fault
    )


def test_settings():
    said = {"promptlint": {"debounceMs": 50, "run": "onSave", "codeLens": False, "model": "gpt-5", "pedantic": True}}
    settings, mistakes = read_settings(said)
    assert not mistakes
    assert settings == Settings(debounce=0.05, on_type=False, lenses=False, model="gpt-5", pedantic=True)
    # what is not said stays
    assert read_settings({"run": "onType"}, settings)[0] == Settings(None, 0.05, True, False, False, "gpt-5", True)
    assert read_settings(None, settings) == (settings, [])
    # what editors send for settings that nobody has set
    assert read_settings({"configuration": "", "model": None, "pedantic": None})[0] == Settings()


@pytest.mark.parametrize(
    "said", [{"debounceMs": "1"}, {"debounceMs": True}, {"run": 1}, {"codeLens": "no"}, {"configuration": 3}]
)
def test_wrong_settings_change_nothing(said):
    settings, (mistake,) = read_settings(said)
    assert settings == Settings() and next(iter(said)) in mistake


def test_a_tokenizer_that_is_missing_is_a_mistake_of_the_configuration(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    fresh = {name: tokens._OtherCounter(name, each._load) for name, each in tokens._OTHER_COUNTERS.items()}
    monkeypatch.setattr(tokens, "_COUNTERS", {**tokens._COUNTERS, **fresh})
    monkeypatch.setattr(tokens, "_OTHER_COUNTERS", fresh)
    monkeypatch.setitem(sys.modules, "splintr", None)
    (folder / "promptlint.toml").write_text('tokenizers = "reconstructed"\nmodel = "llama-3.1-8b"\n', "utf-8")
    uri = opened(session, folder)
    found = asyncio.run(session.result(uri))
    assert isinstance(found, Unlinted)
    assert "splintr-rs" in found.fault
