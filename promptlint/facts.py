"""The little that project rules need of a document, and what they find in the facts of many. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from promptlint.analysis.blocks import Mark, marks, shared_blocks
from promptlint.budgets import (
    FOLDER_RULE,
    GROWTH_RULE,
    NO_BUDGETS,
    UNCHECKED_RULE,
    Budgets,
    FolderBudget,
    Limit,
    Unit,
    dollars,
    folder_broken,
    prompt_broken,
    unknown_cost,
)
from promptlint.config import ActiveRule
from promptlint.diagnostic import Finding, Related
from promptlint.estimate import Estimate
from promptlint.lazy import dataclass
from promptlint.prompt import Document, Prompt
from promptlint.source import Location, Span
from promptlint.tokens import Tokenizers, counter, counting_for

__all__ = ["Facts", "gather", "head_line", "project_findings", "project_rules"]


@dataclass(frozen=True)
class Facts:
    """What project rules need of a document: the hashes of its lines with their places, and what its prompts take.

    `path` is how it is reported, `project_path` its path from the root of its project. `estimates` are by prompt, `rules` the
    project rules that are on for it and have something to look for, with their options. `places` are where each prompt
    begins, `budgets` what holds for the file.
    """

    path: str
    project_path: str
    agent_file: bool
    lines: tuple[Mark, ...]
    estimates: Mapping[str, Estimate]
    rules: tuple[ActiveRule, ...]
    places: Mapping[str, Location] = field(default_factory=dict)
    budgets: Budgets = NO_BUDGETS

    @property
    def needs_others(self) -> bool:
        """Whether a rule has to know the other files of the project."""
        return any(rule.rule.id != UNCHECKED_RULE for rule in self.rules) or bool(self.budgets.folders)


def project_rules(active: Iterable[ActiveRule], budgets: Budgets) -> tuple[ActiveRule, ...]:
    """The rules about whole projects that may find something: those about budgets are on, but idle where there are none."""
    idle = {
        GROWTH_RULE: True,  # it compares revisions, which only `promptlint diff` has
        FOLDER_RULE: not budgets.folders,
        UNCHECKED_RULE: not budgets.limits_money,
    }
    return tuple(rule for rule in active if rule.rule.scope == "project" and not idle.get(rule.rule.id, False))


def head_line(document: Document, prompt: Prompt) -> Location:
    """The first line of a prompt that is not blank, which stands for the whole prompt."""
    source, location = document.source, prompt.location
    if location.path != source.path:
        return location
    text = source.slice(location.span)
    start = location.span.start + len(text) - len(text.lstrip())
    line = source.line_span(source.position(start).line)
    return Location(location.path, Span(start, max(start, min(line.end, location.span.end))))


def gather(
    document: Document,
    rules: Iterable[ActiveRule],
    estimates: Mapping[str, Estimate],
    model: str | None,
    path: str,
    *,
    budgets: Budgets = NO_BUDGETS,
    tokenizers: Tokenizers = "openai",
) -> Facts:
    """The facts of a document.

    Args:
        document: what a reader made of the file.
        rules: the rules that are on for it.
        estimates: the Estimates of its prompts, by name.
        model: the configured model.
        path: the file's path from the root of its project.
        budgets: what holds for the file.
        tokenizers: those that count.

    """
    lines: list[Mark] = []
    for prompt in document.prompts:
        declared = prompt.settings.model
        name = model if model is not None or declared is None else declared.value
        count = counter(counting_for(name, tokenizers).encoding).count
        for message in prompt.messages:
            # what is kept in another file is that file's
            lines += (mark for mark in marks(message, count) if mark.location.path == document.source.path)
    return Facts(
        document.source.path,
        path,
        document.agent_file,
        tuple(lines),
        estimates,
        project_rules(rules, budgets),
        {prompt.name: head_line(document, prompt) for prompt in document.prompts},
        budgets,
    )


def project_findings(facts: Sequence[Facts], asked: Iterable[str]) -> Iterator[tuple[str, ActiveRule, Finding]]:
    """What the project rules find in the files `asked` about: the file's path, the rule as it is on there, the finding."""
    wanted = set(asked)
    yield from _over_budget(facts, wanted)
    yield from _unchecked(facts, wanted)
    by_options: dict[tuple[int, int], list[tuple[int, ActiveRule]]] = {}
    for number, each in enumerate(facts):
        for rule in each.rules:
            if rule.rule.id == "repeated-block" and each.path in wanted:
                options = _integer(rule, "tokens"), _integer(rule, "files")
                by_options.setdefault(options, []).append((number, rule))
    lines, names = [each.lines for each in facts], [each.project_path for each in facts]
    for (tokens, files), asking in sorted(by_options.items(), key=lambda each: each[0]):
        rules = dict(asking)
        for shared in shared_blocks(lines, names, tokens, files, rules):
            others = [(facts[number].path, place) for number, place in shared.others]
            finding = Finding(
                shared.place,
                {
                    "tokens": f"{shared.tokens:,}",
                    "files": f"{len(others):,} other files" if len(others) > 1 else "another file",
                },
                related=tuple(Related(place, "it stands here, too") for _, place in others[:_SHOWN]),
            )
            yield facts[shared.file].path, rules[shared.file], finding


_SHOWN = 3
"""Other places, or reasons, that a diagnostic shows."""


def _rule(facts: Facts, name: str) -> ActiveRule | None:
    return next((rule for rule in facts.rules if rule.rule.id == name), None)


def _over_budget(facts: Sequence[Facts], wanted: set[str]) -> Iterator[tuple[str, ActiveRule, Finding]]:
    """The folders whose prompts together take too much, each at the prompt that takes most in the files asked about."""
    folders = dict.fromkeys(each for fact in facts if fact.path in wanted for each in fact.budgets.folders)
    for folder in folders:
        counted = [
            (estimate, fact, fact.places[name])
            for fact in facts
            if folder in fact.budgets.folders
            for name, estimate in fact.estimates.items()
        ]
        counted.sort(key=lambda each: (-each[0].input.expected, each[2]))
        asked = [(fact, place) for _, fact, place in counted if fact.path in wanted]
        rule = _rule(asked[0][0], FOLDER_RULE) if asked else None
        if rule is None:
            continue
        place = asked[0][1]
        others = [each for _, _, each in counted if each != place][:_SHOWN]
        related = tuple(Related(each, "among those that take most") for each in others)
        for broken in folder_broken(folder, (estimate for estimate, _, _ in counted)):
            yield asked[0][0].path, rule, Finding(place, broken.values, related=related)


@dataclass(slots=True)
class _Unchecked:
    """What cannot be checked of one budget: how many prompts it is about, why how many are not known, and where to say so."""

    prompts: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: tuple[Facts, Location] | None = None


def _unchecked(facts: Sequence[Facts], wanted: set[str]) -> Iterator[tuple[str, ActiveRule, Finding]]:
    """The budgets in USD that cannot be checked, each once."""
    found: dict[tuple[Limit, Unit], _Unchecked] = {}
    for fact in facts:
        for name, estimate in fact.estimates.items():
            broken = {each.values["place"] for each in prompt_broken(estimate, fact.budgets)}
            for limit, unit, folder in _limits_of_money(fact.budgets):
                if folder is None and fact.path not in wanted:
                    continue
                each = found.setdefault((limit, unit), _Unchecked())
                each.prompts += 1
                reason = unknown_cost(estimate, unit)
                if reason is None or (folder is None and limit.place in broken):
                    continue  # what is known is too much already
                each.reasons[reason] += 1
                if each.first is None and fact.path in wanted:
                    each.first = (fact, fact.places[name])
    for (limit, unit), each in found.items():
        rule = _rule(each.first[0], UNCHECKED_RULE) if each.first is not None else None
        if each.first is None or rule is None:
            continue
        reasons = [f"{reason} ({count:,})" for reason, count in each.reasons.most_common(_SHOWN)]
        reasons += ["and others"] if len(each.reasons) > _SHOWN else []
        unknown = sum(each.reasons.values())
        values = {
            "budget": dollars(limit.value),
            "unit": unit,
            "place": limit.place,
            "prompts": f"{unknown:,} of {each.prompts:,} prompts" if each.prompts > 1 else "its prompt",
            "reasons": ", ".join(reasons),
        }
        yield each.first[0].path, rule, Finding(each.first[1], values)


def _limits_of_money(budgets: Budgets) -> Iterator[tuple[Limit, Unit, FolderBudget | None]]:
    """The budgets in USD, each with what it is per and the folder that it is about."""
    if budgets.usd_per_call is not None:
        yield budgets.usd_per_call, "call", None
    if budgets.usd_per_month is not None:
        yield budgets.usd_per_month, "month", None
    for folder in budgets.folders:
        if folder.usd_per_month is not None:
            yield folder.usd_per_month, "month", folder


def _integer(rule: ActiveRule, option: str) -> int:
    value = rule.options.get(option)
    return value if isinstance(value, int) else 0
