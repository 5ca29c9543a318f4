from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from promptlint.config_schema import config_schema
from promptlint.rules import load_rules, rule_schema

CONFIG = """\
model = "gpt-4o"
ignore = ["verbosity"]
[severity]
missing-output-limit = "error"
[rules.undeclared-variable]
known = ["x"]
"""


def test_without_a_file(invoke) -> None:
    outcome = invoke("config")
    assert (outcome.code, outcome.err) == (0, "")
    assert "No configuration file holds for it." in outcome.out
    assert outcome.out.startswith("prompt.md\n")
    assert "  always on" not in outcome.out and "internal-error: error; always on" in outcome.out


def test_text_names_places(invoke) -> None:
    Path("promptlint.toml").write_text(CONFIG, "utf-8")
    outcome = invoke("config", "prompts/a.md", "--extend-select", "filler-phrase")
    assert (outcome.code, outcome.err) == (0, "")
    flat = [" ".join(line.split()) for line in outcome.out.split("\n")]
    assert flat[0] == "prompts/a.md"
    assert 'model "gpt-4o" promptlint.toml:1:1' in flat
    assert 'extend-select ["filler-phrase"] --extend-select' in flat
    assert "missing-output-limit: error (promptlint.toml:4:1); in the preset recommended" in flat
    assert 'rules.undeclared-variable.known ["x"] promptlint.toml:6:1' in flat
    assert "verbose-phrase: 'verbosity' in ignore at promptlint.toml:2:11" in flat
    assert "filler-phrase: info; 'filler-phrase' in --extend-select" in flat


def test_json_agrees_with_what_check_does(invoke) -> None:
    Path("promptlint.toml").write_text(CONFIG, "utf-8")
    outcome = invoke("config", "a.md", "--output-format", "json", "--select", "all", "--ignore", "hygiene")
    data = json.loads(outcome.out)
    assert (data["version"], data["path"]) == (1, "a.md")
    assert data["layers"] == [{"origin": "file", "name": "promptlint.toml"}, {"origin": "command line", "name": ""}]
    rules = {rule["id"]: rule for rule in data["rules"]}
    assert list(rules) == list(load_rules())
    off = {name for name, rule in rules.items() if not rule["on"]}
    assert off == {rule.id for rule in load_rules().values() if rule.family == "hygiene"}
    assert rules["verbose-phrase"]["because"] == {
        "key": "select",
        "selector": "all",
        "origin": "command line",
        "place": "--select",
    }
    assert rules["missing-output-limit"]["severity"]["value"] == "error"
    settings = {each["key"]: each for each in data["settings"]}
    assert settings["model"] == {"key": "model", "value": "gpt-4o", "origin": "file", "place": "promptlint.toml:1:1"}
    assert settings["kind"] == {"key": "kind", "value": None, "origin": "default", "place": None}
    # what --select replaces does not count any more
    assert settings["select"]["place"] == "--select" and settings["ignore"]["place"] == "--ignore"


def test_the_run_is_configured_where_one_stands(invoke) -> None:
    Path("promptlint.toml").write_text('fail-on = "error"\n', "utf-8")
    Path("below").mkdir()
    Path("below", "promptlint.toml").write_text('fail-on = "never"\nexclude = ["a/"]\nmodel = "o3"\n', "utf-8")
    data = json.loads(invoke("config", "below", "--output-format", "json").out)
    run = {each["key"]: each for each in data["run"]}
    assert (run["fail-on"]["value"], run["fail-on"]["place"]) == ("error", "promptlint.toml:1:1")
    assert run["exclude"]["value"] == []
    settings = {each["key"]: each for each in data["settings"]}
    assert (data["path"], settings["model"]["place"]) == ("below/prompt.md", "below/promptlint.toml:3:1")


@pytest.mark.parametrize("arguments", [[], ["--isolated", "--config", "promptlint.toml"], ["--select", "nonsense"]])
def test_faults(invoke, arguments: list[str]) -> None:
    Path("promptlint.toml").write_text("" if arguments else "selct = []\n", "utf-8")
    outcome = invoke("config", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err != ""


def test_isolated(invoke) -> None:
    Path("promptlint.toml").write_text(CONFIG, "utf-8")
    assert "promptlint.toml" not in invoke("config", "--isolated").out


def test_schemas(invoke) -> None:
    assert json.loads(invoke("config", "--schema", "config").out) == config_schema()
    schema = json.loads(invoke("config", "--schema", "rule").out)
    assert schema == rule_schema()
    Draft202012Validator.check_schema(schema)


def test_calls_and_sizes_of_variables_are_shown(invoke) -> None:
    Path("promptlint.toml").write_text(
        'calls = "1k/day"\n[variables]\nreport = 800\ndocs = {tokens = 5, items = 3}\n', "utf-8"
    )
    flat = [" ".join(line.split()) for line in invoke("config", "a.md").out.split("\n")]
    assert 'calls "1k/day" promptlint.toml:1:1' in flat
    assert "variables.report 800 promptlint.toml:3:1" in flat
    assert "variables.docs.items 3 promptlint.toml:4:21" in flat
