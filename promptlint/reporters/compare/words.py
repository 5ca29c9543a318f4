"""What a comparison says in words, for text and Markdown alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from promptlint.prices import data_date, sources
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.figures import UNKNOWN, dollars, tokens

if TYPE_CHECKING:
    from promptlint.breakeven import Caching
    from promptlint.comparison import Comparison, Row

__all__ = ["HEAD", "RIGHT", "closing", "percent", "row", "sections", "title"]

HEAD: Final = (
    "model",
    "tokens in",
    "out",
    "USD in",
    "USD per call",
    "USD per month",
    "compared",
    "window used",
    "count",
    "language",
    "reasoning",
    "retired",
)
RIGHT: Final = frozenset({1, 2, 3, 4, 5, 6, 7})
"""Columns of figures."""
_LEAST: Final = 0.01


def title(comparison: Comparison) -> str:
    """What is compared."""
    language = f", language {comparison.language}" if comparison.language else ""
    calls = f", {comparison.calls:,.10g} calls per month" if comparison.calls is not None else ""
    return f"prompt {visible(comparison.prompt)} ({comparison.kind}{language}{calls})"


def row(comparison: Comparison, each: Row) -> tuple[str, ...]:
    """The cells of one model."""
    made, model = each.estimate, each.model
    money = made.usd
    return (
        visible(each.name),
        tokens(made.input.expected),
        tokens(made.output.expected),
        dollars(money.input if money else None),
        dollars(money.per_call if money else None),
        "-" if comparison.calls is None else dollars(money.per_month if money else None),
        "-" if each.compared is None else percent(each.compared),
        UNKNOWN if each.window_use is None else percent(each.window_use) + (" !" if each.window_use > 1 else ""),
        f"off by up to {percent(made.counting.error)}" if made.counting.error else made.counting.count,
        {True: "supported", False: "not listed", None: "no list"}[each.language],
        model.reasoning,
        "-" if model.retired is None else f"{'since' if each.retired else 'from'} {model.retired}",
    )


def sections(comparison: Comparison) -> Iterator[tuple[str, list[str]]]:
    """What stands below the table: headings, each with its lines."""
    outputs = dict.fromkeys(each.estimate.output.source for each in comparison.rows)
    yield "Answer", [visible(source) for source in outputs]
    if comparison.cascade is not None:
        yield "Cascade", list(_cascade(comparison))
    yield "Prompt caching", _together((each.name, line) for each in comparison.rows for line in _caching(each))
    yield "Batch", _together((each.name, _batch(each)) for each in comparison.rows)
    yield "Fine-tuning", list(_tuning(comparison))
    own = _together((each.name, visible(note)) for each in comparison.rows for note in comparison.own(each))
    yield "What this rests on", [*map(visible, comparison.assumptions), *own]


def _together(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Lines, each with the models that it holds for."""
    names: dict[str, list[str]] = {}
    for name, line in lines:
        names.setdefault(line, []).append(visible(name))
    return [f"{', '.join(some)}: {line}" for line, some in names.items()]


def closing() -> str:
    """The day of the prices and where they are from."""
    first = sources()[0]
    return f"USD at the prices of {data_date()}, from {first.name} {first.version}; what [models] says comes first."


def _cascade(comparison: Comparison) -> Iterator[str]:
    made = comparison.cascade
    if made is None:
        return
    names = [visible(name) for name in made.cascade.models]
    formula, left = f"c({names[0]})", 1.0
    for name, share in zip(names[1:], made.cascade.accepted, strict=True):
        left *= 1 - share
        formula += f" + {left:.6g} c({name})"
    for name, share in zip(names, made.cascade.accepted, strict=False):
        yield f"{percent(share)} of the answers of {name} are accepted (your figure)"
    if made.per_call is None:
        unknown = [name for name, cost in zip(names, made.costs, strict=True) if cost is None]
        yield f"expected cost {formula}: unknown, as that of a call of {' and '.join(unknown)} is not known"
        return
    yield f"expected cost {formula} = USD {dollars(made.per_call)} per call"
    if made.per_month is not None:
        yield f"USD {dollars(made.per_month)} per month"
    if made.last:
        yield f"that is {percent(made.per_call / made.last)} of {names[-1]} alone (USD {dollars(made.last)})"
    if made.least is None:
        yield f"{names[0]} costs as much as what comes after it, so asking it first never pays"
    else:
        yield f"asking {names[0]} first pays if more than {percent(made.least)} of its answers are accepted"
    yield "checking whether an answer is good enough costs extra and is not in these figures"
    yield "every model gets the same prompt and answers at the same length"


def _caching(each: Row) -> Iterator[str]:
    prefix, least = each.estimate.input.cacheable_prefix, each.model.cache_minimum
    if not each.caching:
        yield "no price of cached input is known"
    elif not prefix:
        yield "never: the prompt begins with what differs from call to call"
    elif each.reaches_cache is False:
        yield f"never: {_tokens(prefix)} at the beginning stay the same, and it caches {tokens(least)} or more"
    else:
        unsure = "if that many tokens are enough for it, which is not known, " if each.reaches_cache is None else ""
        yield from (f"{unsure}{_lifetime(one)}" for one in each.caching)


def _lifetime(each: Caching) -> str:
    within = f"within {each.lifetime}" if each.lifetime else "within the life time of the cache"
    if each.uses is None:
        return f"never: cached input {within} costs as much as fresh input"
    first = (
        f"the first costs USD {dollars(each.surcharge)} more" if each.surcharge > 0 else "the first costs nothing more"
    )
    return f"from the {_ordinal(each.uses)} use {within} on ({_tokens(each.tokens)}; {first}, each later one USD {dollars(each.saved)} less)"


def _batch(each: Row) -> str:
    made = each.batching
    if made is None:
        return "no batch price is known"
    if not made.pays:
        return "a batch costs as much"
    if made.saved is None:
        return f"from the first call that can wait on: USD {dollars(made.saved_input)} less for its input; for the answer it is not known"
    whole = each.estimate.usd.per_call if each.estimate.usd else None
    share = f" ({percent(made.saved / whole)})" if whole else ""
    return f"from the first call that can wait on: USD {dollars(made.saved)} less for each{share}"


def _tuning(comparison: Comparison) -> Iterator[str]:
    said = comparison.tuning
    if said is None:
        yield (
            "not known: the price data has no tuned models; give --tuned-input-price, --tuned-output-price and"
            " --training-cost"
        )
        return
    sent = "as long as now" if said.input_tokens is None else f"{_tokens(said.input_tokens)} long"
    yield (
        f"a tuned model at USD {dollars(said.input_price)} in and {dollars(said.output_price)} out per million tokens, trained for"
        f" USD {dollars(said.training)}, with a prompt that is {sent} (your figures)"
    )
    for each in comparison.rows:
        name = visible(each.name)
        if each.tuned is None:
            yield f"against {name}: not known, as the cost of a call is not"
            continue
        cost, calls = each.tuned
        pays = "never pays" if calls is None else f"pays from {calls:,} {'call' if calls == 1 else 'calls'} on"
        yield f"against {name}: {pays} (USD {dollars(cost)} per call)"
    yield "making examples, evaluation and training again cost extra and are not in these figures"


def _tokens(number: int) -> str:
    return f"{number:,} token{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """A share in per cent, with decimals where it is small: ``0.05 %``, ``3.2 %``, ``48 %``."""
    hundredths = share * 100
    if 0 < hundredths < _LEAST:
        return f"below {_LEAST} %"
    decimals = 0 if hundredths >= 10 or hundredths == round(hundredths) else 1 if hundredths >= 1 else 2
    return f"{hundredths:,.{decimals}f} %"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
