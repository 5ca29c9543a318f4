from __future__ import annotations

import pytest

from promptlint.formats.code.python_changes import Change, changed, joined_items, opened
from promptlint.formats.code.values import Call, Entry, Items, Literal, Name, Notation, Record, Scalar, Text, Value
from promptlint.source import Span, plain

AT = Span(0, 1)
NOTATION = Notation("plain", plain)


def number(value: int) -> Scalar:
    return Scalar(AT, "a.py", value)


def string(text: str) -> Text:
    return Text(AT, "a.py", (Literal(text, ((len(text), AT),), "a.py", NOTATION),))


def items(*values: Value, complete: bool = True) -> Items:
    return Items(AT, "a.py", values, complete)


def record(complete: bool = True, **values: Value) -> Record:
    return Record(AT, "a.py", tuple(Entry(key, AT, value) for key, value in values.items()), complete)


A, B, C = number(1), number(2), number(3)
UNKNOWN = Name(AT, "a.py", "x")


@pytest.mark.parametrize(
    ("before", "method", "arguments", "after"),
    [
        (items(A), "append", (B,), items(A, B)),
        (items(A), "extend", (items(B, C),), items(A, B, C)),
        (items(A), "extend", (UNKNOWN,), Items(AT, "a.py", (A,), complete=False, spreads=((1, UNKNOWN),))),
        (items(A), "insert", (number(0), B), items(B, A)),
        (items(A), "insert", (number(1), B), items(A, B)),
        (items(A), "insert", (UNKNOWN, B), items(A, B, complete=False)),
        (items(A), "sort", (), None),
        (record(a=A), "update", (record(b=B),), record(a=A, b=B)),
        (record(a=A), "update", (UNKNOWN,), record(complete=False, a=A)),
        (record(a=A, b=B), "pop", (string("a"),), record(b=B)),
        (record(a=A), "pop", (UNKNOWN,), None),
        (record(a=A), "clear", (), None),
        (string("a"), "append", (B,), None),
    ],
)
def test_changes(before: Value, method: str, arguments: tuple[Value, ...], after: Value | None) -> None:
    assert changed(before, Change(method, arguments, None, sure=True)) == after


def test_the_assignment_to_a_key() -> None:
    assert changed(record(a=A), Change("[]", (), record(b=B), sure=True)) == record(a=A, b=B)
    assert changed(record(a=A), Change("setdefault", (), record(a=B), sure=True)) == record(a=A)


def test_what_a_branch_changes_counts_and_leaves_the_list_open() -> None:
    assert changed(items(A), Change("append", (B,), None, sure=False)) == items(A, B, complete=False)
    assert changed(items(A), Change("pop", (), None, sure=False)) == items(A, complete=False)


def test_an_object_stays_what_it_was_made_as() -> None:
    made = Call(AT, "a.py", "Client", AT, (), record())
    assert changed(made, Change("update", (A,), None, sure=True)) is made
    assert opened(made) is made


def test_what_is_inserted_before_a_spread_moves_it() -> None:
    spread = joined_items([items(A), UNKNOWN, items(B)], items())
    assert spread.spreads == ((1, UNKNOWN),)
    after = changed(spread, Change("insert", (number(0), C), None, sure=True))
    assert isinstance(after, Items)
    assert (after.items, after.spreads) == ((C, A, B), ((2, UNKNOWN),))
