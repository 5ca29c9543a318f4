from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.diagnostic import Severity
from promptlint.formats import agent_files
from promptlint.prompt import Kind
from promptlint.source import Source

AGENT = "---\nname: reviewer\ndescription: Reviews code.\n---\nYou review code.\n"


@pytest.mark.parametrize(
    ("path", "content", "family", "kind"),
    [
        ("CLAUDE.md", "Use {x}.", "agent-memory", Kind.REFERENCE),
        ("packages/a/AGENTS.md", "Use {x}.", "agent-memory", Kind.REFERENCE),
        ("GEMINI.md", "Use {x}.", "agent-memory", Kind.REFERENCE),
        (".github/copilot-instructions.md", "Use {x}.", "copilot-instructions", Kind.REFERENCE),
        ("instructions/css.instructions.md", "Use {x}.", "copilot-instructions", Kind.REFERENCE),
        (".cursorrules", "Use {x}.", "editor-rules", Kind.REFERENCE),
        (".claude/rules/style.md", "Use {x}.", "editor-rules", Kind.REFERENCE),
        (".clinerules/style.md", "Use {x}.", "editor-rules", Kind.REFERENCE),
        ("rules/css.mdc", "Use {x}.", "cursor-rule", Kind.REFERENCE),
        ("skills/pdf/SKILL.md", "Use {x}.", "skill", Kind.REFERENCE),
        (".openhands/microagents/git.md", "Use {x}.", "microagent", Kind.REFERENCE),
        ("skills/git.md", "---\nname: git\ntriggers:\n- git\n---\nUse {x}.", "microagent", Kind.REFERENCE),
        ("reviewer.agent.md", "Use {x}.", "vscode-agent", Kind.SYSTEM),
        ("plan.chatmode.md", "Use {x}.", "vscode-agent", Kind.SYSTEM),
        (".github/agents/plan.md", "Use {x}.", "vscode-agent", Kind.SYSTEM),
        (".claude/agents/team/plan.md", "Use {x}.", "claude-agent", Kind.SYSTEM),
        (".claude/agents/security.md", "Use {x}.", "claude-agent", Kind.SYSTEM),
        ("plugins/x/agents/plan.md", AGENT, "claude-agent", Kind.SYSTEM),
        (".claude/output-styles/terse.md", "Use {x}.", "output-style", Kind.SYSTEM),
    ],
)
def test_agent_files(read_text, path, content, family, kind):
    found = formats.recognise(path, content)
    assert found.format == family
    document = read_text(path, content)
    (prompt,) = document.prompts
    assert (document.format, document.agent_file, prompt.kind) == (family, True, kind)
    assert prompt.messages[0].template == "none"
    assert prompt.declared is None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".claude/commands/commit.md", "Commit $ARGUMENTS."),
        (".claude/commands/todo.md", "Commit $ARGUMENTS."),
        (".cursor/commands/commit.md", "Commit $ARGUMENTS."),
        ("plugins/x/commands/commit.md", "Commit $ARGUMENTS."),
        ("plugins/x/commands/commit.md", "---\nargument-hint: what\n---\nCommit $ARGUMENTS."),
    ],
)
def test_commands_are_prompts_with_arguments(read_text, path, content):
    document = read_text(path, content)
    (prompt,) = document.prompts
    assert (document.format, document.agent_file, prompt.kind) == ("command", False, None)
    assert [use.name for use in prompt.messages[0].uses] == ["ARGUMENTS"]


def test_editor_prompts_have_dollar_placeholders(read_text):
    document = read_text(".github/prompts/commit.prompt.md", "---\nagent: ask\n---\nCommit ${input:what:all} as {x}.\n")
    (prompt,) = document.prompts
    assert (document.format, document.agent_file, prompt.name, prompt.kind) == ("vscode-prompt", False, "commit", None)
    assert [use.name for use in prompt.messages[0].uses] == ["what"]


def test_the_suffix_alone_does_not_make_an_editor_prompt():
    assert formats.recognise("src/commit.prompt.md", "Commit {what}.").format == "markdown"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".claude/agents/README.md", "About the agents."),
        ("agents/list.md", "# Our agents\n"),
        ("docs/commands/run.md", "---\ndescription: run\n---\nRuns $1 it.\n"),
        ("claude.md", "About Claude"),
        ("rules/css.md", "Use {x}."),
    ],
)
def test_not_recognised(path, content):
    assert agent_files.recognise(path, content, named=False) is None


BROKEN = "---\nname: a\ndescription: Use when: always\nglobs: *.ts\nmodel: opus\n---\nHello.\n"


def test_broken_front_matter_is_a_hint(read_text):
    document = read_text("a.agent.md", BROKEN)
    (problem,) = document.problems
    assert (problem.rule, problem.severity) == ("invalid-front-matter", Severity.INFO)
    assert document.prompts[0].messages[0].text == "Hello.\n"
    assert document.prompts[0].settings.model.value == "opus"


def test_cursor_front_matter_is_not_yaml_and_that_is_fine(read_text):
    document = read_text("a.mdc", BROKEN)
    assert document.problems == ()
    assert document.prompts[0].messages[0].text == "Hello.\n"


def test_inherited_models_are_no_model(read_text):
    document = read_text(".claude/agents/a.md", AGENT.replace("---\nYou", "model: inherit\n---\nYou"))
    assert document.prompts[0].settings.model is None


@given(
    st.sampled_from(
        [
            "CLAUDE.md",
            "a.mdc",
            "SKILL.md",
            ".claude/commands/a.md",
            "a.agent.md",
            ".github/prompts/a.prompt.md",
            ".cursorrules",
        ]
    ),
    st.lists(
        st.sampled_from(
            [
                "---\n",
                "---",
                "name: a\n",
                "description: x: y\n",
                "globs: *.a\n",
                "$ARGUMENTS",
                "${input:x:y}",
                "$1",
                "```\n",
                "\r",
                "\n",
                "{x}",
            ]
        )
        | st.text(max_size=3),
        max_size=30,
    ).map("".join),
)
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, path, content):
    verify(formats.read(Source(path, content)))
