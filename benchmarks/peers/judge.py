"""Holds what a tool reported against what was planted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from peers.generate import File
from peers.parsers import Finding
from peers.tools import Tool


@dataclass
class Verdict:
    """Counts of files, by kind. `no_line`: among those that are right, those where the tool names no line.

    `elsewhere`: the kind is reported in the file that has it, but only at lines that have nothing to do with it.
    `wrong`: files where the kind is reported and not there, or, beside the right place, at another one.
    """

    planted: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    no_line: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    clean_with_warning: int = 0
    clean_with_remark: int = 0
    on_clean: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        for name in ("planted", "right", "no_line", "elsewhere", "wrong", "on_clean"):
            getattr(self, name).update(getattr(other, name))
        for name in ("clean", "clean_with_warning", "clean_with_remark"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples += other.examples


def relative(path: str, folder: Path) -> str:
    """The path as the material has it: relative to the layout's folder, with forward slashes."""
    if Path(path).is_absolute():
        try:
            return Path(path).resolve().relative_to(folder.resolve()).as_posix()
        except ValueError:
            return path
    return PurePosixPath(path.replace("\\", "/")).as_posix()


def judge(tool: Tool, layout: str, files: Sequence[File], found: Iterable[Finding]) -> Verdict:
    """The verdict on one layout; the findings' paths are those of the material."""
    verdict = Verdict()
    claimed = tool.kinds(layout)
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        by_path[finding.path].append(finding)
    for file in files:
        _judge_file(tool, claimed, file, by_path.get(file.path, []), verdict)
    return verdict


def _judge_file(tool: Tool, claimed: frozenset[str], file: File, found: Sequence[Finding], verdict: Verdict) -> None:
    plant = file.plant
    reported: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        kinds = [kind for kind in tool.rules.get(finding.rule, ()) if kind in claimed]
        if plant and plant.kind in kinds:
            reported[plant.kind].append(finding)
        elif kinds and not (plant and set(kinds) & set(plant.also)):
            reported[kinds[0]].append(finding)
    if plant is None:
        verdict.clean += 1
        verdict.clean_with_warning += any(finding.serious for finding in found)
        verdict.clean_with_remark += bool(found)
        verdict.on_clean.update({finding.rule for finding in found})
    elif plant.kind in claimed:
        verdict.planted[plant.kind] += 1
        places = [finding.line for finding in reported.pop(plant.kind, [])]
        strays = [line for line in places if plant.lines and line is not None and line not in plant.lines]
        if not places:
            verdict.examples.append(f"missed {plant.kind}: {file.path}: {_words(file)}")
        elif len(strays) == len(places):
            verdict.elsewhere[plant.kind] += 1
        else:
            verdict.right[plant.kind] += 1
            verdict.no_line[plant.kind] += bool(plant.lines) and all(line is None for line in places)
            verdict.wrong[plant.kind] += bool(strays)
    for kind, findings in reported.items():
        verdict.wrong[kind] += 1
        verdict.examples.append(f"wrong {kind}: {file.path}:{findings[0].line}: {findings[0].message}")


def _words(file: File) -> str:
    """The lines at fault, for a person who looks at what was missed."""
    lines = file.text.split("\n")
    return " / ".join(lines[number - 1].strip() for number in file.plant.lines) if file.plant else ""
