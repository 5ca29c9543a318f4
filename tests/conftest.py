"""What holds for every test: there is no network, and the package under test is the installed one."""

from __future__ import annotations

import os
import socket
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


@pytest.fixture
def network_used() -> type[Exception]:
    """The exception that every use of the network raises."""
    return NetworkUsedError
