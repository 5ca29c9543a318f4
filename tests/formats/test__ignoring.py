from collections import Counter

import pytest

from promptlint.config import Config
from promptlint.diagnostic import Applicability, Fix
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.formats import WAYS, drop_ignored, ignore_here, read
from promptlint.source import Location, Source, Span
from promptlint.suppression import Suppression


def dropped(path: str, text: str, *names: str) -> tuple[str, Fix] | None:
    """The text without names in the first suppression that has one of them, and the fix."""
    document = read(Source(path, text))
    suppression = next(each for each in document.suppressions if set(names) & set(each.rules))
    fix = drop_ignored(document, suppression, names)
    return None if fix is None else (apply_fixes(text, [fix]), fix)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.j2", "One.{# promptlint: ignore[a] #}\n", "One.\n"),
        ("a.j2", "One. {# promptlint: ignore[a] #} Two.\n", "One.  Two.\n"),
        ("a.j2", "One.\n{# promptlint: ignore[a] #}\nTwo.\n", "One.\n\nTwo.\n"),
        ("a.j2", "One.\n\n{# promptlint: ignore[a] #}\nTwo.\n", "One.\n\nTwo.\n"),
        ("a.j2", "One.\r\n  {# promptlint: ignore[a] #}\r\n", "One.\r\n"),
        ("a.j2", "{# promptlint: ignore[a]\n  because #}\nOne.\n", "One.\n"),
        ("a.j2", "One.{# promptlint: ignore[b, a, c] why #}\n", "One.{# promptlint: ignore[b, c] why #}\n"),
        ("a.hbs", "One.\n{{!-- promptlint: ignore[a] --}}\nTwo.\n", "One.\nTwo.\n"),
        ("a.md", "One.\n\n<!-- promptlint: ignore[a] -->\nTwo.\n", "One.\n\nTwo.\n"),
        ("a.md", "---\nname: b  # promptlint: ignore[a]\n---\nOne.\n", "---\nname: b\n---\nOne.\n"),
        ("a.md", "---\n# promptlint: ignore[a]\nname: b\n---\nOne.\n", "---\nname: b\n---\nOne.\n"),
        ("a.md", "---\nname: b\npromptlint:\n  ignore: a\n---\nOne.\n", "---\nname: b\n---\nOne.\n"),
        ("a.md", "---\npromptlint:\n  ignore: [a]\n  kind: task\n---\nOne.\n", "---\npromptlint:\n  kind: task\n---\nOne.\n"),
        ("a.md", "---\npromptlint:\n  ignore:\n    a: x\n    b: y\n---\nOne.\n", '---\npromptlint:\n  ignore:\n    {b: "y"}\n---\nOne.\n'),
        (
            "a.prompt.yml",
            "messages: # promptlint: ignore[a]\n- role: user\n  content: One.\n",
            "messages:\n- role: user\n  content: One.\n",
        ),
        (
            "a.prompt.yml",
            "messages:\n- role: user\n  content: One.\npromptlint:\n  ignore: [a, b] # why\n",
            "messages:\n- role: user\n  content: One.\npromptlint:\n  ignore: [b] # why\n",
        ),
    ],
)  # fmt: skip
def test_dropping_a_name(path: str, text: str, expected: str) -> None:
    done = dropped(path, text, "a")
    assert done is not None
    assert (done[0], done[1].applicability) == (expected, Applicability.SAFE)


def test_a_comment_that_takes_white_space_away_is_not_removed_unasked() -> None:
    for text in ("One. {#- promptlint: ignore[a] #}\n", "One.{# promptlint: ignore[a] -#}\n Two.\n"):
        done = dropped("a.j2", text, "a")
        assert done is not None and done[1].applicability is Applicability.UNSAFE
    done = dropped("a.j2", "One. {#- promptlint: ignore[a, b] #}\n", "a")
    assert done is not None and done[1].applicability is Applicability.SAFE, "the comment stays"


def test_keys_on_one_line_are_left_to_their_author() -> None:
    assert dropped("a.md", "---\npromptlint: {ignore: [a], kind: task}\n---\nOne.\n", "a") is None
    done = dropped("a.md", "---\npromptlint: {ignore: [a, b], kind: task}\n---\nOne.\n", "a")
    assert done is not None and "{ignore: [b], kind: task}" in done[0]


def test_a_comment_in_another_file_is_left_alone() -> None:
    document = read(Source("a.j2", "One."))
    elsewhere = Suppression(("a",), None, Location("b.j2", Span(0, 3)))
    assert drop_ignored(document, elsewhere, ["a"]) is None


@pytest.mark.parametrize(("way", "shared"), [("template", [2, 1]), ("front matter", [3]), ("line", []), ("markup", [])])
def test_findings_of_one_place_share_a_comment(way: str, shared: list[int]) -> None:
    text = "---\na: b\n---\n{% if x %}In order to win. Note that it rains.\nIn order to lose.{% endif %}\n"
    document = read(Source("prompts/a.md", text))
    found = lint(document, Config(select=("verbosity",))).diagnostics
    fixes = ignore_here(document, found, "", way)
    assert sorted(Counter(map(id, fixes.values())).values(), reverse=True) == shared


def test_places_in_other_files_have_no_comment_here() -> None:
    source = Source("prompts/a.j2", "In order to win.\n")
    found = lint(read(source), Config(select=("verbosity",))).diagnostics
    other = read(Source("prompts/b.j2", source.text))
    assert all(ignore_here(other, found, "", way) == {} for way in WAYS)
