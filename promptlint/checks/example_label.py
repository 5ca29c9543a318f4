"""Examples that answer with a label which the prompt does not know: the rule `example-label-unknown`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from promptlint.analysis import Analysis
from promptlint.analysis.demonstrations import Demonstration, Spans, spans_of
from promptlint.analysis.json_blocks import DataBlock, within
from promptlint.analysis.labels import LabelSet, bare, label_sets, same_label
from promptlint.analysis.regions import Region, RegionKind, mask
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Related, Severity
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["check"]

_MOST = 10
"""Labels of a set that are worth telling."""
_EXAMPLE: tuple[RegionKind, ...] = ("example",)
_WORDS = 5
"""Words of an answer that is taken for a label."""
_SEVERAL = regex(r"\s*[,;|/]\s*")


@dataclass(frozen=True, slots=True)
class _Given:
    """A label that an example gives: the field that holds it (None: the answer is the label), its text and its place."""

    key: str | None
    text: str
    message: int
    span: Span
    paired: bool
    """The example says what goes in, too."""


def check(context: Context) -> Iterator[Finding]:
    """Each label outside of the sets; of those that differ in case only the first."""
    if context.document.agent_file:
        return
    analysis = context.analysis
    shots = [shot for shot in analysis.demonstrations if not shot.bad]
    if not shots:
        return
    sets = label_sets(analysis, shots)
    if not sets:
        return
    given = list(_given(analysis, shots))
    said: list[str] | None = None
    for key in dict.fromkeys(each.key for each in given):
        own = [each for each in sets if each.key == key] or ([each for each in sets if each.key is None] if key else [])
        if key is not None and not any(each.key == key for each in sets) and not _only_field(given, key):
            continue
        if not own:
            continue
        if said is None:
            said = [same_label(text) for text in _instructions(analysis, shots)]
        yield from _unknown([each for each in given if each.key == key], own, said, context)


def _instructions(analysis: Analysis, shots: Sequence[Demonstration]) -> Iterator[str]:
    """What the messages say apart from examples."""
    for index, part in enumerate(analysis.messages):
        yield mask(part.instruction_text, [Region(span, "example") for span in spans_of(shots, index)], _EXAMPLE)


def _only_field(given: Sequence[_Given], key: str) -> bool:
    """Whether the answers have no other text field, so that labels without a field can only be about this one."""
    return all(each.key == key for each in given)


def _unknown(
    given: Sequence[_Given], sets: Sequence[LabelSet], said: Sequence[str], context: Context
) -> Iterator[Finding]:
    exact = {value for each in sets for value in each.values}
    alike = {same_label(bare(value)): value for value in exact}
    place = next((each.place for each in sets if each.place is not None), None)
    where = context.prompt.messages[place.message].locate(place.span) if place else None
    related = () if where is None else (Related(where, "the labels"),)
    known = sum(each.text in exact or same_label(each.text) in alike for each in given)
    strange = [each for each in given if same_label(each.text) not in alike]
    if len(strange) <= max(known, 1):
        for each in strange[:_MOST]:
            label = same_label(each.text)
            if any(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) for text in said):
                continue  # the instructions know it, as an answer for special cases perhaps
            location = context.prompt.messages[each.message].locate(each.span)
            if location is None:
                continue
            from difflib import get_close_matches

            close = get_close_matches(label, alike, n=1, cutoff=0.8)
            hint = f" (did you mean '{alike[close[0]]}'?)" if close else ""
            sure = known > 0 or bool(close)
            # no example uses the labels: is this one about them at all?
            weak = Confidence.MEDIUM if len(sets) == 1 and len(given) == 1 and each.paired else Confidence.LOW
            yield Finding(
                location,
                {
                    "label": each.text,
                    "hint": hint,
                    "labels": ", ".join(f"'{value}'" for value in list(alike.values())[:8]),
                },
                Confidence.HIGH if sure else weak,
                None if sure else Severity.INFO,
                related=related,
            )
    spelt = next((each for each in given if each.text not in exact and same_label(each.text) in alike), None)
    if spelt is not None:
        location = context.prompt.messages[spelt.message].locate(spelt.span)
        if location is not None:
            hint = f" (the prompt writes it '{alike[same_label(spelt.text)]}')"
            yield Finding(location, {"label": spelt.text, "hint": hint}, severity=Severity.INFO, related=related)


def _given(analysis: Analysis, shots: Sequence[Demonstration]) -> Iterator[_Given]:
    blocks: dict[int, Sequence[DataBlock]] = {}
    filled: dict[int, Spans] = {}
    for shot in shots:
        # without any label the whole may be an answer, if it holds JSON
        answer = shot.answer or (shot.whole[0] if shot.given is None else None)
        if answer is None:
            continue
        part = analysis.messages[answer.message]
        if answer.message not in blocks:
            blocks[answer.message] = part.json
            filled[answer.message] = Spans(r.span for r in part.regions if r.kind in ("variable", "control"))
        inside = within(blocks[answer.message], answer.span)
        if inside:
            for block in inside:
                yield from _fields(block, answer.message, paired=shot.given is not None)
            continue
        if shot.answer is None:
            continue
        text = part.message.text[answer.span.start : answer.span.end]
        if filled[answer.message].touch(answer.span):
            continue
        if "\n" in text or "\r" in text or len(text.split()) > _WORDS:
            continue
        yield from _labels(text, answer.message, answer.span.start, paired=shot.given is not None)


def _fields(block: DataBlock, message: int, *, paired: bool) -> Iterator[_Given]:
    for path, text, span in block.strings:
        key = next((step for step in reversed(path) if isinstance(step, str)), None)
        if key is not None and text and len(text.split()) <= _WORDS and len(text) == len(span) - 2:
            yield _Given(key, text, message, Span(span.start + 1, span.end - 1), paired)


def _labels(text: str, message: int, start: int, *, paired: bool) -> Iterator[_Given]:
    """The label of a text, or those of a list, without quotation marks and emphasis."""
    at = 0
    for piece in (*(match for match in _SEVERAL.finditer(text)), None):
        end = len(text) if piece is None else piece.start()
        label = bare(text[at:end])
        if label:
            low = text.index(label, at, end)
            yield _Given(None, label, message, Span(start + low, start + low + len(label)), paired)
        at = end if piece is None else piece.end()
