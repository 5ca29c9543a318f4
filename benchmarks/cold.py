"""What one small file costs, cold: python benchmarks/cold.py [--rounds N] [--profile] [FILE ...]

Whole processes, in CPU time (user and system), of the promptlint that is installed beside this Python; install it from a
wheel into a fresh environment, since a checkout has neither the compiled data nor the tables of the vocabularies. All
commands take turns, and each time is divided by that of ``python -c "import click"`` in the same round, so that machines, and
busy moments, can be compared. Where Python may not write ``__pycache__`` (PYTHONDONTWRITEBYTECODE) nothing is warm, and the
figures say little. Needs os.wait4, which Windows does not have.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import sysconfig
import tempfile
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


TRACED = """
import os, sys, time
clock, spent, open_ = time.process_time, {"start of Python": time.process_time()}, []
def turn():
    now = clock()
    if open_:
        spent[open_[-1][0]] = spent.get(open_[-1][0], 0) + now - open_[-1][1]
        open_[-1][1] = now
def within(name, function):
    def call(*arguments, **named):
        turn()
        open_.append([name, clock()])
        try:
            return function(*arguments, **named)
        finally:
            turn()
            open_.pop()
            if open_:
                open_[-1][1] = clock()
    return call
open_.append(["the rest", clock()])
within("import of click", lambda: __import__("click"))()
import importlib._bootstrap as bootstrap
bootstrap._load_unlocked = within("imports", bootstrap._load_unlocked)
import json, promptlint.lazy as lazy
json.loads = within("JSON", json.loads)
lazy.compiled = within("regular expressions", lazy.compiled)
lazy._decorated = within("dataclasses", lazy._decorated)
import promptlint.tokens, promptlint.examiner, promptlint.runner, promptlint.formats, promptlint.cli
promptlint.tokens._RankCounter.count = within("tokenizer", promptlint.tokens._RankCounter.count)
promptlint.examiner._in_turn = within("the lint", promptlint.examiner._in_turn)
promptlint.runner.read = within("reading the format", promptlint.runner.read)
sys.argv = ["promptlint", *sys.argv[2:]]
try:
    promptlint.cli.main()
except SystemExit:
    pass
turn()
with open(__PLACE__, "w") as place:
    print(json.dumps(spent), file=place)
os._exit(0)  # as the installed command does
"""
"""A run that notes where its time goes; what happens inside of something else counts there and not outside."""


def profile(rounds: int) -> None:
    """Print where the CPU time of a run goes (medians, in ms). What the clocks take themselves is spread over it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROMPTS.items():
            file, place = Path(folder, name), Path(folder, "times.json")
            file.write_text(text, "utf-8", newline="\n")
            script = TRACED.replace("__PLACE__", repr(str(place)))
            command = [*PYTHON, "-c", script, "-", "check", "--isolated", "--no-cache", str(file)]
            runs: list[dict[str, float]] = []
            for _ in range(rounds + 1):
                whole = cpu_seconds(command, os.environ)
                spent = json.loads(place.read_text("utf-8"))
                runs.append({**spent, "the end of Python": whole - sum(spent.values()), "all": whole})
            print(name)
            for part in sorted(runs[-1], key=lambda part: statistics.median(run[part] for run in runs[1:])):
                print(f"  {part:20} {1000 * statistics.median(run[part] for run in runs[1:]):6.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="What one small file costs, cold.")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--profile", action="store_true", help="where the time goes, in place of the ratios")
    parser.add_argument("files", nargs="*", metavar="FILE", help="check these in place of the prompts of this script")
    given = parser.parse_args()
    if given.profile:
        profile(given.rounds)
    else:
        measure(given.rounds, given.files)
        if not given.files:
            print("\nwhere the CPU time goes, in ms")
            profile(given.rounds // 3)


if __name__ == "__main__":
    main()
