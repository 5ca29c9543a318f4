"""lint(): from a Document and a Config to a FileReport. Pure: no file, clock, environment or network."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from promptlint.analysis import Analysis, analyse
from promptlint.checks import Context, check_named
from promptlint.config import ActiveRule, Config
from promptlint.diagnostic import Confidence, Diagnostic, Edit, Finding, Problem, Saving
from promptlint.estimate import Estimate, estimate
from promptlint.formats import drop_ignored
from promptlint.prompt import Document, Kind, Message, Prompt, Text
from promptlint.rules import Rule, load_rules, misnamed
from promptlint.source import Location, Span
from promptlint.suppression import Suppression
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

    `suppressed` are diagnostics that a comment silences, `hidden` low-confidence ones that are only shown on request,
    `baselined` those that a baseline (`promptlint.baseline`) knows. `rules` are the rules that were on, `known` all that
    there are. `project_path` is the file's path from the root of its project.
    """

    path: str
    document: Document
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    hidden: tuple[Diagnostic, ...]
    prompts: tuple[PromptReport, ...]
    baselined: tuple[Diagnostic, ...] = ()
    rules: frozenset[str] = frozenset()
    project_path: str = ""
    known: Mapping[str, Rule] = field(default_factory=load_rules, compare=False, repr=False)


def lint(document: Document, config: Config, project_path: str | None = None) -> FileReport:
    """Run the rules that `config` turns on over a document. Never raises because of a check: a check that fails is itself reported.

    Args:
        document: what a reader made of a file.
        config: what holds for the file.
        project_path: the file's path from the root of its project, which fingerprints depend on; None: as it is reported.

    """
    project_path = document.source.path if project_path is None else project_path
    active = {rule.rule.id: rule for rule in config.active}
    analyses = {prompt.name: analyse(prompt, config.language) for prompt in _with_kind(document.prompts, config)}
    found = [*_from_problems(document, config.rules, active)]
    found += _from_checks(document, analyses, active, config.model)
    found += _from_suppressions(document, found, config.rules, active)
    found.sort(key=lambda item: (item.location.path, item.location.span, item.rule, item.message))
    found = _with_fingerprints(document, found, project_path)
    found = _with_savings(document, found, config)
    shown: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    hidden: list[Diagnostic] = []
    for item in found:
        if any(_silences(suppression, item, active) for suppression in document.suppressions):
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
        rules=frozenset(active),
        project_path=project_path,
        known=config.rules,
    )


def _silences(suppression: Suppression, item: Diagnostic, active: Mapping[str, ActiveRule]) -> bool:
    return any(_silencing(suppression, item, active))


def _silencing(suppression: Suppression, item: Diagnostic, active: Mapping[str, ActiveRule]) -> Iterator[str]:
    """The names in a comment that silence a diagnostic."""
    if item.location.path != suppression.location.path and suppression.scope is not None:
        return  # a place in another file, which a comment in this one is not near
    former = active[item.rule].rule.aliases if item.rule in active else ()
    for name in (item.rule, item.family, *former):
        if name in suppression.rules and suppression.covers(name, item.family, item.location.span.start):
            yield name


def _from_suppressions(
    document: Document, found: Iterable[Diagnostic], rules: Mapping[str, Rule], active: Mapping[str, ActiveRule]
) -> Iterator[Diagnostic]:
    """The comments that silence nothing, as far as that can be known."""
    rule = active.get("unused-suppression")
    if rule is None or not document.suppressions or not document.prompts:
        return
    found = list(found)
    if any(item.rule in ("internal-error", "invalid-file") for item in found):
        return  # what was not looked at may be what the comment is about
    for suppression in document.suppressions:
        used = {name for item in found for name in _silencing(suppression, item, active)}
        unused = tuple(name for name in suppression.rules if name not in used and _is_judged(name, rules, active))
        if not unused:
            continue
        fix = drop_ignored(document, suppression, unused)
        names = " and ".join([", ".join(unused[:-1]), unused[-1]] if len(unused) > 1 else unused)
        finding = Finding(suppression.location, {"names": names}, fix=fix)
        yield _diagnostic(finding, rule, _prompt_at(document, suppression.location), None)


def _is_judged(name: str, known: Mapping[str, Rule], active: Mapping[str, ActiveRule]) -> bool:
    """Whether every rule that a name stands for has looked at the file. What is silenced among comments is not judged."""
    rules = [rule for rule in known.values() if name in (rule.id, rule.family, *rule.aliases)]
    return bool(rules) and all(
        rule.id in active and rule.scope != "project" and rule.id != "unused-suppression" for rule in rules
    )


def _with_kind(prompts: Iterable[Prompt], config: Config) -> Iterator[Prompt]:
    for prompt in prompts:
        yield replace(prompt, kind=config.kind) if config.kind is not None else prompt


def _from_problems(
    document: Document, rules: Mapping[str, Rule], active: Mapping[str, ActiveRule]
) -> Iterator[Diagnostic]:
    for problem in (*document.problems, *misnamed(document.suppressions, rules)):
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
    document: Document, analyses: Mapping[str, Analysis], active: Mapping[str, ActiveRule], configured: str | None
) -> Iterator[Diagnostic]:
    if not analyses:
        return
    for rule in active.values():
        if rule.rule.check in ("reader", "engine"):
            continue
        whole_file = rule.rule.scope == "file"
        for name, analysis in list(analyses.items())[: 1 if whole_file else None]:
            prompt = None if whole_file else name
            context = Context(rule, document, analysis.prompt, analysis, _model(analysis.prompt, configured))
            try:
                for finding in check_named(rule.rule.check)(context):
                    yield _diagnostic(finding, rule, prompt, analysis.language)
            except Exception as error:  # noqa: BLE001 - one broken check must not end the run
                yield from _internal_error(document, rule.rule, error, active)


def _model(prompt: Prompt, configured: str | None) -> str | None:
    """The model that a prompt is judged for."""
    declared = prompt.settings.model
    return configured if configured is not None or declared is None else declared.value


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


def _internal_error(
    document: Document, failed: Rule, error: Exception, active: Mapping[str, ActiveRule]
) -> Iterator[Diagnostic]:
    rule = active.get("internal-error")
    if rule is not None:
        detail = f"the rule '{failed.id}' failed: {type(error).__name__}: {error}"
        finding = Finding(Location(document.source.path, Span(0, 0)), {"detail": detail})
        yield _diagnostic(finding, rule, None, None)


_DIGITS = 14
"""Hexadecimal digits (56 bits) of each half of a fingerprint."""


def fingerprint(path: str, prompt: str | None, rule: str, text: str, occurrence: int) -> str:
    """Identifies a finding over time: no line numbers, white space collapsed. 32 hexadecimal digits.

    The first 14 stand for the place (`path`, relative to the project's root, and `prompt`), the next 14 for the content
    (`rule` and `text`), the last four are `occurrence`, which counts equal findings in the file from 0.
    """
    return f"{_digest(path, prompt or '')}{_digest(rule, ' '.join(text.split()))}{occurrence:04x}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def group(fingerprint: str) -> str:
    """What fingerprints of equal findings have in common: all but the occurrence."""
    return fingerprint[: 2 * _DIGITS]


def content(fingerprint: str) -> str:
    """What fingerprints of findings of one rule in equal text have in common, wherever that stands."""
    return fingerprint[_DIGITS : 2 * _DIGITS]


def _with_fingerprints(document: Document, found: Iterable[Diagnostic], path: str) -> list[Diagnostic]:
    seen: Counter[str] = Counter()
    out = []
    for item in found:
        here = item.location.path == document.source.path
        # the text of a file beside this one is not known here
        text = document.source.slice(item.location.span) if here else item.message
        first = fingerprint(path, item.prompt, item.rule, text, 0)
        out.append(replace(item, fingerprint=f"{group(first)}{seen[first]:04x}"))
        seen[first] += 1
    return out


def _with_savings(document: Document, found: list[Diagnostic], config: Config) -> list[Diagnostic]:
    """What each fix saves: the tokens by which the Estimates of the document before and after it differ."""
    if not any(item.fix for item in found):
        return found
    literals: list[_Literal] = []
    for prompt in document.prompts:
        count = counter(counting_for(_model(prompt, config.model)).encoding).count
        literals += (_Literal(message, count) for message in prompt.messages)
    out = []
    for item in found:
        saved = sum(literal.saved(item.fix.edits) for literal in literals) if item.fix else 0
        out.append(replace(item, saving=Saving(saved)) if saved > 0 else item)
    return out


_REACHES = (100, 2_000)
"""Code points on either side of a change in which a border is looked for; the second only when the first has none."""

_BORDER = re.compile(r"\n(?=[^\W\d_])|(?= [^\W\d_])")
"""No token of the OpenAI encodings reaches across the beginning of a line with a letter, or the place before a blank and a letter."""


class _Literal:
    """The literal text of a message, which tells how many tokens edits save.

    Only the neighbourhood of the edits is counted, up to a `_BORDER` that stays, so the difference is exact. Only in a long
    text without words the neighbourhood may end elsewhere, which is as good for all practical purposes.
    """

    def __init__(self, message: Message, count: Callable[[str], int]) -> None:
        self._message = message
        self._count = count
        self._text = message.literal
        self._starts = [part.span.start for part in message.parts]
        lengths = (len(part.text) if isinstance(part, Text) else 0 for part in message.parts)
        self._offsets = list(accumulate(lengths, initial=0))

    def saved(self, edits: Iterable[Edit]) -> int:
        """The tokens that edits of the file save in this message; less than zero when they cost some."""
        changes = sorted(change for edit in edits if (change := self._change(edit)) is not None)
        if not changes:
            return 0
        first, last = changes[0][0], changes[-1][1]
        low, high = self._border_before(first), self._border_behind(last)
        after, at = "", low
        for start, end, replacement in changes:
            after += self._text[at:start] + replacement
            at = max(at, end)
        return self._count(self._text[low:high]) - self._count(after + self._text[at:high])

    def _border_before(self, offset: int) -> int:
        found = 0
        for reach in _REACHES:
            found = max(0, offset - reach)
            for border in _BORDER.finditer(self._text, found, offset):
                found = border.end()
            if found != offset - reach:
                break
        return found

    def _border_behind(self, offset: int) -> int:
        for reach in _REACHES:
            border = _BORDER.search(self._text, offset, offset + reach)
            if border:
                return border.end()
        return offset + _REACHES[-1]

    def _change(self, edit: Edit) -> tuple[int, int, str] | None:
        """The range of the literal text that an edit changes, and what it becomes; None where it changes none of it."""
        place = edit.location.span
        if self._message.map.path != edit.location.path:
            return None
        start = self._offset(place.start)
        end = self._offset(place.end - 1) if len(place) else start
        if start is None or end is None:
            return None
        return start, end + (1 if len(place) else 0), edit.replacement if edit.text is None else edit.text

    def _offset(self, place: int) -> int | None:
        """The offset in the literal text of a character of the file, or None where that is no literal text."""
        offset = self._message.map.decoded_offset(place)
        if offset is None:
            return None
        index = bisect_right(self._starts, offset) - 1
        part = self._message.parts[index]
        if not isinstance(part, Text) or len(part.text) != len(part.span):
            return None  # template syntax, or an escape
        return self._offsets[index] + offset - part.span.start
