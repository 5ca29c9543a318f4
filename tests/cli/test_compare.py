from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from genai_prices import Usage, calc_price

from promptlint.prices import data_date
from promptlint.reporters.compare.words import percent

if TYPE_CHECKING:
    from conftest import Invoke

CHECKOUT = Path(__file__).parents[2]
SCHEMA = json.loads((CHECKOUT / "docs" / "compare.schema.json").read_text(encoding="utf-8"))
LONG = "".join(f"- Rule {number}: answer from the passage.\n" for number in range(300))
TUNED = ("--tuned-input-price", "0.3", "--tuned-output-price", "1.2", "--training-cost", "200")


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("prompts").mkdir()
    Path("prompts/report.md").write_text(
        "---\nmodel: gpt-4o\n---\nSummarise this report in at most 3 sentences:\n\n{{ report }}\n", encoding="utf-8"
    )
    Path("prompts/chat.j2").write_text("Explain this to {{ name }}.\n", encoding="utf-8")
    Path("prompts/rules.j2").write_text(LONG + "\nPassage: {{ passage }}\n", encoding="utf-8")
    Path("prompts/two.json").write_text(
        json.dumps(
            {"first": {"prompt": "Sum up {{x}} for me, please."}, "second": {"prompt": "Translate {{x}} to German."}}
        ),
        encoding="utf-8",
    )


def data(invoke: Invoke, *arguments: str) -> Any:
    outcome = invoke("compare", *arguments, "--output-format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    made = json.loads(outcome.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    return made


def theirs(provider: str, model: str, sent: int, answer: int) -> float:
    usage = Usage(input_tokens=sent, output_tokens=answer)
    return float(calc_price(usage, model_ref=model, provider_id=provider).total_price)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_everything_at_once(invoke: Invoke, snapshot, form: str) -> None:
    outcome = invoke(
        *(
            "compare",
            "prompts/rules.j2",
            "-m",
            "gpt-4o,claude-sonnet-4-5,mistral-small-latest,groq/llama-3.1-8b-instant",
        ),
        *("--calls", "100k/month", "--output-tokens", "60", "--cascade", "gpt-4o-mini:80%,gpt-4o", *TUNED),
        *("--output-format", form),
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_little_is_known(invoke: Invoke, snapshot) -> None:
    outcome = invoke("compare", "prompts/chat.j2", "--models", "gpt-4o", "--models", "groq/llama-3.1-8b-instant")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_the_declared_model_comes_first(invoke: Invoke) -> None:
    (prompt,) = data(invoke, "prompts/report.md")["prompts"]
    first, *others = prompt["models"]
    sent = first["input_tokens"]["expected"]
    assert (first["model"], first["output_tokens"]["expected"]) == ("gpt-4o", 66)
    assert first["usd"]["per_call"] == pytest.approx(theirs("openai", "gpt-4o", sent, 66))
    for each in others:
        assert each["usd"]["per_call"] == pytest.approx(
            theirs("openai", each["id"], each["input_tokens"]["expected"], 66)
        )
        assert each["compared"] < 1
    assert others


def test_json_has_what_is_asked(invoke: Invoke) -> None:
    made = data(
        *(invoke, "prompts/report.md", "-m", "gpt-4o,gpt-4o-mini", "--calls", "1k/day"),
        *("--cascade", "gpt-4o-mini:0.8,gpt-4o", *TUNED, "--tuned-input-tokens", "100"),
    )
    (prompt,) = made["prompts"]
    assert (made["version"], made["price_date"], prompt["calls_per_month"]) == (1, data_date(), 30_000)
    large, small = (
        theirs("openai", name, prompt["models"][0]["input_tokens"]["expected"], 66)
        for name in ("gpt-4o", "gpt-4o-mini")
    )
    assert prompt["cascade"]["per_call"] == pytest.approx(small + 0.2 * large)
    assert prompt["cascade"]["per_month"] == pytest.approx(30_000 * (small + 0.2 * large))
    tuned = (100 * 0.3 + 66 * 1.2) / 1_000_000
    assert prompt["models"][0]["tuned"] == {"per_call": pytest.approx(tuned), "calls": int(200 / (large - tuned)) + 1}
    batch = prompt["models"][0]["batch"]
    assert batch["saved"] == pytest.approx(large / 2)


def test_a_cascade_reads_names_with_colons(invoke: Invoke) -> None:
    (prompt,) = data(invoke, "prompts/report.md", "--cascade", "openai:chat:gpt-4o-mini:.5, openai:gpt-4o")["prompts"]
    assert [(each["model"], each["accepted"]) for each in prompt["cascade"]["models"]] == [
        ("openai:chat:gpt-4o-mini", 0.5),
        ("openai:gpt-4o", None),
    ]


def test_standard_input_and_one_prompt_of_several(invoke: Invoke, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Explain {{ x }}.\n")))
    (prompt,) = data(invoke, "-", "--stdin-filename", "prompts/new.j2", "-m", "gpt-4o")["prompts"]
    assert (prompt["path"], prompt["prompt"]) == ("prompts/new.j2", "new")
    both = data(invoke, "prompts/two.json", "-m", "gpt-4o")["prompts"]
    assert len(both) == 2
    (one,) = data(invoke, "prompts/two.json", "-m", "gpt-4o", "--prompt", both[1]["prompt"])["prompts"]
    assert one == both[1]


def test_models_and_sizes_of_the_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text(
        'model = "house"\ncalls = "1k/day"\n[variables]\nreport = 500\n[models.house]\ninput = 2\noutput = 10\n'
    )
    (prompt,) = data(invoke, "prompts/report.md")["prompts"]
    (house,) = prompt["models"]
    sent = house["input_tokens"]["literal"] + 500 + 7
    assert house["input_tokens"]["expected"] == sent
    assert house["usd"]["per_month"] == pytest.approx(30_000 * (2 * sent + 660) / 1_000_000)
    assert house["usd"]["per_call"] == pytest.approx((2 * sent + 660) / 1_000_000)


def test_a_file_for_the_output(invoke: Invoke) -> None:
    outcome = invoke("compare", "prompts/report.md", "--output-file", "out.txt", "--color", "never")
    assert (outcome.code, outcome.out) == (0, "")
    assert Path("out.txt").read_text("utf-8") == invoke("compare", "prompts/report.md").out
    failed = invoke("compare", "prompts/report.md", "--output-file", "nowhere/out.txt")
    assert failed.code == 2 and failed.err.startswith("nowhere/out.txt: ")


def test_colours(invoke: Invoke) -> None:
    plain = invoke("compare", "prompts/report.md").out
    coloured = invoke("compare", "prompts/report.md", "--color", "always").out
    assert coloured != plain and re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prompts/report.md", "-m", "gtp-4o"], "unknown model 'gtp-4o' (did you mean 'gpt-4o'"),
        (["prompts/chat.j2"], "the prompt 'chat' names no model; name those to compare with --models"),
        (["prompts/report.md", "-m", "llama-3.1-8b"], "is sold by several hosts; name one, such as"),
        (["prompts"], "'prompts' is a folder; compare looks at one file."),
        (["gone.md"], "gone.md: "),
        (["prompts/report.md", "--prompt", "x"], "prompts/report.md has no prompt 'x'; it has 'report'"),
        (["prompts/report.md", "--calls", "often"], "--calls must be a number of calls"),
        (["prompts/report.md", "--cascade", "gpt-4o"], "--cascade: needs two models or more"),
        (["prompts/report.md", "--cascade", "gpt-4o-mini,gpt-4o"], "'gpt-4o-mini' is no MODEL:SHARE"),
        (["prompts/report.md", "--cascade", "gpt-4o-mini:1.2,gpt-4o"], "is no MODEL:SHARE"),
        (["prompts/report.md", "--cascade", "gpt-4o-mini:101%,gpt-4o"], "is no MODEL:SHARE"),
        (["prompts/report.md", "--cascade", "gpt-4o:0.5,gpt-4o"], "--cascade: names a model twice"),
        (["prompts/report.md", "--training-cost", "5"], "fine-tuning needs --tuned-input-price"),
        (["prompts/report.md", "--tuned-input-tokens", "5"], "fine-tuning needs --tuned-input-price"),
        (["prompts/report.md", "--config", "a.toml"], "a.toml"),
        (["-", "--stdin-filename", "a.bin"], ""),
        ([], "Missing argument 'PROMPT'"),
    ],
)
def test_bad_usage(invoke: Invoke, monkeypatch, arguments: list[str], message: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\0\1\2")))
    outcome = invoke("compare", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err and outcome.err


def test_a_file_without_a_prompt(invoke: Invoke) -> None:
    Path("prompts/broken.prompt.yml").write_text("messages: [\n", encoding="utf-8")
    outcome = invoke("compare", "prompts/broken.prompt.yml", "-m", "gpt-4o")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("prompts/broken.prompt.yml: no prompt in it: ")


def test_a_wrong_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text("[models.x]\nimput = 1\n", "utf-8")
    outcome = invoke("compare", "prompts/report.md")
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown key 'imput'" in outcome.err
    assert invoke("compare", "prompts/report.md", "--isolated").code == 0


def test_nothing_steers_the_terminal(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text('[models."a\\u001b[2Jb"]\ninput = 1\noutput = 1\n', "utf-8")
    for form in ("text", "markdown"):
        out = invoke("compare", "prompts/report.md", "-m", "a\x1b[2Jb", "--output-format", form).out
        assert "\x1b" not in out and "U+001B" in out


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0 %"),
        (0.00005, "below 0.01 %"),
        (0.0005, "0.05 %"),
        (0.0321, "3.2 %"),
        (0.05, "5 %"),
        (0.484, "48 %"),
        (12.0, "1,200 %"),
    ],
)
def test_shares(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_the_schema_is_one_and_is_strict(invoke: Invoke) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    made = data(invoke, "prompts/report.md", "--cascade", "gpt-4o-mini:0.5,gpt-4o", *TUNED)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for path in (("models", 0, "usd"), ("cascade", "models"), ("tuning", "training")):
        broken = json.loads(json.dumps(made))
        place = broken["prompts"][0]
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        assert not validator.is_valid(broken)
