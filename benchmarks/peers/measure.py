"""Installs the tools and runs them: each in an environment of its own, with a home folder of its own, off the network."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from peers.tools import Tool

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
# The names under which tiktoken looks for these vocabularies in its cache
CACHED = {
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
}
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "__pycache__", ".*_cache", "node_modules", "tests", "_data", "*.vsix"
)


@dataclass(frozen=True)
class Run:
    """What one or several processes took: seconds, seconds, and the bytes of the largest of them; and what they said."""

    wall: float
    cpu: float
    peak: int
    codes: tuple[int, ...]
    outputs: tuple[str, ...]
    errors: tuple[str, ...]


def home(tool: Tool, work: Path) -> Path:
    return work / "environments" / re.sub(r"[^\w.]+", "-", tool.name).strip("-")


def install(tool: Tool, work: Path) -> str | None:
    """Installs the tool at its version, if it is not there yet; None, or why that failed."""
    place = home(tool, work)
    marker = place / f".installed-{tool.version}"
    if marker.exists() and tool.registry != "checkout":
        return None
    place.mkdir(parents=True, exist_ok=True)
    if tool.registry == "npm":
        (place / "package.json").write_text('{"private": true}', "utf-8")
        steps = [["npm", "install", "--silent", "--ignore-scripts", f"{tool.package}@{tool.version}"]]
    else:
        source = [f"{tool.package}=={tool.version}"]
        if tool.registry == "checkout":
            # A copy: building must not depend on what others do to the checkout meanwhile
            copy = work / "checkout"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
            source = [str(copy), "--force-reinstall", "--no-deps"] if marker.exists() else [str(copy)]
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        steps = [] if (place / "bin").exists() else [[sys.executable, "-m", "venv", str(place)]]
        steps.append([*pip, *source])
    for step in steps:
        try:
            done = subprocess.run(step, cwd=place, capture_output=True, text=True, check=False)
        except OSError as error:
            return str(error)
        if done.returncode:
            return (done.stderr.strip().split("\n") or ["?"])[-1]
    marker.touch()
    return None


def vocabularies(work: Path) -> Path:
    """A cache for tools that would fetch tiktoken's vocabularies: made from those that promptlint ships."""
    folder = work / "vocabularies"
    folder.mkdir(parents=True, exist_ok=True)
    for name, cached in CACHED.items():
        packed = ROOT / "promptlint" / "vocabularies" / f"{name}.tiktoken.gz"
        (folder / cached).write_bytes(gzip.decompress(packed.read_bytes()))
    return folder


def off_the_network() -> tuple[str, ...]:
    """The words to put before a command to take the network away from it; none where that needs more rights."""
    words = ("unshare", "--map-root-user", "--net")
    try:
        works = not subprocess.run([*words, "true"], capture_output=True, check=False).returncode
    except OSError:
        works = False
    return words if works else ()


def commands(words: Sequence[str], place: Path, files: Sequence[str]) -> list[list[str]]:
    """The command, or one for each file where the tool takes only one."""
    fixed = {"bin": str(place / "bin"), "home": str(place), "drivers": str(HERE / "drivers")}

    def filled(file: str) -> list[str]:
        made: list[str] = []
        for word in words:
            made += files if word == "{files}" else [word.format(file=file, stem=Path(file).stem, **fixed)]
        return made

    single = any("{file}" in word or "{stem}" in word for word in words)
    return [filled(file) for file in files] if single else [filled("")]


def run(
    tool: Tool,
    work: Path,
    folder: Path,
    files: Sequence[str],
    before: Sequence[str],
    *,
    given: bool = True,
    limit: int = 900,
) -> Run:
    """Runs the tool in the folder, as many processes as it needs, with a new home folder.

    `given`: with the environment that makes up for what the tool would fetch.
    """
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        place = home(tool, work)
        variables: Mapping[str, str] = tool.environment if given else {}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": scratch,
            "LANG": "C.UTF-8",
            "COLUMNS": "5000",  # some break even JSON at the width of the terminal
            "NO_COLOR": "1",
            **{name: value.format(vocabularies=work / "vocabularies") for name, value in variables.items()},
        }
        for step in tool.prepare:
            for command in commands(step, place, files):
                subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        job = Path(scratch) / "job.json"
        output = Path(scratch) / "output"
        output.mkdir()
        wanted = [[*before, *command] for command in commands(tool.command, place, files)]
        job.write_text(
            json.dumps(
                {
                    "commands": wanted,
                    "cwd": str(folder),
                    "environment": environment,
                    "output": str(output),
                    "limit": limit,
                }
            ),
            "utf-8",
        )
        launcher = [sys.executable, "-I", "-S", str(HERE / "launcher.py"), str(job)]
        taken = json.loads(subprocess.run(launcher, capture_output=True, text=True, check=True).stdout)

        def texts(kind: str) -> tuple[str, ...]:
            return tuple((output / f"{at}.{kind}").read_text("utf-8", "replace") for at in range(len(wanted)))

        return Run(
            sum(each["wall"] for each in taken),
            sum(each["cpu"] for each in taken),
            max(each["peak"] for each in taken),
            tuple(each["code"] for each in taken),
            texts("out"),
            texts("err"),
        )


def connections(tool: Tool, work: Path, folder: Path, files: Sequence[str], before: Sequence[str]) -> int | None:
    """How often the tool tried to reach another machine (name servers count); None where strace is not to be had.

    It runs as it does for somebody who has just installed it: with an empty home folder and nothing fetched.
    """
    if shutil.which("strace") is None:
        return None
    log = work / "connections.log"
    traced = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(log)]
    run(tool, work, folder, files, [*before, *traced], given=False)
    return sum("sa_family=AF_INET" in line for line in log.read_text("utf-8", "replace").split("\n"))
