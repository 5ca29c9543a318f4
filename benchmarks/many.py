"""How long a run over many files takes, against what cannot be avoided, measured in the same run.

    python benchmarks/many.py FOLDER             # over real files
    python benchmarks/many.py --files 100000     # over small files that are made for it

Whole processes, in CPU seconds (user and system, children included), the most memory that any of them took, and what the one
took that the others were started by (``parent``). ``read`` is a
process that reads and hashes the files which promptlint opens, ``count`` one that counts their text with tiktoken. ``cold`` is
the first run, by one process and by all cores, ``one rule`` one with hardly a rule: what reading, understanding and counting
take; ``again`` the same run once more; ``known`` a run with other arguments, for which every file's findings are known.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECK = """
import os, resource, sys
from promptlint.cli import main
try:
    main()
finally:
    with open(os.environ["PEAK"], "w") as stream:
        stream.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""
READ = """
import hashlib, sys
for path in sys.stdin.read().split("\\n"):
    with open(path, "rb") as stream:
        hashlib.sha256(stream.read()).digest()
"""
COUNT = """
import sys
from promptlint.tokens import DEFAULT_ENCODING, counter
engine = counter(DEFAULT_ENCODING)._engine(False)
for path in sys.stdin.read().split("\\n"):
    with open(path, "rb") as stream:
        engine.encode(stream.read().decode("utf-8", "replace"), disallowed_special=())
"""


@dataclass(frozen=True)
class Measured:
    """CPU and wall time in seconds, memory in MB: the most of all processes, and the first one's, where it says so."""

    cpu: float
    wall: float
    memory: float
    parent: float | None = None


def check(*arguments: str) -> list[str]:
    """The command of a run, which says how much memory its first process took."""
    return [sys.executable, "-c", CHECK, "check", ".", "--exit-zero", *arguments]


def measured(command: list[str], folder: Path, cache: str, given: str = "") -> Measured:
    """What a process and its children took."""
    with tempfile.TemporaryDirectory() as temporary:
        peak = Path(temporary, "peak")
        cpu, wall, memory = _timed(command, folder, {"PROMPTLINT_CACHE_DIR": cache, "PEAK": str(peak)}, given)
        parent = float(peak.read_text()) if peak.exists() else None
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return Measured(cpu, wall, memory / unit, None if parent is None else parent / unit)


def _timed(command: list[str], folder: Path, environment: Mapping[str, str], given: str) -> tuple[float, float, float]:
    script = (
        "import json,resource,subprocess,sys,time\n"
        "begun=time.perf_counter()\n"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)\n"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([used.ru_utime+used.ru_stime,time.perf_counter()-begun,used.ru_maxrss]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        cwd=folder,
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, wall, memory = json.loads(done.stdout)
    return cpu, wall, memory


def make(folder: Path, number: int, together: int = 100) -> None:
    """Small prompts, some `together` in each folder."""
    for index in range(number):
        file = folder / "prompts" / f"{index // together:04}" / f"{index % together:02}.md"
        if index % together == 0:
            file.parent.mkdir(parents=True)
        text = f"Summarise report {index} in at most {index % 7 + 2} sentences.\n\nName the author and the year.\n"
        file.write_text(text, encoding="utf-8")


def opened(folder: Path) -> list[str]:
    """The files that a run opens."""
    from promptlint.discovery import Candidate, candidates

    items = list(candidates(["."], cwd=folder))
    return [str(item.file) for item in items if isinstance(item, Candidate)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--files", type=int, help="how many small files are made, without FOLDER")
    parser.add_argument("--format", default="json", help="the output format")
    parser.add_argument("--repeat", type=int, default=5, help="how often the short ones are measured")
    options = parser.parse_args()
    if (options.folder is None) == (options.files is None):
        parser.error("name a folder, or --files")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "made")
        if options.files:
            make(folder, options.files)
        report(folder.resolve(), str(Path(temporary, "cache")), options.format, options.repeat)


def report(folder: Path, cache: str, output: str, repeat: int) -> None:
    """Measure, and print the table."""
    files = opened(folder)
    given = "\n".join(files)
    size = sum(os.stat(file).st_size for file in files)  # noqa: PTH116
    run = check("--output-format", output)
    python = [sys.executable, "-c"]
    print(f"{len(files):,} files, {size / 1e6:,.1f} MB; {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{time.strftime('%Y-%m-%d')}, output format {output}\n")
    found: dict[str, Measured] = {}

    def note(name: str, command: list[str], times: int = 1, text: str = "") -> None:
        all_of_them = [measured(command, folder, cache, text) for _ in range(times)]
        found[name] = Measured(
            statistics.median(each.cpu for each in all_of_them),
            statistics.median(each.wall for each in all_of_them),
            max(each.memory for each in all_of_them),
            max((each.parent for each in all_of_them if each.parent is not None), default=None),
        )

    note("read", [*python, READ], repeat, given)
    note("count", [*python, COUNT], repeat, given)
    alone = [*run, "--no-cache", "--jobs", "1"]
    note("one rule, 1 process", [*alone, "--select", "invisible-character"])
    note("cold, 1 process", alone)
    note("cold, all cores", run)
    note("again", run, repeat)
    note("known", [*run, "--fail-on", "error"])
    print(f"{'':20}{'CPU s':>8}{'wall s':>9}{'MB':>7}{'parent':>9}{'x read':>9}{'x count':>9}")
    for name, each in found.items():
        ratios = [each.cpu / found[other].cpu for other in ("read", "count")]
        parent = "" if each.parent is None else f"{each.parent:.0f}"
        print(f"{name:20}{each.cpu:8.2f}{each.wall:9.2f}{each.memory:7.0f}{parent:>9}{ratios[0]:9.1f}{ratios[1]:9.1f}")


if __name__ == "__main__":
    main()
