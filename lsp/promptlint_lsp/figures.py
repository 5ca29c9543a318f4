"""Tokens and money in words, as code lenses, hints and hovers show them. What is not known is not shown."""

from __future__ import annotations

from typing import Any

from promptlint.estimate import Estimate
from promptlint.prices import Model, Rates
from promptlint.reporters.terminal.figures import dollars

__all__ = ["estimate_data", "estimate_label", "estimate_text", "model_text"]


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"${dollars(amount)}"


def estimate_label(estimate: Estimate) -> str:
    """What one call takes, in a line: ``≈ 1,234 tokens in, 75 out, $0.0031 per call (gpt-5-mini)``."""
    sent, answer = estimate.input, estimate.output.expected
    exact = estimate.counting.count == "exact" and sent.minimum == sent.maximum and not sent.framing
    words = [f"{'' if exact else '≈ '}{sent.expected:,} token{'' if sent.expected == 1 else 's'} in"]
    if answer is not None:
        words.append(f"{answer:,} out")
    if estimate.usd is not None:
        if estimate.usd.per_call is not None:
            words.append(f"{_usd(estimate.usd.per_call)} per call")
        else:
            words.append(f"{_usd(estimate.usd.input)} per call without the answer")
    return ", ".join(words) + (f" ({estimate.model})" if estimate.model else "")


def estimate_text(name: str, estimate: Estimate) -> str:
    """What one call takes, with everything it rests on, as Markdown."""
    sent = estimate.input
    most = "not bounded" if sent.maximum is None else f"{sent.maximum:,}"
    lines = [
        f"**{name}**: {estimate_label(estimate)}",
        "",
        f"- tokens in: {sent.expected:,} expected, {sent.minimum:,} at least, at most: {most}",
        (
            f"- literal text {sent.literal:,}, variables {sent.variables:,}, schema {sent.schema:,}, tools {sent.tools:,}, "
            f"framing {sent.framing:,}"
        ),
        f"- the beginning that can be cached: {sent.cacheable_prefix:,} tokens",
        f"- the answer: {estimate.output.source}",
    ]
    if estimate.usd is not None and estimate.usd.per_month is not None:
        lines.append(f"- {_usd(estimate.usd.per_month)} per month")
    if estimate.assumptions:
        lines += ["", "Assumed:", "", *(f"- {each}" for each in estimate.assumptions)]
    return "\n".join(lines)


def estimate_data(estimate: Estimate) -> dict[str, Any]:
    """The figures for programs, named as in ``promptlint cost --output-format json``."""
    sent, answer, usd = estimate.input, estimate.output, estimate.usd
    return {
        "label": estimate_label(estimate),
        "model": estimate.model,
        "encoding": estimate.counting.encoding,
        "count": estimate.counting.count,
        "input_tokens": {
            "literal": sent.literal,
            "variables": sent.variables,
            "schema": sent.schema,
            "tools": sent.tools,
            "framing": sent.framing,
            "minimum": sent.minimum,
            "expected": sent.expected,
            "maximum": sent.maximum,
            "cacheable_prefix": sent.cacheable_prefix,
        },
        "output_tokens": {"expected": answer.expected, "maximum": answer.maximum, "source": answer.source},
        "usd": usd
        and {
            "input": usd.input,
            "output": usd.output,
            "per_call": usd.per_call,
            "per_month": usd.per_month,
        },
        "assumptions": list(estimate.assumptions),
    }


def model_text(name: str, models: tuple[Model, ...]) -> str:
    """What is known of a model, as Markdown; with several hosts what each of them says."""
    if not models:
        return f"**{name}**: not in the table of models"
    return "\n\n".join(_model(each) for each in models)


def _model(model: Model) -> str:
    lines = [f"**{model.name}** ({model.provider})", ""]
    if model.price is not None:
        lines.append(f"- USD per million tokens: {_rates(model.price)}")
        lines += [f"- above {tier.above:,} tokens: {_rates(tier)}" for tier in model.price.tiers]
    else:
        lines.append("- price unknown")
    if model.window is not None:
        lines.append(f"- window: {model.window:,} tokens")
    if model.max_output is not None:
        lines.append(f"- longest answer: {model.max_output:,} tokens")
    if model.cache_minimum is not None:
        lines.append(f"- caches beginnings of {model.cache_minimum:,} tokens and more")
    if model.retired is not None:
        lines.append(f"- retired on {model.retired}")
    return "\n".join(lines)


def _rates(rates: Rates) -> str:
    words = [f"{_usd(rates.input)} in"]
    if rates.cached_read is not None:
        words.append(f"{_usd(rates.cached_read)} in from the cache")
    words.append(f"{_usd(rates.output)} out")
    return ", ".join(words)
