"""lint(): from a Document and a Config to a FileReport. Pure: no file, clock, environment or network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from promptlint.analysis import Analysis, analyse
from promptlint.checks import Context, check_named
from promptlint.config import ActiveRule, Config
from promptlint.diagnostic import Confidence, Diagnostic, Edit, Finding, Problem, Saving
from promptlint.estimate import Estimate, estimate
from promptlint.prompt import Document, Kind, Message, Prompt, Text
from promptlint.rules import Rule, load_rules, misnamed
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
    for problem in (*document.problems, *misnamed(document.suppressions)):
        rule = active.get(problem.rule)
        if rule is not None:
            yield _problem(problem, rule, document)


def _problem(problem: Problem, rule: ActiveRule, document: Document) -> Diagnostic:
    finding = Finding(problem.location, {"detail": problem.detail}, severity=problem.severity, related=problem.related)
    return _diagnostic(finding, rule, _prompt_at(document, problem.location), None)


def _prompt_at(document: Document, location: Location) -> str | None:
    inside = [prompt for prompt in document.prompts if prompt.location.span.contains(location.span)]
    return inside[0].name if len(inside) == 1 else None


def _from_checks(
    document: Document, analyses: Mapping[str, Analysis], active: Mapping[str, ActiveRule]
) -> Iterator[Diagnostic]:
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


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _filled(message: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), message)


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
    parts = (
        path,
        prompt or "",
        rule,
        hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest(),
        str(occurrence),
    )
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
    """The tokens that the fix saves in the literal text of the prompts that it touches."""
    if item.fix is None:
        return item
    saved = 0
    for prompt in document.prompts:
        named = config.model or (prompt.settings.model.value if prompt.settings.model else None)
        count = counter(counting_for(named).encoding).count
        for message in prompt.messages:
            for edit in item.fix.edits:
                change = _change(message, edit)
                if change is not None:
                    saved += count(change[0]) - count(change[1])
    return item if saved <= 0 else replace(item, saving=Saving(saved))


_REACH = 400
"""Code points of unchanged text around an edit that are counted with it, so that the tokens at its edges are right."""

_PARAGRAPH = re.compile(r"\n(?=[^\W\d_])")


def _change(message: Message, edit: Edit) -> tuple[str, str] | None:
    """The literal text around an edit before and after it, or None where the edit is not in this message.

    Only the neighbourhood is compared. It is cut where a line starts with a letter: no token of the OpenAI encodings
    reaches across such a place, so the difference is exact. Where there is no such place near, `_REACH` code points on
    either side make it so for all practical purposes.
    """
    place = edit.location.span
    if message.map.path != edit.location.path:
        return None
    low = message.map.decoded_offset(place.start)
    high = message.map.decoded_offset(place.end - 1) if len(place) else low
    if low is None or high is None:
        return None
    high += 1 if len(place) else 0
    for part in message.parts:
        if isinstance(part, Text) and part.span.start <= low and high <= part.span.end:
            if len(part.text) != len(part.span):
                return None  # an escape: it is not what a fix changes
            start, end = low - part.span.start, high - part.span.start
            left = max(
                (m.end() for m in _PARAGRAPH.finditer(part.text, max(0, start - _REACH), start)),
                default=max(0, start - _REACH),
            )
            after = _PARAGRAPH.search(part.text, end, end + _REACH)
            right = after.end() if after else min(len(part.text), end + _REACH)
            before, behind = part.text[left:start], part.text[end:right]
            return before + part.text[start:end] + behind, before + edit.replacement + behind
    return None
