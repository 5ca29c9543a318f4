from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from genai_prices import Usage, calc_price

from promptlint.prices import data_date
from promptlint.tokens import counter

if TYPE_CHECKING:
    from conftest import Invoke

CHECKOUT = Path(__file__).parents[2]
SCHEMA = json.loads((CHECKOUT / "docs" / "optimize.schema.json").read_text(encoding="utf-8"))
REPORT = "---\nmodel: gpt-4o\n---\nIn order to inform them, summarise this report for the board.\n\n{{ report }}\n"
TICKET = (
    "model: openai/gpt-5.5\nmessages:\n  - role: user\n    content: |\n"
    "      Classify the ticket as one of: bug, feature, question. Answer with the label only.\n\n      {{ticket}}\n"
)
CHAT = "Please explain this to {{ name }} in one sentence. I want you to name the source of it.\n"
FILES = {"report.md": REPORT, "ticket.prompt.yml": TICKET, "chat.j2": CHAT}


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("prompts").mkdir()
    for name, text in FILES.items():
        Path("prompts", name).write_bytes(text.encode())


def data(invoke: Invoke, *arguments: str) -> Any:
    outcome = invoke("optimize", *arguments, "--output-format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    made = json.loads(outcome.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    return made


def cost(invoke: Invoke, *arguments: str) -> Any:
    return json.loads(invoke("cost", *arguments, "--output-format", "json").out)["total"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_plan(invoke: Invoke, snapshot, form: str) -> None:
    outcome = invoke("optimize", "prompts", "--calls", "100k/month", "--output-format", form)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_nothing_is_written_without_being_asked(invoke: Invoke) -> None:
    invoke("optimize", "prompts")
    assert {name: Path("prompts", name).read_text("utf-8") for name in FILES} == FILES


def test_figures_are_those_of_genai_prices_and_of_cost(invoke: Invoke) -> None:
    made = data(invoke, "prompts", "--calls", "100k/month")
    report = next(each for each in made["steps"] if each["path"] == "prompts/report.md" and each["kind"] == "safe")
    count = counter("o200k_base").count
    less = count("In order to inform them, summarise") - count("To inform them, summarise")
    usage = Usage(input_tokens=less, output_tokens=0)
    usd = float(calc_price(usage, model_ref="gpt-4o", provider_id="openai").total_price)
    assert report["saved"] == {
        "input_tokens": less,
        "usd_per_call": pytest.approx(usd),
        "usd_per_month": pytest.approx(100_000 * usd),
    }
    total = cost(invoke, "prompts", "--calls", "100k/month")
    assert made["total"]["before"]["tokens"] == total["input_tokens"]["expected"]
    assert made["total"]["prompts"] == total["prompts"] == 3
    assert made["price_date"] == data_date()


def test_write_applies_what_is_safe_and_the_total_is_what_cost_says(invoke: Invoke) -> None:
    before = cost(invoke, "prompts")
    plan = data(invoke, "prompts")
    made = data(invoke, "prompts", "--write")
    after = cost(invoke, "prompts")
    assert Path("prompts/report.md").read_text("utf-8") == REPORT.replace("In order to", "To")
    assert Path("prompts/chat.j2").read_text("utf-8") == CHAT.replace("I want you to name", "Name")
    assert Path("prompts/ticket.prompt.yml").read_text("utf-8") == TICKET
    assert made["written"] == ["prompts/chat.j2", "prompts/report.md"] and plan["written"] == []
    for total in (plan["total"], made["total"]):
        assert (
            total["saved_safe"]["tokens"] == before["input_tokens"]["expected"] - after["input_tokens"]["expected"] > 0
        )
    safe = [each for each in made["steps"] if each["kind"] == "safe"]
    assert len(safe) == 2 and all(each["diff"].startswith(f"--- {each['path']}") for each in safe)
    again = data(invoke, "prompts", "--write")
    assert again["written"] == [] and not any(each["kind"] == "safe" for each in again["steps"])


def test_a_diff_is_one_that_the_file_takes(invoke: Invoke) -> None:
    for each in data(invoke, "prompts")["steps"]:
        if each["diff"] is not None:
            removed = [line[1:] for line in each["diff"].split("\n")[2:] if line.startswith("-")]
            text = Path(each["path"]).read_text("utf-8")
            assert removed and all(line in text.split("\n") for line in removed)


def test_the_shown_steps_are_limited_for_people_only(invoke: Invoke) -> None:
    every = data(invoke, "prompts", "--limit", "1")["steps"]
    few = invoke("optimize", "prompts", "--limit", "1").out
    all_of_them = invoke("optimize", "prompts", "--limit", "0").out
    shown = [len(re.findall(r"^ +\d+\. ", text, re.MULTILINE)) for text in (few, all_of_them)]
    assert shown[1] == len(every) > shown[0]
    assert f"{len(every) - shown[0]:,} more step" in few and "more step" not in all_of_them


def test_rules_that_the_configuration_ignores_make_no_step(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text(
        'ignore = ["verbosity", "output-cap-missing", "missing-output-limit"]\n', "utf-8"
    )
    assert [each["rules"][0]["rule"] for each in data(invoke)["steps"]] == ["oversized-model"]


def test_a_rule_that_is_not_selected_is_looked_at_all_the_same(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text('select = ["missing-output-limit"]\n', "utf-8")
    rules = {rule["rule"] for each in data(invoke)["steps"] for rule in each["rules"]}
    assert {"verbose-phrase", "oversized-model", "missing-output-limit"} <= rules


def test_a_smaller_model_of_the_configuration_and_the_command_line(invoke: Invoke) -> None:
    made = data(invoke, "prompts/ticket.prompt.yml", "--model", "gpt-4o-mini")
    assert not any(each["model"] for each in made["steps"])
    (step,) = (each for each in data(invoke, "prompts/ticket.prompt.yml")["steps"] if each["model"])
    compared = json.loads(
        invoke(
            "compare", "prompts/ticket.prompt.yml", "-m", f"openai/gpt-5.5,{step['model']}", "--output-format", "json"
        ).out
    )
    dear, cheap = (each["usd"]["per_call"] for each in compared["prompts"][0]["models"])
    assert step["saved"]["usd_per_call"] == pytest.approx(dear - cheap)


def test_standard_input(invoke: Invoke, monkeypatch) -> None:
    import io

    for arguments, code in (((), 0), (("--write",), 2)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPORT.encode())))
        outcome = invoke("optimize", "-", "--stdin-filename", "prompts/new.md", *arguments)
        assert outcome.code == code
        assert ("prompts/new.md:4:1" in outcome.out) == (code == 0)


def test_line_ends_marks_and_modes_stay(invoke: Invoke) -> None:
    file = Path("prompts/report.md")
    file.write_bytes(b"\xef\xbb\xbf" + REPORT.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    data(invoke, "prompts/report.md", "--write")
    assert file.read_bytes() == b"\xef\xbb\xbf" + REPORT.replace("In order to", "To").replace("\n", "\r\n").encode()
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in Path("prompts").iterdir()) == sorted(FILES)


def test_a_file_that_cannot_be_written(invoke: Invoke) -> None:
    file = Path("prompts/report.md")
    file.chmod(0o440)
    outcome = invoke("optimize", "prompts", "--write")
    assert outcome.code == 2
    assert outcome.err == "prompts/report.md: cannot be written: it is read-only\n"
    assert file.read_text("utf-8") == REPORT
    assert Path("prompts/chat.j2").read_text("utf-8") != CHAT


def test_nothing_to_save(invoke: Invoke) -> None:
    Path("fine").mkdir()
    Path("fine/a.prompt.md").write_text("Name the capital of {{ country }} in one word.\n", encoding="utf-8")
    outcome = invoke("optimize", "fine")
    assert outcome.code == 0 and outcome.out.startswith("Nothing to save was found.\n")
    for form in ("json", "markdown"):
        assert invoke("optimize", "fine", "--output-format", form).code == 0
    Path("none").mkdir()
    empty = invoke("optimize", "none")
    assert (empty.code, empty.err) == (0, "no prompt files found in none\n")


def test_a_file_for_the_output_and_colours(invoke: Invoke) -> None:
    plain = invoke("optimize", "prompts").out
    assert invoke("optimize", "prompts", "--output-file", "plan.txt").out == ""
    assert Path("plan.txt").read_text("utf-8") == plain
    coloured = invoke("optimize", "prompts", "--color", "always").out
    assert coloured != plain and re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert invoke("optimize", "prompts", "--output-file", "nowhere/plan.txt").code == 2


def test_nothing_steers_the_terminal_or_the_page(invoke: Invoke) -> None:
    Path("prompts/odd.j2").write_text(
        "In order to win, sort \x1b[2J\u202e the | list of @somebody ```` in one sentence.\n", encoding="utf-8"
    )
    for form in ("text", "markdown"):
        out = invoke("optimize", "prompts/odd.j2", "--output-format", form).out
        assert "\x1b" not in out and "\u202e" not in out and "U+202E" in out
    assert "`````diff" in out


def test_long_lines_are_cut_around_the_change(invoke: Invoke) -> None:
    first, second = (
        "".join(f"The card with the number {number} is worth more than the others. " for number in numbers)
        for numbers in (range(20), range(20, 40))
    )
    Path("prompts/long.j2").write_text(f"{first}In order to win, sort it. {second}\n", encoding="utf-8")
    out = invoke("optimize", "prompts/long.j2", "--limit", "0").out
    (removed,) = (line for line in out.split("\n") if "In order to win" in line)
    (added,) = (line for line in out.split("\n") if "To win" in line)
    assert removed.lstrip().startswith("-…") and added.lstrip().startswith("+…")
    assert len(removed) < 130 and len(added) < 130


def test_trouble_inside_is_said(invoke: Invoke, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("out of order")

    monkeypatch.setattr("promptlint.plan.plan_file", broken)
    outcome = invoke("optimize", "prompts")
    assert outcome.code == 2
    assert outcome.err.count("internal error: ValueError: out of order") == 3
    monkeypatch.setenv("PROMPTLINT_DEBUG", "1")
    with pytest.raises(ValueError, match="out of order"):
        invoke("optimize", "prompts")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.md"], "gone.md: "),
        (["prompts", "--calls", "often"], "--calls must be a number of calls"),
        (["prompts", "--config", "a.toml"], "a.toml"),
        (["-", "prompts"], "cannot be combined"),
    ],
)
def test_bad_usage(invoke: Invoke, arguments: list[str], message: str) -> None:
    outcome = invoke("optimize", *arguments)
    assert outcome.code == 2 and message in outcome.err


def test_a_wrong_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text("[models.x]\nimput = 1\n", "utf-8")
    outcome = invoke("optimize")
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown key 'imput'" in outcome.err


def test_the_schema_is_one_and_is_strict(invoke: Invoke) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    made = data(invoke, "prompts")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for key in ("diff", "saved", "range"):
        broken = json.loads(json.dumps(made))
        del broken["steps"][0][key]
        assert not validator.is_valid(broken)
