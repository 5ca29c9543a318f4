from __future__ import annotations

import pytest

from promptlint.formats.code.typescript_modules import candidates, package, packages


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("openai", "openai"),
        ("@ai-sdk/openai", "@ai-sdk/openai"),
        ("openai/helpers/zod", "openai/helpers/zod"),
        ("npm:openai@4.20/helpers", "openai/helpers"),
        ("https://esm.sh/@ai-sdk/openai@1.0.0?dts", "@ai-sdk/openai"),
        ("node:fs", "node:fs"),
        ("./openai", None),
        ("@/openai", None),
        ("~/openai", None),
        ("https://example.org/x.js", None),
        ("", None),
    ],
)
def test_the_package_of_a_module(module: str, expected: str | None) -> None:
    assert package(module) == expected


def test_all_names_on_the_way_to_a_module() -> None:
    found = list(packages(["@langchain/core/prompts/chat", "./a"]))
    assert found == ["@langchain/core", "@langchain/core/prompts", "@langchain/core/prompts/chat"]


@pytest.mark.parametrize(
    ("path", "module", "first", "last"),
    [
        ("src/app/a.ts", "./b", "src/app/b.ts", "src/app/b/index.jsx"),
        ("src/app/a.ts", "../b", "src/b.ts", "src/b/index.jsx"),
        ("src/app/a.ts", ".", "src/app.ts", "src/app/index.jsx"),
        ("a.ts", "../b/c", "../b/c.ts", "../b/c/index.jsx"),
        ("/app/a.ts", "./b", "/app/b.ts", "/app/b/index.jsx"),
        ("src/a.ts", "./b.js", "src/b.ts", "src/b.js"),
        ("src/a.ts", "./b.mjs", "src/b.mts", "src/b.mjs"),
        ("src/app/a.ts", "@/lib/b", "src/app/src/lib/b.ts", "lib/b/index.js"),
    ],
)
def test_the_files_that_a_module_may_be(path: str, module: str, first: str, last: str) -> None:
    found = list(candidates(path, module))
    assert (found[0], found[-1]) == (first, last)
    assert len(set(found)) == len(found)


def test_an_alias_is_looked_for_in_the_folders_above() -> None:
    found = list(candidates("web/src/app/a.ts", "@/b"))
    assert [path for path in found if path.endswith("/b.ts") or path == "b.ts"] == [
        "web/src/app/src/b.ts",
        "web/src/app/b.ts",
        "web/src/b.ts",
        "web/b.ts",
        "src/b.ts",
        "b.ts",
    ]


def test_a_package_has_no_files() -> None:
    assert list(candidates("src/a.ts", "openai")) == []
