"""Whether a file is still the same after fixes, apart from what the fixes are about.

Pure, so that the command line and the editor ask the same question before they change a file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from promptlint.analysis.regions import Region, RegionKind, find_regions
from promptlint.diagnostic import Aspect, Edit, Fix
from promptlint.lazy import dataclass
from promptlint.prompt import Document, Message, Prompt, Setting, Settings, Text
from promptlint.source import Span

__all__ = ["guard"]

_ASPECT_OF: dict[RegionKind, Aspect] = {
    "code": "code",
    "inline-code": "code",
    "link": "code",
    "tag": "code",
    "quote": "quotations",
    "blockquote": "quotations",
    "example": "quotations",
    "data": "quotations",
    "comment": "quotations",
    "variable": "template",
    "control": "template",
}

_WORDS: dict[Aspect, str] = {
    "code": "code, a link or a tag",
    "quotations": "a quotation, an example or data",
    "template": "template syntax",
}

_SETTINGS = ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")


def guard(before: Document, after: Document, fixes: Iterable[Fix]) -> str | None:
    """Why a file must not be changed, or None when nothing speaks against it.

    The file has to be read as the same format with the same prompts (names, messages, roles), variables (used and
    declared), code, quotations, template syntax, settings and suppressions, and without new problems. What a fix
    `touches` is excepted: text may then change inside code, quotations and template syntax, and declarations, settings
    and suppressions may become others.

    Args:
        before: the file as it was.
        after: what the same reader made of it with the fixes applied.
        fixes: fixes that go together (see `promptlint.fixes.compatible`), as offsets into the file before.

    """
    fixes = tuple(fixes)
    touched: frozenset[Aspect] = frozenset().union(*(fix.touches for fix in fixes))
    if (before.format, before.agent_file) != (after.format, after.agent_file):
        return f"the file would be read as another format ({after.format})"
    if before.fault is None and after.fault is not None:
        return "the file would no longer be valid"
    problem = _new_problem(before, after)
    if problem is not None:
        return problem
    if [prompt.name for prompt in before.prompts] != [prompt.name for prompt in after.prompts]:
        return "the file would hold other prompts"
    changes = _changes(before, fixes)
    for one, other in zip(before.prompts, after.prompts, strict=True):
        reason = _prompt(one, other, changes, touched)
        if reason is not None:
            return reason
    if "suppressions" not in touched and _suppressions(before) != _suppressions(after):
        return "a suppression comment would change"
    return None


def _new_problem(before: Document, after: Document) -> str | None:
    old = Counter(problem.rule for problem in before.problems)
    for problem in after.problems:
        old[problem.rule] -= 1
    return next((f"the file would have a fault ({rule})" for rule, left in old.items() if left < 0), None)


def _suppressions(document: Document) -> list[tuple[tuple[str, ...], bool, str]]:
    return [(each.rules, each.scope is None, each.reason) for each in document.suppressions]


@dataclass(frozen=True)
class _Changes:
    """The edits of one file in its order: what each replaces, where its replacement stands, and what its fix touches."""

    path: str
    before: Sequence[Span]
    after: Sequence[Span]
    touches: Sequence[frozenset[Aspect]]


def _changes(document: Document, fixes: Iterable[Fix]) -> _Changes:
    path = document.source.path
    edits: dict[Edit, frozenset[Aspect]] = {}
    for fix in fixes:
        edits |= {edit: fix.touches for edit in fix.edits if edit.location.path == path}
    ordered = sorted(edits, key=lambda edit: edit.location.span)
    before = [edit.location.span for edit in ordered]
    moved = accumulate(
        (len(edit.replacement) - len(edit.location.span) for edit in ordered), initial=0
    )  # how far each edit's start is moved by those before it
    after = [
        Span(edit.location.span.start + by, edit.location.span.start + by + len(edit.replacement))
        for edit, by in zip(ordered, moved, strict=False)
    ]
    return _Changes(path, before, after, [edits[edit] for edit in ordered])


def _prompt(one: Prompt, other: Prompt, changes: _Changes, touched: frozenset[Aspect]) -> str | None:
    if (one.kind, one.language) != (other.kind, other.language):
        return "the prompt would declare another kind or language"
    if [each.role for each in one.messages] != [each.role for each in other.messages]:
        return "the prompt would have other messages or roles"
    if [each.template for each in one.messages] != [each.template for each in other.messages]:
        return "the prompt would be read as another template language"
    if "declarations" not in touched and _declared(one) != _declared(other):
        return "the declared variables would change"
    if "settings" not in touched and _values(one.settings) != _values(other.settings):
        return "a setting would change"
    for message, changed in zip(one.messages, other.messages, strict=True):
        reason = _message(message, changed, changes)
        if reason is not None:
            return reason
    return None


def _declared(prompt: Prompt) -> list[tuple[str, str | None]] | None:
    return None if prompt.declared is None else [(each.name, each.sample) for each in prompt.declared]


def _values(settings: Settings) -> list[object]:
    found: list[Setting[object] | None] = [getattr(settings, name) for name in _SETTINGS]
    return [None if each is None else (type(each.value), each.value) for each in found]


def _message(before: Message, after: Message, changes: _Changes) -> str | None:
    if before.map.path != changes.path:
        return None if before.text == after.text else "text of another file would change"
    old, new = list(_holes(before, changes.before)), list(_holes(after, changes.after))
    regions, found = find_regions(before), find_regions(after)
    for region, holes in (*((each, old) for each in regions), *((each, new) for each in found)):
        aspect = _ASPECT_OF[region.kind]
        if any(aspect not in changes.touches[index] for index in _inside(region.span, holes)):
            return f"it would change {_WORDS[aspect]}"
    outside_old, outside_new = _Outside(before.text, old), _Outside(after.text, new)
    if outside_old.text != outside_new.text:
        return "text around it would change"
    if _syntax(before, outside_old) != _syntax(after, outside_new):
        return f"it would change {_WORDS['template']}"
    for aspect, words in _WORDS.items():
        if _texts(regions, outside_old, aspect) != _texts(found, outside_new, aspect):
            return f"it would change {words}"
    return None


def _holes(message: Message, spans: Sequence[Span]) -> Iterator[tuple[Span, int]]:
    """The parts of a message's text that stand in these ranges of the file, which are apart and in order, with their indices."""
    ends = [span.end for span in spans]
    for segment in message.map.segments:
        origin = segment.origin
        if origin is None:
            continue
        index = max(bisect_right(ends, origin.start) - 1, 0)
        while index < len(spans) and spans[index].start <= origin.end:
            low, high = max(spans[index].start, origin.start), min(spans[index].end, origin.end)
            if low < high or (low == high and not len(spans[index])):
                if segment.exact:
                    yield Span(segment.start + low - origin.start, segment.start + high - origin.start), index
                elif low < high:
                    yield Span(segment.start, segment.end), index
            index += 1


def _inside(span: Span, holes: Sequence[tuple[Span, int]]) -> Iterator[int]:
    """The indices of the edits that change something inside a range of a message's text."""
    at = max(bisect_right(holes, span.start, key=lambda hole: hole[0].start) - 1, 0)
    while at < len(holes) and holes[at][0].start < span.end:
        hole, index = holes[at]
        if span.overlaps(hole) or (not len(hole) and span.start < hole.start):
            yield index
        at += 1


class _Outside:
    """A message's text without what edits replace."""

    def __init__(self, text: str, holes: Iterable[tuple[Span, int]]) -> None:
        pieces: list[str] = []
        at = removed = 0
        self._holes: list[tuple[int, int, int]] = []  # start, end, code points removed up to the end
        for hole, _ in holes:
            start, end = max(hole.start, at), max(hole.end, at)
            pieces.append(text[at:start])
            removed += end - start
            self._holes.append((start, end, removed))
            at = end
        self.text = "".join(pieces) + text[at:]

    def of(self, span: Span) -> str:
        """What is left of a range of the whole text."""
        return self.text[self._offset(span.start) : self._offset(span.end)]

    def _offset(self, offset: int) -> int:
        index = bisect_right(self._holes, offset, key=lambda hole: hole[0]) - 1
        if index < 0:
            return offset
        _, end, removed = self._holes[index]
        return max(offset, end) - removed


def _syntax(message: Message, outside: _Outside) -> list[tuple[object, ...]]:
    """The template syntax that is left; what a fix wholly removes or adds is what it is about."""
    return [
        (type(part), outside.of(part.span), [outside.of(use.span) for use in part.uses], getattr(part, "kind", None))
        for part in message.parts
        if not isinstance(part, Text) and outside.of(part.span)
    ]


def _texts(regions: Iterable[Region], outside: _Outside, aspect: Aspect) -> list[tuple[RegionKind, str]]:
    kept = ((region.kind, outside.of(region.span)) for region in regions if _ASPECT_OF[region.kind] == aspect)
    return [(kind, text) for kind, text in kept if text]
