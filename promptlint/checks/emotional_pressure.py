"""Tips, threats and high stakes that lean on the model: the rule `emotional-pressure`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.cues import heard
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding
from promptlint.source import Span

__all__ = ["check"]

_SAYS = {
    "reward": "promises the model a reward",
    "threat": "threatens the model",
    "stakes": "puts the model under pressure",
    "pep": "encourages the model",
}


def check(context: Context) -> Iterator[Finding]:
    """Each such phrase in an instruction. Encouragement is a long shot: one kind of it once led a benchmark."""
    for index in context.analysis.instructing:
        part = context.analysis.messages[index]
        for cue in heard("pressure", context.analysis.language, part.wording, whole=part.literals):
            location = part.message.locate(Span(cue.start, cue.end))
            if location is None:
                continue
            written = " ".join(part.message.text[cue.start : cue.end].split())
            confidence = Confidence.LOW if cue.name == "pep" else Confidence.HIGH
            yield Finding(location, {"phrase": written, "what": _SAYS[cue.name]}, confidence)
