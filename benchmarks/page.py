"""Runs the benchmarks and writes docs/performance.md: python benchmarks/page.py [--corpus FOLDER] [--only cold,many,...]

Needs promptlint with the extra `lsp`, installed from a wheel beside this Python (see cold.py). A section that is not run again
keeps what it had.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"

HEAD = """<!-- Made by benchmarks/page.py; do not edit. -->
# How fast promptlint is

Times are ratios against something that was measured in the same run, so that machines can be compared; the figures in
seconds are those of one machine. Each section is what one program in `benchmarks/` printed:

    python benchmarks/page.py            runs them all and writes this page
"""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A program in this folder, its arguments, and what the page says of it."""

    name: str
    title: str
    about: str
    arguments: tuple[str, ...] = ()


def benchmarks(corpus: str | None) -> tuple[Benchmark, ...]:
    """What is run; `corpus` is a folder of real prompt files."""
    return (
        Benchmark(
            "cold",
            "One small file, cold",
            'Whole processes, against `python -c "import click"`, and where their time goes. Before it was looked after, the first of '
            "these files took 541 ms, 16 times `import click`: the tokenizer 190, regular expressions 92, dataclasses 89, imports 60, "
            "garbage collection and the end of Python 35, click 34, the lint 25, YAML 9, JSON 9.",
        ),
        Benchmark(
            "many",
            "Many files",
            "Against counting the same text with tiktoken, and against reading and hashing it. The aim for one process was 8 times "
            "counting, better 3. What stands between: with a single cheap rule a run recognises and reads the formats, tells code, "
            "examples and data from instructions, splits these into sentences, tells language and kind, and counts; that alone "
            "takes some 5 times. The rules come on top. But for counting, no function takes more than a "
            "twentieth of the time: a fifth of it is the interpreter, the rest regular expressions, searches, dictionaries and "
            "memory, so the same modules compiled with Cython take as long, and with mypyc longer. One process reads some files "
            "ahead, counts their tokens on end and lints them in turn, rule by rule: what each step needs stays in the processor's "
            "caches, which takes a twelfth off.",
            (corpus,) if corpus else (),
        ),
        Benchmark(
            "memory",
            "Memory",
            "What a run takes that prints what it finds file by file, `check --output-format jsonl`, over more and more small "
            "files: the process that walks the folders and prints, the largest one that examines, and by how much they grew "
            "with each more file.",
        ),
        Benchmark("growth", "Growth", "How CPU time grows when the input is doubled: 1 is linear."),
        Benchmark("server", "In the editor", "From the end of the pause after a key to the diagnostics."),
    )


def section(each: Benchmark, printed: str) -> str:
    """What the page says of a benchmark."""
    command = " ".join(["python", f"benchmarks/{each.name}.py", *("FOLDER" for _ in each.arguments)])
    when = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, tiktoken {version('tiktoken')}"
    return f"## {each.title}\n\n{each.about} `{command}`, {when}:\n\n```text\n{printed.strip()}\n```\n"


def sections() -> dict[str, str]:
    """The sections of the page as it is, by the names of their benchmarks."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {found[1]: part for part in parts if (found := re.search(r"`python benchmarks/(\w+)\.py", part))}


def main() -> int:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default=os.environ.get("PROMPTLINT_CORPUS"))
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept = sections()
    failed = 0
    for each in benchmarks(asked.corpus):
        if asked.only and each.name not in asked.only.split(","):
            continue
        command = [sys.executable, str(HERE / f"{each.name}.py"), *each.arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            sys.stderr.write(f"{each.name}: exit code {done.returncode}\n{done.stderr}")
            failed = 1
            continue
        kept[each.name] = section(each, done.stdout)
    order = [each.name for each in benchmarks(asked.corpus)]
    PAGE.write_text(HEAD + "".join(f"\n{kept[name]}".rstrip("\n") + "\n" for name in order if name in kept), "utf-8")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
