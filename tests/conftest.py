"""What holds for every test: there is no network, and the package under test is the installed one."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

# In CI the same examples run every time, so that a red build is the change's own fault; on a developer's machine every run
# looks at new ones.
hypothesis.settings.register_profile(
    "promptlint", deadline=None, max_examples=100, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("promptlint")

# `python -m promptlint`, run by a test, would otherwise import the package of the working directory.
os.environ["PYTHONSAFEPATH"] = "1"


class NetworkUsedError(RuntimeError):
    """Code under test tried to reach the network. Not an OSError, which the code might take for a failed connection."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise NetworkUsedError("the tests, and promptlint, work without a network")


def pytest_configure() -> None:
    for method in ("connect", "connect_ex", "sendto", "sendmsg"):
        if hasattr(socket.socket, method):  # Windows has no sendmsg
            setattr(socket.socket, method, _refuse)
    for function in ("create_connection", "getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, function, _refuse)


def pytest_report_header() -> str:
    import promptlint

    return f"promptlint {promptlint.__version__} from {os.path.dirname(promptlint.__file__)}"  # noqa: PTH120


@pytest.fixture(autouse=True)
def empty_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test finds results of another one, or of the person who runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(folder))
    return folder


PROMPTY = (
    "---\nname: a\nsample: sample.json\ninputs:\n  topic:\n    type: string\n---\nuser:\nWrite one line on {{topic}}.\n"
)
"""A prompt that reads another file."""


def put(root: Path, name: str, text: str) -> None:
    """Write a file below a folder."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


DEADLY = """
import os, promptlint.discovery as discovery
read = discovery.read_bytes
discovery.read_bytes = lambda candidate: os._exit(9) if candidate.path == "{path}" else read(candidate)
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has each process that is started end at the file of a path."""

    def mark(path: str) -> None:
        put(tmp_path, "site/sitecustomize.py", DEADLY.format(path=path))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *sys.path]))

    return mark


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    """A repository with a prompt that reads another file."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    put(root, "prompts/c.prompty", PROMPTY)
    put(root, "prompts/sample.json", '{"topic": "tea"}')
    return root


class Outcome:
    """The exit code and the two streams of one run."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


Invoke = Callable[..., Outcome]


@pytest.fixture
def invoke(capsys: pytest.CaptureFixture[str]) -> Invoke:
    """Run promptlint in this process."""
    from promptlint.cli import run

    def invoke(*arguments: str) -> Outcome:
        code = run(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return invoke


ATTEMPTS = 5
LIMIT = 8
"""How much longer four times the size may take: linear is 4 times, quadratic 16."""
NEGLIGIBLE = 0.02
"""Seconds that a large input may take on top of that: of what takes no longer, nobody has to know how it grows."""

LinearTime = Callable[[Callable[[int], object], int], None]


def _seconds(action: Callable[[int], object], size: int) -> float:
    """CPU time of this thread alone, and without garbage collection, which looks at all that earlier tests have left."""
    collects = gc.isenabled()
    gc.disable()
    try:
        start = time.thread_time()
        action(size)
        return time.thread_time() - start
    finally:
        if collects:
            gc.enable()


def _linear_time(action: Callable[[int], object], size: int) -> None:
    measured = []
    for attempt in range(ATTEMPTS):
        # No size comes twice, so that nothing is answered from memory. There is a short run on either side of the long one:
        # only what slowed down both, but not the one between them, could make quadratic time look linear.
        short = size // 4 + 2 * attempt
        before, long, after = (_seconds(action, each) for each in (short, size + attempt, short + 1))
        if long < LIMIT * min(before, after) + NEGLIGIBLE:
            return
        measured.append(f"{min(before, after):.4f} s and {long:.4f} s")
    raise AssertionError(
        f"sizes {size // 4:,} and {size:,} took {'; '.join(measured)}: every time more than {LIMIT} times as long "
        f"(and {NEGLIGIBLE} s), where linear is 4 times and quadratic 16"
    )


@pytest.fixture(scope="session")
def linear_time() -> LinearTime:
    """Fails if the time of `action(size)` grows like the square of the size. Calls it with a quarter of the size, too.

    How time grows is the same on a slow or a busy machine; how much of it passes is not. The size is to be one at which
    quadratic time would be a tenth of a second or more.
    """
    return _linear_time


@pytest.fixture
def network_used() -> type[Exception]:
    """The exception that every use of the network raises."""
    return NetworkUsedError


class Git:
    """A git repository that a test makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file; text gets no other line ends than it has."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, message: str = "change") -> str:
        """Commit everything; the commit."""
        self("add", "--all", "--force")
        self("commit", "--quiet", "--allow-empty", "--message", message)
        return self("rev-parse", "HEAD")


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Git]:
    """Makes repositories on the branch main, below a folder that is in none, whatever the settings of this machine."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    nothing = tmp_path / "no-git-config"
    nothing.write_text("")
    settings = {
        "GIT_CONFIG_GLOBAL": str(nothing),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def make(name: str) -> Git:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        made = Git(folder)
        if not (folder / ".git" / "HEAD").exists():
            made("-c", "init.defaultBranch=main", "init", "--quiet")
        for key, value in {
            "user.name": "Somebody",
            "user.email": "somebody@example.com",
            "core.autocrlf": "false",
            "commit.gpgSign": "false",
        }.items():
            made("config", key, value)
        return made

    return make
