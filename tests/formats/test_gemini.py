from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import gemini
from promptlint.source import Source

PATH = ".gemini/commands/git/review.toml"
WHOLE = '''\
# promptlint: ignore[hygiene] as it is
description = "Reviews {{args}}"
prompt = """
Review {{args}} \\"with care\\":
!{git diff {{args}} | awk '{print $1}'}
Rules: @{docs/rules.md}
"""
'''


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (PATH, WHOLE, "folder '.gemini/commands', holds 'prompt'"),
        ("ext/commands/a/b.toml", "'prompt' = 1\nprompt = 'x'\n", "folder 'ext/commands', holds 'prompt'"),
        ("commands/b.toml", '"prompt" = "x"', "folder 'commands', holds 'prompt'"),
        (".gemini/commands/ads.toml", "[command]\nprompt = 'x'\n", "folder '.gemini/commands', holds 'prompt'"),
        ("commands/build.toml", "[command]\nprompt = 'x'\n", None),
        ("commands/build.toml", "command = 'x'\n", None),
        (".gemini/settings.toml", "prompt = 'x'\n", None),
        (".gemini/commands/a.md", "prompt = 'x'\n", None),
    ],
)
def test_recognition(path, text, reason):
    found = gemini.recognise(path, text, named=False)
    assert (found and found.reason) == reason
    assert found is None or gemini.may_hold_prompts(path)


def test_the_prompt(read_text):
    document = read_text(PATH, WHOLE)
    (prompt,) = document.prompts
    (message,) = prompt.messages
    assert (document.format, prompt.name, prompt.kind, prompt.declared) == ("gemini-command", "review", None, None)
    assert message.text.startswith('Review {{args}} "with care":\n')
    assert [use.name for use in message.uses] == ["args", "args"]
    for use in message.uses:
        assert document.source.slice(message.locate(use.span).span) == "args"
    assert message.literal == 'Review  "with care":\n\nRules: \n'
    assert [suppression.rules for suppression in document.suppressions] == [("hygiene",)]


def test_an_open_shell_command(read_text):
    document = read_text(PATH, 'prompt = "Say \\"it\\" !{echo {a}"\n')
    (problem,) = document.problems
    assert (problem.rule, document.source.slice(problem.location.span)) == ("unbalanced-delimiter", "!{")


def test_a_command_without_prompt(read_text):
    document = read_text(".gemini/commands/ads.toml", "[command]\nprompt = 'Do it'\n")
    assert not document.prompts
    assert ["'prompt' at the top" in problem.detail for problem in document.problems] == [True]


def test_broken_toml(read_text):
    document = read_text(PATH, 'prompt = """Match \\d+"""\n')
    assert [problem.rule for problem in document.problems] == ["invalid-file"]
    assert not document.prompts


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(st.text(max_size=5) | st.sampled_from(["!{", "@{", "}", "{{args}}", '"', '"""', "\\", "\n[x]\n"]))
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline)
    verify(formats.read(Source(PATH, text), format="gemini-command"))
