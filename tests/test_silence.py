import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.config import Config
from promptlint.engine import FileReport, lint
from promptlint.formats import read
from promptlint.prompt import Document
from promptlint.rewrite import Rewrite
from promptlint.silence import silence
from promptlint.source import Source

CONFIG = Config(select=("verbosity", "template", "meta"), language="en")


def silenced(path: str, text: str, reason: str = "") -> Rewrite:
    def again(source: Source) -> Document:
        return read(source)

    def look(document: Document) -> FileReport:
        return lint(document, CONFIG)

    return silence(look(again(Source(path, text))), again, look, reason)


def sent(source: Source) -> list[str]:
    return [message.literal for prompt in read(source).prompts for message in prompt.messages]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "prompts/a.j2",
            "Sort it in order to win.\r\nNote that {{ x }} in order to lose.",
            (
                "Sort it in order to win.{# promptlint: ignore[verbose-phrase] #}\r\n"
                "Note that {{ x }} in order to lose.{# promptlint: ignore[filler-phrase, verbose-phrase] #}"
            ),
        ),
        (
            "prompts/a.hbs",
            "{{#if x}}\nSort it in order to win.  \n{{/if}}\n",
            "{{#if x}}\nSort it in order to win.  {{!-- promptlint: ignore[verbose-phrase] --}}\n{{/if}}\n",
        ),
        (
            "prompts/a.md",
            "---\nname: a\n---\nSort it in order to win. Note that it rains.\n",
            (
                "---\nname: a\npromptlint:\n  ignore: [filler-phrase, verbose-phrase]\n---\n"
                "Sort it in order to win. Note that it rains.\n"
            ),
        ),
        (
            "prompts/a.md",
            "---\npromptlint:\n    kind: task\n---\nSort it in order to win.\n",
            "---\npromptlint:\n    ignore: [verbose-phrase]\n    kind: task\n---\nSort it in order to win.\n",
        ),
        (
            "prompts/a.md",
            "---\npromptlint: {kind: task}\n---\nSort it in order to win.\n",
            "---\npromptlint: {ignore: [verbose-phrase], kind: task}\n---\nSort it in order to win.\n",
        ),
        (
            "prompts/a.md",
            "---\npromptlint:\n  ignore:\n    - hygiene\n---\nSort it in order to win.\n",
            "---\npromptlint:\n  ignore:\n    [hygiene, verbose-phrase]\n---\nSort it in order to win.\n",
        ),
        (
            "a.prompt.yml",
            "messages:\n  - role: user\n    content: |\n      Sort it in order\n      to win.\n",
            (
                "messages:\n  - role: user\n    # promptlint: ignore[verbose-phrase]\n    content: |\n"
                "      Sort it in order\n      to win.\n"
            ),
        ),
        (
            "prompts/a.yaml",
            'prompt: "Sort {{ x }} in order to win. {% if x %}Go{% endif %}"\n',
            'prompt: "Sort {{ x }} in order to win. {% if x %}Go{% endif %}{# promptlint: ignore[verbose-phrase] #}"\n',
        ),
        (
            "prompts/a.toml",
            '[a]\nprompt = "Sort the list in order to win."\n',
            '[a]\n# promptlint: ignore[verbose-phrase]\nprompt = "Sort the list in order to win."\n',
        ),
        (
            "a.poml",
            "<poml>\n<task>\nSort it in order to win.\n</task>\n</poml>\n",
            "<poml>\n<task>\nSort it in order to win.<!-- promptlint: ignore[verbose-phrase] -->\n</task>\n</poml>\n",
        ),
        (
            "a.prompty",
            "---\nname: a\ninputs:\n  rest:\n    type: string\n---\nsystem:\nSort it in order to win.\n",
            (
                "---\nname: a\ninputs:\n  # promptlint: ignore[unused-variable]\n  rest:\n    type: string\n---\n"
                "system:\nSort it in order to win.{# promptlint: ignore[verbose-phrase] #}\n"
            ),
        ),
        (
            "a.baml",
            'function F(x: string) -> string {\n  client "openai/gpt-4o"\n  prompt #"\n    Sort {{ x }} in order to win.\n  "#\n}\n',
            (
                'function F(x: string) -> string {\n  client "openai/gpt-4o"\n  prompt #"\n'
                '    Sort {{ x }} in order to win.{# promptlint: ignore[verbose-phrase] #}\n  "#\n}\n'
            ),
        ),
    ],
)
def test_each_format_has_its_comment_and_nothing_else_is_sent(path: str, text: str, expected: str) -> None:
    done = silenced(path, text)
    assert done.after.text == expected
    assert done.report.diagnostics == ()
    assert done.silenced and len(done.silenced) == len(done.report.suppressed)
    assert sent(done.after) == sent(done.before)
    assert not silenced(path, expected).changed, "the second time there is nothing left to do"


def test_the_reason_is_written() -> None:
    text = silenced("prompts/a.j2", "Sort it in order to win.\n", "quoted from the contract").after.text
    assert text == "Sort it in order to win.{# promptlint: ignore[verbose-phrase] quoted from the contract #}\n"
    text = silenced("prompts/a.md", "---\nname: a\n---\nSort it in order to win.\n", 'a "reason": #1').after.text
    assert '    verbose-phrase: "a \\"reason\\": #1"\n---' in text


def test_reasons_that_are_there_stay() -> None:
    text = "---\npromptlint:\n  ignore:\n    template: by hand\n---\nSort it in order to win.\n"
    done = silenced("prompts/a.md", text, "later")
    assert '{template: "by hand", verbose-phrase: "later"}' in done.after.text
    assert done.report.diagnostics[0].rule == "unused-suppression", "which is not ours to silence"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/a.txt", "Sort it in order to win.\n"),
        ("prompts/a.md", "Sort it in order to win.\n"),
        ("prompts/a.md", "---\nname: a: b\n---\nSort it in order to win.\n"),
        ("prompts/a.json", '{"messages": [{"role": "user", "content": "Sort it in order to win."}]}'),
        ("prompts/a.j2", "{% raw %}\nSort it in order to win.\n{% endraw %}\n"),
    ],
)
def test_where_there_is_no_comment_that_is_not_sent_nothing_is_written(path: str, text: str) -> None:
    done = silenced(path, text)
    assert not done.changed
    assert done.silenced == ()
    assert [each.rule for each in done.report.diagnostics if each.family == "verbosity"] == ["verbose-phrase"]


def test_what_can_be_silenced_is_silenced_beside_what_cannot() -> None:
    text = "{% raw %}\nSort it in order to win.\n{% endraw %}\nStop in order to lose.\n"
    done = silenced("prompts/a.j2", text)
    assert done.after.text == text.replace("lose.", "lose.{# promptlint: ignore[verbose-phrase] #}")
    assert [each.rule for each in done.report.diagnostics] == ["verbose-phrase"]


def test_a_line_that_ends_inside_a_tag() -> None:
    text = "Sort it in order to win {{ x |\n default('y') }} today.\n"
    done = silenced("prompts/a.j2", text)
    assert done.after.text == text.replace("{{ x", "{# promptlint: ignore[verbose-phrase] #}{{ x")


def test_comments_about_comments_are_not_written() -> None:
    assert not silenced("prompts/a.j2", "{# promptlint: ignore[verbose-phrase] #}\nSort it.\n").changed


PIECES = ["Sort it in order to win.", "Note that it rains.", "{{ x }}", "{% if x %}", "{% endif %}", "{# a #}", "\n", "\n\n", "\r\n", "```", " ", "- ", '"', "<b>", "{% raw %}", "{% endraw %}"]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(["a.j2", "a.md", "a.prompty", "a.hbs"])
)
def test_any_text(text: str, name: str) -> None:
    done = silenced(f"prompts/{name}", text)
    assert sent(done.after) == sent(done.before)
    again = silenced(f"prompts/{name}", done.after.text)
    assert not again.changed
    assert len(done.report.diagnostics) + len(done.silenced) >= len(again.report.diagnostics)
