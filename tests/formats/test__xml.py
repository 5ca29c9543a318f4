import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats import _xml


def shown(text: str) -> list[tuple[str, str]]:
    return [
        (
            f"{event.kind} {event.name}" if isinstance(event, _xml.Tag) else type(event).__name__,
            text[event.span.start : event.span.end],
        )
        for event in _xml.scan(text)
    ]


def test_events():
    text = """<?xml version="1.0"?><!DOCTYPE a><a b='x > y' c><!-- <b> --><d e = {{ f }} g=h/>t<![CDATA[<x>]]></a >"""
    assert shown(text) == [
        ("Markup", '<?xml version="1.0"?>'),
        ("Markup", "<!DOCTYPE a>"),
        ("open a", "<a b='x > y' c>"),
        ("Comment", "<!-- <b> -->"),
        ("empty d", "<d e = {{ f }} g=h/>"),
        ("Verbatim", "t"),
        ("Markup", "<![CDATA["),
        ("Verbatim", "<x>"),
        ("Markup", "]]>"),
        ("close a", "</a >"),
    ]
    tags = [event for event in _xml.scan(text) if isinstance(event, _xml.Tag)]
    assert [
        (each.name, each.span and text[each.span.start : each.span.end]) for tag in tags for each in tag.attributes
    ] == [("b", "x > y"), ("c", None), ("e", "{{ f }}"), ("g", "h")]
    assert tags[0].attribute("b") == tags[0].attributes[0]
    assert tags[0].attribute("nothing") is None


@pytest.mark.parametrize(
    "text",
    [
        "a < b",
        "<",
        "<3",
        "<a b='",
        "<a",
        "<!-- never",
        "<![CDATA[ never",
        "<? never",
        "<a b=>",
        "<a 'b'>",
        "<!DOCTYPE",
        "1 << 2",
    ],
)
def test_what_is_no_markup_is_text(text):
    assert [kind for kind, _ in shown(text)] == ["Verbatim"]


def test_pairs():
    events = _xml.scan("<a><b><a></b></a></c><d/></a>")
    partners, alone = _xml.pair(events)
    assert partners == {0: 4, 4: 0, 1: 3, 3: 1}
    assert alone == [2, 5, 7]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/!-[]CDAT='\"ab {}?\n", max_size=60))
def test_events_tile_the_text(text):
    at = 0
    for event in _xml.scan(text):
        assert event.span.start == at
        at = event.span.end
    assert at == len(text)
    partners, alone = _xml.pair(_xml.scan(text))
    assert all(partners[partner] == index for index, partner in partners.items())
    assert not set(alone) & set(partners)


@pytest.mark.parametrize("piece", ["<a ", "<a b='", "<!--", "<![CDATA[", "<a>", "</a>", "<a b=\"<a b='", "< ", "<?"])
def test_linear(linear_time, piece):
    linear_time(lambda count: _xml.pair(_xml.scan(piece * count)), 40_000)
