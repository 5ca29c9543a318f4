"""The rule `premium-model-in-dev`: what says that a prompt is for development."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

TEXT = "{}\nmodel: {}\nmessages:\n  - role: user\n    content: Reply in five sentences. env = dev {{{{message}}}}\n"


@pytest.fixture
def run(found_by: Callable[[str], Run]) -> Callable[..., tuple[Diagnostic, ...]]:
    found = found_by("premium-model-in-dev")
    return lambda head="name: a", model="gpt-5.5", path="prompts/a.prompt.yml": found(TEXT.format(head, model), path)


@pytest.mark.parametrize("head", ["env: dev", "environment: 'test'", "stage: CI", '"profile": local'])
def test_a_setting_is_sure(run: Run, head: str) -> None:
    (finding,) = run(head)
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)


@pytest.mark.parametrize(
    "path", ["dev/a.prompt.yml", "prompts/CI/a.prompt.yml", "prompts/a.dev.prompt.yml", "a-ci.prompt.yml"]
)
def test_a_path_is_less_sure(run: Run, path: str) -> None:
    (finding,) = run(path=path)
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("head", "model", "path"),
    [
        ("env: prod", "gpt-5.5", "dev/a.prompt.yml"),
        ("name: a", "gpt-5.5", "prompts/a.prompt.yml"),
        ("env: dev", "gpt-6-luna", "dev/a.prompt.yml"),
        ("env: dev", "gpt-4", "dev/a.prompt.yml"),  # retired, which is another rule's
        ("env: dev", "${MODEL}", "dev/a.prompt.yml"),
        ("env: device", "gpt-5.5", "prompts/a.prompt.yml"),
        ("name: a", "gpt-5.5", "tests/a.prompt.yml"),
        ("name: a", "gpt-5.5", "/home/x/dev/prompts/a.prompt.yml"),
        ("name: a", "gpt-5.5", "C:/dev/prompts/a.prompt.yml"),
        ("name: a", "gpt-5.5", "prompts/developer.prompt.yml"),
    ],
)
def test_silent(run: Run, head: str, model: str, path: str) -> None:
    assert run(head, model, path) == ()
