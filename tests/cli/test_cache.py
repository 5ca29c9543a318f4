from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Invoke


def prompt(path: str = "prompts/a.md") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("Summarise the report in order to please us.\n", encoding="utf-8")


def test_where_it_is(invoke: Invoke, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert invoke("cache", "dir").out == f"{empty_cache}\n"
    monkeypatch.delenv("PROMPTLINT_CACHE_DIR")
    Path("promptlint.toml").write_text("cache-dir = 'kept'", encoding="utf-8")
    assert invoke("cache", "dir").out == f"{Path.cwd() / 'kept'}\n"


def test_a_run_fills_it_and_clean_empties_it(invoke: Invoke, empty_cache: Path) -> None:
    prompt()
    before = invoke("check")
    assert invoke("cache", "info").out.startswith(f"{empty_cache}\n2 entries, 0.0 MB")
    assert invoke("check").out == before.out
    assert invoke("cache", "clean").out == "Removed 2 entries, 0.0 MB.\n"
    assert not empty_cache.exists()
    assert invoke("cache", "clean").out == "Removed 0 entries, 0.0 MB.\n"
    assert invoke("check").out == before.out


def test_without_it(invoke: Invoke, empty_cache: Path) -> None:
    prompt()
    assert invoke("check", "--no-cache").code == 1
    assert list(empty_cache.iterdir()) == []


def test_the_configuration_names_the_folder(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMPTLINT_CACHE_DIR")
    Path("promptlint.toml").write_text("cache-dir = 'kept'", encoding="utf-8")
    prompt()
    invoke("check")
    assert Path("kept/CACHEDIR.TAG").exists()


def test_that_it_cannot_be_written_is_said_once(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", "file/kept")
    prompt("prompts/a.md")
    prompt("prompts/b.md")
    outcome = invoke("check")
    assert outcome.code == 1
    (line,) = outcome.err.removesuffix("\n").split("\n")
    assert line.startswith(f"results cannot be kept in {Path.cwd() / 'file/kept'}: ") and "--no-cache" in line
    assert invoke("check", "--quiet").err == ""


def test_no_home_is_known(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROMPTLINT_CACHE_DIR", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    prompt()
    assert invoke("cache", "dir").code == 2
    assert invoke("check").code == 1


def test_a_wrong_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text("cache-dir = 1", encoding="utf-8")
    outcome = invoke("cache", "dir")
    assert (outcome.code, outcome.err) == (
        2,
        "promptlint.toml:1:13: 'cache-dir' must be a string that is not empty\n",
    )
