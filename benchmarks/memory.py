"""How much memory a run over more and more files takes that prints what it finds file by file.

    python benchmarks/memory.py                    # up to 100,000 files
    python benchmarks/memory.py --files 1000000    # takes as many inodes, 4 GB and, by 2 cores, half an hour

Small files are made, a hundred in each folder; with --each one in each. ``parent`` is the process that finds files and prints,
``largest`` the largest of those that examine them. Bytes are by how much each grew from one row to the next, for each file that
was added. What is remembered of words and sentences is bounded, but some ten thousand files go by until that is full.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

from many import Measured, check, make, measured

SHARES = (8, 4, 2, 1)
"""What part of the files each run is over."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000, help="how many files the last run is over")
    parser.add_argument("--each", action="store_true", help="a folder for each file")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}\n")
    print(f"{'files':>10}{'CPU s':>9}{'wall s':>9}{'parent MB':>11}{'bytes':>8}{'largest MB':>12}{'bytes':>8}")
    before: tuple[int, Measured] | None = None
    for share in SHARES:
        number = options.files // share
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "made")
            make(folder, number, 1 if options.each else 100)
            found = measured(check("--no-cache", "--output-format", "jsonl"), folder, temporary)
        print(row(number, found, before), flush=True)
        before = number, found


def row(number: int, found: Measured, before: tuple[int, Measured] | None) -> str:
    """A line of the table."""
    parent = found.parent or 0.0

    def grew(now: float, then: float, less: int) -> str:
        return f"{(now - then) * 1e6 / (number - less):8,.0f}"

    own = "" if before is None else grew(parent, before[1].parent or 0.0, before[0])
    largest = "" if before is None else grew(found.memory, before[1].memory, before[0])
    return f"{number:10,}{found.cpu:9.1f}{found.wall:9.1f}{parent:11.1f}{own:>8}{found.memory:12.1f}{largest:>8}"


if __name__ == "__main__":
    main()
