import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from promptlint import rules
from promptlint.diagnostic import Applicability, Severity
from promptlint.examples import broken, findings, fixed
from promptlint.rules import (
    FAMILIES,
    PRESETS,
    Example,
    Option,
    Rule,
    RuleFileError,
    load_rules,
    misnamed,
    read_rule_file,
    read_rule_folder,
    rule_from_data,
    rule_named,
    rule_schema,
    selectors,
    suggestion,
    unknown_selector,
)
from promptlint.source import Location, Span
from promptlint.suppression import Suppression

FOLDER = Path(__file__).parents[1] / "rules"
FILES = sorted(FOLDER.rglob("*.yaml"))
RULES = list(load_rules().values())

GOOD = """\
id: shouting
aliases: [capital-letters]
family: verbosity
scope: prompt
severity: info
presets: [strict]
summary: Words in capital letters.
message: "'{word}' shouts"
why: |
  It costs tokens.
evidence:
  - claim: It is contested.
    source: A paper
    for: contradicts
check: capital-letters
options:
  words: {type: list, default: [NASA], help: Words that are fine.}
  least: {type: integer, default: 4, help: The least number of letters.}
fix: none
examples:
  - name: Bad
    format: md
    text: |
      DO it.
    finds: [{line: 1, text: DO, prompt: example}]
  - name: Good
    format: CLAUDE.md
    text: Do it.
    options: {words: [DO]}
    finds: []
"""


# ---------------------------------------------------------------------------------------------------------------------
# the shipped rules


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rule_files_follow_the_schema(file: Path) -> None:
    rule = read_rule_file(file)
    written = {"id", "family", "scope", "severity", "presets", "summary", "message", "why", "evidence", "check", "fix"}
    assert written | {"examples"} <= set(yaml.safe_load(file.read_text("utf-8"))), "only users' rules leave things out"
    assert (file.parent.name, file.stem) == (rule.family, rule.id)
    assert rule == load_rules()[rule.id] and rule.examples == load_rules()[rule.id].examples


def test_every_rule_has_a_file() -> None:
    assert [file.stem for file in FILES] == [rule["id"] for rule in read_rule_folder(FOLDER)]
    assert sorted(file.stem for file in FILES) == list(load_rules())


def test_the_rules_of_the_first_release() -> None:
    assert set(load_rules()) >= {
        "filler-phrase",
        "free-text-output",
        "internal-error",
        "invalid-file",
        "invalid-front-matter",
        "invalid-json-schema",
        "invalid-suppression",
        "invalid-template",
        "invisible-character",
        "missing-output-limit",
        "unbalanced-delimiter",
        "undeclared-variable",
        "unused-variable",
        "verbose-phrase",
    }


def test_the_schema_names_the_families_and_presets() -> None:
    properties = rule_schema()["properties"]
    assert properties["family"]["enum"] == list(FAMILIES)
    assert properties["presets"]["items"]["enum"] == list(PRESETS)
    assert properties["severity"]["enum"] == [level.label for level in sorted(Severity, reverse=True)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_shipped_rules_are_sound(rule: Rule) -> None:
    if "recommended" in rule.presets:
        assert "strict" in rule.presets
    if rule.check not in ("reader", "engine"):
        assert callable(import_module(f"promptlint.checks.{rule.check.replace('-', '_')}").check)
    assert "{" not in re.sub(r"\{[a-z_]+\}", "", rule.message)
    assert rule.help
    for option in rule.options.values():
        assert option.accepts(option.default)
    for example in rule.examples:
        assert set(example.options) <= set(rule.options)
        assert all(rule.options[name].accepts(value) for name, value in example.options.items())


def test_names_of_rules_families_and_presets_do_not_clash() -> None:
    assert len(set(selectors())) == len(selectors())


# ---------------------------------------------------------------------------------------------------------------------
# the examples: what is found, where exactly, and what the fixes leave

EXAMPLES = [pytest.param(rule, example, id=f"{rule.id}: {example.name}") for rule in RULES for example in rule.examples]
FIXED = [param for param in EXAMPLES if param.values[1].fixed is not None]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_examples_find(rule: Rule, example: Example) -> None:
    assert list(broken(rule, replace(example, fixed=None))) == []
    for item in findings(rule, example)[1]:
        assert item.location.path == example.path
        assert item.severity <= rule.severity
        assert not any(place in item.message for place in re.findall(r"\{[a-z_]+\}", rule.message))


@pytest.mark.parametrize(("rule", "example"), FIXED)
def test_examples_fixed(rule: Rule, example: Example) -> None:
    assert fixed(rule, example) == example.fixed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_an_example_shows_the_best_fix(rule: Rule) -> None:
    order = [None, Applicability.DISPLAY, Applicability.UNSAFE, Applicability.SAFE]
    given = [
        item.fix.applicability if item.fix else None for example in rule.examples for item in findings(rule, example)[1]
    ]
    assert rule.fix == (max(given, key=order.index, default=None) or "none")


# ---------------------------------------------------------------------------------------------------------------------
# rule files


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], Path]:
    monkeypatch.chdir(tmp_path)

    def write(text: str | bytes) -> Path:
        path = Path("rule.yaml")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_rule_file(write: Callable[[str], Path]) -> None:
    rule = read_rule_file(write(GOOD))
    assert (rule.id, rule.aliases, rule.severity) == ("shouting", ("capital-letters",), Severity.INFO)
    assert rule.evidence[0].stance == "contradicts"
    assert rule.defaults == {"words": ("NASA",), "least": 4}
    bad, good = rule.examples
    assert (bad.path, good.path) == ("prompts/example.md", "CLAUDE.md")
    assert [(item.line, item.text, item.prompt, item.message) for item in bad.finds] == [(1, "DO", "example", None)]
    assert good.options == {"words": ("DO",)}
    assert not rule.always
    hash(rule)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("id: shouting", "id: Shouting_", "rule.yaml:1:5: 'id' must match ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ (kebab-case)"),
        ("family: verbosity", "famly: verbosity", "rule.yaml:3:1: unknown key 'famly' (did you mean 'family'?)"),
        ("family: verbosity\n", "", "rule.yaml:1:1: 'family' is missing"),
        ("severity: info", "severity: hint", "rule.yaml:5:11: 'severity' must be one of error, warning, info"),
        ("presets: [strict]", "presets: strict", "rule.yaml:6:10: 'presets' must be of the type array"),
        (
            "presets: [strict]",
            "presets: [stric]",
            "rule.yaml:6:11: an item of 'presets' must be one of recommended, strict, cost, security",
        ),
        ("default: 4", "default: four", "rule.yaml:18:35: 'default' must be of the type integer"),
        (
            "[{line: 1, text: DO, prompt: example}]",
            "[]",
            "rule.yaml:21:3: 'examples': there must be a bad example, one with finds",
        ),
        ("finds: []", "finds: [{line: 0, text: a}]", "rule.yaml:30:20: 'line': 0 is less than the minimum of 1"),
        ("summary: Words", "summary: 'Words", "rule.yaml:8:12: text stands behind the end of the value"),
        ("fix: none", "fix: none\nfix: safe", "rule.yaml:20:1: the key 'fix' appears twice"),
    ],
)
def test_mistakes_in_rule_files_have_a_place(write: Callable[[str], Path], old: str, new: str, mistake: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(RuleFileError) as caught:
        read_rule_file(write(GOOD.replace(old, new)))
    assert any(line.startswith(mistake) for line in str(caught.value).split("\n")), str(caught.value)


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (b"", "rule.yaml:1:1: the file is empty"),
        (b"- a\n", "rule.yaml:1:1: the rule must be of the type object"),
        (b"id: \xff\n", "rule.yaml:1:1: not valid UTF-8: byte 0xFF at line 1, column 5"),
    ],
)
def test_files_that_are_no_rules(write: Callable[[bytes], Path], content: bytes, mistake: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        read_rule_file(write(content))
    assert str(caught.value).startswith(mistake)


def test_a_missing_rule_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuleFileError, match=r"^gone\.yaml:1:1: cannot be read: "):
        read_rule_file(Path("gone.yaml"))


def test_all_mistakes_are_reported_in_the_order_of_the_file(write: Callable[[str], Path]) -> None:
    with pytest.raises(RuleFileError) as caught:
        read_rule_file(write(GOOD.replace("fix: none", "fix: no").replace("scope: prompt", "scope: line")))
    assert [line.split(": ")[0] for line in str(caught.value).split("\n")] == ["rule.yaml:4:8", "rule.yaml:19:6"]


# ---------------------------------------------------------------------------------------------------------------------
# loading and names


def test_compiled_rules_are_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = [{**item, "path": "rules/x.yaml"} for item in read_rule_folder(FOLDER)]
    (tmp_path / "rules.json").write_text(json.dumps(data[:2]), "utf-8")
    monkeypatch.setattr(rules, "_DATA", tmp_path)
    assert list(load_rules.__wrapped__()) == sorted(item["id"] for item in data[:2])
    monkeypatch.setattr(rules, "_DATA", tmp_path / "absent")
    monkeypatch.setattr(rules, "_CHECKOUT", FOLDER)
    assert load_rules.__wrapped__() == load_rules()
    assert rule_schema() == json.loads((FOLDER / "schema.json").read_text("utf-8"))


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """A rule with a former name, as the only one there is."""
    rule = rule_from_data(yaml.safe_load(GOOD))
    monkeypatch.setattr(rules, "load_rules", lambda: {rule.id: rule})
    return rule


def test_former_names(renamed: Rule) -> None:
    assert rule_named("shouting") is rule_named("capital-letters") is renamed
    assert rule_named("verbosity") is None
    assert selectors() == ("shouting", "capital-letters", *FAMILIES, *PRESETS, "all")


def test_suggestion() -> None:
    assert suggestion("Verbose_Phrase", load_rules()) == " (did you mean 'verbose-phrase'?)"
    assert suggestion("nothing like it", load_rules()) == ""
    assert unknown_selector("hygene") == "unknown rule, family or preset 'hygene' (did you mean 'hygiene'?)"


def test_misnamed() -> None:
    place = Location("a.md", Span(3, 9))

    def details(*names: str) -> list[tuple[str, Location, str]]:
        return [(item.rule, item.location, item.detail) for item in misnamed([Suppression(names, None, place)])]

    assert details("verbose-phrase", "hygiene") == []
    assert details("verbose-phrases", "recommended") == [
        ("invalid-suppression", place, "unknown rule or family 'verbose-phrases' (did you mean 'verbose-phrase'?)"),
        ("invalid-suppression", place, "unknown rule or family 'recommended'"),
    ]


@pytest.mark.parametrize(
    ("option", "accepted", "refused"),
    [
        (Option("boolean", True, ""), [True, False], [1, 0, "true", None]),
        (Option("integer", 1, ""), [0, -1], [True, 1.0, "1"]),
        (Option("number", 1, ""), [0, 0.5], [False, "0.5"]),
        (Option("string", "", ""), ["", "a"], [1, True, ["a"]]),
        (Option("list", (), ""), [[], ["a"], ("a",)], ["a", [1], ["a", None]]),
        (Option("list", (), "", "integer"), [[1]], [["1"], [True]]),
    ],
    ids=lambda value: value.expects if isinstance(value, Option) else "",
)
def test_option_types(option: Option, accepted: list[object], refused: list[object]) -> None:
    assert all(option.accepts(value) for value in accepted)
    assert not any(option.accepts(value) for value in refused)
