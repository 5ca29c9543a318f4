"""The generated pages: docs/rules.md, which is also what ``promptlint rule`` prints, docs/formats.md, docs/config.schema.json.

``python -m promptlint.docs`` writes them in the working directory; with ``--check`` it only says whether they are up to date.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from promptlint.config_schema import config_schema
from promptlint.formats import Coverage, coverage, formats
from promptlint.formats.code.sdk import Sdk, sdks
from promptlint.rules import FAMILIES, PRESETS, Example, Rule, load_rules

__all__ = [
    "FIXES",
    "SCOPES",
    "main",
    "pages",
    "render",
    "render_formats",
    "render_rule",
    "render_sdks",
    "visible",
    "written",
]

FIXES = {
    "none": "none",
    "safe": "safe: the meaning cannot change",
    "unsafe": "unsafe: look at the result",
    "display": "shown, never applied",
}
"""What the fixes of rules are called in the documentation."""

SCOPES = {"prompt": "each prompt", "file": "each file", "project": "the whole project"}
"""What rules look at, in words."""

_RULES = Path("docs", "rules.md")
_FORMATS = Path("docs", "formats.md")
_CONFIG_SCHEMA = Path("docs", "config.schema.json")
_INTRODUCTION = """\
<!-- Generated from rules/ by `python -m promptlint.docs`. Change the rule files, not this page. -->

# Rules

A rule is named by its id, in configurations, on the command line and in comments. `promptlint rule NAME` prints what this
page says about one. How rules are chosen and set is described in [configuration.md](configuration.md).
"""

_FORMATS_INTRODUCTION = """\
<!-- Generated from promptlint/formats/ by `python -m promptlint.docs`. Change the readers, not this page. -->

# File formats

`promptlint files` says which of these a file is taken as, and why. The format of a file is told from its name, then from
what it holds; a file that is named on the command line is read as plain text where nothing else fits.

Every text is read with the place that each of its characters has in the file: findings point there, and fixes write in the
file's own notation. A comment that names a rule silences it: `promptlint: ignore[rule-name] reason`. Other formats can be
described in the [configuration](configuration.md), under `[[formats]]`.

A dash says that the format has no such thing, or that it is not read.
"""
_COLUMNS = {
    "messages": "Messages",
    "variables": "Variables",
    "model": "Model",
    "cap": "Cap on the answer",
    "schema": "Schema of the answer",
    "comments": "Comments that silence rules",
    "unread": "Not read",
}


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


def render_formats(descriptions: Mapping[str, str], covered: Mapping[str, Coverage]) -> str:
    """The page about formats: a row for each, in alphabetical order."""
    names = sorted(descriptions)
    rows = [("Format", "Files", *_COLUMNS.values()), ("---",) * (len(_COLUMNS) + 2)]
    for name in names:
        cells = (getattr(covered[name], column) or "-" for column in _COLUMNS)
        # unlike the other cells, descriptions are plain text
        rows.append((f"`{name}`", re.sub(r"([*_<`])", r"\\\1", descriptions[name]), *cells))
    table = "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    return f"{_FORMATS_INTRODUCTION}\n{table}"


_SDKS_INTRODUCTION = """\
## SDKs

What is read in programs: the text that these calls send, or the templates that they make, with what the call declares beside
it. A name stands for its last parts: `chat.completions.create` is read whatever the client is called.
"""
_LANGUAGES = {"python": "Python", "typescript": "TypeScript"}


def render_sdks(tables: Iterable[Sdk]) -> str:
    """The calls of SDKs that are read: a row for each SDK."""
    rows: list[tuple[str, ...]] = [("SDK", "Languages", "Calls", "Text", "Cap on the answer", "Not read"), ("---",) * 6]
    for sdk in tables:
        callees = [f"`{callee}`" for sending in sdk.sendings for callee in sending.callees]
        callees += [f"classes of `{base}`" for base in sdk.signatures]
        slots = [_place(slot.at) for sending in sdk.sendings for slot in sending.slots]
        caps = [_place(cap) for sending in sdk.sendings for cap in sending.declares.cap]
        rows.append(
            (
                sdk.name,
                ", ".join(_LANGUAGES[language] for language in sdk.languages),
                *(", ".join(dict.fromkeys(cells)) or "-" for cells in (callees, slots, caps)),
                sdk.unread or "-",
            )
        )
    table = "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    return f"{_SDKS_INTRODUCTION}\n{table}"


def _place(path: str) -> str:
    """A path in a call, for people."""
    numbers = {"0": "the first argument", "1": "the second argument"}
    if path in numbers:
        return numbers[path]
    place = path.removeprefix("self.")
    return (
        f"`{place}`"
        if place == path
        else f"`{place}` of what is called"
        if not place.isdigit()
        else "its first argument"
    )


def pages() -> dict[Path, str]:
    """The generated pages and where they stand."""
    return {
        _RULES: render(load_rules().values()),
        _FORMATS: f"{render_formats(formats(), coverage())}\n{render_sdks(sdks())}",
        _CONFIG_SCHEMA: json.dumps(config_schema(), ensure_ascii=False, indent=2) + "\n",
    }


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` give 1 when one of them is stale."""
    stale = False
    for path, page in pages().items():
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(page, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text("utf-8") != page:
            stale = True
            sys.stderr.write(f"{path.as_posix()} is stale: run python -m promptlint.docs\n")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
