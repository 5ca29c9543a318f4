"""Expressions that are kept are those that `re` would compile, and a file that is wrong is as good as none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from promptlint import expressions
from promptlint.expressions import Expressions

PATTERNS = [
    ("a", 0),
    (r"(?P<first>\w+)\s(?P<second>[^\W\d_]{2,})?|(x)", re.IGNORECASE),
    (r"(?i:b)(?<!c)d++(?=e)\b", 0),
    (r"^\s*#", re.MULTILINE),
    (r"[äöü\u0370-\u03ff😀-😎]+", re.IGNORECASE),
    (r"a b # c", re.VERBOSE | re.DOTALL),
    (r"[^\x00-\x7f]", re.ASCII),
    ("(?s)x.(y)(?P<z>z)", 0),
    (r"(\w)\1{2,5}?(?:ab|ac|ad)*+", 0),
]


@pytest.fixture(autouse=True)
def _writing(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def file(tmp_path):
    made = Expressions(str(tmp_path / "x.kept"))
    for pattern, flags in PATTERNS:
        assert made.compiled(pattern, flags) == re.compile(pattern, flags)
    made.keep()
    return tmp_path / "x.kept"


def entries(file):
    return list(expressions._Kept(memoryview(file.read_bytes())).entries())


def no_compiling(monkeypatch):
    def compile_(*_: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(expressions.re, "compile", compile_)


def test_what_is_kept_is_what_re_compiles(file, monkeypatch):
    same = {each: re.compile(*each) for each in PATTERNS}
    no_compiling(monkeypatch)
    kept = Expressions(str(file))
    for (pattern, flags), expected in same.items():
        found = kept.compiled(pattern, flags)
        assert found == expected  # which compares the numbers and the flags, too
        assert (found.groups, found.groupindex, found.pattern) == (
            expected.groups,
            expected.groupindex,
            expected.pattern,
        )


def test_flags_tell_expressions_apart(file):
    kept = Expressions(str(file))
    assert kept.compiled("a", 0).match("A") is None
    assert kept.compiled("a", re.IGNORECASE).match("A")


def test_new_ones_are_added(file):
    kept = Expressions(str(file))
    for number in range(expressions._WORTH):
        kept.compiled(f"new{number}", 0)
    kept.keep()
    assert sorted(each[0] for each in entries(file)) == sorted(
        [each[0] for each in PATTERNS] + [f"new{number}" for number in range(expressions._WORTH)]
    )


def test_expressions_of_one_hash_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(expressions, "_hash", lambda pattern: 7)
    made = Expressions(str(tmp_path / "x.kept"))
    for pattern, flags in PATTERNS:
        made.compiled(pattern, flags)
    made.keep()
    same = {each: re.compile(*each) for each in PATTERNS}
    no_compiling(monkeypatch)
    kept = Expressions(str(tmp_path / "x.kept"))
    assert {each: kept.compiled(*each) for each in PATTERNS} == same


def test_a_few_new_ones_are_not_worth_it(file):
    before = file.read_bytes()
    kept = Expressions(str(file))
    kept.compiled("new", 0)
    kept.keep()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"\n\n",
        lambda data: data[:-5],
        lambda data: data[:-5] + bytes(5),
        lambda data: data.replace(b"3.", b"2.", 1),
        lambda data: data.replace(b"\n", b"", 1),
        lambda data: data[: data.index(b"\n") + 5],
        lambda data: data[: data.index(b"\n") + 20],
    ],
)
def test_a_broken_file_is_as_good_as_none(file, spoil):
    whole = entries(file)
    file.write_bytes(spoil(file.read_bytes()))
    kept = Expressions(str(file))
    for pattern, flags in PATTERNS:
        assert kept.compiled(pattern, flags) == re.compile(pattern, flags)
    kept.keep()
    assert entries(file) == whole


def test_numbers_that_make_no_expression_are_compiled_again(file):
    good = entries(file)
    file.write_bytes(expressions._packed((*rest, [99999, *code[1:]]) for *rest, code in good))
    kept = Expressions(str(file))
    assert [kept.compiled(*each) for each in PATTERNS] == [re.compile(*each) for each in PATTERNS]
    kept.keep()
    assert entries(file) == good


def test_nothing_is_written_where_python_may_not(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = Expressions(str(tmp_path / "x.kept"))
    for pattern, flags in PATTERNS:
        made.compiled(pattern, flags)
    made.keep()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path):
    made = Expressions(str(tmp_path / "no" / "x.kept"))
    for pattern, flags in PATTERNS:
        made.compiled(pattern, flags)
    made.keep()
    assert list(tmp_path.iterdir()) == []


def test_without_a_file_expressions_are_compiled():
    made = Expressions(None)
    assert [made.compiled(*each) for each in PATTERNS] == [re.compile(*each) for each in PATTERNS]
    made.keep()


def test_the_file_lies_with_what_python_compiles(monkeypatch):
    place = Path(expressions.place())
    assert place.suffix == ".kept" and sys.implementation.cache_tag in place.name
    assert place.parent == Path(expressions.__file__).parent / "__pycache__" or sys.pycache_prefix
    monkeypatch.setattr(expressions.sys, "implementation", type(sys)("pypy"))
    expressions.sys.implementation.name = "pypy"
    assert expressions.place() is None


def test_a_run_keeps_what_it_compiled(tmp_path):
    tmp_path.joinpath("a.md").write_text("Summarise {{ text }} in a few sentences.\n", "utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(tmp_path / "pycache"), "PYTHONIOENCODING": "utf-8"}

    def run() -> str:
        command = [sys.executable, "-m", "promptlint", "check", "--no-cache", "--select", "all", "a.md"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        ).stdout

    first = run()
    (kept,) = tmp_path.joinpath("pycache").rglob("*.kept")
    assert len(entries(kept)) > 50
    assert run() == first and "sentences" in first
