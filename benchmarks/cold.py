"""What one small file costs, cold: python benchmarks/cold.py [--rounds N] [--profile] [FILE ...]

Whole processes, in CPU time (user and system), of the promptlint that is installed beside this Python; install it from a
wheel into a fresh environment, since a checkout has neither the compiled data nor the tables of the vocabularies. All
commands take turns, and each time is divided by that of ``python -c "import click"`` in the same round, so that machines, and
busy moments, can be compared. Where Python may not write ``__pycache__`` (PYTHONDONTWRITEBYTECODE) nothing is warm, and the
figures say little. Needs os.wait4, which Windows does not have.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

MARKDOWN = """You are an analyst who writes for busy readers.

I would like you to summarise the report below for {{audience}}.
In order to keep it useful, explain what changed and why it matters.

<report>
{{report}}
</report>
"""
FRONT_MATTER = f"---\nmodel: gpt-4o\ninputs:\n  - report\n  - audience\n---\n{MARKDOWN}"
JINJA = """{# Drafts the first answer to a ticket; an agent of the support team edits it. #}
You answer support tickets of {{ product }}.

{% if tone == "formal" %}
Address the customer by last name.
{% else %}
Address the customer by first name.
{% endif %}

Earlier tickets of this customer:
{% for ticket in history %}
- {{ ticket.title }}: {{ ticket.outcome }}
{% endfor %}

Due to the fact that customers read on their phones, write at most 120 words.
"""
PROMPTS = {"plain.md": MARKDOWN, "front-matter.md": FRONT_MATTER, "template.j2": JINJA}


PYTHON = [sys.executable, "-P"]  # else the current folder's promptlint would be imported, which may be a checkout


def commands(folder: Path, files: Sequence[str]) -> dict[str, list[str]]:
    """What is measured: name -> command."""
    script = shutil.which("promptlint", path=sysconfig.get_path("scripts"))
    run = [script] if script else [*PYTHON, "-m", "promptlint"]
    made = {
        "import click": [*PYTHON, "-c", "import click"],
        "python -c ''": [*PYTHON, "-c", ""],
        "--version": [*run, "--version"],
    }
    for name in files or [str(folder / name) for name in PROMPTS]:
        made[f"check {Path(name).name}"] = [*run, "check", "--isolated", "--no-cache", name]
        made[f"check {Path(name).name}, unchanged"] = [*run, "check", "--isolated", name]
    return made


def cpu_seconds(command: list[str], environment: Mapping[str, str]) -> float:
    """User and system time of a process from its start to its end."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    process = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, _, used = os.wait4(process, 0)
    return used.ru_utime + used.ru_stime


def measure(rounds: int, files: Sequence[str]) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROMPTS.items():
            Path(folder, name).write_text(text, "utf-8", newline="\n")
        environment = os.environ | {"PROMPTLINT_CACHE_DIR": str(Path(folder, "cache"))}
        wanted = commands(Path(folder), files)
        first = {name: cpu_seconds(command, environment) for name, command in wanted.items()}
        times: dict[str, list[float]] = {name: [] for name in wanted}
        for _ in range(rounds):
            for name, command in wanted.items():
                times[name].append(cpu_seconds(command, environment))
    unit = times["import click"]
    print(f"{rounds} rounds; CPU time in ms, and in times that of import click")
    print(f"{'':34} {'first':>7} {'min':>7} {'median':>7} {'max':>7}   {'min':>5} {'median':>6} {'max':>5}")
    for name, each in times.items():
        ratios = [one / other for one, other in zip(each, unit, strict=True)]
        spent = [1000 * value for value in (first[name], min(each), statistics.median(each), max(each))]
        print(
            f"{name:34} " + " ".join(f"{value:7.1f}" for value in spent) + "   "
            f"{min(ratios):5.2f} {statistics.median(ratios):6.2f} {max(ratios):5.2f}"
        )


PARTS = {
    "click": ("click",),
    "yaml": ("yaml", "_yaml"),
    "tiktoken": ("tiktoken", "regex", "concurrent", "requests"),
    "promptlint": ("promptlint",),
}


def profile(rounds: int) -> None:
    """Print what importing costs, by package, without what the interpreter imports itself (medians, in ms)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROMPTS.items():
            file = Path(folder, name)
            file.write_text(text, "utf-8", newline="\n")
            command = [
                *(*PYTHON, "-X", "importtime", "-m", "promptlint"),
                *("check", "--isolated", "--no-cache", str(file)),
            ]
            runs: list[Counter[str]] = []
            for _ in range(rounds + 1):
                done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
                spent: Counter[str] = Counter()
                for line in done.stderr.split("\n"):
                    if line.startswith("import time:") and "self" not in line:
                        own, _, module = line.removeprefix("import time:").split("|")
                        top = module.strip().partition(".")[0]
                        part = next((part for part, tops in PARTS.items() if top in tops), "standard library")
                        spent[part] += int(own)
                        spent[f"modules of {part}"] += 1
                runs.append(spent)
            print(name)
            for part in (*PARTS, "standard library"):
                value = statistics.median(run[part] for run in runs[1:]) / 1000
                print(f"  {part:18} {value:6.1f}  ({runs[-1][f'modules of {part}']} modules)")


def main() -> None:
    parser = argparse.ArgumentParser(description="What one small file costs, cold.")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--profile", action="store_true", help="what importing costs, in place of the ratios")
    parser.add_argument("files", nargs="*", metavar="FILE", help="check these in place of the prompts of this script")
    given = parser.parse_args()
    if given.profile:
        profile(given.rounds)
    else:
        measure(given.rounds, given.files)


if __name__ == "__main__":
    main()
