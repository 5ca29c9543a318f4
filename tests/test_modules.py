from __future__ import annotations

import importlib
import pkgutil
import sys
import zipfile

import pytest

from promptlint.modules import module_names

PACKAGES = ("promptlint", "promptlint.checks", "promptlint.cli", "promptlint.formats", "promptlint.reporters")


@pytest.mark.parametrize("name", PACKAGES)
def test_finds_what_pkgutil_finds(name):
    path = importlib.import_module(name).__path__
    assert module_names(path) == sorted(each.name for each in pkgutil.iter_modules(path) if not each.ispkg)


def test_compiled_modules_alone(tmp_path):
    (tmp_path / "one.pyc").write_bytes(b"")
    (tmp_path / "__init__.pyc").write_bytes(b"")
    assert module_names([str(tmp_path)]) == ["one"]


def test_an_archive(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("__init__", "one", "two"):
            archive.writestr(f"boxed/{name}.py", "")
    monkeypatch.syspath_prepend(str(tmp_path / "all.zip"))
    assert module_names(importlib.import_module("boxed").__path__) == ["one", "two"]
    sys.modules.pop("boxed")


def test_no_modules(tmp_path):
    (tmp_path / "folder").mkdir()
    assert module_names([str(tmp_path), str(tmp_path / "missing")]) == []
