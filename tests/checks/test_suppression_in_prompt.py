import pytest

from promptlint.config import Config
from promptlint.engine import lint
from promptlint.formats import read
from promptlint.source import Source

COMMENT = "<!-- promptlint: ignore[verbose-phrase] -->"


def found(path: str, text: str) -> list[str]:
    document = read(Source(path, text))
    return [
        document.source.slice(each.location.span)
        for each in lint(document, Config(select=("suppression-in-prompt",))).diagnostics
        if each.rule == "suppression-in-prompt"
    ]


@pytest.mark.parametrize("path", ["prompts/a.md", "prompts/a.txt", "prompts/a.j2", "a.prompty", "CLAUDE.md"])
def test_html_comments_are_sent(path: str) -> None:
    text = f"---\nname: a\n---\nSort it.\n{COMMENT}\nGo.\n"
    assert found(path, text) == [COMMENT]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/a.md", f"---\nname: a # {COMMENT[5:-4]}\n---\nSort it.\n"),
        ("prompts/a.j2", "{# promptlint: ignore[verbose-phrase] #}\nSort it.\n"),
        ("prompts/a.hbs", "{{!-- promptlint: ignore[verbose-phrase] --}}\nSort it.\n"),
        ("a.poml", f"<poml>\n<task>Sort it.{COMMENT}</task>\n</poml>\n"),
        ("prompts/a.md", f"Sort it.\n```\n{COMMENT}\n```\n"),
        ("prompts/a.md", "Sort it.\n<!-- another comment -->\n"),
    ],
)
def test_other_comments_are_not(path: str, text: str) -> None:
    assert found(path, text) == []


def test_a_comment_that_two_rules_share_is_one() -> None:
    assert found("prompts/a.md", f"Sort it.\n{COMMENT} {COMMENT}\n") == [COMMENT, COMMENT]
    both = COMMENT.replace("verbose-phrase", "verbose-phrase, hygiene")
    assert found("prompts/a.md", f"Sort it.\n{both}\n") == [both]
