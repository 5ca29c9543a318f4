"""One prompt across models: what each of them would cost, hold and support. Pure: nothing is asked of a model, or of the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from promptlint.analysis import Analysis, analyse
from promptlint.basis import Basis
from promptlint.breakeven import (
    Batching,
    Caching,
    Tuning,
    batching,
    caching,
    cascade_cost,
    least_acceptance,
    tuning,
)
from promptlint.config import Config
from promptlint.estimate import Estimate, Money, OutputTokens, estimate
from promptlint.lazy import dataclass, regex
from promptlint.prices import Lookup, Model, Price, data_date, makers_models
from promptlint.prompt import Prompt

__all__ = ["Asked", "Cascade", "CascadeCost", "Comparison", "Row", "Unknown", "compare", "smaller_models"]

_SPECIAL: Final = regex(
    r"preview|latest|search|research|cyber|rosalind|codex|code|devstral|banana|ft-|audio|image|vision|multi-agent|build|saba|pro$|pixtral"
)
"""Ids of trials, of names that move, and of models for one kind of work."""

_MOST: Final = 4
"""How many smaller models are chosen where none are named."""


class Unknown(ValueError):  # noqa: N818 - not known is what the model is
    """A model's name stands for none whose price could be looked up. The message says what was meant, perhaps."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Models that are asked one after the other, and for each but the last the share of its answers that is accepted."""

    models: tuple[str, ...]
    accepted: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared.

    models: names, none: the one that the prompt is sent to and smaller ones of its maker. output_tokens: the length of the
    answer, where somebody says so. cascade, tuning: what else is asked.
    """

    models: tuple[str, ...] = ()
    output_tokens: int | None = None
    cascade: Cascade | None = None
    tuning: Tuning | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One model. `estimate` is what the prompt takes there, `model` what the table knows of it.

    window_use: the share of the window that the expected prompt and its answer take (its cap where that is declared, else its
    expected length, else nothing), None where the window is not known. compared: the cost of a call as a multiple of the
    first row's. language: whether the prompt's language is one that the vendor supports, None where there is no list of these.
    caching: none where reading has no price. batching: None without a batch price. tuned: what a call of the tuned model costs, and the number of
    calls from which on tuning pays.
    """

    name: str
    model: Model
    estimate: Estimate
    window_use: float | None
    compared: float | None
    language: bool | None
    caching: tuple[Caching, ...]
    batching: Batching | None
    tuned: tuple[float, int | None] | None

    @property
    def retired(self) -> bool:
        """Whether its provider no longer serves it on the day of the data."""
        return self.model.retired is not None and self.model.retired <= data_date()

    @property
    def reaches_cache(self) -> bool | None:
        """Whether the beginning that stays the same is long enough to be cached; None where the least length is not known."""
        least = self.model.cache_minimum
        return None if least is None else self.estimate.input.cacheable_prefix >= least


@dataclass(frozen=True, slots=True)
class CascadeCost:
    """What a cascade is expected to cost. `per_call`, `last` (the last model alone) in USD, None where a model's is not known.

    least: the share of the first model's answers that have to be accepted for it to pay.
    """

    cascade: Cascade
    costs: tuple[float | None, ...]
    per_call: float | None
    per_month: float | None
    last: float | None
    least: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One prompt across models. `language` is the prompt's, `assumptions` are those that all rows share."""

    path: str
    prompt: str
    kind: str
    language: str | None
    rows: tuple[Row, ...]
    cascade: CascadeCost | None
    tuning: Tuning | None
    calls: float | None
    assumptions: tuple[str, ...]

    def own(self, row: Row) -> tuple[str, ...]:
        """What the figures of one row rest on besides."""
        return tuple(each for each in row.estimate.assumptions if each not in self.assumptions)


def compare(path: str, prompt: Prompt, config: Config, asked: Asked) -> Comparison:
    """Compare models for one prompt, under the configuration that holds for its file.

    Raises:
        Unknown: a name stands for no model, or for one that several sell; or none is named at all.
    """
    analysis = analyse(prompt if config.kind is None else replace(prompt, kind=config.kind), config.language)
    chosen = _chosen(prompt, config, asked)
    rows: list[Row] = []
    for name, model in chosen.items():
        made = _estimate(analysis, config.basis, name, asked.output_tokens)
        rows.append(_row(analysis, name, model, made=made, asked=asked, first=rows[0] if rows else None))
    shared = [each for each in rows[0].estimate.assumptions if all(each in row.estimate.assumptions for row in rows)]
    return Comparison(
        path=path,
        prompt=prompt.name,
        kind=analysis.kind.value,
        language=analysis.language,
        rows=tuple(rows),
        cascade=None if asked.cascade is None else _cascade(asked.cascade, rows, config.calls),
        tuning=asked.tuning,
        calls=config.calls,
        assumptions=tuple(shared),
    )


def _chosen(prompt: Prompt, config: Config, asked: Asked) -> Mapping[str, Model]:
    """The models to compare by name, each once."""
    cascade = asked.cascade.models if asked.cascade is not None else ()
    if asked.models or cascade:
        return {name: _known(name, config.find_model(name)) for name in dict.fromkeys((*asked.models, *cascade))}
    declared = prompt.settings.model
    name = config.model or (declared.value if declared is not None else None)
    if name is None:
        raise Unknown(f"the prompt '{prompt.name}' names no model; name those to compare with --models")
    model = _known(name, config.find_model(name))
    return {name: model, **{each.id: each for each in smaller_models(model)}}


def _known(name: str, lookup: Lookup) -> Model:
    if lookup.model is not None:
        return lookup.model
    if lookup.hosts:
        some = ", ".join(f"{host.provider}/{host.id}" for host in lookup.hosts[:3])
        raise Unknown(f"the model '{name}' is sold by several hosts; name one, such as {some}")
    if lookup.suggestions:
        raise Unknown(f"unknown model '{name}' (did you mean {' or '.join(map(repr, lookup.suggestions))}?)")
    raise Unknown(f"unknown model '{name}'; promptlint models lists those that are known")


def smaller_models(model: Model) -> tuple[Model, ...]:
    """The models of the same maker that cost less than `model` for input and for output, dearest first.

    The newest of each of the maker's lines, that is of the names which differ in their numbers only; none that has a day of
    retirement, is a trial or is made for one kind of work. At most four, those with the newest version. None for a model that
    not its maker sells.
    """
    price = model.price
    if price is None or price.output is None:
        return ()
    newest: dict[str, Model] = {}
    for each in makers_models():
        if each.provider != model.provider or each.retired is not None or _SPECIAL.search(each.id):
            continue
        other = each.price
        if other is None or other.output is None or other.input > price.input or other.output > price.output:
            continue
        if (other.input, other.output) == (price.input, price.output) or each.id == model.id:
            continue
        line = re.sub(r"[^a-z]", "", each.id)
        if line not in newest or _version(each) > _version(newest[line]):
            newest[line] = each
    found = sorted(newest.values(), key=lambda each: (_version(each), each.id), reverse=True)[:_MOST]
    return tuple(sorted(found, key=lambda each: (-_dollars(each.price), each.id)))


def _version(model: Model) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+(?![\db])", model.id))  # without sizes, as in 24b


def _dollars(price: Price | None) -> float:
    return 0.0 if price is None else price.input + (price.output or 0.0)


def _estimate(analysis: Analysis, basis: Basis, name: str, output_tokens: int | None) -> Estimate:
    """What the prompt takes at a model, with an answer of the length that somebody says."""
    made = estimate(analysis, replace(basis, model=name))
    if output_tokens is None:
        return made
    most = made.output.maximum
    answer = output_tokens if most is None else min(output_tokens, most)
    stated = OutputTokens(
        answer, most, "stated: --output-tokens" + ("" if answer == output_tokens else ", cut by the cap")
    )
    money = made.usd
    if money is not None and made.found is not None and made.found.price is not None:
        whole = _whole(made.found.price, made.input.expected, answer)
        money = Money(
            input=money.input,
            output=None if whole is None else whole - money.input,
            per_call=whole,
            per_call_maximum=money.per_call_maximum,
            input_per_month=money.input_per_month,
            per_month=None if whole is None or made.calls is None else whole * made.calls,
        )
    notes = (f"the answer has {output_tokens:,} tokens (--output-tokens)",)
    return replace(made, output=stated, usd=money, assumptions=(*made.assumptions, *notes))


def _whole(price: Price, sent: int, answer: int) -> float | None:
    try:
        return price.cost(input_tokens=sent, output_tokens=answer)
    except ValueError:  # no price of output
        return None


def _row(analysis: Analysis, name: str, model: Model, *, made: Estimate, asked: Asked, first: Row | None) -> Row:
    sent, answer = made.input, made.output
    price = model.price
    whole = made.usd.per_call if made.usd is not None else None
    base = whole if first is None else first.estimate.usd.per_call if first.estimate.usd is not None else None
    held = sent.expected + (answer.maximum or answer.expected or 0)
    spoken = analysis.language
    return Row(
        name=name,
        model=model,
        estimate=made,
        window_use=held / model.window if model.window else None,
        compared=whole / base if whole is not None and base else None,
        language=None if model.languages is None or spoken is None else spoken in model.languages,
        caching=() if price is None else caching(price, sent.cacheable_prefix, sent.expected),
        batching=None if price is None else batching(price, sent.expected, answer.expected),
        tuned=None if asked.tuning is None else tuning(asked.tuning, whole, sent.expected, answer.expected),
    )


def _cascade(cascade: Cascade, rows: Sequence[Row], calls: float | None) -> CascadeCost:
    by_name = {row.name: row.estimate.usd for row in rows}
    costs = tuple(usd.per_call if (usd := by_name[name]) is not None else None for name in cascade.models)
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return CascadeCost(cascade, costs, None, None, costs[-1], None)
    expected = cascade_cost(known, cascade.accepted)
    rest = cascade_cost(known[1:], cascade.accepted[1:])
    return CascadeCost(
        cascade=cascade,
        costs=costs,
        per_call=expected,
        per_month=None if calls is None else expected * calls,
        last=costs[-1],
        least=least_acceptance(known[0], rest),
    )
