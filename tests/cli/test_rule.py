import json
import textwrap

import pytest

from promptlint.docs import render, render_rule
from promptlint.rules import FAMILIES, load_rules

RULES = list(load_rules().values())


def test_without_a_name_all_rules_are_listed(invoke) -> None:
    outcome = invoke("rule")
    assert (outcome.code, outcome.err) == (0, "")
    listed = [line.split()[0] for line in outcome.out.split("\n") if line.startswith("  ") and line[2] != " "]
    assert sorted(listed) == list(load_rules())
    assert "  invisible-character (error, safe fix)\n" in outcome.out
    headings = [line.split(":")[0] for line in outcome.out.split("\n") if line and line[0] != " "]
    assert headings[:-1] == [name for name in FAMILIES if any(rule.family == name for rule in RULES)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_text(invoke, rule) -> None:
    outcome = invoke("rule", rule.id)
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.split("\n")
    assert lines[0] == rule.id
    assert outcome.out.endswith("\n")
    # what people wrote is wrapped; examples and addresses are shown as they are
    assert all(len(line) <= 100 for line in lines if not line.startswith("  | ") and "http" not in line)
    flat = " ".join(outcome.out.split())
    assert " ".join(rule.summary.split()) in flat
    for example in rule.examples:
        assert f"{'Bad' if example.finds else 'Good'}: {example.name}" in outcome.out
    for evidence in rule.evidence:
        assert " ".join(evidence.claim.split()) in flat
    for name in rule.options:
        assert f"  {name} = " in outcome.out


def test_text_shows_what_nobody_would_see(invoke) -> None:
    out = invoke("rule", "invisible-character").out
    assert "  | Translate the text⟨U+200B⟩ into French: {text}\n\n  -> line 1: ⟨U+200B⟩\n" in out
    assert "\u200b" not in out


@pytest.mark.parametrize("name", [None, "verbose-phrase"])
def test_json(invoke, name) -> None:
    outcome = invoke("rule", *([name] if name else []), "--output-format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    data = json.loads(outcome.out)
    assert data["version"] == 1
    assert [item["id"] for item in data["rules"]] == ([name] if name else list(load_rules()))
    for item in data["rules"]:
        rule = load_rules()[item["id"]]
        assert (item["severity"], item["presets"], item["summary"]) == (
            rule.severity.label,
            list(rule.presets),
            rule.summary,
        )
        assert [example["text"] for example in item["examples"]] == [example.text for example in rule.examples]
        assert set(item["options"]) == set(rule.options)


def test_markdown(invoke) -> None:
    assert invoke("rule", "verbose-phrase", "--output-format", "markdown").out == render_rule(
        load_rules()["verbose-phrase"]
    )
    assert invoke("rule", "--output-format", "markdown").out == render(RULES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verbose-phrases"], "unknown rule 'verbose-phrases' (did you mean 'verbose-phrase'?)"),
        (["verbosity"], "unknown rule 'verbosity'"),
        (["x"], "unknown rule 'x'"),
        (["verbose-phrase", "--output-format", "html"], "Invalid value for '--output-format'"),
    ],
)
def test_bad_usage(invoke, arguments, message) -> None:
    outcome = invoke("rule", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_paragraphs_wrap_and_lists_do_not() -> None:
    from promptlint.cli.rule import _paragraph

    text = "word " * 40
    assert _paragraph(text) == textwrap.wrap(text, 88)
    assert _paragraph("- one\n- two") == ["- one", "- two"]
