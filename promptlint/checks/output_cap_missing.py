"""Settings that name a model but set no cap on the tokens of the answer: the rule `output-cap-missing`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.length import answer_length
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.checks._models import answers_in_text
from promptlint.diagnostic import Confidence, Finding, Related
from promptlint.lazy import regex
from promptlint.prompt import Kind

__all__ = ["check"]

_ALWAYS_CAPPED = regex(r"claude|anthropic|^(?:sonnet|opus|haiku)\b", re.IGNORECASE)
"""Anthropic's interface refuses a call without a cap, so whoever calls these models sets one."""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the model, or at the prompt where another file declares the model. Where the prompt states a length, its answer rarely runs away: low confidence."""
    settings = context.prompt.settings
    model = settings.model
    if model is None or settings.max_output_tokens is not None or settings.schema is not None:
        return
    # what an editor or an agent runs has no cap that its author could set
    if context.document.agent_file or invoked(context.prompt):
        return
    if _ALWAYS_CAPPED.search(model.value) or not answers_in_text(model.value):
        return
    analysis = context.analysis
    if analysis.kind is not Kind.TASK or analysis.shape.limit not in ("open", "soft", "bounded"):
        return
    if analysis.shape.limit == "bounded" and answer_length(analysis.lengths) is None:
        return  # a label, a number
    sure = analysis.shape.limit != "bounded" and analysis.shape.limit_confidence is not Confidence.LOW
    # the model may be declared in a file that many prompts share
    here = model.location.path == context.document.source.path
    yield Finding(
        model.location if here else context.prompt.location,
        {"model": model.value},
        confidence=Confidence.HIGH if sure else Confidence.LOW,
        related=() if here else (Related(model.location, "the model is declared here"),),
    )
