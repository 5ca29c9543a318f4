from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from genai_prices import Usage, calc_price

if TYPE_CHECKING:
    from conftest import Invoke

CHECKOUT = Path(__file__).parents[2]
SCHEMA = json.loads((CHECKOUT / "docs" / "cost.schema.json").read_text(encoding="utf-8"))
REPORT = "---\nmodel: gpt-4o\n---\nSummarise this report in at most 3 sentences:\n\n{{ report }}\n"
CHAT = "Explain this to {{ name }}.\n"


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("prompts").mkdir()
    Path("prompts/report.md").write_text(REPORT)
    Path("prompts/chat.j2").write_text(CHAT)


def data(invoke: Invoke, *arguments: str) -> Any:
    made = json.loads(invoke("cost", *arguments, "--output-format", "json").out)
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    return made


def theirs(sent: int, answer: int, model: str = "gpt-4o", provider: str = "openai") -> float:
    usage = Usage(input_tokens=sent, output_tokens=answer)
    return float(calc_price(usage, model_ref=model, provider_id=provider).total_price)


def test_a_table(invoke: Invoke, snapshot) -> None:
    outcome = invoke("cost", "prompts")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_figures_are_those_of_genai_prices(invoke: Invoke) -> None:
    made = data(invoke, "prompts", "--calls", "100k/month")
    report, chat = made["prompts"]
    sent = report["input_tokens"]["expected"]
    assert (report["path"], chat["path"]) == ("prompts/report.md", "prompts/chat.j2")
    assert report["output_tokens"]["expected"] == 66
    assert report["usd"]["input"] == pytest.approx(theirs(sent, 0))
    assert report["usd"]["per_call"] == pytest.approx(theirs(sent, 66))
    assert report["usd"]["per_month"] == pytest.approx(100_000 * theirs(sent, 66))
    assert (chat["model"], chat["usd"]) == (None, None)
    assert made["total"]["usd"]["per_month"] == report["usd"]["per_month"]
    assert made["total"]["known"] == {"input": 1, "per_call": 1, "per_month": 1}


def test_the_configuration_states_calls_and_sizes(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text(
        'model = "house"\ncalls = "1k/day"\n[variables]\nreport = {tokens = 500, max = 900}\nname = 2\n'
        '[models.house]\ninput = 2\noutput = 10\n[[overrides]]\nfiles = ["chat.j2"]\ncalls = 10\n'
    )
    report, chat = data(invoke)["prompts"]
    assert (report["calls_per_month"], chat["calls_per_month"]) == (30_000, 10)
    literal = report["input_tokens"]["literal"]
    assert report["input_tokens"]["expected"] == literal + 500 + 7
    assert report["input_tokens"]["maximum"] == literal + 900 + 7
    # by hand: USD 2 and 10 per million tokens
    assert report["usd"]["per_call"] == pytest.approx((2 * (literal + 507) + 10 * 66) / 1_000_000)
    assert report["usd"]["per_month"] == pytest.approx(30_000 * report["usd"]["per_call"])
    assert report["provider"] == "own"
    assert not any("report" in each or "name" in each for each in report["assumptions"])
    # the command line goes before it
    one, two = data(invoke, "--calls", "5", "--model", "gpt-4o")["prompts"]
    assert {one["calls_per_month"], two["calls_per_month"]} == {5}
    assert {one["model"], two["model"]} == {"gpt-4o"}


@pytest.mark.parametrize("by", ["message", "section", "variable"])
def test_where_the_tokens_go(invoke: Invoke, by: str) -> None:
    for each in data(invoke, "--by", by)["prompts"]:
        assert each["breakdown"]["by"] == by
        assert sum(share["tokens"] for share in each["breakdown"]["shares"]) == each["input_tokens"]["expected"]
    assert "█" in invoke("cost", "--by", by).out


def test_sizes_of_the_configuration_hold_in_the_parts_as_well(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text("[variables]\nreport = 500\n")
    (made,) = (each for each in data(invoke, "--by", "variable")["prompts"] if each["path"].endswith("report.md"))
    assert {"kind": "variable", "name": "report", "tokens": 500, "message": None} in made["breakdown"]["shares"]


def test_csv_and_markdown(invoke: Invoke) -> None:
    rows = list(csv.DictReader(io.StringIO(invoke("cost", "--output-format", "csv").out)))
    assert [row["path"] for row in rows] == ["prompts/report.md", "prompts/chat.j2"]
    assert rows[0]["usd_per_call"] == str(data(invoke)["prompts"][0]["usd"]["per_call"])
    assert "| `prompts/report.md` | gpt-4o |" in invoke("cost", "--output-format", "markdown").out


def test_a_file_gets_what_the_terminal_would(invoke: Invoke) -> None:
    said = invoke("cost", "--output-format", "json").out
    outcome = invoke("cost", "--output-format", "json", "--output-file", "cost.json")
    assert (outcome.code, outcome.out) == (0, "")
    assert Path("cost.json").read_text("utf-8") == said
    outcome = invoke("cost", "--output-file", "missing/cost.json")
    assert (outcome.code, "missing/cost.json" in outcome.err) == (2, True)


def test_standard_input(start) -> None:
    process = start("cost", "-", "--stdin-filename", "prompts/x.j2", "--output-format", "json")
    out, err = process.communicate(CHAT.encode())
    assert (process.returncode, err) == (0, b"")
    assert [each["path"] for each in json.loads(out)["prompts"]] == ["prompts/x.j2"]


def test_findings_do_not_matter(invoke: Invoke) -> None:
    Path("prompts/broken.j2").write_text("{% if x %}Go.\n")
    assert invoke("check", "prompts").code == 1
    outcome = invoke("cost", "prompts")
    assert (outcome.code, outcome.err) == (0, "")
    assert "prompts/broken.j2" in outcome.out


def test_a_file_without_a_readable_prompt_is_named(invoke: Invoke) -> None:
    Path("prompts/broken.prompt.yml").write_text("messages: [\n")
    (unread,) = data(invoke, "prompts")["unread"]
    assert unread["path"] == "prompts/broken.prompt.yml"
    assert "prompts/broken.prompt.yml has no prompt that can be read" in invoke("cost", "prompts").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.md",), "missing.md"),
        (("--calls", "often"), "--calls must be a number of calls per day, week or month, such as '100k/month'"),
        (("--by", "letter"), "letter"),
        (("--output-format", "xml"), "xml"),
        (("--config", "none.toml"), "none.toml"),
        (("-", "prompts"), "cannot be combined"),
    ],
)
def test_what_cannot_be_done(invoke: Invoke, arguments: tuple[str, ...], said: str) -> None:
    outcome = invoke("cost", *arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_a_wrong_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text('calls = "often"\n')
    outcome = invoke("cost")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("promptlint.toml:1:9: 'calls' must be ")


def test_nothing_found_is_a_notice(invoke: Invoke) -> None:
    Path("empty").mkdir()
    outcome = invoke("cost", "empty")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "no prompt files found in empty\n")


def test_excludes_hold(invoke: Invoke) -> None:
    assert [each["path"] for each in data(invoke, "--exclude", "*.j2")["prompts"]] == ["prompts/report.md"]


def test_the_same_at_any_time_and_in_any_place() -> None:
    shutil.copytree(CHECKOUT / "examples" / "prompts", "examples")
    outs = []
    for zone, locale, seed in (("UTC", "C", "0"), ("Asia/Tokyo", "de_DE.UTF-8", "7")):
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        arguments = [sys.executable, "-m", "promptlint", "cost", "examples", "--calls", "1k/day", "--model", "gpt-4o"]
        outs.append(subprocess.run(arguments, env=environment, capture_output=True, check=True).stdout)
    assert outs[0] == outs[1] != b""
