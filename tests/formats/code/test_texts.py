from __future__ import annotations

from promptlint.formats.code import texts
from promptlint.formats.code.values import Hole, Literal, Notation, Piece, Text
from promptlint.prompt import Control, Message, Variable
from promptlint.prompt import Text as TextPart
from promptlint.source import Span


def quoted(text: str) -> str | None:
    return None if '"' in text else text


DOUBLE = Notation('"', quoted)
SINGLE = Notation("'", lambda text: None if "'" in text else text)


def literal(text: str, start: int, notation: Notation = DOUBLE, path: str = "a.py") -> Literal:
    return Literal(text, ((len(text), Span(start, start + len(text))),), path, notation)


def hole(text: str, start: int, *uses: tuple[str, Span], path: str = "a.py") -> Hole:
    return Hole(text, Span(start, start + len(text)), path, uses)


def text_of(*pieces: Piece) -> Text:
    return Text(Span(0, 100), "a.py", pieces)


def message(*pieces: Piece, template: str | None = None) -> Message:
    return texts.message("user", text_of(*pieces), "a.py", template)[0]


def test_literals_run_on_and_holes_are_variables() -> None:
    found = message(literal("Sum ", 1), literal("up ", 9), hole("{x}", 20, ("x", Span(1, 2))), literal("!", 30))
    assert (found.text, found.template, found.literal) == ("Sum up {x}!", "code", "Sum up !")
    assert [type(part) for part in found.parts] == [TextPart, Variable, TextPart]
    assert [(use.name, use.span) for use in found.uses] == [("x", Span(8, 9))]


def test_no_edit_reaches_from_one_literal_into_the_next() -> None:
    found = message(literal("Sum ", 1), literal("up", 9))
    across, inside = found.edit(Span(2, 6), "X"), found.edit(Span(4, 6), "down")
    assert across is None
    assert inside is not None and inside.location.span == Span(9, 11)


def test_of_several_notations_only_what_all_write_alike_is_written() -> None:
    found = message(literal("Sum ", 1), literal("up", 9, SINGLE))
    for replacement, written in (("a", True), ("it's", False), ('a "b"', False)):
        assert (found.edit(Span(0, 3), replacement) is not None) is written, replacement
    alone = message(literal("Sum ", 1))
    assert alone.edit(Span(0, 3), "it's") is not None


def test_nothing_replaces_what_the_program_fills_in() -> None:
    found = message(literal("Sum ", 1), hole("x", 20), literal("!", 30))
    for span in (Span(4, 5), Span(3, 5), Span(4, 4), Span(5, 5)):
        assert found.edit(span, "y") is None, span
    assert found.locate(Span(4, 5)) is not None
    assert found.edit(Span(0, 4), "") is not None


def test_text_of_another_file_has_its_place_there_or_none() -> None:
    other = literal("Be brief.", 5, path="b.py")
    assert message(other).map.path == "b.py"
    mixed = message(literal("Go. ", 1), other)
    assert mixed.map.path == "a.py"
    assert mixed.locate(Span(0, 3)) is not None
    assert mixed.locate(Span(5, 9)) is None


def test_a_template_language_is_looked_for_around_the_holes() -> None:
    use = ("name", Span(1, 5))
    found = message(
        literal("{% if a %}", 1), hole("{name}", 20, use), literal("{{ b }}{% endif %}", 30), template="jinja"
    )
    opened, filled, inner, closed = found.parts
    assert isinstance(opened, Control) and isinstance(closed, Control)
    assert (opened.partner, closed.partner) == (3, 0)
    assert isinstance(filled, Variable) and isinstance(inner, Variable)
    assert [each.name for each in found.uses] == ["a", "name", "b"]


def test_a_hole_inside_template_syntax_is_part_of_it() -> None:
    found = message(
        literal("Use {{ ", 1), hole("{name}", 20, ("name", Span(1, 5))), literal(" }} now", 30), template="jinja"
    )
    assert [type(part) for part in found.parts] == [TextPart, Variable, TextPart]
    assert found.text[found.parts[1].span.start : found.parts[1].span.end] == "{{ {name} }}"
    assert [use.name for use in found.uses] == ["name"]


def test_names_that_do_not_stand_in_the_text_are_no_uses() -> None:
    positional = hole("{}", 20, ("name", Span(0, 2)))
    assert list(message(literal("Hi ", 1), positional).uses) == []
    assert not texts.names_all(text_of(positional))
    assert texts.names_all(text_of(hole("{a}", 20, ("a", Span(1, 2)))))


def test_constants() -> None:
    assert texts.constant(text_of(literal("a", 1), literal("b", 5))) == "ab"
    assert texts.constant(text_of(literal("a", 1), hole("{x}", 5))) is None
    assert texts.constant(None) is None
