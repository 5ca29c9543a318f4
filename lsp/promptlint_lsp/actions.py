"""What can be done about findings. Every edit passes the guard that ``promptlint check --fix`` passes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from lsprotocol import types

from promptlint.config import mistakes
from promptlint.diagnostic import Applicability, Diagnostic, Fix
from promptlint.engine import FileReport
from promptlint.formats import WAYS, ignore_here
from promptlint.prompt import Document
from promptlint.rewrite import Round, rewrite
from promptlint.silence import is_silenced_by_comments, silence
from promptlint.source import Source, Span
from promptlint_lsp.buffers import uri_of
from promptlint_lsp.diagnostics import shown_at
from promptlint_lsp.linting import Analysis, path_of
from promptlint_lsp.positions import Text

__all__ = [
    "FIX_ALL",
    "SHOW_RULE",
    "ActionError",
    "Change",
    "Choice",
    "choices",
    "edits_between",
    "fixed_text",
    "is_wanted",
    "resolved",
]

FIX_ALL: Final = "source.fixAll.promptlint"
SHOW_RULE: Final = "promptlint.showRule"

What: TypeAlias = Literal["fix", "ignore", "ignore-in-configuration", "fix-all", "show-rule"]


class ActionError(Exception):
    """Nothing can be done. The message says why."""


@dataclass(frozen=True)
class Choice:
    """Something that can be done: about one diagnostic, or (None) about the whole document."""

    what: What
    title: str
    diagnostic: Diagnostic | None = None
    preferred: bool = False


@dataclass(frozen=True)
class Change:
    """What to write: the edits of a file, whose text they are offsets into. `new`: the file is made first."""

    uri: str
    text: Text
    edits: tuple[tuple[Span, str], ...]
    new: bool = False

    @property
    def text_edits(self) -> list[types.TextEdit]:
        """The edits in the words of the protocol."""
        return [types.TextEdit(self.text.range(span), replacement) for span, replacement in self.edits]


def choices(analysis: Analysis, span: Span) -> Iterator[Choice]:
    """What can be done about the findings at a place, and about the whole document."""
    here = [each for each in analysis.diagnostics if _touches(each, span, analysis)]
    for each in here:
        fix = each.fix
        if fix is not None and fix.applicability is not Applicability.DISPLAY and _is_here(fix, analysis):
            safe = fix.applicability is Applicability.SAFE
            title = _sentence(fix.title if safe else f"{fix.title} (look at the result)")
            yield Choice("fix", title, each, preferred=safe)
    for each in here:
        ignoring = _ignoring(analysis, each)
        if ignoring is not None:
            yield Choice("ignore", _sentence(ignoring), each)
    for each in here:
        if is_silenced_by_comments(each) and analysis.buffer.file is not None:
            yield Choice("ignore-in-configuration", f"Ignore {each.rule} for this file in the configuration", each)
    for each in {each.rule: each for each in here}.values():
        yield Choice("show-rule", f"Show the rule {each.rule}", each)
    fixes = [each.fix for each in analysis.diagnostics if each.fix is not None]
    if any(fix.applicability is Applicability.SAFE and _is_here(fix, analysis) for fix in fixes):
        yield Choice("fix-all", "Apply all safe fixes of promptlint")


def _is_here(fix: Fix, analysis: Analysis) -> bool:
    """Whether a fix is one of the document: what stands in another file, such as a constant, is fixed there."""
    return all(edit.location.path == analysis.source.path for edit in fix.edits)


def _touches(item: Diagnostic, span: Span, analysis: Analysis) -> bool:
    place = shown_at(item, analysis)
    return place.start <= span.end and span.start <= place.end


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ignoring(analysis: Analysis, item: Diagnostic) -> str | None:
    """What a comment that silences a diagnostic is called, None where the format has none."""
    if not is_silenced_by_comments(item):
        return None
    for way in WAYS:
        for fix in ignore_here(analysis.report.document, [item], "", way).values():
            return fix.title
    return None


def resolved(analysis: Analysis, what: str, fingerprint: str | None) -> Change:
    """What an action writes.

    Raises:
        ActionError: the finding is gone, or the guard has something against it.
    """
    if what == "fix-all":
        return _between(analysis, fixed_text(analysis))
    item = next((each for each in analysis.report.diagnostics if each.fingerprint == fingerprint), None)
    if item is None:
        raise ActionError("the finding is no longer there")
    if what == "fix":
        return _fixed(analysis, item)
    if what == "ignore":
        return _ignored(analysis, item)
    if what == "ignore-in-configuration":
        return _configured(analysis, item)
    raise ActionError(f"unknown action '{what}'")


def fixed_text(analysis: Analysis) -> str:
    """The document with all safe fixes."""
    return rewrite(analysis.report, analysis.reread, analysis.again).after.text


def _fixed(analysis: Analysis, item: Diagnostic) -> Change:
    fix = item.fix
    if fix is None or fix.applicability is Applicability.DISPLAY:
        raise ActionError("there is no fix")
    if not _is_here(fix, analysis):
        raise ActionError("the fix is one of another file")
    done = Round(analysis.report, analysis.reread, analysis.again)
    done.run([(item, fix)])
    if done.dropped:
        raise ActionError(f"the fix is left out: {done.dropped[0].reason}")
    edits = sorted({(edit.location.span, edit.replacement) for edit in fix.edits})
    return Change(analysis.buffer.uri, analysis.buffer.text, tuple(edits))


def _ignored(analysis: Analysis, item: Diagnostic) -> Change:
    """Write the comment for one diagnostic; the others are not looked at."""
    others = {each.fingerprint for each in analysis.report.diagnostics} - {item.fingerprint}

    def alone(report: FileReport) -> FileReport:
        kept = tuple(each for each in report.diagnostics if each.fingerprint not in others)
        return replace(report, diagnostics=kept)

    def again(document: Document) -> FileReport:
        return alone(analysis.again(document))

    done = silence(alone(analysis.report), analysis.reread, again)
    if not done.silenced:
        raise ActionError("no comment would silence it here")
    return _between(analysis, done.after.text)


def _between(analysis: Analysis, after: str) -> Change:
    return Change(analysis.buffer.uri, analysis.buffer.text, tuple(edits_between(analysis.source.text, after)))


def edits_between(before: str, after: str) -> Iterator[tuple[Span, str]]:
    """The edits that make one text of another, line by line."""
    old, new = _lines(before), _lines(after)
    at, starts = 0, [0]
    for line in old:
        at += len(line)
        starts.append(at)
    for tag, low, high, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Span(starts[low], starts[high]), "".join(new[first:last])


def _lines(text: str) -> list[str]:
    starts = Source("", text).line_starts
    return [text[start:end] for start, end in zip(starts, (*starts[1:], len(text)), strict=True)]


def _configured(analysis: Analysis, item: Diagnostic) -> Change:
    """Add an override for the file to its configuration, or begin one at the root of its project."""
    file = path_of(analysis.buffer, analysis.root)
    used = analysis.root.configurations.files_of(file)
    target = used[-1] if used else analysis.root.projects.root(file.parent) / "promptlint.toml"
    if not file.is_relative_to(target.parent):
        raise ActionError(f"the configuration {target} is for several projects; add the override there")
    pattern = "/" + file.relative_to(target.parent).as_posix()
    table = "tool.promptlint.overrides" if target.name == "pyproject.toml" else "overrides"
    known = analysis.root.configurations
    buffer = _text_of(target, analysis)
    if buffer is None and used:
        raise ActionError(f"{target} cannot be read")
    text = buffer or Text("", analysis.buffer.text.encoding)
    before = text.bare
    newline = Source("", before).newline
    block = [f"[[{table}]]", f"files = [{_toml(_escaped(pattern))}]", f"ignore = [{_toml(item.rule)}]", ""]
    gap = "" if not before else newline if before.endswith(("\n", "\r")) else newline * 2
    addition = gap + newline.join(block)
    if mistakes(target, before + addition, known.rules):
        raise ActionError(f"{target.name} has a mistake, or says 'overrides' in a way that cannot be added to")
    end = len(before)
    return Change(uri_of(target), text, ((Span(end, end), addition),), new=buffer is None)


def _text_of(file: Path, analysis: Analysis) -> Text | None:
    source = analysis.lookup(str(file))
    return None if source is None else Text(source.text, analysis.buffer.text.encoding)


def _escaped(pattern: str) -> str:
    return "".join(f"\\{letter}" if letter in "*?[]!#\\" else letter for letter in pattern)


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_wanted(kind: str, only: Iterable[str] | None) -> bool:
    """Whether a client asks for actions of a kind: it names that one, or one that it belongs to."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") or not each for each in only)
