"""Rules as documentation: docs/rules.md, and what ``promptlint rule`` prints.

``python -m promptlint.docs`` writes docs/rules.md in the working directory; with ``--check`` it only says whether that file
is up to date.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from promptlint.rules import FAMILIES, PRESETS, Example, Rule, load_rules

__all__ = ["FIXES", "SCOPES", "main", "render", "render_rule", "visible", "written"]

FIXES = {
    "none": "none",
    "safe": "safe: the meaning cannot change",
    "unsafe": "unsafe: look at the result",
    "display": "shown, never applied",
}
"""What the fixes of rules are called in the documentation."""

SCOPES = {"prompt": "each prompt", "file": "each file", "project": "the whole project"}
"""What rules look at, in words."""

_FILE = Path("docs", "rules.md")
_INTRODUCTION = """\
<!-- Generated from rules/ by `python -m promptlint.docs`. Change the rule files, not this page. -->

# Rules

A rule is named by its id, in configurations, on the command line and in comments. `promptlint rule NAME` prints what this
page says about one. How rules are chosen and set is described in [configuration.md](configuration.md).
"""


def visible(text: str) -> str:
    """The text with what nobody would see written as ``⟨U+200B⟩``; line feeds and tabs stay."""
    return "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t" else char
        for char in text
    )


def written(value: object) -> str:
    """An option's value in the notation of the configuration file (TOML)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return str(value)


def render(rules: Iterable[Rule]) -> str:
    """The whole page: a table for each family, then every rule in alphabetical order."""
    rules = sorted(rules, key=lambda rule: rule.id)
    presets = "\n".join(f"- `{name}`: {text}" for name, text in PRESETS.items())
    tables = [_table(family, [rule for rule in rules if rule.family == family]) for family in FAMILIES]
    sections = [
        _INTRODUCTION,
        f"Presets:\n\n{presets}\n",
        "## Overview\n",
        *(table for table in tables if table),
        *map(render_rule, rules),
    ]
    return "\n".join(sections)


def _table(family: str, rules: Sequence[Rule]) -> str:
    if not rules:
        return ""
    rows = [
        f"| [{rule.id}](#{rule.id}) | {_cell(rule.summary)} | {rule.severity} | {', '.join(rule.presets)} | {rule.fix} |\n"
        for rule in rules
    ]
    head = "| Rule | Finds | Severity | Presets | Fix |\n|---|---|---|---|---|\n"
    return f"### {family}\n\n{FAMILIES[family]}\n\n{head}{''.join(rows)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def render_rule(rule: Rule) -> str:
    """One rule as Markdown, beginning with a heading of the second level."""
    always = "; on whatever is selected, unless it is ignored by name" if rule.always else ""
    facts = [
        f"- family: {rule.family}",
        f"- severity: {rule.severity}",
        f"- presets: {', '.join(rule.presets) or 'none'}{always}",
        f"- looks at: {SCOPES[rule.scope]}",
        f"- fix: {FIXES[rule.fix]}",
    ]
    if rule.aliases:
        facts.append(f"- former names: {', '.join(rule.aliases)}")
    parts = [f"## {rule.id}", rule.summary, "\n".join(facts), rule.why.strip()]
    if rule.help:
        parts.append(f"What to do: {rule.help}")
    if rule.options:
        rows = [
            f"| `{name}` | {option.expects} | `{_cell(written(option.default))}` | {_cell(option.help)} |"
            for name, option in rule.options.items()
        ]
        head = f"Options, set under `[rules.{rule.id}]`:\n\n| Name | Value | Default | Meaning |\n|---|---|---|---|\n"
        parts.append(head + "\n".join(rows))
    if rule.examples:
        parts.append("### Examples")
        parts += [_example(example) for example in sorted(rule.examples, key=lambda example: not example.finds)]
    if rule.evidence:
        parts.append("### Evidence")
        parts.append("\n".join(_evidence(item.claim, item.source, item.url, item.stance) for item in rule.evidence))
    return "\n\n".join(parts) + "\n"


def _evidence(claim: str, source: str, url: str | None, stance: str) -> str:
    against = "Against: " if stance == "contradicts" else ""
    return f"- {against}{claim} ({f'[{source}]({url})' if url else source})"


def _example(example: Example) -> str:
    options = "".join(f", with `{name} = {written(value)}`" for name, value in example.options.items())
    title = f"**{'Bad' if example.finds else 'Good'}: {example.name}** (`{example.path}`{options})"
    parts = [title, _fenced(example.text)]
    if example.finds:
        found = [
            f"- line {expected.line}: {_code(expected.text) if expected.text else 'at the end of the text'}"
            + (f": {visible(expected.message)}" if expected.message else "")
            for expected in example.finds
        ]
        parts.append("Found:\n\n" + "\n".join(found))
    if example.fixed is not None and example.fixed != example.text:
        parts += ["After the fix:", _fenced(example.fixed)]
    return "\n\n".join(parts)


def _ticks(text: str, least: int) -> str:
    """More backticks than the text has in a row."""
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])


def _fenced(text: str) -> str:
    fence = _ticks(text, 3)
    return f"{fence}text\n{visible(text).removesuffix(chr(10))}\n{fence}"


def _code(text: str) -> str:
    shown = visible(text).replace("\n", " ")
    ticks = _ticks(shown, 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def main(arguments: Sequence[str]) -> int:
    """Write docs/rules.md, or with ``--check`` give 1 when it is stale."""
    page = render(load_rules().values())
    if "--check" not in arguments:
        _FILE.parent.mkdir(exist_ok=True)
        _FILE.write_text(page, encoding="utf-8", newline="\n")
        return 0
    current = _FILE.read_text("utf-8") if _FILE.is_file() else ""
    if current == page:
        return 0
    sys.stderr.write(f"{_FILE.as_posix()} is stale: run python -m promptlint.docs\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
