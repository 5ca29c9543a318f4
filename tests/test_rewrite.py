"""Fixing whole files: what is written is read again as the same prompt, in every notation."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint import rewrite as module
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Severity
from promptlint.discovery import Found, discover
from promptlint.engine import FileReport, lint
from promptlint.prompt import Document
from promptlint.rewrite import Rewrite, rewrite
from promptlint.source import Source, Span

ENGLISH = Config(language="en")


def rewritten(source: Source, format_name: str | None = None, config: Config = ENGLISH, **options: bool) -> Rewrite:
    """The file with its fixes, read in the format that it is recognised as."""
    document = formats.read(source, format=format_name)

    def again(changed: Source) -> Document:
        return formats.read(changed, format=document.format)

    return rewrite(lint(document, config), again, lambda changed: lint(changed, config), **options)


def text_of(path: str, text: str) -> str:
    return rewritten(Source(path, text)).after.text


# ---------------------------------------------------------------------------------------------------------------------
# notations: how the same text stands in files of different formats

SENTENCES = (
    "In order to win, play {{name}}.",
    "Please note that it rains; {{ name }} waits.",
    "I would like you to sort the list below.",
    "Use `in order to` here, in order to learn.",
    'Write "in order to" at the start, so as to win.',
    "It is an end result: 100 % of C:\\temp\\new is here.",
    "- Make sure to add it # now",
    "Keep 'it' due to the fact that: it's \\n new.",
    "Émile and 要約 utilize 🙂 the table\u00a0here.",
    "In order\u200b to see it, \u200bopen the file.",
    "```\nin order to\n```",
    "1. Provide a summary of {{name}} and the text.",
    "The quick brown fox, in the event that it jumps,\nin order\nto win, jumps.",
    "",
)
BODIES = st.builds(
    lambda first, rest, ends: "\n".join([first, *rest]).rstrip("\n") + ends,
    st.sampled_from(SENTENCES[:3]),
    st.lists(st.sampled_from(SENTENCES), max_size=6),
    st.sampled_from(["", "\n"]),
)

Notation = Callable[[str], str]


def in_yaml(style: str | None, width: int = 70) -> Notation:
    def write(body: str) -> str:
        data = {"name": "a", "model": "gpt-4o", "messages": [{"role": "user", "content": body}]}
        return yaml.safe_dump(data, default_style=style, width=width, allow_unicode=True, sort_keys=False)

    return write


def indented(body: str, by: str) -> str:
    return "".join(f"{by}{line}\n" if line else "\n" for line in body.rstrip("\n").split("\n"))


NOTATIONS: dict[str, tuple[str, Notation]] = {
    "plain": ("prompts/a.md", lambda body: body),
    "front matter": ("prompts/a.md", lambda body: f"---\nname: a\ninputs: [name]\n---\n{body}"),
    "agent file": ("CLAUDE.md", lambda body: body),
    "jinja": ("prompts/a.j2", lambda body: "{# a #}" + body),
    "prompty": (
        "a.prompty",
        lambda body: f"---\nname: a\ninputs:\n  name: Ann\n---\nsystem:\nBe kind.\n\nuser:\n{body}",
    ),
    "yaml plain": ("a.prompt.yml", in_yaml(None)),
    "yaml literal": ("a.prompt.yml", in_yaml("|")),
    "yaml folded": ("a.prompt.yml", in_yaml(">")),
    "yaml single": ("a.prompt.yml", in_yaml("'")),
    "yaml double": ("a.prompt.yml", in_yaml('"')),
    "yaml double wide": ("prompts/a.yaml", lambda body: yaml.safe_dump({"prompt": body}, default_style='"', width=999)),
    "yaml by hand": ("prompts/a.yaml", lambda body: f"model: x\nprompt: |-\n{indented(body, '   ')}more: 1\n"),
    "json": ("prompts/a.json", lambda body: json.dumps({"prompt": body}, ensure_ascii=False)),
    "json ascii": ("prompts/a.json", lambda body: json.dumps({"model": "x", "prompt": body}, indent=2)),
    "toml": ("prompts/a.toml", lambda body: f"prompt = {json.dumps(body, ensure_ascii=False)}\nmodel = 'x'\n"),
    "toml multi-line": (
        "prompts/a.toml",
        lambda body: (
            f'prompt = """\n{body.replace(chr(92), chr(92) * 2).replace(chr(34) * 2, chr(34) + chr(92) + chr(34))}"""\n'
        ),
    ),
}
NAMES = st.sampled_from(sorted(NOTATIONS))
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])


def ended(path: str, newline: str) -> str:
    """The line end to write; TOML knows no lone carriage return."""
    return "\n" if path.endswith(".toml") and newline == "\r" else newline


def said(document: Document) -> str:
    """The text of the last message, as a model would be sent it, whatever the file's line ends are."""
    (prompt,) = document.prompts
    return re.sub(r"\r\n|\r", "\n", prompt.messages[-1].text).strip("\n")


@given(name=NAMES, body=BODIES, newline=NEWLINES)
@settings(max_examples=200)
def test_fixing_a_file_is_fixing_its_text(name: str, body: str, newline: str) -> None:
    """Reading what was fixed gives what fixing the bare text gives: in any notation, with any line ends."""
    path, write = NOTATIONS[name]
    if name == "json ascii" or "yaml double" in name:
        body = body.replace("\u200b", "")  # written as an escape, which is no character that nobody sees
    source = Source(path, write(body).replace("\n", ended(path, newline)))
    before = formats.read(source)
    # not every notation can give up a whole line: folded text has no line ends of its own
    config = Config(language="en", ignore=("duplicate-instruction",))
    wanted = rewritten(Source("prompts/a.md", re.sub(r"\r\n|\r", "\n", said(before))), config=config).after
    done = rewritten(source, config=config)
    assert said(done.report.document) == said(formats.read(wanted))
    assert done.stable and not done.dropped
    assert done.report.document.format == before.format


@given(name=NAMES, body=BODIES, newline=NEWLINES)
@settings(max_examples=100)
def test_what_is_not_wording_stays(name: str, body: str, newline: str) -> None:
    path, write = NOTATIONS[name]
    source = Source(path, write(body).replace("\n", ended(path, newline)))
    before, after = formats.read(source), rewritten(source).report.document
    assert facts(after) == facts(before)


@given(
    name=NAMES,
    body=BODIES,
    newline=NEWLINES,
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    bom=st.booleans(),
)
@settings(max_examples=100)
def test_a_second_run_changes_nothing_and_bytes_outside_the_edits_stay(
    name: str, body: str, newline: str, encoding: str, bom: bool
) -> None:
    path, write = NOTATIONS[name]
    source = Source(path, write(body).replace("\n", ended(path, newline)), encoding, bom or encoding != "utf-8")
    done = rewritten(source)
    data = source.to_bytes(done.after.text)
    again = Source.from_bytes(path, data)
    assert (again.encoding, again.bom, again.text) == (source.encoding, source.bom, done.after.text)
    second = rewritten(again)
    assert not second.changed and not second.fixed
    ends = re.findall(r"\r\n|\r|\n", done.after.text)
    assert set(ends) <= {ended(path, newline)}
    assert done.after.text.endswith(newline) == source.text.endswith(newline)


def facts(document: Document) -> list[object]:
    """What no fix of wording may change, looked at without the guard's own eyes."""
    found: list[object] = [document.format]
    for prompt in document.prompts:
        found += [prompt.name, prompt.settings and _settings(prompt.settings)]
        found += [None if prompt.declared is None else [each.name for each in prompt.declared]]
        for message in prompt.messages:
            text = message.text.replace("\u200b", "")
            found += [message.role, [use.name for use in message.uses]]
            # what all lines have in common at their start may go: the indentation of a program around them
            code = re.findall(r"```.*?```|`[^`\n]+`", re.sub(r"\n[ \t]+", "\n", text), re.DOTALL)
            found += [code, re.findall(r'"[^"\n]+"', text)]
    return found


def _settings(declared: object) -> list[object]:
    names = ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")
    return [getattr(getattr(declared, name), "value", None) for name in names]


# ---------------------------------------------------------------------------------------------------------------------
# examples


def test_rounds_go_on_until_nothing_is_left() -> None:
    assert text_of("prompts/a.md", "Please note that note that in order to win, play.") == "To win, play."


def test_line_ends_blanks_and_a_missing_final_newline_stay() -> None:
    text = "In order to win,  \r\nplay.\n\n\tNote that it rains.\rGo"
    assert text_of("prompts/a.md", text) == "To win,  \r\nplay.\n\n\tIt rains.\rGo"


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    source = Source("prompts/a.md", "Please sort the list below.\n")
    assert not rewritten(source).changed
    assert rewritten(source, unsafe=True).after.text == "Sort the list below.\n"


def test_what_is_suppressed_is_not_fixed() -> None:
    text = "{# promptlint: ignore[verbose-phrase] #}\nIn order to win, play.\nIn order to lose, stop.\n"
    assert text_of("prompts/a.j2", text).endswith("#}\nIn order to win, play.\nTo lose, stop.\n")


def test_what_was_fixed_is_told() -> None:
    done = rewritten(Source("prompts/a.md", "In order to win, note it.\nNote that it rains.\n"))
    assert [(each.rule, each.location.span) for each in done.fixed] == [
        ("verbose-phrase", Span(0, 11)),
        ("filler-phrase", Span(26, 35)),
    ]
    assert done.before.text != done.after.text and done.changed


BREAKING = "In order to win, play.\n\u200b```\nIn order to x\n```\nStop\u200b.\n"


def test_a_fix_that_would_break_something_is_left_out_and_named_and_the_others_are_applied() -> None:
    done = rewritten(Source("prompts/a.md", BREAKING))
    assert done.after.text == "To win, play.\n\u200b```\nTo x\n```\nStop.\n"
    (dropped,) = done.dropped
    assert (dropped.diagnostic.rule, dropped.reason) == ("invisible-character", "it would change code, a link or a tag")
    assert done.after.slice(dropped.diagnostic.location.span) == "\u200b"
    kept = [each for each in done.report.diagnostics if each.rule == "invisible-character"]
    assert [each.fix for each in kept] == [None], "what does not work is not offered"
    assert not rewritten(done.after).changed


# ---------------------------------------------------------------------------------------------------------------------
# made-up findings


def faked(make: Callable[[Source], Iterator[tuple[str, Fix]]]) -> Callable[[str], Rewrite]:
    """A linter that finds what `make` says: pairs of a rule and its fix."""

    def linted(document: Document) -> FileReport:
        real = lint(document, ENGLISH)
        sample = Diagnostic("", "verbosity", Severity.INFO, Confidence.HIGH, "", document.source.location(0, 0))
        found = tuple(
            replace(sample, rule=rule, location=fix.edits[0].location, fix=fix) for rule, fix in make(document.source)
        )
        return replace(real, diagnostics=found)

    def run(text: str) -> Rewrite:
        read = formats.read
        return rewrite(linted(read(Source("prompts/a.md", text))), read, linted)

    return run


def replacing(source: Source, old: str, new: str, applicability: Applicability = Applicability.SAFE) -> Iterator[Fix]:
    for match in re.finditer(re.escape(old), source.text):
        yield Fix("Change it", (Edit(source.location(*match.span()), new),), applicability)


def test_of_many_only_the_offenders_are_left_out() -> None:
    run = faked(
        lambda source: (
            ("a-rule", fix) for old, new in (("cat", "dog"), ("bird", "`bird`")) for fix in replacing(source, old, new)
        ),
    )
    done = run("A cat and a bird. " * 40)
    assert done.after.text == "A dog and a bird. " * 40
    assert len(done.fixed) == 40 and len(done.dropped) == 40


def test_fixes_that_only_break_something_together() -> None:
    run = faked(
        lambda source: (("a-rule", fix) for old in ("<!", "->") for fix in replacing(source, old, "-" + old)),
    )
    done = run("Say <! and -> now.")
    assert len(done.fixed) + len(done.dropped) >= 2
    assert done.stable or len(done.fixed) == module.MAX_ROUNDS * 2


def test_a_clash_is_settled_in_the_next_round_or_when_the_winner_is_left_out() -> None:
    def make(source: Source) -> Iterator[tuple[str, Fix]]:
        for old, new in (("a b", "`a`"), ("b c", "d")):
            yield from (("a-rule", fix) for fix in replacing(source, old, new))

    done = faked(make)("Say a b c now.")
    assert done.after.text == "Say a d now."
    assert [each.fix.edits[0].replacement for each in done.dropped] == []  # gone with the text that it was about


def test_fixes_without_end_are_given_up() -> None:
    run = faked(
        lambda source: (("a-rule", fix) for fix in replacing(source, "a b", "b a" if "a b" in source.text else "")),
    )
    assert run("Say a b now.").after.text == "Say b a now."
    endless = faked(lambda source: (("a-rule", fix) for fix in replacing(source, "now", "right now")))
    done = endless("Say it now.")
    assert not done.stable
    assert len(done.fixed) == module.MAX_ROUNDS


def test_too_many_offenders_do_not_take_for_ever() -> None:
    run = faked(lambda source: (("a-rule", fix) for fix in replacing(source, "x", "`x`")))
    text = "Say x. " * 2_000
    done = run(text)
    assert done.after.text == text
    assert len(done.dropped) == 2_000
    assert "not tried" in done.dropped[-1].reason


def test_a_new_error_speaks_against_a_fix() -> None:
    def make(source: Source) -> Iterator[tuple[str, Fix]]:
        yield from (("a-rule", fix) for fix in replacing(source, "cat", "dog"))

    run = faked(make)
    assert run("A cat.").changed
    read = formats.read

    def linted(document: Document) -> FileReport:
        report = lint(document, ENGLISH)
        (sample,) = (Diagnostic("an-error", "x", Severity.ERROR, Confidence.HIGH, "", document.source.location(0, 0)),)
        fixes = tuple(
            replace(sample, rule="a-rule", severity=Severity.INFO, fix=fix)
            for fix in replacing(document.source, "cat", "dog")
        )
        return replace(report, diagnostics=(*fixes, *((sample,) if "dog" in document.source.text else ())))

    done = rewrite(linted(read(Source("prompts/a.md", "A cat."))), read, linted)
    assert not done.changed
    assert [each.reason for each in done.dropped] == ["the file would have an error (an-error)"]


def test_display_fixes_and_fixes_of_other_files_are_left_alone() -> None:
    def make(source: Source) -> Iterator[tuple[str, Fix]]:
        for fix in replacing(source, "cat", "dog"):
            yield "a-rule", replace(fix, applicability=Applicability.DISPLAY)
            elsewhere = replace(fix.edits[0].location, path="other.md")
            yield "a-rule", replace(fix, edits=(replace(fix.edits[0], location=elsewhere),))
            yield "a-rule", replace(fix, edits=(replace(fix.edits[0], replacement="cat"),))

    done = faked(make)("A cat.")
    assert not done.changed and not done.fixed and not done.dropped


# ---------------------------------------------------------------------------------------------------------------------

CORPUS = os.environ.get("PROMPTLINT_CORPUS")

if CORPUS:

    def test_real_files_stay_what_they_are() -> None:
        root = Path(CORPUS or "")
        found = [each for each in discover(["files"], cwd=root) if isinstance(each, Found)]
        changed = 0
        for each in found[::3]:
            done = rewritten(each.source, each.recognition.format, Config())
            if not done.changed:
                continue
            changed += 1
            assert done.stable, each.path
            assert facts(done.report.document) == facts(formats.read(each.source, format=each.recognition.format)), (
                each.path
            )
            again = Source.from_bytes(each.path, each.source.to_bytes(done.after.text))
            assert not rewritten(again, each.recognition.format, Config()).changed, each.path
        assert changed > 50
