"""Writes the page: figures in tables, and what they mean in a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from peers import generate
from peers.judge import Verdict
from peers.parsers import Finding
from peers.tools import NOT_RUN, OURS, Tool


@dataclass(frozen=True)
class Row:
    """One tool's results. `one` and `many`: CPU time, wall time and peak memory as ratios to promptlint's."""

    tool: Tool
    verdict: Verdict
    one: tuple[float, ...]
    many: tuple[float, ...]
    codes: Sequence[int]
    clean_codes: Sequence[int]
    connections: int | None


@dataclass(frozen=True)
class Conditions:
    date: str
    machine: str
    each: int
    seed: int
    rounds: int
    files: Mapping[str, int]
    off_the_network: bool
    version: str


def moved(finding: Finding, path: str) -> Finding:
    return replace(finding, path=path)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def ratio(value: float) -> str:
    """Two digits that count: 0.043, 0.31, 2.5, 31."""
    if value >= 9.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"


def score(verdict: Verdict, kind: str) -> str:
    """`7/8`, and how often the kind was reported where it is not."""
    cell = f"{verdict.right[kind]}/{verdict.planted[kind]}"
    if wrong := verdict.wrong[kind] + verdict.elsewhere[kind]:
        cell += f" (+{wrong} wrong)"
    return cell


def _codes(codes: Sequence[int]) -> str:
    return ", ".join(str(code) for code in codes)


def _network(row: Row) -> str:
    if row.connections is None:
        return "not seen"
    return f"tries ({row.connections})" if row.connections else "none"


def _name(row: Row) -> str:
    tool = row.tool
    return tool.name if tool is OURS else f"{tool.name} {tool.version}"


def _found(rows: Sequence[Row]) -> str:
    made = []
    for row in rows:
        seen = row.verdict
        kinds = len(+seen.planted)
        counts = (seen.wrong.total(), seen.elsewhere.total(), seen.no_line.total()) if kinds else ("-", "-", "-")
        made.append(
            (
                _name(row),
                ", ".join(row.tool.layouts),
                str(kinds),
                f"{seen.right.total()}/{seen.planted.total()}" if kinds else "-",
                *map(str, counts),
                f"{seen.clean_with_warning}/{seen.clean}",
                f"{seen.clean_with_remark}/{seen.clean}",
            )
        )
    head = ("tool", "reads", "kinds", "found", "wrong", "at another line", "without a line")
    return table((*head, "clean files with a warning", "with any remark"), made)


def _taken(rows: Sequence[Row]) -> str:
    made = [
        (
            _name(row),
            *(ratio(figure) for figure in (*row.one, *row.many)),
            _codes(row.codes),
            _codes(row.clean_codes),
            _network(row),
        )
        for row in rows
    ]
    head = ("tool", "CPU, one file", "wall time", "memory", "CPU, all files", "wall time", "memory")
    return table((*head, "exit code, all files", "one clean file", "network"), made)


def _by_kind(rows: Sequence[Row]) -> str:
    made = []
    for kind, meaning in generate.KINDS.items():
        ours = [score(row.verdict, kind) for row in rows if row.tool is OURS and row.verdict.planted[kind]]
        others = sorted(
            (row for row in rows if row.tool is not OURS and row.verdict.planted[kind]),
            key=lambda row: (
                -row.verdict.right[kind] / row.verdict.planted[kind],
                row.verdict.wrong[kind],
                row.tool.name,
            ),
        )
        said = ", ".join(f"{row.tool.name} {score(row.verdict, kind)}" for row in others)
        made.append((f"{kind}: {meaning}", ours[0] if ours else "-", said or "-"))
    return table(("kind of fault", "promptlint", "others, the best first"), made)


def _clean(rows: Sequence[Row]) -> str:
    made = []
    for row in rows:
        often = row.verdict.on_clean.most_common(4)
        said = ", ".join(f"`{name}` {count}" for name, count in often)
        made.append((row.tool.name, str(row.verdict.clean), said or "-"))
    return table(("tool", "clean files", "rules that fired most, and in how many of them"), made)


def _joined(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def behind(rows: Sequence[Row]) -> list[str]:
    """Where another tool does better than promptlint, in sentences."""
    ours = next(row for row in rows if row.tool is OURS)
    others = [row for row in rows if row.tool is not OURS]
    said = []
    if unseen := [kind for kind in generate.KINDS if not ours.verdict.planted[kind] and _claimants(others, kind)]:
        said.append(
            f"Others look for these, and it does not, by default or in the files that have them: {_joined(unseen)}."
        )
    for kind in generate.KINDS:
        planted = ours.verdict.planted[kind]
        if not planted:
            continue
        mine = ours.verdict.right[kind] / planted
        better = [row for row in _claimants(others, kind) if row.verdict.right[kind] / row.verdict.planted[kind] > mine]
        if better:
            names = _joined([f"{row.tool.name} ({score(row.verdict, kind)})" for row in better])
            said.append(f"{kind}: it finds {score(ours.verdict, kind)}; more is found by {names}.")
    for what, figure in (
        ("CPU time for one file", lambda row: row.one[0]),
        ("CPU time for all files", lambda row: row.many[0]),
        ("memory for all files", lambda row: row.many[2]),
    ):
        said += _less(others, what, figure)
    return said


def _less(others: Sequence[Row], what: str, figure: Callable[[Row], float]) -> list[str]:
    """One sentence if some tools take clearly less of it than promptlint, which takes 1."""
    lighter = sorted((row for row in others if figure(row) < 0.95), key=figure)
    if not lighter:
        return []
    named = [f"{row.tool.name} ({ratio(figure(row))})" for row in lighter]
    if len(named) > 4:
        return [f"Less {what} is taken by {len(named)} of the {len(others)} others, from {named[0]} to {named[-1]}."]
    return [f"Less {what} is taken by {_joined(named)}."]


def _claimants(rows: Sequence[Row], kind: str) -> list[Row]:
    return [row for row in rows if row.verdict.planted[kind]]


def page(rows: Sequence[Row], failures: Mapping[str, str], conditions: Conditions) -> str:
    """The whole page, in Markdown. The first row is promptlint's."""
    counts = _joined([f"{count} of the layout `{layout}`" for layout, count in conditions.files.items()])
    network = (
        "The network was taken from all of them."
        if conditions.off_the_network
        else "The network could not be taken from them without more rights, so it was there."
    )
    notes = [f"{row.tool.name}: {row.tool.note}." for row in rows if row.tool.note]
    notes += [f"{name} could not be run: {why}." for name, why in failures.items()]
    notes += [f"{name} was not run: {why}." for name, why in NOT_RUN.items()]
    return f"""\
<!-- Generated by `python benchmarks/peers/run.py`. Change what makes it, not this page. -->

# Beside other tools

What published tools that look at prompts find in the same files, and what it takes them. Measured on {conditions.date} with
promptlint {conditions.version} of this checkout and the others in the versions named, on a machine with
{conditions.machine}. Seed {conditions.seed}; {conditions.each} files of each kind of
fault and as many clean twins, in which just that fault is put right: {counts}.

The files are made by [generate.py](../benchmarks/peers/generate.py). They are short and have one fault each, so they show whether a
tool sees a fault that is there and keeps silent where there is none. They do not show how often either happens in prompts
that people wrote; for promptlint, [accuracy.md](accuracy.md) is about that. Their texts come from none of the tools, but
from promptlint's authors, who know its rules. Kinds that only others look for are among them.

## What they find

{_found(rows)}
- **reads**: `text` is a prompt in Markdown, `agent` a CLAUDE.md, `code` a Python module that calls a model, `promptkit` the YAML
  of promptkit-core. A tool is given the layouts that it reads by its own account.
- **kinds**: how many kinds of fault it has a rule for that is on by default. [tools.py](../benchmarks/peers/tools.py) says which rule is
  taken for what; only these are held against it.
- **found**: faults that it reports in the right file, at the right line if it names one. **at another line**: in the right file,
  at wrong lines only. **without a line**: found, and the place not said although there is one.
- **wrong**: files in which it reports a kind that is not there, or reports it at a wrong line, too.
- **clean files with a warning**: clean files for which it gives a warning or an error by any of its rules; **with any remark**: any
  finding at all.

## What it takes

{_taken(rows)}
CPU time, wall time and peak memory of the whole process are ratios to promptlint's in the same run: below 1, the tool takes
less. They are medians of {conditions.rounds} rounds in turns, for one clean file and for all files of the first layout that a tool reads.
Where promptlint does not read that layout, they compare each file with each of promptlint's files of `text`. Tools that take
one file a process were measured once for all files. Network: attempts to reach another machine, name servers included,
when the tool runs as newly installed. {network}

## By kind of fault

Found of planted; in brackets, how often the kind was reported at a wrong place. A dash: no rule for it that is on by default.

{_by_kind(rows)}
## On clean files

{_clean(rows)}
## Where promptlint is behind

{bullets(behind(rows))}
## Notes

{bullets(notes)}"""


def bullets(sentences: Sequence[str]) -> str:
    return "".join(f"- {each}\n" for each in sentences)
