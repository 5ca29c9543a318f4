"""What is shown about the thing under the pointer: a finding, a variable, a model's name, a name in a comment."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from promptlint.diagnostic import Diagnostic
from promptlint.engine import PromptReport
from promptlint.rules import Rule, rule_named
from promptlint.source import Location, Span
from promptlint_lsp.figures import estimate_text, model_text
from promptlint_lsp.linting import Analysis
from promptlint_lsp.variables import Variable, is_of_program, variable_at

__all__ = ["hover", "rule_text"]

_EVIDENCE = 3
"""Claims that a hover shows; the rule's page has all."""


def hover(analysis: Analysis, offset: int) -> types.Hover | None:
    """What is known about a place."""
    parts: list[tuple[str, Span | None]] = []
    for item in analysis.diagnostics:
        if _holds(item.location, offset, analysis):
            parts.append((_finding(item, analysis), item.location.span))
    named = variable_at(analysis, offset)
    if named is not None:
        parts.append((_variable(named[0], analysis), named[1].span))
    parts += _models(analysis, offset)
    parts += _names(analysis, offset)
    if not parts:
        return None
    smallest = min((span for _, span in parts if span is not None), key=len, default=None)
    value = "\n\n---\n\n".join(dict.fromkeys(text for text, _ in parts))
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, value),
        None if smallest is None else analysis.buffer.text.range(smallest),
    )


def _holds(location: Location, offset: int, analysis: Analysis) -> bool:
    return location.path == analysis.source.path and location.span.start <= offset <= location.span.end


def _finding(item: Diagnostic, analysis: Analysis) -> str:
    lines = [f"**{item.rule}** ({item.severity.label}, {item.confidence.label} confidence)", "", item.message]
    if item.help:
        lines += ["", item.help]
    if item.saving is not None:
        cost = item.saving.usd_per_1000_calls
        money = "" if cost is None else f", {cost:.6g} USD per 1,000 calls"
        lines += ["", f"The fix saves {item.saving.input_tokens:,} tokens per call{money}."]
    rule = analysis.report.known.get(item.rule)
    if rule is not None:
        lines += ["", rule_text(rule)]
    return "\n".join(lines)


def rule_text(rule: Rule) -> str:
    """What a rule is about, why, and what that rests on, as Markdown."""
    lines = [rule.why.strip() or rule.summary]
    if rule.evidence:
        lines += ["", "Evidence:", ""]
        for item in rule.evidence[:_EVIDENCE]:
            source = f"[{item.source}]({item.url})" if item.url else item.source
            lines.append(f"- {'Against: ' if item.stance == 'contradicts' else ''}{item.claim} ({source})")
        left = len(rule.evidence) - _EVIDENCE
        if left > 0:
            lines.append(f"- and {left} more: promptlint rule {rule.id}")
    return "\n".join(lines)


def _variable(variable: Variable, analysis: Analysis) -> str:
    lines = [f"**{variable.name}** (variable)", ""]
    declared = [each.location for each in variable.occurrences if each.declares]
    used = sum(not each.declares for each in variable.occurrences)
    lines += [f"- declared in {_shown(each, analysis)}" for each in declared] or [
        "- filled in by the program around it"
        if is_of_program(variable)
        else "- the file declares no variables"
        if all(each.prompt.declared is None for each in variable.prompts)
        else "- not declared"
    ]
    lines.append(f"- used {used:,} time{'' if used == 1 else 's'}")
    for report in variable.prompts:
        lines += [f"- {line}" for line in _sizes(variable.name, report)]
    return "\n".join(dict.fromkeys(lines))


def _shown(location: Location, analysis: Analysis) -> str:
    here = location.path == analysis.source.path
    source = analysis.source if here else analysis.others.get(location.path)
    line = f"line {source.position(location.span.start).line}" if source is not None else "another file"
    return line if here else f"{location.path}, {line}"


def _sizes(name: str, report: PromptReport) -> Iterator[str]:
    for size in report.estimate.variables:
        if size.name == name or size.name.startswith((f"{name}.", f"{name}[")):
            times = f", filled in {size.times:,} times" if size.times != 1 else ""
            yield f"{size.name}: {size.tokens:,} token{'' if size.tokens == 1 else 's'} ({size.source}){times}"


def _models(analysis: Analysis, offset: int) -> Iterator[tuple[str, Span | None]]:
    for report in analysis.report.prompts:
        model = report.prompt.settings.model
        if model is not None and _holds(model.location, offset, analysis):
            found = analysis.config.find_model(model.value)
            yield model_text(model.value, found.every), model.location.span
            yield estimate_text(report.prompt.name, report.estimate), model.location.span


def _names(analysis: Analysis, offset: int) -> Iterator[tuple[str, Span | None]]:
    """The rules that a comment names."""
    for comment in analysis.report.document.suppressions:
        if not _holds(comment.location, offset, analysis):
            continue
        for name in comment.rules:
            rule = rule_named(name, analysis.report.known)
            if rule is not None:
                yield f"**{rule.id}**: {rule.summary}", comment.location.span
