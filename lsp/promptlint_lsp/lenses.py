"""Tokens and cost above each prompt: a code lens, or an inlay hint where a client has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lsprotocol import types

from promptlint.engine import PromptReport
from promptlint.facts import head_line
from promptlint.source import Span
from promptlint_lsp.figures import estimate_data, estimate_label
from promptlint_lsp.linting import Analysis

__all__ = ["SHOW_ESTIMATE", "estimates", "hints", "lenses"]

SHOW_ESTIMATE: Final = "promptlint.showEstimate"


def _heads(analysis: Analysis) -> Iterator[tuple[PromptReport, Span]]:
    """The prompts that stand in the document, each with its first line."""
    for report in analysis.report.prompts:
        place = head_line(analysis.report.document, report.prompt)
        if place.path == analysis.source.path:
            yield report, place.span


def lenses(analysis: Analysis) -> list[types.CodeLens]:
    """A lens for each prompt."""
    return [
        types.CodeLens(
            analysis.buffer.text.range(span),
            types.Command(
                estimate_label(report.estimate), SHOW_ESTIMATE, arguments=[analysis.buffer.uri, report.prompt.name]
            ),
        )
        for report, span in _heads(analysis)
    ]


def hints(analysis: Analysis, wanted: Span) -> list[types.InlayHint]:
    """A hint behind the first line of each prompt that begins in a span."""
    return [
        types.InlayHint(analysis.buffer.text.position(span.end), estimate_label(report.estimate), padding_left=True)
        for report, span in _heads(analysis)
        if wanted.start <= span.end <= wanted.end
    ]


def estimates(analysis: Analysis) -> dict[str, Any]:
    """The figures of each prompt, for clients that show them elsewhere."""
    return {
        "version": analysis.buffer.version,
        "prompts": [
            {"prompt": report.prompt.name, "range": analysis.buffer.text.range(span), **estimate_data(report.estimate)}
            for report, span in _heads(analysis)
        ],
    }
