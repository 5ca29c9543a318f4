"""Sentences that more than one format prints: the totals, and what the figures rest on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from promptlint.lazy import regex
from promptlint.reporters.terminal.figures import dollars
from promptlint.reporters.terminal.lines import count

if TYPE_CHECKING:
    from promptlint.costs import Cost, Costs
    from promptlint.estimate import VariableSize

__all__ = ["assumptions", "names", "prices", "sums"]

_MOST_NAMES: Final = 10
_MOST_ASSUMPTIONS: Final = 20


def names(costs: Costs) -> dict[tuple[str, str], str]:
    """What each prompt is called: its path, with its name where the file has several."""
    files = Counter(cost.path for cost in costs.costs)
    return {
        (cost.path, cost.prompt): cost.path if files[cost.path] == 1 else f"{cost.path}: {cost.prompt}"
        for cost in costs.costs
    }


def sums(costs: Costs) -> list[str]:
    """The totals: of what is known, and how much is not."""
    sum_ = costs.total
    if not sum_.prompts:
        return []
    lines = [
        f"{count(sum_.prompts, 'prompt')}: {sum_.expected:,} tokens expected, {sum_.literal:,} of them literal text."
    ]
    if sum_.per_call is not None:
        lines.append(
            f"Answers included, one call of each of {count(sum_.with_call, 'prompt')} costs USD {dollars(sum_.per_call)}"
            + (
                f", all calls of {count(sum_.with_month, 'prompt')} USD {dollars(sum_.per_month)} a month."
                if sum_.per_month is not None
                else "."
            )
        )
    open_ended = [cost for cost in costs.costs if cost.usd is not None and cost.usd.per_call is None]
    if open_ended:
        once = sum(cost.usd.input for cost in open_ended if cost.usd is not None)
        monthly = [cost.usd.input_per_month for cost in open_ended if cost.usd is not None]
        known = [each for each in monthly if each is not None]
        month = f", USD {dollars(sum(known))} a month" if known else ""
        lines.append(
            f"Of {count(len(open_ended), 'prompt')} the answer's length or price is not known (+): without answers, one call of"
            f" each costs USD {dollars(once)}{month}."
        )
    if sum_.prompts > sum_.priced:
        lines.append(f"Of {count(sum_.prompts - sum_.priced, 'prompt')} no price is known (-).")
    if costs.has_calls and (without := sum(cost.estimate.calls is None for cost in costs.costs)):
        lines.append(f"How often {count(without, 'prompt')} {'is' if without == 1 else 'are'} called is not known.")
    return lines


def prices(costs: Costs) -> str:
    """Of which day the prices are."""
    return f"Prices of {costs.date}, in USD, for tokens of text, without caching and batches; see promptlint models."


def assumptions(costs: Costs) -> list[str]:
    """What the figures rest on: each assumption once, the sizes of variables by size."""
    lines = [*_sizes(costs, "assumed"), *_sizes(costs, "declared"), *_sizes(costs, "sample")]
    counted: Counter[str] = Counter()
    for cost in costs.costs:
        of_variables = {each.assumption for each in cost.estimate.variables if each.source in _HOW}
        counted.update(_quoted(cost, each) for each in cost.estimate.assumptions if each not in of_variables)
    alike: dict[str, dict[str, None]] = {}
    for text, _ in counted.most_common():
        alike.setdefault(_QUOTED.sub("'", text), {})[text] = None
    every = len(costs.costs)
    said = [_said(list(texts), counted, every) for texts in alike.values()]
    lines += said[:_MOST_ASSUMPTIONS]
    if len(said) > _MOST_ASSUMPTIONS:
        lines.append(f"{len(said) - _MOST_ASSUMPTIONS:,} more, which --output-format json has")
    return lines


def _quoted(cost: Cost, text: str) -> str:
    """An assumption in which the model, too, is a name in quotes."""
    model = cost.estimate.model
    return text if model is None or text != cost.estimate.counting.assumption else text.replace(model, f"'{model}'", 1)


_QUOTED: Final = regex(r"'[^']*'")


def _said(texts: list[str], counted: Counter[str], every: int) -> str:
    """Assumptions that differ only in a name, on one line."""
    if len(texts) == 1:
        return f"{texts[0]} ({_all(counted[texts[0]], every)})" if every > 1 else texts[0]
    found = [match[0] for text in texts if (match := _QUOTED.search(text)) is not None]
    return f"{_QUOTED.sub('each', texts[0], count=1)}: {_listed(found)}"


def _all(number: int, every: int) -> str:
    return "all prompts" if number == every else count(number, "prompt")


_HOW: Final = {
    "assumed": "by their names (state yours in [variables] of the configuration)",
    "declared": "as their declared length allows",
    "sample": "as long as the sample in the file",
}


def _sizes(costs: Costs, known: str) -> list[str]:
    """The variables whose size is known in one way, by size, the largest first."""
    by_size: dict[int, dict[str, None]] = {}
    for each in _variables(costs.costs):
        if each.source == known:
            by_size.setdefault(each.tokens, {})[each.name] = None
    if not by_size:
        return []
    groups = [f"{tokens:,} tokens: {_listed(list(found))}" for tokens, found in sorted(by_size.items(), reverse=True)]
    shown = groups[:_MOST_NAMES]
    if len(groups) > len(shown):
        shown.append(f"{count(len(groups) - len(shown), 'other size')} in --output-format json")
    return [f"variables {_HOW[known]}: {'; '.join(shown)}"]


def _variables(costs: tuple[Cost, ...]) -> list[VariableSize]:
    return [each for cost in costs for each in cost.estimate.variables]


def _listed(found: list[str]) -> str:
    more = len(found) - _MOST_NAMES
    return ", ".join(found[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
