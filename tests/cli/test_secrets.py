"""A secret that is found is not spread by the report."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint.reporters import formats


@pytest.mark.parametrize("output_format", formats())
def test_no_output_repeats_it(invoke: Callable[..., object], output_format: str) -> None:
    # put together at run time, so that no scanner takes this file for a leak
    secret = "ghp_" + "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=36))
    Path("prompts").mkdir()
    Path("prompts/a.md").write_text(f"In order to search, please use {secret} as the key.\n", "utf-8")
    outcome = invoke("check", "--output-format", output_format)
    printed = outcome.out + outcome.err  # type: ignore[attr-defined]
    assert "hardcoded-secret" in printed
    assert secret[8:] not in printed
