"""Costs with everything in them that is awkward to print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.breakdown import Breakdown, Share
from promptlint.costs import Cost, Costs, in_order
from promptlint.discovery import Skipped
from promptlint.estimate import Estimate, InputTokens, Money, OutputTokens, VariableSize
from promptlint.prices import find_model
from promptlint.prompt import Kind
from promptlint.tokens import counting_for

NASTY = "=1+1|`x`\u202e<b>@you.md"


@pytest.fixture
def costs() -> Costs:
    """Four prompts: priced with an answer, priced without, of no model, and of a name that is awkward."""
    mini = Estimate(
        "gpt-5-mini",
        find_model("gpt-5-mini").model,
        counting_for("gpt-5-mini"),
        InputTokens(212, 800, 0, 0, 7, 219, 1_019, None, 190),
        OutputTokens(66, 200, "text: at most 3 sentences; cap of 200"),
        Money(0.00025475, 0.000132, 0.00038675, 0.00065475, 25.475, 38.675),
        (VariableSize("report", 800, 1, "assumed"), VariableSize("name", 3, 2, "sample", "people")),
        ("'report' has 800 tokens", "'name' (each of people) is as long as its sample, 3 tokens", "one", "two"),
        100_000.0,
    )
    claude = replace(
        mini,
        model="claude-sonnet-4-5",
        counting=counting_for("claude-sonnet-4-5"),
        output=OutputTokens(None, None, "unknown: nothing says how long the answer is"),
        usd=Money(0.003057, None, None, None, None, None),
        variables=(),
        assumptions=(counting_for("claude-sonnet-4-5").assumption, "the loop over 'a' runs 3 times", "one"),
        calls=None,
    )
    none = replace(
        claude,
        model=None,
        found=None,
        usd=None,
        counting=counting_for(None),
        assumptions=("the loop over 'b' runs 3 times",),
    )
    return Costs(
        in_order(
            (
                Cost("prompts/a.md", "a", Kind.TASK, "en", mini),
                Cost("prompts/b.yaml", "one", Kind.SYSTEM, None, claude),
                Cost("prompts/b.yaml", "two", Kind.TASK, "de", none),
                Cost(NASTY, "p", Kind.FRAGMENT, None, none),
            )
        ),
        (Skipped("photo.md", "binary file", named=False),),
        (("broken.yaml", "it is no YAML"),),
    )


@pytest.fixture
def broken_down(costs: Costs) -> Costs:
    """The same with the parts of each prompt."""
    found = Breakdown(
        "section", (Share("section", "| # \u202eTitle " + "x" * 80, 1_012, 0), Share("framing", "chat format", 7)), 255
    )
    return replace(costs, costs=tuple(replace(each, breakdown=found) for each in costs.costs))
