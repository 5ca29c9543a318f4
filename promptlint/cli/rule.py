"""``promptlint rule``: what the rules are about."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._completing import complete_rules
from promptlint.cli._options import configurations

if TYPE_CHECKING:
    from promptlint.rules import Example, Rule

__all__ = ["command"]

_WIDTH = 88


@click.command("rule", short_help="Explain a rule, or list them all.")
@click.argument("name", required=False, shell_complete=complete_rules)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Take the project's own rules from this configuration file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration files.")
@click.option(
    "--test",
    "tested",
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Run the examples in a rule file, or in those of a folder, and exit with 1 if one does not hold.",
)
def command(name: str | None, output_format: str, config_file: str | None, isolated: bool, tested: Path | None) -> int:
    """Explain the rule NAME: why it exists, its options and its examples. Without NAME, list all rules."""
    from promptlint.cli._output import error, write
    from promptlint.config import ConfigError
    from promptlint.rules import rule_named, suggestion

    if tested is not None:
        if name is not None:
            raise click.UsageError("--test PATH takes no NAME.")
        return _test(tested)
    try:
        known = configurations(config_file, isolated).rules
    except ConfigError as fault:
        rule = rule_named(name) if name is not None else None
        if rule is None:
            error(str(fault))
            return EXIT_TROUBLE
        known = {rule.id: rule}  # what promptlint itself brings is known whatever the configuration says
    if name is None:
        rules: Sequence[Rule] = sorted(known.values(), key=lambda rule: rule.id)
    else:
        rule = rule_named(name, known)
        if rule is None:
            raise click.UsageError(f"unknown rule '{name}'{suggestion(name, known)}")
        rules = (rule,)
    if output_format == "json":
        write(json.dumps({"version": 1, "rules": [_data(rule) for rule in rules]}, ensure_ascii=False, indent=2) + "\n")
    elif output_format == "markdown":
        write(_markdown(rules, whole=name is None))
    else:
        write(_list(rules) if name is None else _text(rules[0]))
    return EXIT_OK


def _test(path: Path) -> int:
    from promptlint.cli._output import error, write
    from promptlint.examples import broken
    from promptlint.own_rules import OwnRules, rule_files
    from promptlint.reporters.terminal.cells import visible
    from promptlint.rules import RuleFileError

    own, held, faults, trouble = OwnRules(), 0, 0, False
    files = rule_files(path)
    if not files:
        error(f"no rule file (*.yaml, *.yml) in {path.as_posix()}")
        return EXIT_TROUBLE
    for file in files:
        try:
            rule = own.read(file)
        except RuleFileError as fault:
            error(str(fault))
            trouble = True
            continue
        for example in rule.examples:
            lines = list(broken(rule, example))
            held, faults = held + (not lines), faults + bool(lines)
            for line in lines:
                write(f"{visible(file.as_posix())}: {visible(f'{example.name}: {line}')}\n")
    write(f"{held} of {held + faults} example{'' if held + faults == 1 else 's'} hold.\n")
    return EXIT_TROUBLE if trouble else EXIT_FINDINGS if faults else EXIT_OK


def _markdown(rules: Sequence[Rule], *, whole: bool) -> str:
    from promptlint.docs import render, render_rule

    return render(rules) if whole else render_rule(rules[0])


def _data(rule: Rule) -> dict[str, Any]:
    from promptlint.rules import OwnPhrase

    return {
        "id": rule.id,
        "aliases": rule.aliases,
        "family": rule.family,
        "scope": rule.scope,
        "severity": rule.severity.label,
        "presets": rule.presets,
        "always": rule.always,
        "summary": rule.summary,
        "message": rule.message,
        "help": rule.help,
        "why": rule.why,
        "evidence": [
            {"claim": item.claim, "source": item.source, "url": item.url, "for": item.stance} for item in rule.evidence
        ],
        "check": rule.check,
        "options": {
            name: {"type": option.type, "default": option.default, "help": option.help}
            | ({"items": option.items} if option.type == "list" else {})
            for name, option in rule.options.items()
        },
        "given": {
            name: [asdict(item) if isinstance(item, OwnPhrase) else item for item in value]
            if isinstance(value, tuple)
            else value
            for name, value in rule.given.items()
        },
        "fix": rule.fix,
        "examples": [
            {
                "name": example.name,
                "format": example.format,
                "path": example.path,
                "text": example.text,
                "finds": [{"line": expected.line, "text": expected.text} for expected in example.finds],
                "fixed": example.fixed,
                "options": dict(example.options),
                "language": example.language,
            }
            for example in rule.examples
        ],
    }


def _list(rules: Iterable[Rule]) -> str:
    from promptlint.rules import FAMILIES

    rules = tuple(rules)
    lines: list[str] = []
    for family, about in FAMILIES.items():
        members = [rule for rule in rules if rule.family == family]
        if not members:
            continue
        lines += [f"{family}: {about}", ""]
        for rule in members:
            notes = [rule.severity.label]
            if "recommended" not in rule.presets:
                notes.append("not in recommended")
            if rule.fix in ("safe", "unsafe"):
                notes.append(f"{rule.fix} fix")
            lines += [f"  {rule.id} ({', '.join(notes)})", *_wrapped(rule.summary, "      ")]
        lines.append("")
    lines.append("promptlint rule NAME explains one.")
    return "\n".join(lines) + "\n"


def _text(rule: Rule) -> str:
    from promptlint.docs import FIXES, SCOPES, written

    lines = [
        rule.id,
        "",
        *_wrapped(rule.summary),
        "",
        f"  family    {rule.family}",
        f"  severity  {rule.severity}",
        f"  presets   {', '.join(rule.presets) or 'none'}{' (always on)' if rule.always else ''}",
        f"  looks at  {SCOPES[rule.scope]}",
        f"  fix       {FIXES[rule.fix]}",
        "",
    ]
    if rule.aliases:
        lines[-1:] = [f"  formerly  {', '.join(rule.aliases)}", ""]
    for paragraph in rule.why.strip().split("\n\n") if rule.why.strip() else ():
        lines += [*_paragraph(paragraph), ""]
    if rule.given:
        lines += [*_wrapped("What it looks for"), ""]
        lines += [f"  {key}: {line}" for key, value in rule.given.items() for line in _given(value)]
        lines.append("")
    if rule.help:
        lines += [*_wrapped(f"What to do: {rule.help}"), ""]
    if rule.options:
        lines += [f"Options, set under [rules.{rule.id}]", ""]
        for name, option in rule.options.items():
            lines += [f"  {name} = {written(option.default)}", *_wrapped(f"{option.help} ({option.expects})", "      ")]
        lines.append("")
    for example in sorted(rule.examples, key=lambda example: not example.finds):
        lines += [*_example(example), ""]
    if rule.evidence:
        lines += ["Evidence", ""]
        for item in rule.evidence:
            against = "Against: " if item.stance == "contradicts" else ""
            source = f"({item.source}, {item.url})" if item.url else f"({item.source})"
            lines += _wrapped(f"{against}{item.claim} {source}", "    ", "  - ")
        lines.append("")
    return "\n".join(lines)


def _given(value: object) -> list[str]:
    """What a check is given by a user's rule, a line for each item."""
    from promptlint.docs import visible
    from promptlint.rules import OwnPhrase

    items = value if isinstance(value, tuple) else (value,)
    return [
        visible(item.find if item.to is None else f"{item.find} -> {item.to or 'nothing'}")
        if isinstance(item, OwnPhrase)
        else visible(str(item))
        for item in items
    ]


def _example(example: Example) -> list[str]:
    from promptlint.docs import visible, written

    options = "".join(f", with {name} = {written(value)}" for name, value in example.options.items())
    title = f"{'Bad' if example.finds else 'Good'}: {example.name} ({example.path}{options})"
    lines = [*textwrap.wrap(title, _WIDTH, subsequent_indent="  ", break_long_words=False), ""]
    lines += _quoted(visible(example.text))
    for expected in example.finds:
        where = visible(expected.text).replace("\n", " ") or "at the end of the text"
        lines += ["", *_wrapped(f"line {expected.line}: {expected.message or where}", "     ", "  -> ")]
    if example.fixed is not None and example.fixed != example.text:
        lines += ["", "  After the fix:", "", *_quoted(visible(example.fixed))]
    return lines


def _quoted(text: str) -> list[str]:
    return [f"  | {line}".rstrip() for line in text.removesuffix("\n").split("\n")]


def _paragraph(text: str) -> list[str]:
    """A paragraph of Markdown, wrapped; lists and blocks stay as they are written."""
    if any(line.startswith(("- ", "* ", "    ", "|", "1. ")) for line in text.split("\n")):
        return text.split("\n")
    return _wrapped(text)


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
