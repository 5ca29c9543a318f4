import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats._javascript import names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name", ["name"]),
        (" user.name.first ", ["user"]),
        ("user?.name", ["user"]),
        ("items[index + 1].text", ["items", "index"]),
        ("a + b * 2", ["a", "b"]),
        ("ok ? yes : no", ["ok", "yes", "no"]),
        ("{ key: value, other }", ["value", "other"]),
        ("[...first, ...rest]", ["first", "rest"]),
        ("'not ' + \"these\" + `or ${this}`", []),
        ("items.map(item => item.text)", ["items"]),
        ("items.map((item, index) => item + index + sum)", ["items", "sum"]),
        ("items.map(function (item) { return item.text })", ["items"]),
        ("text.replace(/^(a|b)/gm, '')", ["text"]),
        ("total / count / 2", ["total", "count"]),
        ("JSON.stringify(data, null, 2)", ["data"]),
        ("typeof x === 'string' && !y", ["x", "y"]),
        ("größe + $el + _", ["größe", "$el", "_"]),
        ("loop.index + 1", []),
        ("", []),
    ],
)
def test_names(text, found):
    assert [name for name, _ in names(text, ("loop",))] == found


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_places(text):
    for name, span in names(text):
        assert text[span.start : span.end] == name


@pytest.mark.parametrize("piece", ["/", "/[", "'", "`", "(", "a=>", "(a)=>", "\\", "{a:"])
def test_linear(linear_time, piece):
    linear_time(lambda count: list(names(piece * count)), 25_000)
