"""lint(): from a Document and a Config to a FileReport. Pure: no file, clock, environment or network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from promptlint.analysis import Analysis, analyse
from promptlint.checks import Context, check_named
from promptlint.config import ActiveRule, Config
from promptlint.diagnostic import Confidence, Diagnostic, Edit, Finding, Fix, Problem, Saving, Severity
from promptlint.estimate import Estimate, estimate
from promptlint.fixes import apply_fixes
from promptlint.prompt import Document, Kind, Message, Prompt, Text
from promptlint.rules import Rule, load_rules
from promptlint.source import Location, Span
from promptlint.tokens import counter, counting_for

__all__ = ["FileReport", "PromptReport", "lint"]


@dataclass(frozen=True)
class PromptReport:
    """What was resolved for one prompt: its kind, language (None: none that promptlint speaks) and Estimate."""

    prompt: Prompt
    kind: Kind
    language: str | None
    estimate: Estimate


@dataclass(frozen=True)
class FileReport:
    """What lint() found in a Document, each list in the order of the file.

    `suppressed` are diagnostics that a comment silences, `hidden` low-confidence ones that are only shown on request.
    """

    path: str
    document: Document
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    hidden: tuple[Diagnostic, ...]
    prompts: tuple[PromptReport, ...]


def lint(document: Document, config: Config) -> FileReport:
    """Run the rules that `config` turns on over a document. Never raises because of a check: a check that fails is itself reported."""
    active = {rule.rule.id: rule for rule in config.active}
    analyses = {prompt.name: analyse(prompt, config.language) for prompt in _with_kind(document.prompts, config)}
    found = [*_from_problems(document, active)]
    found += _from_checks(document, analyses, active)
    found.sort(key=lambda item: (item.location.path, item.location.span, item.rule, item.message))
    found = _with_fingerprints(document, found)
    found = [_with_saving(item, document, config) for item in found]
    shown: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    hidden: list[Diagnostic] = []
    for item in found:
        offset = item.location.span.start
        if any(suppression.covers(item.rule, item.family, offset) for suppression in document.suppressions):
            suppressed.append(item)
        elif item.confidence is Confidence.LOW and not config.pedantic:
            hidden.append(item)
        else:
            shown.append(item)
    return FileReport(
        document.source.path,
        document,
        tuple(shown),
        tuple(suppressed),
        tuple(hidden),
        tuple(
            PromptReport(analysis.prompt, analysis.kind, analysis.language, estimate(analysis.prompt, config.model))
            for analysis in analyses.values()
        ),
    )


def _with_kind(prompts: Iterable[Prompt], config: Config) -> Iterator[Prompt]:
    for prompt in prompts:
        yield replace(prompt, kind=config.kind) if config.kind is not None else prompt


def _from_problems(document: Document, active: Mapping[str, ActiveRule]) -> Iterator[Diagnostic]:
    for problem in document.problems:
        rule = active.get(problem.rule)
        if rule is not None:
            yield _problem(problem, rule, document)


def _problem(problem: Problem, rule: ActiveRule, document: Document) -> Diagnostic:
    finding = Finding(problem.location, {"detail": problem.detail}, severity=problem.severity, related=problem.related)
    return _diagnostic(finding, rule, _prompt_at(document, problem.location), None)


def _prompt_at(document: Document, location: Location) -> str | None:
    inside = [prompt for prompt in document.prompts if prompt.location.span.contains(location.span)]
    return inside[0].name if len(inside) == 1 else None


def _from_checks(document: Document, analyses: Mapping[str, Analysis], active: Mapping[str, ActiveRule]) -> Iterator[Diagnostic]:
    if not analyses:
        return
    for rule in active.values():
        if rule.rule.check in ("reader", "engine"):
            continue
        whole_file = rule.rule.scope == "file"
        for name, analysis in list(analyses.items())[: 1 if whole_file else None]:
            prompt = None if whole_file else name
            context = Context(rule, document, analysis.prompt, analysis)
            try:
                for finding in check_named(rule.rule.check)(context):
                    yield _diagnostic(finding, rule, prompt, analysis.language)
            except Exception as error:  # noqa: BLE001 - one broken check must not end the run
                yield _internal_error(document, rule.rule, error)


def _diagnostic(finding: Finding, rule: ActiveRule, prompt: str | None, language: str | None) -> Diagnostic:
    severity = rule.severity if finding.severity is None else min(rule.severity, finding.severity)
    return Diagnostic(
        rule=rule.rule.id,
        family=rule.rule.family,
        severity=severity,
        confidence=finding.confidence,
        message=_filled(rule.rule.message, finding.values),
        location=finding.location,
        help=finding.help or rule.rule.help,
        prompt=prompt,
        language=language,
        related=finding.related,
        fix=finding.fix,
    )


def _filled(message: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        message = message.replace("{" + name + "}", value)
    return message


def _internal_error(document: Document, rule: Rule, error: Exception) -> Diagnostic:
    own = load_rules()["internal-error"]
    detail = f"the rule '{rule.id}' failed: {type(error).__name__}: {error}"
    return Diagnostic(
        own.id, own.family, own.severity, Confidence.HIGH, _filled(own.message, {"detail": detail}),
        Location(document.source.path, Span(0, 0)), help=own.help,
    )  # fmt: skip


def fingerprint(path: str, prompt: str | None, rule: str, text: str, occurrence: int) -> str:
    """Identifies a finding over time: no line numbers, white space collapsed.

    `path` is relative to the project's root; `occurrence` counts equal findings in the file from 0.
    """
    parts = (path, prompt or "", rule, hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest(), str(occurrence))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _with_fingerprints(document: Document, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    seen: dict[str, int] = {}
    out = []
    for item in found:
        text = document.source.slice(item.location.span)
        first = fingerprint(document.source.path, item.prompt, item.rule, text, 0)
        occurrence = seen.get(first, 0)
        seen[first] = occurrence + 1
        mark = first if not occurrence else fingerprint(document.source.path, item.prompt, item.rule, text, occurrence)
        out.append(replace(item, fingerprint=mark))
    return out


def _with_saving(item: Diagnostic, document: Document, config: Config) -> Diagnostic:
    """The tokens that the fix saves: the difference between two counts of the literal text that it touches."""
    if item.fix is None:
        return item
    model = config.model
    saved = 0
    for prompt in document.prompts:
        named = model or (prompt.settings.model.value if prompt.settings.model else None)
        encoding = counting_for(named).encoding
        for message in prompt.messages:
            saved += _saved(message, item.fix, encoding)
    return item if saved <= 0 else replace(item, saving=Saving(saved))


def _saved(message: Message, fix: Fix, encoding: str) -> int:
    count = counter(encoding).count
    saved = 0
    for edit in fix.edits:
        part = _literal_part(message, edit)
        if part is None:
            continue
        text, start, end = part
        changed = text[:start] + edit.replacement + text[end:]
        saved += count(text) - count(changed)
    return saved


def _literal_part(message: Message, edit: Edit) -> tuple[str, int, int] | None:
    """The literal text around an edit, and the edit's place in it, or None where the edit is not in this message."""
    place = edit.location.span
    if message.map.path != edit.location.path:
        return None
    low = message.map.decoded_offset(place.start)
    high = message.map.decoded_offset(place.end - 1) if len(place) else low
    if low is None or high is None:
        return None
    high += 1 if len(place) else 0
    at = 0
    out: list[str] = []
    start = end = None
    for part in message.parts:
        if not isinstance(part, Text):
            continue
        if part.span.start <= low and high <= part.span.end and len(part.text) == len(part.span):
            start, end = at + low - part.span.start, at + high - part.span.start
        out.append(part.text)
        at += len(part.text)
    if start is None or end is None:
        return None
    return "".join(out), start, end
