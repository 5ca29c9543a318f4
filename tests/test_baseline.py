import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.baseline import (
    Baseline,
    BaselineError,
    Entry,
    applier,
    apply,
    parse,
    prune,
    render,
    stale,
    update,
)
from promptlint.config import Config
from promptlint.engine import FileReport, group, lint
from promptlint.formats import read
from promptlint.source import Source

WORDY = "Sort it in order to win.\nSum it up in order to win.\nNote that it rains.\n"


def report(path: str, text: str = WORDY, config: Config | None = None) -> FileReport:
    return lint(read(Source(f"somewhere/{path}", text)), config or Config(select=("verbosity",)), path)


def made(*reports: FileReport) -> Baseline:
    return update(Baseline(), reports)


def there(*paths: str) -> Callable[[str], bool]:
    return lambda path: path in paths


def rules(one: FileReport) -> list[str]:
    return [each.rule for each in one.diagnostics]


# ---------------------------------------------------------------------------------------------------------------------
# the file


def test_equal_findings_are_one_entry_with_a_count() -> None:
    one = report("prompts/a.md")
    first, second, third = one.diagnostics
    assert group(first.fingerprint) == group(second.fingerprint)
    assert made(one).entries == (
        Entry("prompts/a.md", "filler-phrase", third.message, group(third.fingerprint)),
        Entry("prompts/a.md", "verbose-phrase", first.message, group(first.fingerprint), 2),
    )
    assert made(one).count == 3


def test_the_file_has_one_sorted_line_for_each_entry_and_nothing_that_changes_by_itself() -> None:
    text = render(made(report("prompts/b.md"), report("prompts/a.md")))
    lines = text.split("\n")
    assert lines[0] == '{"version": 1, "findings": ['
    assert [json.loads(line.rstrip(","))["path"] for line in lines[1:5]] == ["prompts/a.md"] * 2 + ["prompts/b.md"] * 2
    assert lines[5:] == ["]}", ""]
    assert render(made(report("prompts/a.md", "\n\n" + WORDY), report("prompts/b.md"))) == text


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ENTRIES = st.builds(Entry, TEXT, TEXT, TEXT, TEXT, st.integers(1, 9))


@given(st.lists(ENTRIES, max_size=5))
def test_what_is_written_can_be_read(entries: list[Entry]) -> None:
    baseline = Baseline(tuple(sorted(entries)))
    assert parse(render(baseline), "b.json") == baseline
    json.loads(render(baseline))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "b.json:1:1: not a baseline: Expecting value"),
        ('{"version": 1,\n<<<<<<< HEAD', "b.json:2:1: not a baseline: "),
        ("[]", "b.json:1:1: not a baseline: it must be an object with 'version' and 'findings'"),
        ('{"findings": 3}', "b.json:1:1: not a baseline: it must be an object"),
        ('{"version": 2, "findings": []}', "b.json:1:1: a baseline of version 2; this promptlint reads version 1"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "b.json:1:1: finding 1 is none: it must have path, rule"),
        ('{"version": 1, "findings": [3]}', "b.json:1:1: finding 1 is none"),
        ("[" * 100_000, "b.json:1:1: not a baseline"),
    ],
)
def test_files_that_are_no_baselines(text: str, message: str) -> None:
    with pytest.raises(BaselineError) as caught:
        parse(text, "b.json")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "1"])
def test_counts_are_positive_integers(count: object) -> None:
    item = {"path": "a", "rule": "b", "message": "c", "fingerprint": "d", "count": count}
    with pytest.raises(BaselineError):
        parse(json.dumps({"version": 1, "findings": [item]}), "b.json")


# ---------------------------------------------------------------------------------------------------------------------
# what is known


def test_what_is_known_is_not_reported() -> None:
    one = report("prompts/a.md")
    (done,) = apply(made(one), [one])
    assert (done.diagnostics, done.baselined) == ((), one.diagnostics)
    assert apply(made(one), [done]) == (done,), "once is enough"


def test_a_file_with_nothing_known_stays_as_it_is() -> None:
    one, other = report("prompts/a.md"), report("prompts/b.md")
    assert apply(made(other), [one]) == (one,)


def test_known_findings_may_move_and_new_ones_are_reported() -> None:
    baseline = made(report("prompts/a.md"))
    text = "Note that it snows.\n\n" + WORDY + "In order to lose, stop.\n"
    (done,) = apply(baseline, [report("prompts/a.md", text)])
    # 'Note that' is known once, 'in order to' twice; which of equal ones is the new one nobody can say
    assert rules(done) == ["filler-phrase", "verbose-phrase"]
    assert [each.rule for each in done.baselined] == ["filler-phrase", "verbose-phrase", "verbose-phrase"]


def test_another_file_and_another_rule_are_not_known() -> None:
    one = report("prompts/a.md")
    filler = Baseline(tuple(each for each in made(one).entries if each.rule == "filler-phrase"))
    assert rules(apply(filler, [one])[0]) == ["verbose-phrase", "verbose-phrase"]
    assert len(apply(made(one), [report("prompts/b.md")])[0].diagnostics) == 3


def test_a_prompt_that_was_renamed_in_its_file_is_known() -> None:
    text = "messages:\n  - role: user\n    content: Sort it in order to win.\nevaluators:\n  - name: {}\n    llm:\n      prompt: Do it in order to win.\n"
    before, after = (report("prompts/a.prompt.yml", text.format(name)) for name in ("one", "two"))
    assert before.diagnostics[1].prompt != after.diagnostics[1].prompt
    (done,) = apply(made(before), [after])
    assert done.diagnostics == ()


# ---------------------------------------------------------------------------------------------------------------------
# renamed files


def test_a_renamed_file_is_known() -> None:
    baseline = made(report("prompts/a.md"))
    (done,) = apply(baseline, [report("prompts/new/b.md", WORDY + "In order to lose, stop.\n")], there())
    assert rules(done) == ["verbose-phrase"]
    assert prune(baseline, [report("prompts/new/b.md")], there()) == made(report("prompts/new/b.md"))


def test_a_copied_file_is_new() -> None:
    (done,) = apply(made(report("prompts/a.md")), [report("prompts/b.md")], there("prompts/a.md"))
    assert len(done.diagnostics) == 3


def test_where_it_is_not_clear_what_was_renamed_nothing_was() -> None:
    baseline = made(report("prompts/a.md"))
    found = apply(baseline, [report("prompts/b.md"), report("prompts/c.md")], there())
    assert [len(each.diagnostics) for each in found] == [3, 3]
    two = made(report("prompts/a.md"), report("prompts/b.md"))
    assert len(apply(two, [report("prompts/c.md")], there())[0].diagnostics) == 3


def test_a_moved_folder_is_told_by_the_names_of_its_files() -> None:
    old = [report(f"prompts/{name}.md") for name in "abc"]
    new = [report(f"src/prompts/{name}.md") for name in "abc"]
    assert [each.diagnostics for each in apply(made(*old), new, there())] == [(), (), ()]


def test_the_file_with_more_in_common_was_renamed() -> None:
    little, much = report("prompts/x.md", "Note that it rains.\n"), report("prompts/y.md")
    (first, second) = apply(made(report("prompts/a.md")), [little, much], there())
    assert (len(first.diagnostics), len(second.diagnostics)) == (1, 0)


def test_files_may_be_told_one_after_another() -> None:
    baseline, one = made(report("prompts/a.md")), report("prompts/b.md")
    known = applier(baseline, [one], there())
    assert known(one) == apply(baseline, [one], there())[0]
    assert known(report("prompts/b.md", WORDY * 2)).baselined


# ---------------------------------------------------------------------------------------------------------------------
# what is stale


def test_what_is_no_longer_found_is_stale() -> None:
    baseline = made(report("prompts/a.md"))
    fixed = report("prompts/a.md", "Sort it in order to win.\n")
    filler, verbose = baseline.entries
    assert stale(baseline, [fixed]) == (filler, replace(verbose, count=1))
    assert stale(baseline, [report("prompts/a.md")]) == ()
    assert prune(baseline, [fixed]) == made(fixed)


def test_a_file_that_is_gone_is_stale_and_one_that_was_not_looked_at_is_not() -> None:
    baseline = made(report("prompts/a.md"))
    assert stale(baseline, [], there()) == baseline.entries
    assert stale(baseline, [], there("prompts/a.md")) == ()
    assert prune(baseline, [], there()) == Baseline()
    assert prune(baseline, [], there("prompts/a.md")) == baseline


def test_rules_that_are_off_are_not_judged_and_unknown_ones_are() -> None:
    baseline = made(report("prompts/a.md"))
    off = report("prompts/a.md", config=Config(select=("hygiene",)))
    assert stale(baseline, [off]) == ()
    assert prune(baseline, [off]) == update(baseline, [off]) == baseline
    gone = Baseline((Entry("prompts/a.md", "no-such-rule", "", "0" * 28),))
    assert stale(gone, [off]) == gone.entries


def test_what_is_only_hidden_is_not_stale() -> None:
    one = report("prompts/a.md")
    hidden = replace(one, diagnostics=(), hidden=one.diagnostics)
    baseline = made(one)
    assert stale(baseline, [hidden]) == ()
    assert prune(baseline, [hidden]) == baseline
    assert apply(baseline, [hidden]) == (hidden,)


def test_what_a_comment_silences_is_stale() -> None:
    one = report("prompts/a.md")
    assert stale(made(one), [replace(one, diagnostics=(), suppressed=one.diagnostics)]) == made(one).entries


def test_pruning_adds_nothing_and_updating_does() -> None:
    before, after = report("prompts/a.md"), report("prompts/a.md", WORDY + "Please note that it snows.\n")
    baseline = made(before)
    assert len(after.diagnostics) > len(before.diagnostics)
    assert prune(baseline, [after]) == baseline
    assert update(baseline, [after]) == made(after)


SENTENCES = st.lists(
    st.sampled_from(["In order to win, sort it.", "Note that it rains.", "Please note it.", "Sort it.", "Due to the fact that it is so, go."]),
    max_size=6,
).map(lambda parts: "\n".join(parts) + "\n")  # fmt: skip


@given(SENTENCES, SENTENCES)
def test_laws(before: str, after: str) -> None:
    old, new = report("prompts/a.md", before), report("prompts/a.md", after)
    baseline = made(old)
    (done,) = apply(baseline, [new])
    assert sorted((*done.diagnostics, *done.baselined), key=lambda each: each.location) == list(new.diagnostics)
    assert len(done.baselined) + sum(entry.count for entry in stale(baseline, [new])) == baseline.count
    pruned, updated = prune(baseline, [new]), update(baseline, [new])
    assert stale(pruned, [new]) == stale(updated, [new]) == ()
    assert pruned.count == len(done.baselined) and updated == made(new)
    assert apply(updated, [new])[0].diagnostics == ()
