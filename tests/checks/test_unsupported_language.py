"""The rule `unsupported-language`: whose lists it goes by."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic, Severity
from promptlint.engine import lint
from promptlint.prices import Model
from promptlint.source import Source

POLISH = "Summarize the report in at most five sentences. Answer in Polish. {{report}}"


def found(text: str = POLISH, model: str = "llama-3.1-8b", **config: object) -> tuple[Diagnostic, ...]:
    source = Source("prompts/a.prompt", f"---\nmodel: {model}\n---\n{text}\n")
    settings = Config(select=("unsupported-language",), **config)  # type: ignore[arg-type]
    return lint(formats.read(source), settings).diagnostics


@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("llama-3.1-8b", 1),
        ("meta-llama/Llama-3.1-70B-Instruct", 1),
        ("groq/llama-3.3-70b-versatile", 1),
        ("llama-4-scout", 1),
        ("gpt-5.4", 0),
        ("mistral-small-latest", 0),
        ("ollama/llama3.1", 0),
        ("${MODEL}", 0),
    ],
)
def test_models(model: str, count: int) -> None:
    diagnostics = found(model=model)
    assert len(diagnostics) == count
    assert all(item.severity is Severity.INFO for item in diagnostics)


def test_each_list_is_its_own() -> None:
    arabic = POLISH.replace("Polish", "Arabic")
    assert len(found(arabic, "llama-3.1-8b")) == 1
    assert found(arabic, "llama-4-scout") == ()


def test_lists_of_the_configuration() -> None:
    models = {"ours": Model("ours", "own", "ours", languages=("en", "pl"))}
    assert found(model="ours", models=models) == ()
    (finding,) = found(POLISH.replace("Polish", "German"), "ours", models=models)
    assert (
        finding.message
        == "the answer is to be in German, which is not among the languages that ours supports: English, Polish"
    )
    (finding,) = found("Fasse den folgenden Bericht in fünf Sätzen zusammen. {{bericht}}", "ours", models=models)
    assert "the prompt is written in German" in finding.message


def test_scripts_of_prompts() -> None:
    (finding,) = found("请用三句话总结以下报告，并指出最重要的风险和建议。\n{{report}}")
    assert "the prompt is written in Chinese" in finding.message
    assert found("रिपोर्ट का सारांश पाँच वाक्यों में लिखिए और मुख्य जोखिम बताइए।\n{{report}}") == ()
    (finding,) = found("Перекажи наступний звіт у п'яти реченнях і назви головні ризики.\n{{report}}")
    assert "Cyrillic script" in finding.message


def test_agents_are_left_alone() -> None:
    text = "---\nname: a\ndescription: Reports.\nmodel: llama-3.1-8b\n---\nAnswer in Polish.\n"
    config = Config(select=("unsupported-language",), pedantic=True)
    assert lint(formats.read(Source(".github/agents/a.agent.md", text)), config).diagnostics == ()
