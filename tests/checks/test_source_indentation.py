from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.diagnostic import Diagnostic
from promptlint.fixes import apply_fixes

from .conftest import diagnostics

Run = Callable[..., tuple[Diagnostic, ...]]


def fixed(text: str, found: tuple[Diagnostic, ...]) -> str:
    return apply_fixes(text, [item.fix for item in found if item.fix is not None])


def in_function(literal: str) -> str:
    return f"def ask(x, y):\n    prompt = {literal}\n    return client.chat.completions.create(model='m', messages=[{{'role': 'user', 'content': prompt}}])\n"


LINES = "Summarise the report in two sentences.\n{0}Name the costs.\n{0}Name the dates.\n{0}Name the people.\n"


def found_in(literal: str, **options: object) -> tuple[Diagnostic, ...]:
    return diagnostics("source-indentation", in_function(literal), "app.py", **options)


def test_blank_lines_and_lines_that_are_filled_in_do_not_count() -> None:
    literal = (
        'f"""\n    Summarise the report in two sentences.\n\n{x}\n    Name the costs.\n    Name the dates.\n    """'
    )
    (finding,) = found_in(literal)
    assert finding.message.startswith("4 blanks at the start of 3 lines")
    after = fixed(in_function(literal), (finding,))
    assert 'f"""\nSummarise the report in two sentences.\n\n{x}\nName the costs.\nName the dates.\n"""' in after


def test_a_line_at_the_margin_leaves_nothing_in_common() -> None:
    assert (
        found_in('"""\n    Summarise the report in two sentences.\nName the costs.\n    Name the dates.\n    Go.\n"""')
        == ()
    )


def test_less_than_the_least_saving_is_left_alone() -> None:
    assert found_in('"""\n    Summarise the report in two sentences.\n    Name the costs.\n"""') == ()


def test_behind_a_colon_only_the_indentation_of_the_statement_goes() -> None:
    literal = (
        '"""Do this in two sentences:\n      - Name the costs.\n      - Name the dates.\n      - Name the people.\n"""'
    )
    (finding,) = found_in(literal, **{"min-saving": 0})
    assert "two sentences:\n  - Name the costs.\n  - Name the dates.\n  - Name the people.\n" in fixed(
        in_function(literal), (finding,)
    )


def test_structure_that_is_not_indented_like_the_statement_stays() -> None:
    assert found_in('"""' + LINES.format("  ") + '"""') == ()


def test_tabs_are_indentation_too_and_are_not_mixed_with_blanks() -> None:
    text = 'def ask():\n\tCOSTS_PROMPT = """\n\tSummarise it in two sentences.\n\tName costs.\n\tName dates.\n\tGo.\n"""\n\treturn client.chat.completions.create(messages=[{"role": "user", "content": COSTS_PROMPT}])\n'
    options = {"min-saving": 0}
    assert len(diagnostics("source-indentation", text, "app.py", **options)) == 1
    assert diagnostics("source-indentation", text.replace("\tName", "    Name"), "app.py", **options) == ()


def test_a_constant_that_is_put_in_does_not_part_the_literal() -> None:
    text = 'RULES = "Be brief and honest."\n' + in_function(
        'f"""\n    Summarise the report in two sentences.\n    {RULES}\n    Name the costs.\n    Name {x}.\n    """'
    )
    (finding,) = diagnostics("source-indentation", text, "app.py")
    after = fixed(text, (finding,))
    assert '"""\nSummarise the report in two sentences.\n{RULES}\nName the costs.\nName {x}.\n"""' in after


def test_single_lines_joined_and_escapes_are_no_indentation_of_the_source() -> None:
    assert found_in("('Summarise it in two sentences.\\n'\n        'Name costs.\\n'\n        'Name dates.\\n')") == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "prompts/a.yaml",
            "template: |\n      Summarise it in two sentences:\n        - costs\n        - dates\n        - people\n",
        ),
        ("CLAUDE.md", "    Summarise it.\n    Name costs.\n    Name dates.\n    Name people.\n"),
        ("prompts/a.md", "\n    Summarise it.\n    Name costs.\n    Name dates.\n    Name people.\n"),
    ],
)
def test_files_that_are_no_programs_are_left_alone(path: str, text: str) -> None:
    assert diagnostics("source-indentation", text, path) == ()


@given(
    st.integers(1, 12),
    st.lists(
        st.sampled_from(["Name the costs.", "", "  - a list", "def f():", "    nested", "{x}", "> quoted"]), min_size=3
    ),
)
def test_the_fix_is_what_dedent_does(width: int, lines: list[str]) -> None:
    indent = " " * width
    body = "".join(f"{indent if line else ''}{line}\n" for line in ["Summarise it in two sentences.", *lines])
    text = "def ask(x):\n" + " " * width + f'TEXT_PROMPT = """\n{body}{indent}"""\n'
    text += " " * width + "return client.chat.completions.create(messages=[{'role': 'user', 'content': TEXT_PROMPT}])\n"
    after = fixed(text, diagnostics("source-indentation", text, "app.py", **{"min-saving": 1}))
    values = [node.value for node in ast.walk(ast.parse(after)) if isinstance(node, ast.Constant)]
    assert any(str(value) == "\n" + textwrap.dedent(body) for value in values) or after == text
