import re
from dataclasses import fields
from pathlib import Path

import pytest

from promptlint.diagnostic import Severity
from promptlint.docs import main, pages, render, render_formats, render_rule, render_sdks, visible, written
from promptlint.formats import Coverage, coverage, formats
from promptlint.formats.code.sdk import Declares, Sdk, Sending, Slot, sdks
from promptlint.rules import FAMILIES, Evidence, Example, Expected, Option, Rule, load_rules

ROOT = Path(__file__).parents[1]

RULE = Rule(
    id="shouting",
    family="verbosity",
    scope="file",
    severity=Severity.INFO,
    presets=("strict",),
    summary="Words in capital letters | or two.",
    message="'{word}' shouts",
    why="It costs tokens.\n",
    check="pattern",
    help="Write it small.",
    evidence=(
        Evidence("It works.", "A paper", "https://example.org"),
        Evidence("It does not.", "A talk", None, "contradicts"),
    ),
    options={"words": Option("list", ("NASA",), "Words that are fine.")},
    fix="unsafe",
    own_examples=(
        Example("Small", "md", "do it\n", path="good.md", options={"words": ("DO",)}),
        Example(
            "Large",
            "md",
            "DO\u200b `it`\n",
            (Expected(1, "DO\u200b `", None, "'DO' shouts"), Expected(2, "")),
            "do\u200b `it`\n",
            "bad.md",
        ),
    ),
    aliases=("capitals",),
    always=True,
)


def test_one_rule() -> None:
    assert (
        render_rule(RULE)
        == """\
## shouting

Words in capital letters | or two.

- family: verbosity
- severity: info
- presets: strict; on whatever is selected, unless it is ignored by name
- looks at: each file
- fix: unsafe: look at the result
- former names: capitals

It costs tokens.

What to do: Write it small.

Options, set under `[rules.shouting]`:

| Name | Value | Default | Meaning |
|---|---|---|---|
| `words` | a list of strings | `["NASA"]` | Words that are fine. |

### Examples

**Bad: Large** (`bad.md`)

```text
DO⟨U+200B⟩ `it`
```

Found:

- line 1: `` DO⟨U+200B⟩ ` ``: 'DO' shouts
- line 2: at the end of the text

After the fix:

```text
do⟨U+200B⟩ `it`
```

**Good: Small** (`good.md`, with `words = ["DO"]`)

```text
do it
```

### Evidence

- It works. ([A paper](https://example.org))
- Against: It does not. (A talk)
"""
    )


def test_fences_are_longer_than_those_in_the_text() -> None:
    example = Example("Code", "md", "````\ncode\n````\n", path="a.md")
    page = render_rule(Rule("a", "meta", "file", Severity.INFO, (), "A.", "a", "b", "c", own_examples=(example,)))
    assert "`````text\n````\ncode\n````\n`````" in page


def test_the_overview_escapes_cells_and_leaves_out_empty_families() -> None:
    page = render([RULE])
    assert "| [shouting](#shouting) | Words in capital letters \\| or two. | info | strict | unsafe |" in page
    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == ["verbosity", "Examples", "Evidence"]


def test_every_rule_is_on_the_page() -> None:
    page = render(load_rules().values())
    headings = re.sub(r"^(`{3,})text\n.*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^## (.*)$", headings, re.MULTILINE) == ["Overview", *load_rules()]
    assert set(re.findall(r"^### (.*)$", headings, re.MULTILINE)) <= {*FAMILIES, "Examples", "Evidence"}
    assert page == render(reversed(load_rules().values()))


def test_nothing_invisible_is_on_the_page() -> None:
    page = render(load_rules().values())
    assert page == visible(page)
    assert "⟨U+200B⟩" in page


@pytest.mark.parametrize("path", pages(), ids=str)
def test_the_pages_are_up_to_date(path: Path) -> None:
    assert (ROOT / path).read_text("utf-8") == pages()[path], "run python -m promptlint.docs"


def test_formats() -> None:
    page = render_formats(
        {"b": "B files (.b)", "a": "A | files"}, {"a": Coverage("all | of it", cap="`max`"), "b": Coverage("half")}
    )
    assert page.split("\n")[-5:] == [
        "| Format | Files | Messages | Variables | Model | Cap on the answer | Schema of the answer | Comments that silence rules | Not read |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| `a` | A \\| files | all \\| of it | - | - | `max` | - | - | - |",
        "| `b` | B files (.b) | half | - | - | - | - | - | - |",
        "",
    ]


def test_every_format_has_a_row() -> None:
    assert set(coverage()) == set(formats())
    for name, covered in coverage().items():
        cells = [getattr(covered, field.name) for field in fields(covered)]
        assert covered.messages, name
        assert all("\n" not in cell and cell == cell.strip() for cell in cells), name
    page = render_formats(formats(), coverage())
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == sorted(formats())


def test_sdks() -> None:
    calls = (
        Sending(("chat", "a.b"), (Slot("messages"), Slot("0")), Declares(cap=("max_tokens", "self.limit"))),
        Sending(("chat",), (Slot("self.0"), Slot("messages")), Declares(cap=())),
    )
    page = render_sdks([Sdk("A | B", ("python", "typescript"), calls, signatures=("Signature",), unread="images")])
    assert page.split("\n")[-4:] == [
        "| SDK | Languages | Calls | Text | Cap on the answer | Not read |",
        "| --- | --- | --- | --- | --- | --- |",
        (
            "| A \\| B | Python, TypeScript | `chat`, `a.b`, classes of `Signature` "
            "| `messages`, the first argument, its first argument | `max_tokens`, `limit` of what is called | images |"
        ),
        "",
    ]


def test_every_sdk_has_a_row() -> None:
    page = pages()[Path("docs", "formats.md")]
    for sdk in sdks():
        assert f"\n| {sdk.name} | " in page


def test_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    for path in pages():
        page = tmp_path / path
        assert b"\r" not in page.read_bytes()
        page.write_bytes(page.read_bytes() + b"x")
        capsys.readouterr()
        assert main(["--check"]) == 1
        assert capsys.readouterr().err == f"{path.as_posix()} is stale: run python -m promptlint.docs\n"
        assert main([]) == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (3, "3"), (0.5, "0.5"), ('a"\\\n', '"a\\"\\\\\\n"'), (("a", "b"), '["a", "b"]'), ([], "[]")],
)
def test_values_are_written_as_in_the_configuration(value: object, text: str) -> None:
    import tomllib

    assert written(value) == text
    read = tomllib.loads(f"x = {text}")["x"]
    assert read == (list(value) if isinstance(value, tuple) else value)
