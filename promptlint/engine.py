"""lint(): from a Document and a Config to a FileReport; lint_project(): from the facts of many files to diagnostics.

Pure: no file, clock, environment or network.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import accumulate
from typing import TypeAlias

from promptlint.analysis import Analysis, analyse
from promptlint.analysis.prefix import prefix_messages
from promptlint.budgets import NO_BUDGETS, prompt_broken
from promptlint.checks import Context, check_named
from promptlint.config import ActiveRule, Config
from promptlint.diagnostic import Confidence, Diagnostic, Edit, Finding, Problem, Saving
from promptlint.estimate import Basis, Counted, Estimate, counted, estimate
from promptlint.facts import Facts, gather, head_line, project_findings, project_rules
from promptlint.formats import drop_ignored
from promptlint.hashes import sha256
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Document, Kind, Message, Prompt, Text
from promptlint.rules import Rule, load_rules, misnamed
from promptlint.source import Location, Span
from promptlint.suppression import Suppression
from promptlint.tokens import OTHER_ENCODINGS, counter

__all__ = [
    "FileReport",
    "Linting",
    "PromptReport",
    "StoppedError",
    "facts_of",
    "finished",
    "lint",
    "lint_project",
    "linting",
    "to_count",
    "with_diagnostics",
]


@dataclass(frozen=True)
class PromptReport:
    """What was resolved for one prompt: its kind, its language (None: none that promptlint speaks) and what its text takes.

    `estimated` is what a call of it takes, None where nobody asked for that.
    """

    prompt: Prompt
    kind: Kind
    language: str | None
    counted: Counted
    estimated: Estimate | None = None

    @property
    def estimate(self) -> Estimate:
        """What a call of it takes. Raises LookupError where that was not asked for."""
        if self.estimated is None:
            raise LookupError(f"nobody asked what a call of '{self.prompt.name}' takes")
        return self.estimated


@dataclass(frozen=True)
class FileReport:
    """What lint() found in a Document, each list in the order of the file.

    `suppressed` are diagnostics that a comment silences, `hidden` low-confidence ones that are only shown on request,
    `baselined` those that a baseline (`promptlint.baseline`) knows. `rules` are the rules that were on, `known` all that
    there are. `project_path` is the file's path from the root of its project. `facts` is what the rules about whole projects
    need of it, None where none of them is on.
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
    facts: Facts | None = field(default=None, compare=False, repr=False)


class StoppedError(Exception):
    """Nobody waits for what was begun."""


def lint(
    document: Document, config: Config, project_path: str | None = None, *, stop: Callable[[], bool] | None = None
) -> FileReport:
    """Run the rules that `config` turns on over a document. A check that fails is itself reported.

    Args:
        document: what a reader made of a file.
        config: what holds for the file.
        project_path: the file's path from the root of its project, which fingerprints depend on; None: as it is reported.
        stop: asked before each rule whether nobody waits any more for what is found.

    Raises:
        ConfigError: it asks for a tokenizer that is not here.
        StoppedError: `stop` said so.

    """
    return finished(linting(document, config, document.source.path if project_path is None else project_path), stop)


Linting: TypeAlias = Generator[None, None, FileReport]
"""A lint that is done step by step, and what it comes to."""


def finished(steps: Linting, stop: Callable[[], bool] | None = None) -> FileReport:
    """What a lint comes to. Raises StoppedError where `stop` says before a step that nobody waits for it."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            report: FileReport = end.value
            return report
        if stop is not None and stop():
            raise StoppedError


def linting(document: Document, config: Config, project_path: str, *, estimates: bool = True) -> Linting:
    """`lint` step by step, one for each rule; without `estimates` what calls take is only told where a rule asks for it.

    Several documents that take their steps in turn are linted faster than one after the other: what a rule needs stays in
    the processor's caches.
    """
    for prompt in document.prompts:
        config.counting(_model(prompt, config.model))  # before a check counts and takes the fault for its own
    active = config.active_by_id
    analyses = {prompt.name: analyse(prompt, config.language) for prompt in _with_kind(document.prompts, config)}
    yield
    found = [*_from_problems(document, config.rules, active)]
    found += yield from _from_checks(document, analyses, active, config)
    at_project = _looks_at_project(config)
    estimates = estimates or at_project or config.budgets != NO_BUDGETS
    prompts = _prompt_reports(analyses, config, estimates=estimates)
    found += _from_budgets(document, prompts, active, config)
    found += _from_suppressions(document, found, config.rules, active)
    found = _with_fingerprints(document, _said_once(found), project_path)
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
        prompts,
        rules=frozenset(active),
        project_path=project_path,
        known=config.rules,
        facts=_facts(document, prompts, config, project_path) if at_project else None,
    )


def to_count(document: Document, config: Config) -> Iterator[tuple[str, str]]:
    """The texts whose tokens `lint` counts in any case, each behind its encoding.

    Raises:
        ConfigError: `config` asks for a tokenizer that is not here.
    """
    for prompt in document.prompts:
        encoding = config.counting(_model(prompt, config.model)).encoding
        yield from ((encoding, message.literal) for message in prompt.messages)


def facts_of(document: Document, config: Config, project_path: str) -> Facts:
    """What the rules about whole projects need of a document that is not itself linted.

    Raises:
        ConfigError: `config` asks for a tokenizer that is not here.
    """
    analyses = {prompt.name: analyse(prompt, config.language) for prompt in _with_kind(document.prompts, config)}
    return _facts(document, _prompt_reports(analyses, config, estimates=True), config, project_path)


def _prompt_reports(analyses: Mapping[str, Analysis], config: Config, *, estimates: bool) -> tuple[PromptReport, ...]:
    return tuple(_prompt_report(analysis, config.basis, estimates=estimates) for analysis in analyses.values())


def _prompt_report(analysis: Analysis, basis: Basis, *, estimates: bool) -> PromptReport:
    whole = estimate(analysis, basis) if estimates else None
    part = counted(analysis.prompt, basis) if whole is None else whole.counted
    return PromptReport(analysis.prompt, analysis.kind, analysis.language, part, whole)


def _facts(document: Document, prompts: Iterable[PromptReport], config: Config, project_path: str) -> Facts:
    estimates = {each.prompt.name: each.estimate for each in prompts}
    return gather(
        document,
        config.active,
        estimates,
        config.model,
        project_path,
        budgets=config.budgets,
        tokenizers=config.tokenizers,
    )


def _looks_at_project(config: Config) -> bool:
    return bool(project_rules(config.active, config.budgets))


def lint_project(facts: Sequence[Facts], asked: Collection[str]) -> Mapping[str, tuple[Diagnostic, ...]]:
    """What the rules about whole projects find in the files `asked` about, by path; `facts` are those of the whole project."""
    found: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    for path, rule, finding in project_findings(facts, asked):
        found[path].append(_diagnostic(finding, rule, None, None))
    return {path: tuple(items) for path, items in found.items()}


def with_diagnostics(report: FileReport, found: Iterable[Diagnostic]) -> FileReport:
    """A report with what was found later about its file, silenced by its comments like everything else."""
    document = report.document
    rules = report.facts.rules if report.facts is not None else ()
    active = {rule.rule.id: rule for rule in rules}
    shown, suppressed = [*report.diagnostics], [*report.suppressed]
    placed = [replace(item, prompt=_prompt_at(document, item.location)) for item in found]
    for item in _with_fingerprints(document, placed, report.project_path):
        silent = any(_silences(suppression, item, active) for suppression in document.suppressions)
        (suppressed if silent else shown).append(item)
    return replace(
        report, diagnostics=tuple(sorted(shown, key=_place)), suppressed=tuple(sorted(suppressed, key=_place))
    )


def _said_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics in the order of the file. Text that several prompts share (a constant that two calls send) is found in each."""
    first: dict[tuple[Location, str, str], Diagnostic] = {}
    for item in found:
        first.setdefault(_place(item), item)
    return sorted(first.values(), key=_place)


def _place(item: Diagnostic) -> tuple[Location, str, str]:
    return item.location, item.rule, item.message


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
    # a rule about the whole project is looked at later, and it stands in nobody's way while it is off
    rules = [rule for rule in rules if rule.scope != "project" or rule.id in active or rule.id == name]
    return bool(rules) and all(
        rule.id in active and rule.scope != "project" and rule.id != "unused-suppression" for rule in rules
    )


def _with_kind(prompts: Iterable[Prompt], config: Config) -> Iterator[Prompt]:
    for prompt in prompts:
        yield replace(prompt, kind=config.kind) if config.kind is not None else prompt


def _from_problems(
    document: Document, rules: Mapping[str, Rule], active: Mapping[str, ActiveRule]
) -> Iterator[Diagnostic]:
    names = misnamed(document.suppressions, rules) if document.suppressions else ()
    for problem in (*document.problems, *names):
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
    document: Document,
    analyses: Mapping[str, Analysis],
    active: Mapping[str, ActiveRule],
    config: Config,
) -> Generator[None, None, list[Diagnostic]]:
    """What the checks find, rule by rule."""
    out: list[Diagnostic] = []
    if not analyses:
        return out
    prompts = [(name, each, _model(each.prompt, config.model)) for name, each in analyses.items()]
    for rule in active.values():
        if rule.rule.check in ("reader", "engine"):
            continue
        whole_file = rule.rule.scope == "file"
        for name, analysis, model in prompts[:1] if whole_file else prompts:
            context = Context(rule, document, analysis.prompt, analysis, model, config.models, config.tokenizers)
            try:
                for finding in check_named(rule.rule.check)(context):
                    out.append(_diagnostic(finding, rule, None if whole_file else name, analysis.language))
            except Exception as error:  # noqa: BLE001 - one broken check must not end the run
                out += _internal_error(document, rule.rule, error, active)
        yield
    return out


def _from_budgets(
    document: Document, prompts: Iterable[PromptReport], active: Mapping[str, ActiveRule], config: Config
) -> Iterator[Diagnostic]:
    if config.budgets == NO_BUDGETS:
        return
    for prompt in prompts:
        for broken in prompt_broken(prompt.estimate, config.budgets):
            if broken.rule in active:
                finding = Finding(head_line(document, prompt.prompt), broken.values)
                yield _diagnostic(finding, active[broken.rule], prompt.prompt.name, prompt.language)


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
        secret=finding.secret,
    )


_PLACEHOLDER = regex(r"\{(\w+)\}")


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
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


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
    prompts: list[tuple[list[_Literal], float | None]] = []
    for prompt in document.prompts:
        model = _model(prompt, config.model)
        encoding = config.counting(model).encoding
        prompts.append(([_Literal(message, encoding) for message in prompt.messages], _input_price(model, config)))
    starts = [start for prompt in document.prompts if (start := _cached_start(prompt, config)) is not None]
    out = []
    for item in found:
        saving = _saving(item.fix.edits, prompts) if item.fix else None
        lost = [loss for start in starts if (loss := start.lost(item.fix.edits))] if saving and item.fix else []
        if lost:
            item = replace(item, help=f"{item.help} {lost[0]}".strip())
        out.append(replace(item, saving=saving) if saving and not lost else item)
    return out


class _CachedStart:
    """The beginning of a prompt that a provider caches, as long as it is not too short for that."""

    def __init__(self, prompt: Prompt, model: str, minimum: int, encoding: str) -> None:
        self._messages = prefix_messages(prompt.messages)
        self._encoding = encoding
        self._model = model
        self._minimum = minimum

    @attribute
    def _tokens(self) -> int:
        count = counter(self._encoding).count
        return sum(count(message.literal) for message in self._messages)

    @attribute
    def _literals(self) -> list[_Literal]:
        return [_Literal(message, self._encoding) for message in self._messages]

    def lost(self, edits: tuple[Edit, ...]) -> str:
        """What to say of edits that make the beginning too short to be cached, which costs more than they save."""
        saved = sum(literal.saved(edits) for literal in self._literals)
        left = self._tokens - saved
        if saved <= 0 or not left < self._minimum <= self._tokens:
            return ""
        return (
            f"It saves nothing: the beginning of the prompt that can be cached is {self._tokens:,} tokens long and would be "
            f"{left:,}, and {self._model} caches {self._minimum:,} or more."
        )


def _cached_start(prompt: Prompt, config: Config) -> _CachedStart | None:
    """The beginning of a prompt, where it is known from which length on its model caches it and that this is cheaper."""
    name = _model(prompt, config.model)
    model = config.find_model(name).model if name is not None else None
    if name is None or model is None or model.cache_minimum is None or model.price is None:
        return None
    if prompt.settings.tools is not None:
        return None  # tools are part of the beginning, too, and what they take is not known
    cheaper = model.price.cached_read is not None and model.price.cached_read < model.price.input
    encoding = config.counting(name).encoding
    return _CachedStart(prompt, name, model.cache_minimum, encoding) if cheaper else None


def _input_price(model: str | None, config: Config) -> float | None:
    """USD per million tokens of a prompt, where its model has a known price."""
    known = config.find_model(model).model if model is not None else None
    return None if known is None or known.price is None else known.price.input


def _saving(edits: tuple[Edit, ...], prompts: Iterable[tuple[list[_Literal], float | None]]) -> Saving | None:
    """What edits save in the prompts of a document, each with its price; None when that is nothing."""
    tokens, dollars = 0, 0.0
    known = True
    for literals, price in prompts:
        saved = sum(literal.saved(edits) for literal in literals)
        tokens += saved
        if price is not None:
            dollars += saved * price / 1_000_000
        elif saved:
            known = False
    return Saving(tokens, usd_per_1000_calls=round(dollars * 1_000, 9) if known else None) if tokens > 0 else None


_REACHES = (100, 2_000)
"""Code points on either side of a change in which a border is looked for; the second only when the first has none."""

_BORDER = regex(r"\n(?=[^\W\d_])|(?= [^\W\d_])")
"""No token of the OpenAI encodings reaches across the beginning of a line with a letter, or the place before a blank and a letter."""

_MARGIN = 200
"""Code points on either side of a change that are counted with it where other tokens may reach across a border, or depend on what
stands at the end of a text: there the text is the same before and after the change, and so is what is wrong with its count.
"""


class _Literal:
    """The literal text of a message, which tells how many tokens edits save.

    Only the neighbourhood of the edits is counted, up to a `_BORDER` that stays, so the difference is exact. Only in a long
    text without words the neighbourhood may end elsewhere, which is as good for all practical purposes.
    """

    def __init__(self, message: Message, encoding: str) -> None:
        self._message = message
        self._count = counter(encoding).count
        self._margin = _MARGIN if encoding in OTHER_ENCODINGS else 0
        self._text = message.literal
        self._starts = [part.span.start for part in message.parts]
        lengths = (len(part.text) if isinstance(part, Text) else 0 for part in message.parts)
        self._offsets = list(accumulate(lengths, initial=0))
        places = [segment.origin for segment in message.map.segments if segment.origin is not None]
        self._first = min((place.start for place in places), default=0)
        self._last = max((place.end for place in places), default=-1)

    def saved(self, edits: Sequence[Edit]) -> int:
        """The tokens that edits of the file save in this message; less than zero when they cost some."""
        if all(edit.location.span.end < self._first or edit.location.span.start > self._last for edit in edits):
            return 0  # most fixes of a file with many prompts are about another one
        changes = sorted(change for edit in edits if (change := self._change(edit)) is not None)
        if not changes:
            return 0
        first, last = changes[0][0], changes[-1][1]
        low, high = self._border_before(max(0, first - self._margin)), self._border_behind(last + self._margin)
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
        if index < 0:
            return None  # none of the message's parts is looked at
        part = self._message.parts[index]
        if not isinstance(part, Text) or len(part.text) != len(part.span) or offset >= part.span.end:
            return None  # template syntax, an escape, or behind the parts that are looked at
        return self._offsets[index] + offset - part.span.start
