"""Which messages instruct."""

from __future__ import annotations

import pytest

from promptlint.analysis.turns import instructing


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        pytest.param([None], [0], id="no role"),
        pytest.param(["system", "user"], [0, 1], id="an open question"),
        pytest.param(["system", "user", "assistant", "user"], [0, 3], id="an answered question is an example"),
        pytest.param(["user", "assistant"], [0], id="the beginning of the answer"),
        pytest.param(["system", "user", "tool", "assistant", "user"], [0, 4], id="a tool was called"),
        pytest.param(["user", "user", "assistant", "user"], [0, 3], id="two messages before an answer"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_instructing(make, roles, expected):
    prompt = make.prompt(*((role, "Explain it.") for role in roles))
    assert list(instructing(prompt.messages)) == expected
