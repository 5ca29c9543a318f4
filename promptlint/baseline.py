"""The baseline: findings that are known and not to be reported, so that a project can adopt promptlint before it is clean.

A finding is known by its fingerprint, which has no line numbers, so code may move. Where the file was renamed, or the
prompt in it, the content decides: the rule and the text that it found. Everything here is pure.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from promptlint.config import ConfigError
from promptlint.diagnostic import Diagnostic
from promptlint.engine import FileReport, content, group
from promptlint.lazy import dataclass

__all__ = [
    "NAME",
    "Baseline",
    "BaselineError",
    "Entry",
    "applier",
    "apply",
    "parse",
    "prune",
    "render",
    "stale",
    "update",
]

NAME: Final = ".promptlint-baseline.json"
"""The file that a baseline is written to when no other is named."""

VERSION: Final = 1


class BaselineError(ConfigError):
    """A file is no baseline. The message says why and where, ready to print."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """`count` equal findings of a file: of one rule, in equal text, in one prompt.

    `path` starts at the project's root. `message` is for people who read the file; nothing depends on it.
    """

    path: str
    rule: str
    message: str
    fingerprint: str
    count: int = 1


@dataclass(frozen=True)
class Baseline:
    """The known findings, sorted."""

    entries: tuple[Entry, ...] = ()

    @cached_property
    def by_path(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries of each file."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.path].append(entry)
        return {path: tuple(entries) for path, entries in found.items()}

    @property
    def count(self) -> int:
        """How many findings are known."""
        return sum(entry.count for entry in self.entries)


# ---------------------------------------------------------------------------------------------------------------------
# the file


def render(baseline: Baseline) -> str:
    """The text of a baseline's file: JSON, sorted, with one line for each entry, so that its diffs can be reviewed."""
    lines = [
        json.dumps(
            {
                "path": entry.path,
                "rule": entry.rule,
                "count": entry.count,
                "message": entry.message,
                "fingerprint": entry.fingerprint,
            },
            ensure_ascii=False,
        )
        for entry in sorted(baseline.entries)
    ]
    return f'{{"version": {VERSION}, "findings": [\n' + ",\n".join(lines) + "\n]}\n"


def parse(text: str, path: str) -> Baseline:
    """Read the text of a baseline's file; `path` is how the file is called in messages.

    Raises:
        BaselineError: it is no baseline, or one of a later version.

    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"{path}:{error.lineno}:{error.colno}: not a baseline: {error.msg}") from None
    except (RecursionError, ValueError):
        raise BaselineError(f"{path}:1:1: not a baseline") from None
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise BaselineError(f"{path}:1:1: not a baseline: it must be an object with 'version' and 'findings'")
    if data.get("version") != VERSION:
        raise BaselineError(
            f"{path}:1:1: a baseline of version {data.get('version')}; this promptlint reads version {VERSION}"
        )
    return Baseline(tuple(sorted(_entry(item, number, path) for number, item in enumerate(data["findings"], start=1))))


def _entry(item: object, number: int, path: str) -> Entry:
    match item:
        case {"path": str(file), "rule": str(rule), "message": str(message), "fingerprint": str(mark), "count": count}:
            if type(count) is int and count > 0:
                return Entry(file, rule, message, mark, count)
    raise BaselineError(
        f"{path}:1:1: finding {number:,} is none: it must have path, rule, message, fingerprint and count"
    )


def _recorded(path: str, found: Iterable[Diagnostic]) -> list[Entry]:
    """The entries of diagnostics."""
    groups: dict[str, Entry] = {}
    for item in found:
        mark = group(item.fingerprint)
        message = " ".join(item.message.split())
        known = groups.get(mark, Entry(path, item.rule, message, mark, 0))
        groups[mark] = replace(known, count=known.count + 1)
    return list(groups.values())


# ---------------------------------------------------------------------------------------------------------------------
# matching


@dataclass(frozen=True)
class _Match:
    """What of a file a baseline knows: diagnostics that would be shown, and hidden ones; and what of its entries is left over."""

    known: Sequence[Diagnostic]
    unknown: Sequence[Diagnostic]
    hidden: Sequence[Diagnostic]
    left: Mapping[Entry, int]


def _match(entries: Iterable[Entry], report: FileReport) -> _Match:
    left = {entry: entry.count for entry in entries}
    by_group = {entry.fingerprint: entry for entry in left}
    by_content: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in left:
        by_content[content(entry.fingerprint)].append(entry)

    def exact(item: Diagnostic) -> Entry | None:
        return by_group.get(group(item.fingerprint))

    def elsewhere(item: Diagnostic) -> Entry | None:
        same = by_content[content(item.fingerprint)]
        while same and not left[same[-1]]:
            same.pop()
        return same[-1] if same else None

    def take(items: Sequence[Diagnostic]) -> set[int]:
        """The indices of the items that entries stand for, each of which is then used up by one."""
        taken: set[int] = set()
        for entry_of in (exact, elsewhere):
            for index, item in enumerate(items):
                entry = None if index in taken else entry_of(item)
                if entry is not None and left[entry]:
                    left[entry] -= 1
                    taken.add(index)
        return taken

    shown = sorted((*report.diagnostics, *report.baselined), key=_in_order)
    known = take(shown)
    hidden = take(report.hidden)
    return _Match(
        [item for index, item in enumerate(shown) if index in known],
        [item for index, item in enumerate(shown) if index not in known],
        [item for index, item in enumerate(report.hidden) if index in hidden],
        left,
    )


def _in_order(item: Diagnostic) -> tuple[object, ...]:
    return (item.location, item.rule, item.message)


def _renames(baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool]) -> dict[str, str]:
    """The files that had another path when the baseline was made: the new path -> the old one.

    A file that is gone and a file that the baseline does not know belong together when each of them has more findings in
    common with the other than with any third file; if that is not enough, when their names are the same.
    """
    looked_at = {report.project_path for report in reports}
    gone = {
        path: Counter({content(entry.fingerprint): entry.count for entry in entries})
        for path, entries in baseline.by_path.items()
        if path not in looked_at and not exists(path)
    }
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for path, contents in gone.items():
        for each in contents:
            holders[each].append(path)
    scores: dict[tuple[str, str], tuple[int, bool]] = {}
    for report in reports if gone else ():
        if report.project_path in baseline.by_path:
            continue
        found = Counter(content(item.fingerprint) for item in (*report.diagnostics, *report.baselined))
        for each, count in found.items():
            for old in holders.get(each, ()):
                pair = (report.project_path, old)
                common, _ = scores.get(pair, (0, False))
                same_name = report.project_path.rpartition("/")[2] == old.rpartition("/")[2]
                scores[pair] = (common + min(count, gone[old][each]), same_name)
    best_old, best_new = _best(scores, 0), _best(scores, 1)
    return {new: old for new, old in best_old.items() if best_new.get(old) == new}


def _best(scores: Mapping[tuple[str, str], tuple[int, bool]], side: int) -> dict[str, str]:
    """For each path on one side of the pairs the path on the other side that fits best; none where two fit equally well."""
    best: dict[str, tuple[tuple[int, bool], str | None]] = {}
    for pair, score in scores.items():
        known = best.get(pair[side])
        if known is None or score > known[0]:
            best[pair[side]] = (score, pair[1 - side])
        elif score == known[0]:
            best[pair[side]] = (score, None)
    return {path: other for path, (_, other) in best.items() if other is not None}


class _Matches:
    """What a baseline knows of reports."""

    def __init__(self, baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool]) -> None:
        self.reports = tuple(reports)
        self.baseline = baseline
        self.exists = exists
        self.renames = _renames(baseline, self.reports, exists)
        self.matches = [_match(self.entries(report), report) for report in self.reports]

    def entries(self, report: FileReport) -> tuple[Entry, ...]:
        path = self.renames.get(report.project_path, report.project_path)
        return self.baseline.by_path.get(path, ())

    def not_looked_at(self) -> Iterator[Entry]:
        """The entries of files that are not among the reports."""
        seen = {*(report.project_path for report in self.reports), *self.renames.values()}
        return (entry for entry in self.baseline.entries if entry.path not in seen)


def apply(
    baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool] = lambda _: True
) -> tuple[FileReport, ...]:
    """The reports with the known findings moved from `diagnostics` to `baselined`.

    Args:
        baseline: what is known.
        reports: of the files that are looked at.
        exists: whether there is a file at a path that starts at the project's root, which tells renamed files.

    """
    found = _Matches(baseline, reports, exists)
    return tuple(map(_applied, found.reports, found.matches))


def _applied(report: FileReport, match: _Match) -> FileReport:
    if not match.known and not report.baselined:
        return report
    return replace(report, diagnostics=tuple(match.unknown), baselined=tuple(match.known))


def applier(
    baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool]
) -> Callable[[FileReport], FileReport]:
    """`apply` for one file after another, which tells from the reports of all of them which were renamed."""
    renames = _renames(baseline, tuple(reports), exists)

    def applied(report: FileReport) -> FileReport:
        path = renames.get(report.project_path, report.project_path)
        return _applied(report, _match(baseline.by_path.get(path, ()), report))

    return applied


def stale(
    baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool] = lambda _: True
) -> tuple[Entry, ...]:
    """What is known and no longer found, each entry with the number of findings that are missing.

    Rules that are off, and files that are there and are not among the reports, are not judged.
    """
    found = _Matches(baseline, reports, exists)
    out = [entry for entry in found.not_looked_at() if not exists(entry.path)]
    for report, match in zip(found.reports, found.matches, strict=True):
        out += [replace(entry, count=left) for entry, left in match.left.items() if left and _is_judged(entry, report)]
    return tuple(sorted(out))


def _is_judged(entry: Entry, report: FileReport) -> bool:
    from promptlint.rules import rule_named

    return entry.rule in report.rules or rule_named(entry.rule, report.known) is None


def prune(
    baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool] = lambda _: True
) -> Baseline:
    """The baseline without what is stale, and with the paths that files have now."""
    return _written(_Matches(baseline, reports, exists), add=False)


def update(
    baseline: Baseline, reports: Iterable[FileReport], exists: Callable[[str], bool] = lambda _: True
) -> Baseline:
    """The pruned baseline with everything that is found and not yet known."""
    return _written(_Matches(baseline, reports, exists), add=True)


def _written(found: _Matches, *, add: bool) -> Baseline:
    entries = [entry for entry in found.not_looked_at() if found.exists(entry.path)]
    for report, match in zip(found.reports, found.matches, strict=True):
        kept = [*match.known, *match.hidden, *(match.unknown if add else ())]
        entries += _recorded(report.project_path, kept)
        entries += [
            replace(entry, path=report.project_path, count=left)
            for entry, left in match.left.items()
            if left and not _is_judged(entry, report)
        ]
    return Baseline(tuple(sorted(entries)))
