"""docs/reliability.md holds: what it says that a user sees is seen, and the tests that it names exist.

The page is where the expected messages and exit codes of the faults in ``faults.py`` stand; here each is made for real.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "reliability.md"

_SPEC = spec_from_file_location("faults", Path(__file__).with_name("faults.py"))
assert _SPEC is not None and _SPEC.loader is not None
_MODULE = module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
FAULTS = _MODULE.FAULTS

_HERE = "tests/reliability/test_page.py::test_what_the_user_sees"
_SPECIAL = re.compile("pipe|socket|device|link|folders-in|long-name|below|what-is-none")
"""Faults that take what Windows has not, or calls otherwise."""


@dataclass(frozen=True)
class Row:
    """A line of one of the page's tables: what the user sees (`messages`, word for word), the exit code, the tests."""

    fault: str
    messages: tuple[str, ...]
    code: int | None
    tests: tuple[str, ...]


def _rows() -> list[Row]:
    found = []
    for line in PAGE.read_text("utf-8").split("\n"):
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) != 4 or cells[0] == "Fault" or set(cells[0]) <= {"-"}:
            continue
        fault, seen, code, tests = cells
        messages = tuple(re.findall(r"``? ?(.+?) ?`?`(?!`)", seen))
        named = tuple(re.findall(r"`([^`]+)`", tests))
        found.append(Row(fault, messages, int(code) if code.isdigit() else None, named))
    return found


ROWS = _rows()
MADE = {test.removeprefix(_HERE)[1:-1]: row for row in ROWS for test in row.tests if test.startswith(_HERE)}


def test_every_fault_stands_on_the_page() -> None:
    assert set(MADE) == set(FAULTS)


@pytest.mark.parametrize("name", [name for name in FAULTS if sys.platform != "win32" or not _SPECIAL.search(name)])
def test_what_the_user_sees(name, folder, invoke) -> None:
    row = MADE[name]
    assert row.messages, "the page says nothing about it"
    done = invoke(*FAULTS[name](folder))
    for message in row.messages:
        assert message in done.said
    assert done.code == row.code
    assert "Traceback" not in done.said
    assert "internal-error" not in done.said and "internal error" not in done.said
    assert not (folder / "pwned").exists(), "what a file holds was executed"


def _functions(path: str) -> dict[str, str]:
    """The test functions of a file with their source."""
    text = (TESTS.parent / path).read_text("utf-8")
    tree = ast.parse(text)
    return {
        node.name: ast.get_source_segment(text, node) or "" for node in tree.body if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("row", [row for row in ROWS if not row.tests[0].startswith(_HERE)], ids=lambda row: row.fault)
def test_the_named_tests_exist_and_look_for_the_messages(row) -> None:
    assert row.tests
    sources = []
    for test in row.tests:
        path, _, name = test.partition("::")
        assert (TESTS.parent / path).is_file(), path
        functions = _functions(path)
        name = name.partition("[")[0]
        assert name in functions, test
        sources.append(functions[name])
    source = "\n".join(sources)
    for message in row.messages:
        assert message in source, "the test does not look for what the page says"


def test_the_page_names_no_path_of_a_machine() -> None:
    assert os.sep + "tmp" not in PAGE.read_text("utf-8")
