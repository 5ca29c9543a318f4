from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint import checks, own_rules
from promptlint.cli import run
from promptlint.config import Config, ConfigError, Configurations, with_overrides
from promptlint.config_schema import config_schema
from promptlint.diagnostic import Severity
from promptlint.engine import lint
from promptlint.examples import broken
from promptlint.formats import read
from promptlint.own_rules import OwnRules, check_files, python_check, rule_files
from promptlint.prompt import Kind
from promptlint.reporters import Options
from promptlint.reporters.sarif import render
from promptlint.rules import OwnPhrase, RuleFileError, load_rules
from promptlint.runner import Report
from promptlint.source import Source

DOCS = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8")

PHRASE = """\
id: house-term
family: hygiene
severity: warning
summary: A word that the style guide replaces.
message: "'{phrase}' is not our word: {advice}"
check: phrase
options:
  phrases:
    - {find: log in, to: sign in}
    - {find: kindly, to: ""}
    - {find: Anmeldung}
fix: safe
"""

PATTERN = """\
id: odd-date
family: hygiene
severity: info
summary: A date.
message: "'{match}' is odd"
check: pattern
options:
  pattern: '[0-9]/[0-9]'
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "lint").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "nothing"))
    return tmp_path


Write = Callable[..., Configurations]


@pytest.fixture
def project(root: Path) -> Write:
    """A project with a rule and a configuration."""

    def write(config: str = 'rule-paths = ["lint"]', rule: str = PHRASE) -> Configurations:
        (root / "lint" / "own.yaml").write_text(rule, "utf-8")
        (root / "promptlint.toml").write_text(config, "utf-8")
        return Configurations(cwd=root, environ={})

    return write


def mistakes(chosen: Configurations) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        chosen.for_file("a.md")
    return str(caught.value).split("\n")


def messages(config: Config, text: str, path: str = "prompts/a.md", rule: str = "house-term") -> list[str]:
    return [item.message for item in lint(read(Source(path, text)), config).diagnostics if item.rule == rule]


# ---------------------------------------------------------------------------------------------------------------------
# which rules there are


def test_a_rule_is_on_where_it_is_named(project: Write) -> None:
    config = project().for_file("a.md")
    assert [each.rule.id for each in config.active if each.rule.id == "house-term"] == ["house-term"]
    assert config.rules["house-term"].given["phrases"][0] == OwnPhrase("log in", "sign in")
    assert "house-term" not in load_rules()
    assert "house-term" not in Configurations(isolated=True).for_file("a.md").rules
    assert [each.rule.id for each in config.active] == sorted(each.rule.id for each in config.active)


@pytest.mark.parametrize(
    ("presets", "select", "on"),
    [
        ("", "[]", False),
        ("", '["strict"]', True),
        ("presets: [recommended]", '["recommended"]', True),
        ("presets: [strict]", '["recommended"]', False),
        ("presets: [strict]", '["strict"]', True),
        ("presets: []", '["strict"]', False),
        ("presets: []", '["house-term"]', True),
        ("presets: []", '["hygiene"]', True),
    ],
)
def test_presets(project: Write, presets: str, select: str, on: bool) -> None:
    config = project(f'rule-paths = ["lint"]\nselect = {select}', PHRASE + presets + "\n").for_file("a.md")
    assert ("house-term" in {each.rule.id for each in config.active}) is on


def test_configurations_know_the_rule(project: Write) -> None:
    config = project(
        'rule-paths = ["lint/own.yaml"]\nselect = ["house-term"]\n[severity]\nhouse-term = "error"\n'
        '[rules.house-term]\nallow = ["KINDLY"]\n[[overrides]]\nfiles = ["b.md"]\nignore = ["house-term"]'
    ).for_file("a.md")
    (rule,) = [each for each in config.active if each.rule.id == "house-term"]
    assert rule.severity is Severity.ERROR
    assert messages(config, "Kindly log in.") == ["'log in' is not our word: write 'sign in'"]
    other = Configurations().for_file("b.md")
    assert "house-term" not in {each.rule.id for each in other.active}
    assert with_overrides(config, ignore=["house-term"]) != config


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('select = ["house-terms"]', "2:11: unknown rule, family or preset 'house-terms' (did you mean 'house-term'?)"),
        (
            "[rules.house-term]\nalow = []",
            "3:1: 'house-term' has no option 'alow' (did you mean 'allow'?)",
        ),
        ("[rules.house-term]\nallow = 1", "3:9: 'allow' must be a list of strings"),
        ("[rules.house-tern]", "2:8: unknown rule 'house-tern' (did you mean 'house-term'?)"),
        (
            '[severity]\nhouse-tem = "info"',
            "3:1: unknown rule, family or preset 'house-tem' (did you mean 'house-term'?)",
        ),
    ],
)
def test_mistakes_in_names(project: Write, line: str, mistake: str) -> None:
    assert mistakes(project(f'rule-paths = ["lint"]\n{line}')) == [f"promptlint.toml:{mistake}"]


@pytest.mark.parametrize(
    ("config", "mistake"),
    [
        ('rule-paths = ["lint", "gone"]', "promptlint.toml:1:23: no such file or folder: gone"),
        ('rule-paths = ["gone.yaml"]', "promptlint.toml:1:15: no such file or folder: gone.yaml"),
        ('rule-paths = [".git"]', "promptlint.toml:1:15: no rule file (*.yaml, *.yml) in .git"),
        ('rule-paths = "lint"', "promptlint.toml:1:14: 'rule-paths' must be a list of strings"),
        ("rule-paths = [1]", "promptlint.toml:1:15: 'rule-paths' must hold nothing but strings"),
        ('rulepaths = ["lint"]', "promptlint.toml:1:1: unknown key 'rulepaths' (did you mean 'rule-paths'?)"),
    ],
)
def test_mistakes_in_paths(project: Write, config: str, mistake: str) -> None:
    assert mistakes(project(config)) == [mistake]


def test_a_mistake_in_a_rule_file_is_one_of_the_configuration(project: Write) -> None:
    assert mistakes(project(rule=PHRASE.replace("check: phrase", "check: phrases"))) == [
        (
            "lint/own.yaml:6:8: no check is named 'phrases' (did you mean 'phrase'?): "
            "there are phrase, pattern, required, "
            "and what installed packages offer as entry points of the group promptlint.checks"
        )
    ]


def test_folders_are_read_at_all_depths(project: Write, root: Path) -> None:
    (root / "lint" / "deep").mkdir()
    (root / "lint" / "deep" / "b.yml").write_text(PATTERN, "utf-8")
    (root / "lint" / "notes.md").write_text("no rule", "utf-8")
    chosen = project('rule-paths = ["lint", "lint/own.yaml"]')
    assert {"house-term", "odd-date"} <= set(chosen.rules)
    assert [file.name for file in rule_files(root / "lint")] == ["b.yml", "own.yaml"]


def test_an_extended_file_brings_its_rules(project: Write, root: Path) -> None:
    (root / "base").mkdir()
    (root / "base" / "date.yaml").write_text(PATTERN, "utf-8")
    (root / "base" / "base.toml").write_text('rule-paths = ["date.yaml"]\nignore = ["odd-date"]', "utf-8")
    chosen = project('extend = "base/base.toml"\nrule-paths = ["lint"]\nextend-select = ["house-term"]')
    assert {"house-term", "odd-date"} <= set(chosen.rules)
    on = {each.rule.id for each in chosen.for_file("a.md").active}
    assert "house-term" in on and "odd-date" not in on


def test_the_rules_are_those_of_the_run(project: Write, root: Path) -> None:
    chosen = project()
    (root / "inner").mkdir()
    (root / "inner" / "promptlint.toml").write_text('ignore = ["house-term"]', "utf-8")
    assert "house-term" in {each.rule.id for each in chosen.for_file("a.md").active}
    config = chosen.for_file("inner/a.md")
    assert "house-term" in config.rules
    assert "house-term" not in {each.rule.id for each in config.active}


# ---------------------------------------------------------------------------------------------------------------------
# rule files


@pytest.mark.parametrize(
    ("rule", "old", "new", "mistake"),
    [
        (PHRASE, "id: house-term", "id: verbose-phrase", "1:5: 'verbose-phrase' is the name of the rule 'verbose-phrase' of promptlint"),
        (PHRASE, "id: house-term", "id: hygiene", "1:5: 'hygiene' is the name of a family of rules"),
        (PHRASE, "id: house-term", "id: all", "1:5: 'all' is the name of a preset"),
        (PHRASE, "family:", "aliases: [a, strict]\nfamily:", "2:14: 'strict' is the name of a preset"),
        (PHRASE, "family:", "aliases: [house-term]\nfamily:", "2:11: 'house-term' is the name of this rule"),
        (PHRASE, "family:", "always: true\nfamily:", "2:9: only rules of promptlint itself are always on"),
        (PHRASE, "family:", "scope: file\nfamily:", "2:8: 'scope': 'prompt' was expected"),
        (PHRASE, "check: phrase", "check: reader", "6:8: the check 'reader' serves rules of promptlint alone"),
        (PHRASE, "    - {find: Anmeldung}", "    - {fnd: Anmeldung}", "11:8: unknown key 'fnd' (did you mean 'find'?)"),
        (PHRASE, "{find: Anmeldung}", "{find: '...'}", "11:14: 'find' must match ^(?=.*\\w)\\S[^\\r\\n]*$ (text of one line that holds a word)"),
        (PHRASE, "{advice}", "{advise}", "5:10: 'message': nothing fills in {advise}; there is {phrase}, {advice}"),
        (PATTERN, "[0-9]/[0-9]", "[0-9", "8:13: 'pattern': not a regular expression: unterminated character set"),
        (PATTERN, "[0-9]/[0-9]", "a(?=b)", "8:12: 'pattern': lookahead and lookbehind are not taken"),
        (PATTERN, "[0-9]/[0-9]", "[0-9]+", "8:12: 'pattern': every repetition needs a bound of at most 1,000: not '+' or '*' but {1,20}"),
        (PATTERN, "  pattern: '[0-9]/[0-9]'", "  patern: a", "8:3: unknown key 'patern' (did you mean 'pattern'?)"),
        (PATTERN, "check: pattern", "check: pattern\nfix: safe", "7:6: 'fix': 'none' was expected"),
        (PATTERN, "check: pattern", "check: output-limit", "6:8: the check 'output-limit' serves rules of promptlint alone"),
        (PATTERN, "{match}", "{group}", "5:10: 'message': nothing fills in {group}; there is {match}"),
        (PATTERN, "check: pattern", "check: required", "5:10: 'message': nothing fills in {match}"),
        (PATTERN, "severity: info\n", "", "1:1: 'severity' is missing"),
    ],
)  # fmt: skip
def test_mistakes(root: Path, rule: str, old: str, new: str, mistake: str) -> None:
    assert rule.count(old) == 1
    Path("r.yaml").write_text(rule.replace(old, new), "utf-8")
    with pytest.raises(RuleFileError) as caught:
        OwnRules().read(Path("r.yaml"))
    assert f"r.yaml:{mistake}" in str(caught.value).split("\n")


@pytest.mark.parametrize("check", ["reader", "engine", "output-limit", "phrase"])
def test_checks_of_promptlint_s_own_rules(root: Path, check: str) -> None:
    text = re.sub(r"options:.*", "", PATTERN.replace("check: pattern", f"check: {check}"), flags=re.DOTALL)
    Path("r.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleFileError, match=rf"^r\.yaml:6:8: the check '{check}' "):
        OwnRules().read(Path("r.yaml"))


def test_all_files_are_judged(root: Path) -> None:
    Path("a.yaml").write_text(PHRASE, "utf-8")
    Path("b.yaml").write_text(PHRASE, "utf-8")
    Path("c.yaml").write_text("id: c\n", "utf-8")
    with pytest.raises(RuleFileError) as caught:
        OwnRules().read_all([(Path(name), name) for name in ("a.yaml", "b.yaml", "c.yaml")])
    first, second, *_ = str(caught.value).split("\n")
    assert first == "b.yaml:1:5: 'house-term' is the name of the rule in a.yaml"
    assert second.startswith("c.yaml:1:1: ")


def test_options_of_examples(root: Path) -> None:
    example = "  - {name: A, format: md, text: Log in., finds: [{line: 1, text: Log in}], options: {alow: [a]}}\n"
    good = "  - {name: B, format: md, text: a, finds: []}\n"
    Path("r.yaml").write_text(f"{PHRASE}examples:\n{example}{good}", "utf-8")
    with pytest.raises(RuleFileError, match=r"^r\.yaml:14:\d+: the rule has no option 'alow'$"):
        OwnRules().read(Path("r.yaml"))


# ---------------------------------------------------------------------------------------------------------------------
# phrases


def test_phrases(project: Write) -> None:
    config = project().for_file("a.md")
    text = "Kindly log\nin, and use `log in` after the Anmeldung. A log in-house. The assistant says 'log in'."
    assert messages(config, text) == [
        "'Kindly' is not our word: leave it out",
        "'log in' is not our word: write 'sign in'",
        "'Anmeldung' is not our word: say it otherwise",
    ]


@pytest.mark.parametrize("fix", ["none", "safe", "unsafe", "display"])
def test_the_fix_is_what_the_rule_says(project: Write, fix: str) -> None:
    config = project(rule=PHRASE.replace("fix: safe", f"fix: {fix}")).for_file("a.md")
    report = lint(read(Source("prompts/a.md", "Log in, then read the Anmeldung.")), config)
    first, second = (item for item in report.diagnostics if item.rule == "house-term")
    assert second.fix is None
    if fix == "none":
        assert first.fix is None
    else:
        assert first.fix is not None
        assert (first.fix.applicability, first.fix.edits[0].replacement) == (fix, "Sign in")


def test_phrases_are_found_in_any_language(project: Write) -> None:
    config = project().for_file("a.md")
    assert len(messages(config, "Проверь текст и log in.")) == 1


# ---------------------------------------------------------------------------------------------------------------------
# the rest of promptlint knows them


def test_comments(project: Write) -> None:
    config = project('rule-paths = ["lint"]\nextend-select = ["unused-suppression"]').for_file("a.j2")
    text = "{# promptlint: ignore[house-term] ours #}\nLog in and go.\n{# promptlint: ignore[house-tem] #}\nGo.\n"
    report = lint(read(Source("prompts/a.j2", text)), config)
    assert [item.rule for item in report.suppressed] == ["house-term"]
    said = [item.message for item in report.diagnostics if item.rule == "invalid-suppression"]
    assert len(said) == 1 and "(did you mean 'house-term'?)" in said[0]
    unused = "{# promptlint: ignore[house-term] #}\nGo home.\n"
    report = lint(read(Source("prompts/a.j2", unused)), config)
    assert [item.rule for item in report.diagnostics if "suppression" in item.rule] == ["unused-suppression"]


def test_sarif_describes_the_rule(project: Write) -> None:
    report = lint(read(Source("prompts/a.md", "Log in.")), project().for_file("a.md"))
    log = json.loads(render(Report((report,), ()), Options()))
    (rule,) = [each for each in log["runs"][0]["tool"]["driver"]["rules"] if each["id"] == "house-term"]
    assert rule["shortDescription"]["text"] == rule["fullDescription"]["text"] == rule["help"]["text"]
    assert rule["shortDescription"]["text"] == "A word that the style guide replaces."


def test_the_schema_of_the_configuration(project: Write) -> None:
    schema = config_schema(project().rules)
    assert "house-term" in schema["properties"]["rules"]["properties"]
    assert "house-term" not in config_schema()["properties"]["rules"]["properties"]


def test_commands(project: Write, capsys: pytest.CaptureFixture[str], root: Path) -> None:
    project()
    (root / "a.md").write_text("Say in one sentence how to log in.\n", "utf-8")

    def out(*arguments: str, code: int = 0) -> str:
        assert run(arguments) == code
        captured = capsys.readouterr()
        return captured.out + captured.err

    assert "1:28: warning house-term" in out("check", "--output-format", "concise", "a.md", code=1)
    assert "house-term" in out("check", "--select", "house-term", "a.md", code=1)
    assert "house-term" not in out("check", "--isolated", "a.md")
    assert "house-term" not in out("check", "--ignore", "house-term", "a.md")
    assert "(did you mean 'house-term'?)" in out("check", "--select", "house-trm", "a.md", code=2)
    assert "unknown rule" in out("check", "--isolated", "--select", "house-term", "a.md", code=2)
    shown = out("rule", "house-term")
    assert "log in -> sign in" in shown and "kindly -> nothing" in shown and "allow = []" in shown
    assert "house-term (warning, safe fix)" in out("rule")
    assert json.loads(out("rule", "house-term", "--output-format", "json"))["rules"][0]["given"]["phrases"][2] == {
        "find": "Anmeldung",
        "to": None,
    }
    assert "house-term" in out("rule", "house-term", "--output-format", "markdown")
    assert "house-term" in out("rule", "--config", "promptlint.toml", "house-term")
    assert "(did you mean" not in out("rule", "--isolated", "house-term", code=2)
    assert "house-term: warning" in out("config", "a.md")
    assert 'rule-paths         ["lint"]' in out("config", "a.md")
    assert "house-term" in out("config", "--schema", "config")
    assert "sign in" in out("check", "--diff", "a.md", code=1)
    (root / "lint" / "own.yaml").write_text("id: [", "utf-8")
    assert "lint/own.yaml:1:" in out("check", "a.md", code=2)
    assert "lint/own.yaml:1:" in out("rule", "house-term", code=2)
    assert "verbose-phrase" in out("rule", "verbose-phrase")
    assert json.loads(out("config", "--schema", "config")) == config_schema()


def test_a_baseline_keeps_what_a_rule_that_is_off_found(project: Write, root: Path) -> None:
    project()
    (root / "a.md").write_text("Say in one sentence how to log in.\n", "utf-8")
    assert run(("baseline", "create", "a.md")) == 0
    before = min(root.glob(".promptlint-baseline*")).read_text("utf-8")
    project('rule-paths = ["lint"]\nignore = ["house-term"]')
    run(("baseline", "prune", "a.md"))
    assert min(root.glob(".promptlint-baseline*")).read_text("utf-8") == before
    assert "house-term" in before


# ---------------------------------------------------------------------------------------------------------------------
# checks in Python

PACKAGE = """\
from promptlint.diagnostic import Finding

def check(context):
    for part in context.analysis.messages:
        location = part.message.map.locate(type(context.prompt.location.span)(0, 1))
        if location and context.rule.options["loud"]:
            yield Finding(location, {"mark": part.message.text[0]})
"""

PYTHON = """\
id: first-letter
family: hygiene
severity: warning
summary: A letter.
message: "the letter {mark}"
check: our-letter
options:
  loud: {type: boolean, default: true, help: Whether it speaks.}
"""


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that is installed and offers a check."""
    site = tmp_path / "site"
    info = site / "our_lint-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-lint\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[promptlint.checks]\nour-letter = our_lint_letter:check\noutput-limit = our_lint_letter:nothing\n", "utf-8"
    )
    (site / "our_lint_letter.py").write_text(PACKAGE, "utf-8")
    monkeypatch.syspath_prepend(str(site))
    python_check.cache_clear()
    yield site
    python_check.cache_clear()
    sys.modules.pop("our_lint_letter", None)


def test_a_check_in_python(offered: Path, project: Write) -> None:
    config = project(rule=PYTHON).for_file("a.md")
    assert messages(config, "Go.", rule="first-letter") == ["the letter G"]
    quiet = project('rule-paths = ["lint"]\n[rules.first-letter]\nloud = false', PYTHON).for_file("a.md")
    assert messages(quiet, "Go.", rule="first-letter") == []
    assert checks.check_named("output-limit").__module__ == "promptlint.checks.output_limit", "ours come first"


def test_options_of_a_check_in_python_are_described(offered: Path, project: Write) -> None:
    wrong = PATTERN.replace("check: pattern", "check: our-letter")
    assert mistakes(project(rule=wrong)) == ["lint/own.yaml:8:12: 'pattern' must be of the type object"]


def test_a_check_that_cannot_be_loaded(offered: Path, project: Write) -> None:
    (offered / "our_lint_letter.py").write_text("raise ValueError('no')", "utf-8")
    config = project(rule=PYTHON).for_file("a.md")
    (message,) = messages(config, "Go.", rule="internal-error")
    assert "first-letter" in message and "ValueError" in message


def test_the_files_of_checks_in_python(offered: Path, tmp_path: Path) -> None:
    rule = tmp_path / "own.yaml"
    rule.write_text(PYTHON, "utf-8")
    assert check_files([rule, tmp_path / "gone.yaml"]) == (offered / "our_lint_letter.py",)
    rule.write_text(PATTERN, "utf-8")
    assert check_files([rule]) == ()


def test_the_files_of_checks_in_a_package(offered: Path, tmp_path: Path) -> None:
    package = offered / "our_lint_package"
    (package / "inner").mkdir(parents=True)
    beside = {package / name for name in ("__init__.py", "letter.py", "words.py")}
    inner = {package / "inner" / "__init__.py", package / "inner" / "deep.py"}
    for file in beside | inner:
        file.write_text("raise ValueError('nobody imports it')", "utf-8")
    for module, expected in {
        "our_lint_package": beside,
        "our_lint_package.letter": beside,
        "our_lint_package.inner": inner,
        "our_lint_package.inner.deep": inner,
        "our_lint_gone.letter": set(),
    }.items():
        entry = f"[promptlint.checks]\nour-letter = {module}:check\n"
        (offered / "our_lint-1.0.dist-info" / "entry_points.txt").write_text(entry, "utf-8")
        python_check.cache_clear()
        rule = tmp_path / "own.yaml"
        rule.write_text(PYTHON, "utf-8")
        assert set(check_files([rule])) == expected, module


def test_a_changed_check_in_python_is_no_matter_for_the_cache(offered: Path, project: Write, root: Path) -> None:
    project(rule=PYTHON)
    (root / "a.md").write_text("Say in one sentence how to log in.\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(offered), "PYTHONDONTWRITEBYTECODE": "1"}

    def found() -> str:
        command = [sys.executable, "-m", "promptlint", "check", "a.md", "--select", "first-letter", "--color", "never"]
        return subprocess.run(
            command, check=False, cwd=root, env=environment, capture_output=True, encoding="utf-8"
        ).stdout

    first = found()
    assert "the letter S" in first
    assert found() == first
    text = PACKAGE.replace("message.text[0]", "message.text[1]").replace("Span)(0, 1)", "Span)(1, 2)")
    (offered / "our_lint_letter.py").write_text(text, "utf-8")
    assert "the letter a" in found()


def test_entry_points_are_looked_at_only_for_unknown_checks(
    project: Write, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(own_rules, "python_check", asked.append)
    project().for_file("a.md")
    assert asked == []
    with pytest.raises(ConfigError):
        project(rule=PYTHON).for_file("a.md")
    assert asked == ["our-letter"]
    project()
    (root / "a.md").write_text("Say in one sentence how to log in.\n", "utf-8")
    code = (
        "import sys; from promptlint.cli import run; code = run(['check', 'a.md']);"
        "print([code, sorted({'importlib.metadata'} & set(sys.modules))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    # jsonschema, which judges the rule file, may load it itself
    assert done.stdout.rstrip().split("\n")[-1].startswith("[1, [")


# ---------------------------------------------------------------------------------------------------------------------
# the documentation, and examples as tests

BLOCKS = re.findall(r"`(lint/[a-z]+\.yaml)`:\n\n```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)


@pytest.fixture
def documented(root: Path) -> Path:
    """The project that the documentation describes."""
    assert [name for name, _ in BLOCKS] == ["lint/terms.yaml", "lint/dates.yaml", "lint/language.yaml"]
    for name, text in BLOCKS:
        (root / name).write_text(text, "utf-8")
    (root / "promptlint.toml").write_text('rule-paths = ["lint/"]\n[rules.house-term]\nallow = ["kindly"]\n', "utf-8")
    return root


def test_the_documented_rules_do_what_they_say(documented: Path) -> None:
    config = Configurations().for_file("a.md")
    text = "Kindly tell how to log in to the master branch since 3/4/2026, in one sentence.\n"
    found = [
        item for item in lint(read(Source("prompts/a.md", text)), config).diagnostics if item.rule not in load_rules()
    ]
    assert [(item.rule, item.message) for item in found] == [
        ("house-term", "'log in' is not our word: write 'sign in'"),
        ("house-term", "'master branch' is not our word: say it otherwise"),
        ("ambiguous-date", "'3/4/2026' may be 3 or another month"),
    ]
    chat = "messages:\n  - role: system\n    content: You are a helpful clerk.{}\n"
    wrong, right = (read(Source("a.prompt.yml", chat.format(more))) for more in ("", " Answer in French."))
    system = with_overrides(config, select=["missing-language"], kind=Kind.SYSTEM)
    assert [item.message for item in lint(wrong, system).diagnostics] == [
        "the prompt does not say in which language to answer"
    ]
    assert lint(right, system).diagnostics == ()
    for rule in config.rules.values():
        if rule.id not in load_rules():
            assert [line for example in rule.examples for line in broken(rule, example)] == []


def test_rule_files_are_no_prompts(documented: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(("files", "."))
    assert "lint/" not in capsys.readouterr().out


def test_examples_are_tests(documented: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rule", "--test", "lint")) == 0
    assert capsys.readouterr().out == "2 of 2 examples hold.\n"
    file = documented / "lint" / "terms.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("text: log in}", "text: log out}").replace("how to sign in", "how to get in"), "utf-8")
    assert run(("rule", "--test", str(Path("lint", "terms.yaml")))) == 1
    assert capsys.readouterr().out == textwrap.dedent(
        """\
        lint/terms.yaml: The old word: line 1: 'log in' is found, expected was 'log out' in line 1
        lint/terms.yaml: The old word: after the fixes the text is 'Explain to the customer how to sign in.\\n', expected was 'Explain to the customer how to get in.\\n'
        1 of 2 examples hold.
        """
    )
    file.write_text(text.replace("[{line: 1, text: log in}]", "[{line: 1, text: log in}, {line: 2, text: b}]"), "utf-8")
    assert run(("rule", "--test", "lint")) == 1
    assert "line 2: 'b' is expected and not found" in capsys.readouterr().out
    file.write_text(text.replace("`log in`", "log in"), "utf-8")
    assert run(("rule", "--test", "lint")) == 1
    assert "'log in' is found and not expected" in capsys.readouterr().out
    file.write_text("id: 1", "utf-8")
    assert run(("rule", "--test", "lint")) == 2
    assert "lint/terms.yaml:1:5: 'id' must be of the type string" in capsys.readouterr().err
    assert run(("rule", "--test", ".git")) == 2
    assert run(("rule", "--test", "lint", "house-term")) == 2
