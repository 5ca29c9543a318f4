"""What a fix would do, as removed and added lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from promptlint.diagnostic import Edit, Fix
from promptlint.lazy import dataclass, regex
from promptlint.reporters.terminal.cells import visible, width
from promptlint.reporters.terminal.frame import ELLIPSIS, LINE_WIDTH, window
from promptlint.reporters.terminal.style import PLAIN, Style
from promptlint.source import Source

__all__ = ["Change", "changes", "preview"]

_LINE_END = regex(r"\r\n|\n|\r")
_CONTEXT = 400  # code points kept on either side of an edit: more than a shown line, far less than the longest lines
_MAX_LINES = 6  # removed, and added, lines that are shown of one change


@dataclass(frozen=True, slots=True)
class Change:
    """Neighbouring lines before and after."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def _clusters(source: Source, edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """The edits in order, those that touch the same lines together. An edit that overlaps an earlier one is left out."""
    cluster: list[Edit] = []
    last_line = end = 0
    for edit in sorted(edits, key=lambda edit: edit.location.span):
        span = edit.location.span
        if cluster and span.start < end:
            continue
        if cluster and source.position(span.start).line > last_line:
            yield cluster
            cluster = []
        cluster.append(edit)
        end = span.end
        last_line = source.position(span.end).line
    if cluster:
        yield cluster


def _change(source: Source, cluster: list[Edit]) -> Change:
    first, last = cluster[0].location.span.start, cluster[-1].location.span.end
    start = max(source.line_span(source.position(first).line).start, first - _CONTEXT)
    if start and source.text[start - 1] == "\r":
        start -= 1  # a "\n" that comes to stand behind it would join it
    after_last = source.position(last).line  # as an index into line_starts: the line after the last one
    line_end = source.line_starts[after_last] if after_last < len(source.line_starts) else len(source.text)
    end = min(line_end, last + _CONTEXT)  # with its line end, which the edit may change
    pieces: list[str] = []
    at = start
    for edit in cluster:
        pieces += [source.text[at : edit.location.span.start], edit.replacement]
        at = edit.location.span.end
    pieces.append(source.text[at:end])
    before = _LINE_END.split(source.text[start:end])
    after = _LINE_END.split("".join(pieces))
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return Change(tuple(before), tuple(after))


def changes(fix: Fix, source_of: Callable[[str], Source | None]) -> tuple[Change, ...]:
    """What the edits of a fix change, file by file in order; files that `source_of` does not know are left out."""
    result: list[Change] = []
    for path in sorted({edit.location.path for edit in fix.edits}):
        source = source_of(path)
        if source is not None:
            edits = [edit for edit in fix.edits if edit.location.path == path]
            result += [_change(source, cluster) for cluster in _clusters(source, edits)]
    return tuple(change for change in result if change.removed or change.added)


def _same_start(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)


def _cut(line: str, left: int) -> str:
    """What is shown of a line from `left` on."""
    right, used = left, 0
    while right < len(line) and right - left < _CONTEXT:
        used += width(line[right])
        if used > LINE_WIDTH:
            break
        right += 1
    before, after = ELLIPSIS if left else "", ELLIPSIS if right < len(line) else ""
    return before + visible(line[left:right]) + after


def _cuts(change: Change) -> tuple[list[str], list[str]]:
    """The lines of a change as they are shown; a line and the one that takes its place begin at the same character."""
    lefts: list[int] = []
    for old, new in zip(change.removed[:_MAX_LINES], change.added[:_MAX_LINES], strict=False):
        at = _same_start(old, new)
        lefts.append(max(window(old, at).start, window(new, at).start))
    lefts += [0] * _MAX_LINES

    def cut(texts: tuple[str, ...]) -> list[str]:
        shown = [_cut(text, left) for text, left in zip(texts[:_MAX_LINES], lefts, strict=False)]
        return [*shown, f"{ELLIPSIS} {len(texts) - _MAX_LINES} more"] if len(texts) > _MAX_LINES else shown

    return cut(change.removed), cut(change.added)


def preview(fix: Fix, source_of: Callable[[str], Source | None], style: Style = PLAIN) -> list[str]:
    """The printed lines: ``- old`` and ``+ new``."""
    lines: list[str] = []
    for change in changes(fix, source_of):
        removed, added = _cuts(change)
        lines += [style.paint("removed", f"- {text}" if text else "-") for text in removed]
        lines += [style.paint("added", f"+ {text}" if text else "+") for text in added]
    return lines
