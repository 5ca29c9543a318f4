"""What would make prompts cheaper: the safe fixes, and suggestions that need a person, with what each of them saves. Pure.

Nothing is analysed here a second time: the steps of a plan are what lint() finds. What a step saves is the difference of the
Estimates before and after it; savings of several steps do not add up, so totals are recomputed from what all of them leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from math import ceil
from typing import Final, Literal, TypeAlias

from promptlint.analysis import Analysis, analyse
from promptlint.analysis.length import StatedLength
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.analysis.prefix import fixed_text
from promptlint.breakeven import caching, rates_at
from promptlint.checks.oversized_model import smaller
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.engine import FileReport
from promptlint.estimate import Estimate, estimate
from promptlint.fixes import apply_fixes, compatible
from promptlint.formats import cap_in_call, cap_lines, coverage
from promptlint.guard import guard
from promptlint.lazy import dataclass
from promptlint.prices import Model, bare_name, data_date
from promptlint.prompt import Document, Prompt
from promptlint.rewrite import MAX_ROUNDS, Candidate, Dropped, Rewrite, Round
from promptlint.source import Location, Source, Span
from promptlint.tokens import counter

__all__ = ["PRESETS", "FilePlan", "Plan", "Saved", "Step", "Total", "cheaper", "plan_file"]

PRESETS: Final = ("recommended", "strict", "cost")
"""The presets whose findings make a plan."""

Kind: TypeAlias = Literal["safe", "edit", "snippet", "advice"]
"""safe: edits that keep the meaning. edit: edits that a person should look at. snippet: lines to put in. advice: words only."""

_SENTENCES: Final = 3
"""The limit on the answer that a suggestion proposes, for somebody to change."""
_ROOM: Final = 1.5
"""A cap is so many times as long as what a good answer takes: it is a fuse, and what runs into it is cut off and paid for."""
_LIMITS: Final[Mapping[str, str]] = {
    "en": "in at most {count} sentences",
    "de": "in höchstens {count} Sätzen",
    "fr": "en {count} phrases au maximum",
    "es": "en un máximo de {count} frases",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What a step saves: tokens of one call of each prompt that it is about, and USD, None where that is not known."""

    input_tokens: int
    usd_per_call: float | None
    usd_per_month: float | None


@dataclass(frozen=True)
class Step:
    """One thing to do.

    rules: what found it, with how often. title: in the imperative. location: where, and `prompt` in which prompt (None: in
    several). before, after: the file without and with its edits. lines: of a snippet. saved: None where that is not known,
    and `unknown` says why. rests_on: what the figures assume. caveats: what speaks against it, with the source.
    """

    kind: Kind
    rules: tuple[tuple[str, int], ...]
    title: str
    location: Location
    prompt: str | None
    before: Source
    after: Source | None = None
    lines: tuple[str, ...] = ()
    saved: Saved | None = None
    unknown: str = ""
    rests_on: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    model: str | None = field(default=None, compare=False)
    fixes: tuple[Candidate, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over prompts, each called once: tokens that are sent, USD per call as far as that is known, and per month.

    Of a prompt whose answer's length is not known, its input counts. priced: how many have a price. monthly: how many of
    these have a number of calls.
    """

    tokens: int = 0
    usd: float = 0.0
    month: float = 0.0
    priced: int = 0
    monthly: int = 0

    @staticmethod
    def of(estimates: Iterable[Estimate]) -> Total:
        """The sums of these."""
        tokens, usd, month, priced, monthly = 0, 0.0, 0.0, 0, 0
        for each in estimates:
            tokens += each.input.expected
            cost = _known(each)
            if cost is not None:
                priced += 1
                usd += cost
                if each.calls is not None:
                    monthly += 1
                    month += cost * each.calls
        return Total(tokens, usd, month, priced, monthly)

    def __add__(self, other: Total) -> Total:
        return Total(
            self.tokens + other.tokens,
            self.usd + other.usd,
            self.month + other.month,
            self.priced + other.priced,
            self.monthly + other.monthly,
        )


@dataclass(frozen=True)
class FilePlan:
    """The plan for one file.

    rewrite: the safe fixes that make it cheaper. before, safe, after: what its prompts take now, after the safe fixes, and
    after every step whose saving is known.
    """

    rewrite: Rewrite
    steps: tuple[Step, ...]
    prompts: int
    before: Total
    safe: Total
    after: Total


@dataclass(frozen=True)
class Plan:
    """The plan for a run, with what could not be done. `written`: paths of the files that hold the safe fixes now."""

    files: tuple[FilePlan, ...]
    written: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Safe fixes first, then what saves most, then what saves an unknown sum."""
        return tuple(sorted((step for file in self.files for step in file.steps), key=_order))

    @property
    def prompts(self) -> int:
        """The prompts that were looked at."""
        return sum(file.prompts for file in self.files)

    def total(self, of: Literal["before", "safe", "after"]) -> Total:
        """The sums over all files."""
        return sum((getattr(file, of) for file in self.files), Total())


def _order(step: Step) -> tuple[object, ...]:
    saved = step.saved
    place = (step.location, step.rules, step.title)
    if saved is None:
        rank = next((rank for rank, rule in enumerate(_LEVERS) if rule == step.rules[0][0]), len(_LEVERS))
        return 2, rank, 0.0, 0, place
    group = 0 if step.kind == "safe" else 1
    return group, -(saved.usd_per_month or 0.0), -(saved.usd_per_call or 0.0), -saved.input_tokens, place


# -- estimates --------------------------------------------------------------------------------------------------------


def _known(made: Estimate) -> float | None:
    """USD of a call as far as it is known: all of it, else its input."""
    if made.usd is None:
        return None
    return made.usd.input if made.usd.per_call is None else made.usd.per_call


def _analyses(document: Document, config: Config) -> dict[str, Analysis]:
    prompts = (prompt if config.kind is None else replace(prompt, kind=config.kind) for prompt in document.prompts)
    return {prompt.name: analyse(prompt, config.language) for prompt in prompts}


def _of_report(report: FileReport) -> dict[str, Estimate]:
    return {each.prompt.name: each.estimate for each in report.prompts}


def _saved(before: Mapping[str, Estimate], after: Mapping[str, Estimate]) -> Saved:
    """The difference over the prompts of a file. Money only where every prompt that changes has a price."""
    tokens, usd, month = 0, 0.0, 0.0
    priced = monthly = True
    for name, old in before.items():
        new = after[name]
        less = old.input.expected - new.input.expected
        one, other = _known(old), _known(new)
        tokens += less
        if one is None or other is None:
            priced = priced and not less
            continue
        usd += one - other
        if old.calls is not None:
            month += (one - other) * old.calls
        elif one != other:
            monthly = False
    return Saved(tokens, usd if priced else None, month if priced and monthly else None)


def _objection(before: Mapping[str, Estimate], after: Mapping[str, Estimate], prompts: Iterable[Prompt]) -> str | None:
    """Why a change makes nothing cheaper, or cannot be said to: None where nothing speaks against it."""
    tools = {prompt.name for prompt in prompts if prompt.settings.tools is not None}
    for name, old in before.items():
        new = after[name]
        if new.input.expected > old.input.expected or new.input.literal > old.input.literal:
            return "it would take more tokens"
        if (new.output.expected, new.output.maximum) != (old.output.expected, old.output.maximum):
            return "it would change what is known of the answer's length"
        least = _cached_from(old)
        if least is not None and name not in tools:
            was, left = old.input.cacheable_prefix, new.input.cacheable_prefix
            if left < least <= was:
                return (
                    f"it would save nothing: the beginning of the prompt that can be cached is {was:,} tokens long and would be"
                    f" {left:,}, and {old.model} caches {least:,} or more"
                )
    return None


def _cached_from(made: Estimate) -> int | None:
    """The tokens from which on a beginning is cached and then cheaper; None where that is not known."""
    model = made.found
    if model is None or model.price is None or model.price.cached_read is None:
        return None
    return model.cache_minimum if model.price.cached_read < model.price.input else None


# -- safe fixes -------------------------------------------------------------------------------------------------------


class _Cheaper(Round):
    """A round of fixes that are only taken as long as every prompt of the file gets cheaper by them, or stays as it is."""

    def objection(self, report: FileReport, some: Sequence[Candidate]) -> str | None:
        """Besides new errors: more tokens, another answer, a beginning that would no longer be cached."""
        reason = super().objection(report, some)
        if reason is not None:
            return reason
        return _objection(_of_report(self.start), _of_report(report), self.start.document.prompts)


def cheaper(report: FileReport, read: Callable[[Source], Document], lint: Callable[[Document], FileReport]) -> Rewrite:
    """Apply the safe fixes that save tokens, until no more can be applied. As ``check --fix`` does it, with `_Cheaper` on top."""
    before = report.document.source
    fixed: list[Diagnostic] = []
    for _ in range(MAX_ROUNDS):
        done = _Cheaper(report, read, lint)
        done.run([(each, each.fix) for each in report.diagnostics if each.fix is not None and _is_safe(each)])
        if not done.kept:
            return Rewrite(before, report, tuple(fixed), tuple(done.dropped))
        fixed += [diagnostic for diagnostic, _ in done.kept]
        report = done.report
    return Rewrite(before, report, tuple(fixed), stable=False)


def _is_safe(each: Diagnostic) -> bool:
    """Whether a finding has a safe fix of this file that is about tokens."""
    fix = each.fix
    return (
        fix is not None
        and fix.applicability is Applicability.SAFE
        and _is_about_cost(each)
        and all(edit.location.path == each.location.path for edit in fix.edits)
    )


def _is_about_cost(each: Diagnostic) -> bool:
    return each.saving is not None or "It saves nothing:" in each.help


# -- the plan ---------------------------------------------------------------------------------------------------------


def plan_file(
    report: FileReport,
    config: Config,
    read: Callable[[Source], Document],
    lint: Callable[[Document], FileReport],
    *,
    write: bool = False,
) -> FilePlan:
    """The plan for a file.

    Args:
        report: of the file as it is, with the findings of the `PRESETS`.
        config: what holds for it.
        read: reads the file in the format that it was read in.
        lint: lints it as the report was made.
        write: whether the safe fixes are going to be written, so that the suggestions are about the file with them.

    """
    if not report.prompts:  # none in the file, or promptlint failed at it
        return FilePlan(Rewrite(report.document.source, report), (), 0, Total(), Total(), Total())
    rewrite = cheaper(report, read, lint)
    before, safe = _of_report(report), _of_report(rewrite.report)
    steps = [_safe_step(rewrite, before, safe)] if rewrite.changed else []
    planner = _Planner(rewrite.report if write else report, config, read)
    suggestions = list(planner.suggestions(rewrite.dropped))
    after = _with_all(rewrite.report, suggestions, config, read, lint)
    return FilePlan(
        rewrite=rewrite,
        steps=(*steps, *suggestions),
        prompts=len(before),
        before=Total.of(before.values()),
        safe=Total.of(safe.values()),
        after=Total.of(after.values()),
    )


def _safe_step(rewrite: Rewrite, before: Mapping[str, Estimate], after: Mapping[str, Estimate]) -> Step:
    rules = Counter(each.rule for each in rewrite.fixed)
    saved = _saved(before, after)
    changed = {name: made for name, made in before.items() if made.input.literal != after[name].input.literal}
    number = len(rewrite.fixed)
    first = min(rewrite.fixed, key=lambda each: each.location)
    return Step(
        kind="safe",
        rules=tuple(sorted(rules.items())),
        title=f"Apply {number:,} safe fix{'' if number == 1 else 'es'}",
        location=first.location,
        prompt=next(iter(changed)) if len(changed) == 1 else None,
        before=rewrite.before,
        after=rewrite.after,
        saved=saved,
        unknown="" if saved.usd_per_call is not None else _no_price(changed.values()),
        rests_on=_rests_on(changed.values()),
        caveats=tuple(dict.fromkeys(line for name in rules for line in _caveats(rewrite.report, name))),
    )


def _with_all(
    report: FileReport,
    suggestions: Iterable[Step],
    config: Config,
    read: Callable[[Source], Document],
    lint: Callable[[Document], FileReport],
) -> dict[str, Estimate]:
    """The Estimates after every step whose saving is known, on top of the safe fixes."""
    known = [step for step in suggestions if step.saved is not None]
    wanted = {each.fingerprint for step in known for each, _ in step.fixes}
    done = _Cheaper(report, read, lint)
    done.run([(each, each.fix) for each in report.diagnostics if each.fix is not None and each.fingerprint in wanted])
    analyses = _analyses(done.report.document, config)
    models = {step.prompt: step.model for step in known if step.model is not None}
    return {
        name: estimate(analysis, replace(config.basis, model=models.get(name, config.basis.model)))
        for name, analysis in analyses.items()
    }


def _no_price(estimates: Iterable[Estimate]) -> str:
    """Why there is no sum in USD, in the words of the first prompt that has none."""
    for made in estimates:
        if made.usd is None:
            return made.assumptions[-1] if made.assumptions else "no price is known"
    return ""


def _rests_on(estimates: Iterable[Estimate]) -> tuple[str, ...]:
    notes: dict[str, None] = {}
    for made in estimates:
        if made.counting.error:
            notes[f"the tokens of {made.model} may be off by up to {made.counting.error:.0%} (95th percentile)"] = None
        if made.found is not None and made.found.price is not None:
            price = made.found.price
            notes[f"{made.model}: USD {price.input:g} per million tokens of input ({data_date()})"] = None
            least = _cached_from(made)
            if least is not None and made.input.cacheable_prefix >= least:
                notes["nothing is read from a cache; what is, costs and saves less"] = None
    return tuple(notes)


def _caveats(report: FileReport, rule: str) -> tuple[str, ...]:
    known = report.known.get(rule)
    if known is None:
        return ()
    return tuple(f"{each.claim} ({each.source})" for each in known.evidence if each.stance == "contradicts")


@dataclass(frozen=True)
class _Case:
    """A finding that a suggestion is made of."""

    found: Diagnostic
    prompt: Prompt
    analysis: Analysis
    made: Estimate

    @property
    def model(self) -> Model | None:
        return self.made.found


class _Planner:
    """Makes suggestions of the findings in one file."""

    def __init__(self, report: FileReport, config: Config, read: Callable[[Source], Document]) -> None:
        self._report = report
        self._config = config
        self._read = read
        self._estimates = _of_report(report)
        self._prompts = {each.prompt.name: each.prompt for each in report.prompts}

    def suggestions(self, dropped: Sequence[Dropped]) -> Iterator[Step]:
        """The steps that need a person, those of one rule and prompt that are edits together."""
        yield from map(self._left_out, dropped)
        edits: dict[tuple[str, str | None], list[Candidate]] = {}
        limited = {each.prompt for each in self._report.diagnostics if each.rule in _LIMITING}
        for each in self._report.diagnostics:
            if each.fix is not None and _is_about_cost(each):
                if not _is_safe(each):
                    edits.setdefault((each.rule, each.prompt), []).append((each, each.fix))
                continue
            if each.rule == "output-cap-missing" and each.prompt in limited:
                continue  # the step for the length of the answer has a cap
            step = self._of(each)
            if step is not None:
                yield step
        for group in edits.values():
            step = self._edit(group)
            if step is not None:
                yield step

    def _step(self, kind: Kind, title: str, found: Diagnostic) -> Step:
        return Step(
            kind=kind,
            rules=((found.rule, 1),),
            title=title,
            location=found.location,
            prompt=found.prompt,
            before=self._report.document.source,
            caveats=_caveats(self._report, found.rule),
        )

    def _left_out(self, dropped: Dropped) -> Step:
        same = (each for each in self._report.diagnostics if each.fingerprint == dropped.diagnostic.fingerprint)
        found = next(same, dropped.diagnostic)
        return replace(self._step("advice", dropped.fix.title, found), unknown=f"left out: {dropped.reason}")

    def _edit(self, group: Sequence[Candidate]) -> Step | None:
        """Edits of one rule in one prompt, as far as they go together and the file stays what it is."""
        fixes = compatible(fix for _, fix in group)
        taken = tuple((found, fix) for found, fix in group if any(fix is each for each in fixes))
        found = taken[0][0]
        document = self._report.document
        after = self._read(replace(document.source, text=apply_fixes(document.source.text, fixes)))
        title = taken[0][1].title if len({fix.title for fix in fixes}) == 1 else "Shorten the wording"
        step = replace(
            self._step("edit", title, found), rules=((found.rule, len(taken)),), after=after.source, fixes=taken
        )
        reason = guard(document, after, fixes)
        if reason is not None:
            return replace(step, kind="advice", after=None, fixes=(), unknown=f"to be done by hand: {reason}")
        made = self._estimates_of(after)
        reason = _objection(self._estimates, made, document.prompts)
        saved = _saved(self._estimates, made)
        if reason is not None:
            return replace(step, unknown=reason, fixes=())
        if saved.input_tokens <= 0:
            return None
        changed = [old for name, old in self._estimates.items() if old.input.literal != made[name].input.literal]
        return replace(
            step,
            saved=saved,
            unknown="" if saved.usd_per_call is not None else _no_price(changed),
            rests_on=_rests_on(changed),
        )

    def _estimates_of(self, after: Document) -> dict[str, Estimate]:
        """The Estimates of the file with edits; what they left alone takes what it took."""
        made: dict[str, Estimate] = {}
        for old, new in zip(self._report.document.prompts, after.prompts, strict=True):
            if [each.text for each in old.messages] == [each.text for each in new.messages]:
                made[new.name] = self._estimates[old.name]
            else:
                prompt = new if self._config.kind is None else replace(new, kind=self._config.kind)
                made[new.name] = estimate(analyse(prompt, self._config.language), self._config.basis)
        return made

    def _of(self, found: Diagnostic) -> Step | None:
        make = _MAKERS.get(found.rule)
        if make is None or found.prompt is None or found.prompt not in self._prompts:
            return None
        analysis = analyse(self._prompts[found.prompt], self._config.language)
        case = _Case(found, analysis.prompt, analysis, self._estimates[found.prompt])
        return make(self, case)

    # each of these makes a step of what one rule found

    def limit(self, case: _Case) -> Step:
        """A limit on the answer, and the cap that it implies."""
        language = case.analysis.language or "en"
        tokens = _limit_tokens(language)
        cap = _cap(tokens)
        words = _LIMITS.get(language, _LIMITS["en"]).format(count=_SENTENCES)
        settings = () if case.prompt.settings.max_output_tokens is not None else self._settings(case.prompt, cap)
        return replace(
            self._step("snippet", "Limit the answer to a number of sentences", case.found),
            lines=(words, *settings),
            unknown="how long the answers are now is not known",
            rests_on=(
                f"{_SENTENCES} sentences take about {tokens:,} tokens; the cap is {_ROOM} times that",
                *_worst(case.made, tokens),
                *_thinks(case.model),
            ),
        )

    def cap(self, case: _Case) -> Step:
        """A cap on the tokens of the answer."""
        expected = case.made.output.expected
        cap = _cap(_limit_tokens(case.analysis.language or "en") if expected is None else expected)
        basis = (
            f"{_SENTENCES} sentences; the cap is {_ROOM} times that"
            if expected is None
            else f"the answer takes {expected:,} tokens ({case.made.output.source}); the cap is {_ROOM} times that"
        )
        return replace(
            self._step("snippet", "Cap the tokens of the answer", case.found),
            lines=self._settings(case.prompt, cap),
            unknown="a cap saves only what would have run away",
            rests_on=(basis, *_worst(case.made, cap), *_thinks(case.model)),
        )

    def _settings(self, prompt: Prompt, cap: int) -> tuple[str, ...]:
        document = self._report.document
        front_matter = document.source.text.lstrip().startswith("---")
        lines = cap_lines(document.format, cap, front_matter=front_matter) or cap_in_call(document, prompt, cap)
        return lines or (f"(in the call: {cap} tokens of output)",)

    def shape(self, case: _Case) -> Step:
        """JSON with named fields in place of free text."""
        fields = case.analysis.fields
        lines = () if fields is None else (fields.json_shape(),)
        return replace(
            self._step(
                "snippet" if lines else "advice", "Ask for JSON with these fields in place of free text", case.found
            ),
            lines=lines or (case.found.help,),
            unknown="how long the answers are now is not known, nor how many calls are repeated because one cannot be read",
        )

    def schema(self, case: _Case) -> Step:
        """A schema that the provider enforces."""
        about = coverage().get(self._report.document.format)
        where = f"this format declares it in {about.schema}" if about is not None and about.schema else ""
        return replace(
            self._step("advice", "Declare a schema for the answer", case.found),
            lines=tuple(line for line in (case.found.help, where) if line),
            unknown="how many calls are repeated because an answer cannot be read is not known",
        )

    def caching(self, case: _Case) -> Step:
        """What never changes first, what changes with every call last."""
        count = counter(case.made.counting.encoding).count
        fixed = sum(count(each.text) for each in fixed_text(case.prompt.messages))
        last = tuple(
            dict.fromkeys(
                case.prompt.messages[slot.message].text[slot.span.start : slot.span.end]
                for slot in case.analysis.slots
                if slot.looped is None
            )
        )
        return replace(
            self._step("snippet", "Put what never changes first, and the values last", case.found),
            lines=(f"({fixed:,} tokens that are the same in every call)", *last),
            unknown="how many calls find the beginning in the cache is not known",
            rests_on=tuple(_cache_notes(case.made, fixed)),
        )

    def bound(self, case: _Case) -> Step:
        """A bound on what is filled in."""
        slot = next(
            (
                each
                for each in case.analysis.slots
                if case.prompt.messages[each.message].locate(each.span) == case.found.location
            ),
            None,
        )
        looped = slot.looped if slot is not None else None
        lines: tuple[str, ...] = ()
        if slot is not None and looped and case.prompt.messages[slot.message].template == "jinja":
            lines = (f"{{% for ... in {looped}[-6:] %}}",)
        sizes = [each for each in case.made.variables if slot is not None and each.name == slot.name]
        taken = tuple(f"'{each.name}' is taken to have {each.total:,} tokens ({each.source})" for each in sizes)
        title = "Send the last turns only" if case.found.rule == "unbounded-history" else "Bound what is filled in"
        return replace(
            self._step("snippet" if lines else "advice", title, case.found),
            lines=lines or (case.found.help,),
            unknown="how long it gets, and how much of it is needed, is not known",
            rests_on=taken,
        )

    def smaller(self, case: _Case) -> Step:
        """A smaller model of the same maker."""
        model = case.model
        other = smaller(model) if model is not None else None
        title = "Try a smaller model" if other is None else f"Try {other.id}"
        step = self._step("advice", title, case.found)
        if model is None or other is None or model.price is None or other.price is None:
            return replace(
                step, lines=(case.found.help,), unknown="no smaller model of the same maker is known with a price"
            )
        name = _renamed(case.made.model or "", other)
        made = estimate(case.analysis, replace(self._config.basis, model=name))
        old, new = {case.prompt.name: case.made}, {case.prompt.name: made}
        # tokens of two models are not the same thing
        saved = replace(_saved(old, new), input_tokens=0)
        if made.found is None or not saved.usd_per_call or saved.usd_per_call < 0:
            return replace(step, lines=(case.found.help,), unknown="what a call costs there is not known")
        partly = case.made.usd is not None and case.made.usd.per_call is None
        return replace(
            step,
            kind="snippet",
            lines=(f"model: {name}",),
            saved=saved,
            rests_on=(
                f"{_prices(case.made.model or model.id, model)}; {_prices(other.id, other)} ({data_date()})",
                *(("of the input alone, as the length of the answer is not known",) if partly else ()),
                *dict.fromkeys((*case.made.assumptions, *made.assumptions)),
                "whether its answers are good enough only your own examples can say",
            ),
            model=name,
        )

    def advice(self, case: _Case) -> Step:
        """The rule's own advice."""
        return replace(
            self._step("advice", case.found.message[:1].upper() + case.found.message[1:], case.found),
            lines=(case.found.help,) if case.found.help else (),
            unknown=_UNSAID.get(case.found.rule, "how much of it can go is for a person to say"),
        )


def _limit_tokens(language: str) -> int:
    """The tokens of the proposed limit, as answers of a stated length are estimated."""
    spoken = language if language in LANGUAGES else "en"
    return StatedLength(_SENTENCES, _SENTENCES, "sentences", "upper", "answer", 0, Span(0, 0), spoken).tokens


def _cap(tokens: int) -> int:
    """A cap with room, a round number."""
    return ceil(tokens * _ROOM / 10) * 10


def _worst(made: Estimate, tokens: int) -> Iterator[str]:
    """What the longest answer costs against one of the proposed length."""
    model = made.found
    if model is None or model.price is None or model.max_output is None or made.output.maximum is not None:
        return
    rate = rates_at(model.price, made.input.expected).output
    if rate is not None and tokens < model.max_output:
        yield (
            f"the longest answer of {made.model} ({model.max_output:,} tokens) costs USD {_usd(rate * model.max_output / 1e6)},"
            f" one of {tokens:,} tokens USD {_usd(rate * tokens / 1e6)}"
        )


def _thinks(model: Model | None) -> Iterator[str]:
    if model is not None and model.reasoning in ("always", "optional"):
        yield f"what {model.id} thinks counts against the cap: leave room for it"


def _usd(amount: float) -> str:
    """USD in a sentence, to the billionth and without an exponent."""
    return f"{amount:.9f}".rstrip("0").rstrip(".")


def _cache_notes(made: Estimate, fixed: int) -> Iterator[str]:
    model = made.found
    if model is None or model.price is None:
        yield "what cached input costs is not known" if made.model else "no model is named, so there is no price"
        return
    found = caching(model.price, fixed, max(made.input.expected, fixed))
    least = model.cache_minimum
    now = made.input.cacheable_prefix if least is not None and made.input.cacheable_prefix >= least else 0
    for each in found:
        within = each.lifetime or "the life time of the cache"
        uses = "never pays" if each.uses is None else f"pays from use {each.uses} within {within} on"
        more = each.saved * (fixed - now) / fixed if fixed else 0.0
        yield (
            f"each call that finds it there costs up to USD {_usd(more)} less; {uses}"
            f" (the first costs USD {_usd(each.surcharge)} more)"
        )
    if not found:
        yield f"no price of cached input is known for {made.model}"


def _prices(name: str, model: Model) -> str:
    price = model.price
    if price is None or price.output is None:
        return f"{name}: no price is known"
    return f"{name}: USD {price.input:g} in and {price.output:g} out per million tokens"


def _renamed(name: str, other: Model) -> str:
    """Another model's id with what stands in front of the declared one's."""
    bare = bare_name(name)
    return f"{name[: -len(bare)]}{other.id}" if bare and name.lower().endswith(bare) else other.id


_LIMITING: Final = frozenset({"missing-output-limit", "vague-length-limit"})

_MAKERS: Final[Mapping[str, Callable[[_Planner, _Case], Step]]] = {
    **dict.fromkeys(_LIMITING, _Planner.limit),
    "output-cap-missing": _Planner.cap,
    "free-text-output": _Planner.shape,
    "missing-schema": _Planner.schema,
    "schema-not-enforced": _Planner.schema,
    **dict.fromkeys(("variable-before-static", "volatile-prefix"), _Planner.caching),
    **dict.fromkeys(("unbounded-history", "unbounded-variable"), _Planner.bound),
    "oversized-model": _Planner.smaller,
    **dict.fromkeys(
        ("few-shot-bulk", "unneeded-rationale", "deterministic-task", "duplicate-instruction", "premium-model-in-dev"),
        _Planner.advice,
    ),
}
"""What is made of a rule's findings that have no fix; others are no matter of cost."""

_LEVERS: Final = (
    "oversized-model",
    "missing-output-limit",
    "vague-length-limit",
    "variable-before-static",
    "volatile-prefix",
    "unbounded-history",
    "free-text-output",
    "missing-schema",
    "schema-not-enforced",
)
"""Where no figure says what saves most: the model, the answer's length, caching and what is sent again go before the rest."""

_UNSAID: Final = {
    "unneeded-rationale": "how long the reasons are that some answers give is not known",
    "deterministic-task": "it saves every call that code takes over, and how many that are is not known",
    "premium-model-in-dev": "how many calls are made while developing is not known",
}
