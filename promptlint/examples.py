"""Examples in rule files are tests: what a rule finds in them, and what its fixes leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from promptlint.config import Config
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.formats import read
from promptlint.rules import Example, Expected, Rule, load_rules
from promptlint.source import Source

__all__ = ["broken", "findings", "fixed"]

_ROUNDS: Final = 10


def findings(rule: Rule, example: Example, text: str | None = None) -> tuple[Source, tuple[Diagnostic, ...]]:
    """What a rule finds in the text of an example, or in another `text` under the same name and options."""
    # what the engine says about comments depends on which other rules are on
    select = "all" if rule.check == "engine" else rule.id
    rules: Mapping[str, Rule] = {**load_rules(), rule.id: rule}
    config = Config(select=(select,), options={rule.id: example.options}, language=example.language, rules=rules)
    source = Source(example.path, example.text if text is None else text)
    found = lint(read(source), config).diagnostics
    return source, tuple(item for item in found if item.rule in (rule.id, "internal-error"))


def fixed(rule: Rule, example: Example) -> str:
    """The text of an example after all safe and unsafe fixes of the rule."""
    text = example.text
    for _ in range(_ROUNDS):
        fixes = [item.fix for item in findings(rule, example, text)[1] if item.fix is not None]
        changed = apply_fixes(text, [fix for fix in fixes if fix.applicability is not Applicability.DISPLAY])
        if changed == text:
            break
        text = changed
    return text


def broken(rule: Rule, example: Example) -> Iterator[str]:
    """In what an example does not hold, each in one line."""
    source, found = findings(rule, example)
    got = [(source.position(item.location.span.start).line, source.slice(item.location.span), item) for item in found]
    expected = list(example.finds)
    for index in range(max(len(got), len(expected))):
        if index >= len(expected):
            line, text, item = got[index]
            yield f"line {line}: {text!r} is found and not expected ({item.message})"
        elif index >= len(got):
            yield f"line {expected[index].line}: {expected[index].text!r} is expected and not found"
        else:
            yield from _differs(expected[index], got[index])
    if example.fixed is not None:
        text = fixed(rule, example)
        if text != example.fixed:
            yield f"after the fixes the text is {text!r}, expected was {example.fixed!r}"


def _differs(expected: Expected, got: tuple[int, str, Diagnostic]) -> Iterator[str]:
    line, text, item = got
    if (line, text) != (expected.line, expected.text):
        yield f"line {line}: {text!r} is found, expected was {expected.text!r} in line {expected.line}"
    elif expected.message not in (None, item.message):
        yield f"line {line}: the message is {item.message!r}, expected was {expected.message!r}"
    elif expected.prompt not in (None, item.prompt):
        yield f"line {line}: the prompt is {item.prompt!r}, expected was {expected.prompt!r}"
