from __future__ import annotations

import pytest

from promptlint.formats.code.python_modules import candidates


@pytest.mark.parametrize(
    ("module", "level", "paths"),
    [
        ("x", 1, ["a/b/x.py", "a/b/x/__init__.py"]),
        ("x.y", 2, ["a/x/y.py", "a/x/y/__init__.py"]),
        ("", 1, ["a/b/__init__.py"]),
        ("x", 4, []),
        ("x", 0, ["a/b/x.py", "a/b/x/__init__.py", "a/x.py", "a/x/__init__.py", "x.py", "x/__init__.py"]),
        ("openai.types", 0, []),
    ],
)
def test_where_a_module_may_stand(module: str, level: int, paths: list[str]) -> None:
    assert list(candidates("a/b/c.py", module, level)) == paths


@pytest.mark.parametrize("origin", ["../../c.py", "/c.py", "/".join(["deep"] * 100) + "/c.py"])
def test_the_search_ends(origin: str) -> None:
    assert len(list(candidates(origin, "x", 0))) <= 12
