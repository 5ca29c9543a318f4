from __future__ import annotations

import sys
from types import ModuleType

import pytest

from promptlint.checks import CheckError, check_named, output_limit
from promptlint.rules import load_rules


def test_a_check_is_a_module() -> None:
    assert check_named("output-limit") is output_limit.check


@pytest.mark.parametrize("name", sorted({rule.check for rule in load_rules().values()} - {"reader", "engine"}))
def test_every_check_that_a_rule_names_exists(name: str) -> None:
    assert callable(check_named(name))


def test_a_check_that_does_not_exist() -> None:
    with pytest.raises(CheckError, match=r"^no check is named 'no-such-thing'$"):
        check_named("no-such-thing")


def test_a_module_that_a_check_misses_is_not_taken_for_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise ModuleNotFoundError(name="jsonschema")

    monkeypatch.setitem(sys.modules, "promptlint.checks.broken", Broken("promptlint.checks.broken"))
    with pytest.raises(ModuleNotFoundError) as caught:
        check_named("broken")
    assert caught.value.name == "jsonschema"
