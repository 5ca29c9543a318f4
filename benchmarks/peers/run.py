"""promptlint beside the published tools that look at prompts, on the same files: python benchmarks/peers/run.py

Installs the tools of tools.py (from PyPI and npm; only that needs the network), makes files with known faults and their
clean twins (generate.py), lets every tool look at them, and writes docs/peers.md: what each found, missed and made up, and
how long it took against promptlint in the same run. A first run installs some 700 MB below --work.

    python benchmarks/peers/run.py --tools promptproof,lintlang --each 1 --output peers.md
    python benchmarks/peers/run.py --examples       # also prints what promptlint missed and made up

Needs Linux or macOS, Python 3.11 or later, and node for the tools from npm.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from peers import generate, measure, report
from peers.judge import Verdict, judge, relative
from peers.measure import Run
from peers.parsers import Finding
from peers.report import Row
from peers.tools import OURS, TOOLS, Tool


@dataclass
class Measured:
    """What was found out about one tool."""

    tool: Tool
    verdict: Verdict = field(default_factory=Verdict)
    one: dict[str, list[Run]] = field(default_factory=dict)
    many: dict[str, list[Run]] = field(default_factory=dict)
    connections: int | None = None
    failure: str | None = None


def findings_of(tool: Tool, taken: Run, files: Sequence[generate.File], folder: Path) -> list[Finding]:
    """Everything that the run printed, parsed. ValueError: the tool failed, or speaks otherwise than expected."""
    names = [file.path for file in files] if tool.one_by_one else [""]
    found = []
    for name, code, output, error in zip(names, taken.codes, taken.outputs, taken.errors, strict=True):
        try:
            parsed = tool.parse(output, name)
        except (ValueError, LookupError, TypeError) as reason:
            said = (error.strip() or output.strip()).split("\n")[-1][:200]
            raise ValueError(f"exit code {code}: {said} ({reason})") from reason
        found += [report.moved(each, relative(each.path, folder)) for each in parsed]
    return found


def alone(work: Path, tool: Tool, layout: str, files: Sequence[generate.File]) -> tuple[Path, list[str]]:
    """A folder of its own with one clean file."""
    folder = work / "runs" / measure.home(tool, work).name / f"{layout}-one"
    file = next(each for each in files if each.plant is None)
    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
    (folder / file.path).write_text(file.text, "utf-8", newline="\n")
    return folder, [file.path]


def examine(state: Measured, work: Path, each: int, seed: int, before: Sequence[str]) -> None:
    """Lets one tool look at everything, once; what it takes is measured later."""
    tool = state.tool
    for layout in tool.layouts:
        folder = work / "runs" / measure.home(tool, work).name / layout
        files = generate.write(folder, layout, each, seed)
        taken = measure.run(tool, work, folder, [file.path for file in files], before)
        state.many.setdefault(layout, []).append(taken)
        state.verdict.add(judge(tool, layout, files, findings_of(tool, taken, files, folder)))
        one, names = alone(work, tool, layout, files)
        if state.connections is None:
            state.connections = measure.connections(tool, work, one, names, before)


def time_rounds(states: Sequence[Measured], work: Path, before: Sequence[str], options: argparse.Namespace) -> None:
    """Measures all tools in turns, so that a busy machine is busy for all of them."""
    for turn in range(options.rounds):
        for state in states:
            tool = state.tool
            for layout in tool.layouts if tool is OURS else tool.layouts[:1]:
                files = generate.files(layout, options.each, options.seed)
                folder, names = alone(work, tool, layout, files)
                state.one.setdefault(layout, []).append(measure.run(tool, work, folder, names, before))
                # The first look counts as a run; a process for each file is slow enough to be measured once
                if turn and not tool.one_by_one:
                    folder = work / "runs" / measure.home(tool, work).name / layout
                    taken = measure.run(tool, work, folder, [file.path for file in files], before)
                    state.many[layout].append(taken)


def middle(runs: Sequence[Run]) -> tuple[float, float, float]:
    """The medians of CPU seconds, wall seconds and bytes."""
    return (
        statistics.median(each.cpu for each in runs),
        statistics.median(each.wall for each in runs),
        statistics.median(each.peak for each in runs),
    )


def row(state: Measured, ours: Measured, each: int, seed: int) -> Row:
    """The tool's figures as ratios to promptlint's: on the same files where it reads them, else for each file of text."""
    layout = state.tool.layouts[0]
    basis = layout if layout in ours.many else "text"
    count = len(generate.files(layout, each, seed)) / len(generate.files(basis, each, seed))
    one = zip(middle(state.one[layout]), middle(ours.one[basis]), strict=True)
    many = zip(middle(state.many[layout]), middle(ours.many[basis]), strict=True)
    cpu, wall, peak = (mine / theirs for mine, theirs in many)
    codes = sorted({code for taken in state.many.values() for code in taken[0].codes})
    return Row(
        state.tool,
        state.verdict,
        tuple(mine / theirs for mine, theirs in one),
        (cpu / count, wall / count, peak),
        codes,
        sorted({code for taken in state.one.values() for code in taken[0].codes}),
        state.connections,
    )


def machine() -> str:
    system = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{system} and a load of {os.getloadavg()[1]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="promptlint beside the published tools that look at prompts")
    parser.add_argument("--tools", default="", help="only these, by their names in tools.py, beside promptlint itself")
    parser.add_argument(
        "--each", type=int, default=3, help="files of each kind of fault and layout (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is timed (default %(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "promptlint-peers")
    parser.add_argument("--output", type=Path, default=measure.ROOT / "docs" / "peers.md")
    parser.add_argument("--examples", action="store_true", help="print what promptlint missed and made up")
    options = parser.parse_args()
    names = {name.strip() for name in options.tools.split(",") if name.strip()}
    if unknown := names - {tool.name for tool in TOOLS}:
        parser.error(f"no such tool: {', '.join(sorted(unknown))}; there are {', '.join(tool.name for tool in TOOLS)}")
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "runs", ignore_errors=True)
    measure.vocabularies(work)
    before = measure.off_the_network()
    states = [Measured(tool) for tool in TOOLS if tool is OURS or not names or tool.name in names]
    for state in states:
        state.failure = measure.install(state.tool, work)
        if state.failure is None:
            try:
                examine(state, work, options.each, options.seed, before)
            except (ValueError, subprocess.CalledProcessError) as error:
                state.failure = str(error)
        print(f"{state.tool.name}: {state.failure or 'done'}", file=sys.stderr)
    working = [state for state in states if state.failure is None]
    ours = states[0]
    if ours.failure:
        sys.exit(f"promptlint itself: {ours.failure}")
    time_rounds(working, work, before, options)
    rows = [row(state, ours, options.each, options.seed) for state in working]
    failures = {state.tool.name: state.failure for state in states if state.failure}
    conditions = report.Conditions(
        dt.datetime.now(dt.UTC).date().isoformat(),
        machine(),
        options.each,
        options.seed,
        options.rounds,
        {layout: len(generate.files(layout, options.each, options.seed)) for layout in generate.LAYOUTS},
        bool(before),
        version(work),
    )
    options.output.write_text(report.page(rows, failures, conditions), "utf-8", newline="\n")
    if options.examples:
        print("\n".join(ours.verdict.examples))
    print(f"wrote {options.output}", file=sys.stderr)


def version(work: Path) -> str:
    program = measure.home(OURS, work) / "bin" / "promptlint"
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]


if __name__ == "__main__":
    main()
