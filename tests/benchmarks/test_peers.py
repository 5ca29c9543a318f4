"""The comparison with other tools: the material is what it says, the tools' outputs are read, and the counting is right.

What the tools printed is recorded in peers/, from runs over two small files, and shortened.
"""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from peers import generate, measure, parsers, report, tools  # noqa: E402
from peers.generate import File, Plant  # noqa: E402
from peers.judge import Verdict, judge, relative  # noqa: E402
from peers.parsers import Finding  # noqa: E402

RECORDED = Path(__file__).parent / "peers"


def tool(name: str) -> tools.Tool:
    return next(each for each in tools.TOOLS if each.name == name)


def line(file: File, number: int) -> str:
    return file.text.split("\n")[number - 1]


@pytest.mark.parametrize("layout", generate.LAYOUTS)
def test_the_same_seed_makes_the_same_files(layout):
    assert generate.files(layout, 2, 1) == generate.files(layout, 2, 1)
    assert generate.files(layout, 2, 1) != generate.files(layout, 2, 2)


@pytest.mark.parametrize("layout", generate.LAYOUTS)
def test_every_kind_of_the_layout_is_planted_as_often_as_asked_and_has_as_many_twins(layout):
    made = generate.files(layout, 3, 5)
    kinds = generate.MAKERS[layout][0]
    planted = [file.plant.kind for file in made if file.plant]
    assert {kind: planted.count(kind) for kind in kinds} == dict.fromkeys(kinds, 3)
    assert len(made) == 2 * len(planted)
    assert len({file.path for file in made}) == len(made)
    assert set(kinds) <= set(generate.KINDS)


MARKS = {
    "wordy": [bad for bad, _ in generate.WORDY],
    "filler": [bad for bad, _ in generate.FILLER],
    "contradiction": [line for bad, _ in generate.CONTRADICTIONS for line in bad],
    "duplicate": [line for pair in generate.DUPLICATES for line in pair],
    "placeholder": [bad for bad, _ in generate.PLACEHOLDERS],
    "vague": [bad for bad, _ in generate.VAGUE],
    "personal-data": [bad for bad, _ in generate.PERSONAL],
    "generic": [bad for bad, _ in generate.GENERIC],
    "free-text": [*(bad for bad, _ in generate.FREE_TEXT), generate.READER],
    "retired-model": [*generate.RETIRED, "chat.completions.create("],
    "call-in-loop": ["    for ", "chat.completions.create("],
    "mechanical": [*generate.MECHANICAL, "chat.completions.create("],
    "no-cap": ["chat.completions.create("],
    "secret": ["sk-proj-", "AKIA", "ghp_", "password", "xoxb-"],
    "unbalanced": ["{{ ", "{% if ", "{% endif %}"],
    "undelimited": [domain.inline.split("{}")[0] for domain in generate.DOMAINS],
    "undeclared": [f"{domain.other}: {{{{ {domain.other} }}}}" for domain in generate.DOMAINS],
    "unused": [f"  {domain.other}: str" for domain in generate.DOMAINS] + [f"- {d.other}" for d in generate.DOMAINS],
}


@pytest.mark.parametrize("layout", generate.LAYOUTS)
def test_the_fault_is_on_the_lines_that_are_named(layout):
    for file in generate.files(layout, 6, 7):
        plant = file.plant
        if plant and plant.kind in ("no-limit", "no-format"):
            assert plant.lines == ()
        elif plant:
            assert plant.lines
            for number in plant.lines:
                assert any(mark in line(file, number) for mark in MARKS[plant.kind]), line(file, number)


@pytest.mark.parametrize("layout", generate.LAYOUTS)
def test_a_twin_differs_from_its_file_in_few_lines(layout):
    kinds, make, _ = generate.MAKERS[layout]
    for kind in kinds:
        bad, good = (make(random.Random(3), "x", kind, 3, wrong) for wrong in (True, False))
        before, after = set(bad.text.split("\n")), set(good.text.split("\n"))
        assert good.plant is None
        # An unfenced text lacks the tags and the sentence about them, a loop is indented
        assert bad.text != good.text
        assert kind in ("undelimited", "call-in-loop", "unbalanced") or len(before ^ after) <= 4, kind


def test_only_files_without_a_limit_or_a_format_lack_them():
    for file in generate.files("text", 6, 7):
        kind = file.plant.kind if file.plant else None
        assert any(limit in file.text for limit in generate.LIMITS) == (kind != "no-limit")
        shaped = any(form in file.text for form in generate.FORMATS) or "JSON" in file.text
        assert shaped == (kind not in ("no-format", "free-text"))


def test_python_files_can_be_parsed():
    for file in generate.files("code", 6, 7):
        compile(file.text, file.path, "exec")


def test_write_puts_the_files_below_the_folder(tmp_path):
    made = generate.write(tmp_path, "agent", 1, 1)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")) == sorted(
        file.path for file in made
    )
    assert (tmp_path / made[0].path).read_bytes() == made[0].text.encode()


# (the tool, the file that is recorded, a finding that stands in it: path, line, rule, serious)
READ = [
    ("promptlint-cli", "promptlint-cli", ("/folder/prompts/p001.md", None, "cost", False)),
    ("promptlint-cli", "promptlint-cli", ("/folder/prompts/p002.md", 11, "pii-in-prompt", True)),
    ("promptlint-ai", "promptlint-ai", ("/folder/prompts/p001.md", None, "PL022", True)),
    ("promptlint (PyPI)", "promptlint-PyPI", ("f", 14, "security: Unvalidated variable placeholder", True)),
    ("promptlint (PyPI)", "promptlint-PyPI", ("f", None, "suggestion: Add examples to clarify expected input/output", False)),
    ("aiproof", "aiproof", ("prompts/p001.md", 5, "AIP004", True)),
    ("lintlang", "lintlang", ("prompts/p001.md", 12, "H5 vague", False)),
    ("lintlang", "lintlang", ("prompts/p001.md", 1, "H6 format", False)),
    ("promptdoctor", "promptdoctor", ("prompts/p001.md", None, "PD101", True)),
    ("promptdoctor", "promptdoctor", ("prompts/p001.md", 3, "PD103", True)),
    ("promptproof", "promptproof", ("./prompts/p001.md", 3, "PP301", True)),
    ("ai-skill-lint", "ai-skill-lint", ("prompts/p001.md", None, "TCOST004", False)),
    ("ai-skill-lint", "ai-skill-lint", ("prompts/p001.md", 13, "CONTENT007", False)),
    ("prompt-tokensaver", "prompt-tokensaver", ("f", 10, "Duplicate line", False)),
    ("prompt-tokensaver", "prompt-tokensaver", ("f", 3, "Filler", False)),
    ("promptctl", "promptctl", ("f", 13, "no-todo", True)),
    ("context-lint", "context-lint", ("prompts/p002.md", None, "CONTRADICTION", True)),
    ("promptkit-core", "promptkit-core", ("prompts/p001.yaml", None, "PK001", True)),
    ("agnix", "agnix", ("a001/CLAUDE.md", 12, "PE-005", True)),
    ("@silupanda/prompt-lint", "silupanda-prompt-lint", ("prompts/p001.md", 7, "contradictory-directives", True)),
    ("llm-promptlint", "llm-promptlint", ("./src/c001.py", 8, "PL002", True)),
    ("promptlint-tool", "promptlint-tool", ("f", None, "PL003", True)),
    ("scaffold-lint", "scaffold-lint", ("f", None, "TASK_DESC_MISSING", True)),
    ("overllm", "overllm", ("src/c001.py", 8, "deprecated-model", True)),
    ("tokenlint", "tokenlint", ("src/c001.py", 17, "R004-llm-call-in-loop", True)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "recorded", "expected"), READ, ids=lambda value: str(value)[:60])
def test_what_a_tool_printed_is_read(name, recorded, expected):
    found = tool(name).parse((RECORDED / f"{recorded}.txt").read_text("utf-8"), "f")
    assert expected in [(each.path, each.line, each.rule, each.serious) for each in found]


def test_every_tool_is_recorded_and_tokentoll_reports_no_faults():
    recorded = {path.stem for path in RECORDED.glob("*.txt")}
    assert recorded == {measure.home(each, Path()).name for each in tools.PEERS}
    assert tool("tokentoll").parse((RECORDED / "tokentoll.txt").read_text("utf-8"), "") == []


@pytest.mark.parametrize("each", tools.TOOLS, ids=lambda each: each.name)
def test_output_that_is_not_understood_is_not_taken_for_nothing_found(each):
    for output in ("", "Traceback (most recent call last):\n"):
        with pytest.raises(ValueError):  # noqa: PT011 - each parser says it in its own words
            each.parse(output, "f")


def test_promptlint_itself_is_read():
    place = {"start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 4}}
    one = {"rule": "verbose-phrase", "severity": "info", "message": "m", "path": "prompts/a.md", "range": place}
    (found,) = parsers.promptlint(json.dumps({"version": 1, "diagnostics": [one]}), "")
    assert found == Finding("prompts/a.md", 3, "verbose-phrase", False, "m")


def test_a_template_that_promptkit_cannot_read_is_a_finding():
    (found,) = parsers.promptkit_core(
        "Error: Template compilation failed: Unexpected end of template.\n", "prompts/p.yaml"
    )
    assert (found.path, found.rule, found.serious) == ("prompts/p.yaml", "Error", True)


@pytest.mark.parametrize("each", tools.TOOLS, ids=lambda each: each.name)
def test_the_table_of_tools_names_kinds_and_layouts_that_exist(each):
    assert set(each.layouts) <= set(generate.LAYOUTS)
    named = {kind for kinds in each.rules.values() for kind in kinds}
    assert named <= set(generate.KINDS)
    if each.registry != "checkout":
        assert each.version


def test_a_tool_answers_only_for_kinds_that_its_layouts_have():
    assert tool("agnix").kinds("agent") == {"vague", "generic"}
    assert tool("agnix").kinds("text") == frozenset()
    assert "placeholder" in tools.OURS.kinds("text")
    assert "placeholder" not in tools.OURS.kinds("agent")


PROOF = tool("promptproof")


def found(path: str, at: int | None, rule: str, serious: bool = True) -> Finding:
    return Finding(path, at, rule, serious, "")


def counted(verdict: Verdict) -> dict[str, dict[str, int]]:
    names = ("planted", "right", "no_line", "elsewhere", "wrong")
    return {name: dict(+getattr(verdict, name)) for name in names if +getattr(verdict, name)}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], {}),
        ([found("a", 4, "PP303")], {"right": {"duplicate": 1}}),
        ([found("a", None, "PP303")], {"right": {"duplicate": 1}, "no_line": {"duplicate": 1}}),
        ([found("a", 9, "PP303")], {"elsewhere": {"duplicate": 1}}),
        ([found("a", 4, "PP303"), found("a", 9, "PP303")], {"right": {"duplicate": 1}, "wrong": {"duplicate": 1}}),
        ([found("a", 4, "PP601")], {"wrong": {"secret": 1}}),
        ([found("a", 4, "PP601"), found("a", 5, "PP601")], {"wrong": {"secret": 1}}),
        ([found("a", 4, "PP302")], {}),  # may with some right be seen there
        ([found("a", 4, "PP304")], {}),  # a remark: not judged
        ([found("b", 4, "PP303")], {"wrong": {"duplicate": 1}}),
        ([found("elsewhere", 1, "PP303")], {}),
    ],
)
def test_findings_are_held_against_what_was_planted(findings, expected):
    files = [File("a", "\n" * 9, Plant("duplicate", (4, 6), ("wordy",))), File("b", "", None)]
    assert counted(judge(PROOF, "text", files, findings)) == {"planted": {"duplicate": 1}, **expected}


def test_where_something_is_missing_every_line_is_right():
    file = File("a", "", Plant("no-limit", ()))
    verdict = judge(tool("promptdoctor"), "text", [file], [found("a", 17, "PD102")])
    assert counted(verdict) == {"planted": {"no-limit": 1}, "right": {"no-limit": 1}}


def test_a_kind_that_the_tool_does_not_look_for_is_neither_planted_nor_missed():
    verdict = judge(PROOF, "text", [File("a", "", Plant("no-limit", ()))], [])
    assert counted(verdict) == {}
    assert verdict.examples == []


def test_clean_files_count_warnings_of_any_rule():
    files = [File(name, "", None) for name in "abc"]
    verdict = judge(PROOF, "text", files, [found("a", 1, "PP304"), found("b", 1, "PP304", serious=False)])
    assert (verdict.clean, verdict.clean_with_warning, verdict.clean_with_remark) == (3, 1, 2)
    assert verdict.on_clean == {"PP304": 2}


def test_verdicts_add_up():
    one = judge(PROOF, "text", [File("a", "", Plant("secret", (1,)))], [found("a", 1, "PP601")])
    one.add(judge(PROOF, "text", [File("a", "", Plant("secret", (1,))), File("b", "", None)], []))
    assert counted(one) == {"planted": {"secret": 2}, "right": {"secret": 1}}
    assert one.clean == 1
    assert len(one.examples) == 1


def test_paths_become_those_of_the_material(tmp_path):
    assert relative(str(tmp_path / "prompts" / "p.md"), tmp_path) == "prompts/p.md"
    assert relative("./prompts/p.md", tmp_path) == "prompts/p.md"
    assert relative("prompts\\p.md", tmp_path) == "prompts/p.md"


def test_a_tool_that_takes_one_file_gets_a_process_for_each():
    place, files = Path("place"), ["prompts/a.md", "prompts/b.md"]
    assert measure.commands(("{bin}/x", "{files}", "--flag"), place, files) == [
        [f"{place / 'bin'}/x", *files, "--flag"]
    ]
    assert [command[1] for command in measure.commands(("x", "{stem}"), place, files)] == ["a", "b"]
    assert tool("promptctl").one_by_one
    assert not PROOF.one_by_one


@pytest.mark.parametrize(
    ("value", "expected"), [(31.4, "31"), (9.96, "10"), (2.54, "2.5"), (1.0, "1.0"), (0.31, "0.31"), (0.0432, "0.043")]
)
def test_ratios_have_two_digits_that_count(value, expected):
    assert report.ratio(value) == expected


def rows(ours: Verdict, other: Verdict) -> list[report.Row]:
    mine = report.Row(tools.OURS, ours, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), [1], [0], 0)
    return [mine, replace(mine, tool=PROOF, verdict=other, one=(0.5, 0.6, 2.0), many=(3.0, 3.1, 4.0), connections=2)]


def test_many_that_take_less_are_summed_up():
    mine, other = rows(Verdict(), Verdict())
    others = [replace(other, one=(share, 1.0, 1.0)) for share in (0.3, 0.2, 0.5, 0.4, 0.1, 1.0)]
    said = "Less CPU time for one file is taken by 5 of the 6 others, from promptproof (0.1) to promptproof (0.5)."
    assert report.behind([mine, *others]) == [said]


def verdict(kind: str, right: int, planted: int, wrong: int = 0) -> Verdict:
    made = Verdict()
    made.right[kind], made.planted[kind], made.wrong[kind] = right, planted, wrong
    return made


def test_it_is_said_where_promptlint_is_behind():
    said = report.behind(rows(verdict("secret", 1, 4), verdict("secret", 3, 4, 2)))
    assert "secret: it finds 1/4; more is found by promptproof (3/4 (+2 wrong))." in said
    assert "Less CPU time for one file is taken by promptproof (0.5)." in said
    assert not any("memory" in each or "all files" in each for each in said)
    assert report.behind(rows(verdict("secret", 4, 4), verdict("vague", 1, 4)))[0].endswith("have them: vague.")


def test_the_page_holds_every_tool_and_says_which_could_not_be_run():
    conditions = report.Conditions("2026-01-02", "a machine", 3, 1, 3, {"text": 90, "agent": 48}, False, "1.2.3")
    page = report.page(rows(verdict("secret", 1, 4), verdict("secret", 3, 4, 2)), {"lintlang": "no wheel"}, conditions)
    assert "| promptproof 0.2.0 | text, agent | 1 | 3/4 | 2 | 0 | 0 | 0/0 | 0/0 |" in page
    assert "| secret: key or password | 1/4 | promptproof 3/4 (+2 wrong) |" in page
    assert "- lintlang could not be run: no wheel." in page
    assert "so it was there" in page
    assert "tries (2)" in page
