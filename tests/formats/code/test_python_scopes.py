from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.formats.code.python_scopes import Scopes, language, too_deep
from promptlint.formats.code.trees import Tree


def scopes(text: str) -> Scopes:
    return Scopes(Tree(text, language()))


def test_names_belong_to_the_scopes_that_bind_them() -> None:
    found = scopes(
        "a = 1\nclass C:\n    b = 2\n    def f(self, c, *d, e: int = 3, **g):\n        h = [i for i in c]\n        global a\n        a = 4\n"
    )
    assert [(scope.kind, scope.name, sorted(scope.events)) for scope in found.scopes] == [
        ("module", "", ["C", "a"]),
        ("class", "C", ["b", "f"]),
        ("function", "f", ["c", "d", "e", "g", "h", "self"]),
        ("comprehension", "", ["i"]),
    ]
    module, _, function, _ = found.scopes
    assert function.names() == ["C", "f"]
    assert module.elsewhere == {"a"}
    assert [event.kind for event in module.events["a"]] == ["set", "opaque"]


@pytest.mark.parametrize(
    ("text", "name", "kinds"),
    [
        (
            "x = 1\nx += 2\nx.append(3)\nx[0] = 4\ndel x[0]\ndel x",
            "x",
            ["set", "add", "change", "item", "item", "opaque"],
        ),
        ("x, *y = z", "y", ["opaque"]),
        ("import x.y", "x", ["import"]),
        ("from a import b as x", "x", ["import"]),
        ("for x in y: pass", "x", ["opaque"]),
        ("with a as x: pass", "x", ["opaque"]),
        ("try: pass\nexcept E as x: pass", "x", ["opaque"]),
        ("match a:\n    case [x, B.c, *d]: pass", "x", ["opaque"]),
        ("def x(): pass", "x", ["function"]),
        ("class x: pass", "x", ["class"]),
        ("(x := 1)", "x", ["set"]),
        ("[0 for a in b if (x := a)]", "x", ["set"]),
        ("x: int = 1", "x", ["set"]),
    ],
)
def test_what_happens_to_a_name(text: str, name: str, kinds: list[str]) -> None:
    assert [event.kind for event in scopes(text).scopes[0].events[name]] == kinds


def test_regions_lie_in_each_other() -> None:
    text = "def f():\n    for a in b:\n        if c:\n            try:\n                d\n            finally: pass\n"
    kinds = [region.kind for region in scopes(text).around(text.index("d\n"))]
    assert kinds == ["try", "branch", "choice", "loop", "function", "module"]


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("x = 1\n" * 1_000, False),
        ("".join(" " * depth + "if x:\n" for depth in range(300)), False),
        ("".join(" " * depth + "if x:\r" for depth in range(400)), True),
        ("".join(" \\\n" * depth + " if x:\n" for depth in range(40)), True),
    ],
)
def test_how_deep_a_program_may_be(text: str, deep: bool) -> None:
    assert too_deep(text) is deep


@given(st.text(" \t\f\\\r\na", max_size=60), st.integers(1, 60))
def test_short_programs_are_told_by_their_lines(text: str, times: int) -> None:
    whole = "".join(f"{text}\n{' ' * count}x\\\n" for count in range(times))
    indentations = re.findall(r"[\r\n]([ \t\f]++)(\\?)", f"\n{whole}")
    open_at_once = len({blanks for blanks, _ in indentations}) + sum(1 for _, continued in indentations if continued)
    assert too_deep(whole) is (open_at_once > 300)
