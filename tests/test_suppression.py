import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.diagnostic import Problem
from promptlint.source import Location, Span
from promptlint.suppression import Suppression, parse_comment, without

PLACE = Location("a.j2", Span(10, 40))
SCOPE = Span(41, 60)


@pytest.mark.parametrize(
    ("text", "rules", "scope", "reason"),
    [
        ("promptlint: ignore[verbose-phrase]", ("verbose-phrase",), SCOPE, ""),
        (
            " promptlint:ignore [ verbose-phrase ,hygiene, ]  quoted from\nthe contract ",
            ("verbose-phrase", "hygiene"),
            SCOPE,
            "quoted from\nthe contract",
        ),
        ("promptlint: ignore-file[output] as long as it takes", ("output",), None, "as long as it takes"),
        ("promptlint: ignore[a] b[c]", ("a",), SCOPE, "b[c]"),
    ],
)
def test_suppressions(text: str, rules: tuple[str, ...], scope: Span | None, reason: str) -> None:
    assert parse_comment(text, PLACE, SCOPE) == Suppression(rules, scope, PLACE, reason)


@pytest.mark.parametrize("text", ["", "a comment", "see promptlint: ignore[x]", "promptlint", "promptlint ignore[x]"])
def test_comments_that_are_not_for_promptlint(text: str) -> None:
    assert parse_comment(text, PLACE, SCOPE) is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("promptlint:", "no directive: write ignore[rule] or ignore-file[rule]"),
        ("promptlint: [verbose-phrase]", "no directive: write ignore[rule] or ignore-file[rule]"),
        ("promptlint: off", "unknown directive 'off': write ignore[rule] or ignore-file[rule]"),
        ("promptlint: Ignore[x]", "unknown directive 'Ignore': write ignore[rule] or ignore-file[rule]"),
        ("promptlint: ignore", "ignore names no rule: write ignore[rule-name]"),
        ("promptlint: ignore verbose-phrase", "ignore names no rule: write ignore[rule-name]"),
        ("promptlint: ignore-file[ , ]", "ignore-file names no rule: write ignore-file[rule-name]"),
        ("promptlint: ignore[verbose-phrase because", "the list of rules is never closed: write ignore[rule-name]"),
    ],
)
def test_comments_that_address_promptlint_wrongly(text: str, detail: str) -> None:
    assert parse_comment(text, PLACE, SCOPE) == Problem("invalid-suppression", PLACE, detail)


@given(st.text(max_size=60) | st.text(alphabet="ignore-fl[], x\n", max_size=60).map("promptlint: {}".format))
def test_any_comment(text: str) -> None:
    result = parse_comment(text, PLACE, SCOPE)
    assert (result is None) == (not text.strip().startswith("promptlint:"))
    if isinstance(result, Suppression):
        assert result.rules
        assert all(name == name.strip() != "" for name in result.rules)


@pytest.mark.parametrize(
    ("scope", "offset", "covered"),
    [
        (Span(5, 9), 4, False),
        (Span(5, 9), 5, True),
        (Span(5, 9), 8, True),
        (Span(5, 9), 9, False),
        (Span(5, 5), 5, True),
        (Span(5, 5), 6, False),
        (None, 0, True),
        (None, 10**6, True),
    ],
)
def test_covers_by_place(scope: Span | None, offset: int, covered: bool) -> None:
    assert Suppression(("a",), scope, PLACE).covers("a", "family", offset) is covered


def test_covers_by_rule_and_family() -> None:
    suppression = Suppression(("verbose-phrase", "hygiene"), None, PLACE)
    assert suppression.covers("verbose-phrase", "verbosity", 0)
    assert suppression.covers("invisible-character", "hygiene", 0)
    assert not suppression.covers("filler-phrase", "verbosity", 0)


def test_a_long_comment_takes_linear_time() -> None:
    text = "promptlint: ignore[" + "a, " * 100_000
    assert isinstance(parse_comment(text, PLACE, SCOPE), Problem)


@pytest.mark.parametrize(
    ("comment", "names", "left"),
    [
        ("{# promptlint: ignore[a, b] why #}", {"a"}, "{# promptlint: ignore[b] why #}"),
        ("# promptlint: ignore-file[ a ,b,c]", {"a", "c"}, "# promptlint: ignore-file[b]"),
        ("<!-- promptlint: ignore[a] [b] -->", {"b"}, "<!-- promptlint: ignore[a] [b] -->"),
        ("# promptlint: ignore[a, b]", {"a", "b"}, None),
        ("# promptlint: ignore[a", {"b"}, None),
        ("# promptlint: ignore", {"b"}, None),
        ("# a comment [a]", {"b"}, None),
    ],
)
def test_without(comment: str, names: set[str], left: str | None) -> None:
    assert without(comment, names) == left
