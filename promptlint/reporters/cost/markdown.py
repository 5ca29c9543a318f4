"""Costs as Markdown, for a wiki or a comment: the dearest prompts in a table, totals, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptlint.reporters.ci.markup import code, escaped
from promptlint.reporters.cost.lines import assumptions, names, prices, sums
from promptlint.reporters.terminal.figures import UNKNOWN, dollars, percent, tokens
from promptlint.reporters.terminal.lines import count

if TYPE_CHECKING:
    from promptlint.costs import Cost, Costs
    from promptlint.reporters import Options

__all__ = ["render"]

_MOST: Final = 100
"""Prompts in a table: a comment on GitHub has room for 65,536 characters."""
_HEAD: Final = (
    "| Prompt | Model | Tokens | Text | Variables | Cacheable | Answer | At most | USD a call | USD a month |\n"
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)
_HEAD_PARTS: Final = "| Part | Tokens | Share |\n|---|--:|--:|\n"


def render(costs: Costs, options: Options) -> str:
    """The 100 dearest prompts; `options` change nothing."""
    del options
    called = names(costs)
    shown = costs.costs[:_MOST]
    out = ["## promptlint cost\n"]
    if not costs.costs:
        return "".join([*out, "\nNo prompts.\n"])
    if any(cost.breakdown for cost in costs.costs):
        for cost in shown:
            out.append(_parts(cost, called[cost.path, cost.prompt]))
    else:
        out += ["\n", _HEAD, *(_row(cost, called[cost.path, cost.prompt]) for cost in shown)]
    if len(costs.costs) > len(shown):
        out.append(f"\nThe {len(shown)} dearest; {len(costs.costs) - len(shown):,} more are left out.\n")
    out += ["\n", *(f"{escaped(line)}  \n" for line in sums(costs))]
    rests_on = "".join(f"- {escaped(line)}\n" for line in (*assumptions(costs), prices(costs)))
    out.append(f"\n<details><summary>What this rests on</summary>\n\n{rests_on}\n</details>\n")
    return "".join(out)


def _row(cost: Cost, name: str) -> str:
    sent, answer, usd = cost.estimate.input, cost.estimate.output, cost.usd
    call = month = UNKNOWN
    if usd is not None:
        call = dollars(usd.per_call) if usd.per_call is not None else f"{dollars(usd.input)} +"
        if usd.input_per_month is not None:
            month = dollars(usd.per_month) if usd.per_month is not None else f"{dollars(usd.input_per_month)} +"
    cells = (
        _name(name),
        escaped(cost.estimate.model or UNKNOWN),
        *(tokens(each) for each in (sent.expected, sent.literal, sent.variables, sent.cacheable_prefix)),
        *(tokens(each) for each in (answer.expected, answer.maximum)),
        call,
        month,
    )
    return f"| {' | '.join(cells)} |\n"


def _parts(cost: Cost, name: str) -> str:
    assert cost.breakdown is not None, "asked for"
    expected = cost.estimate.input.expected
    rows = "".join(
        f"| {escaped(each.name)} | {tokens(each.tokens)} | {percent(each.tokens, expected)} |\n"
        for each in cost.breakdown.shares
    )
    examples = cost.breakdown.examples
    shots = (
        f"\nWorked examples (few-shot) are {tokens(examples)} of them, {percent(examples, expected)}.\n"
        if examples
        else ""
    )
    return f"\n### {code(name)}\n\n{count(expected, 'token')} expected.\n\n{_HEAD_PARTS}{rows}{shots}"


def _name(name: str) -> str:
    """A name as code in a table, in which a bar would end the cell even there."""
    return code(name).replace("|", "\\|")
