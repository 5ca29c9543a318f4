from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.demonstrations import demonstrations, kind_of_label, shown_text


@pytest.fixture(scope="session")
def shots(make):
    """(given, answer, bad) of each demonstration; without labels (whole, None, bad)."""

    def find(*messages, **options):
        analysis = make.analysis(*messages, **options)
        texts = [message.text for message in analysis.prompt.messages]

        def cut(passage):
            return None if passage is None else texts[passage.message][passage.span.start : passage.span.end]

        return [
            (cut(shot.given), cut(shot.answer), shot.bad)
            if shot.given or shot.answer
            else (cut(shot.whole[0]), None, shot.bad)
            for shot in demonstrations(analysis)
        ]

    return find


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Examples:\n\nInput: I love it\nOutput: good\n\nInput: bah\nOutput: bad one\n\nInput: {{x}}\nOutput:",
            [("I love it", "good"), ("bah", "bad one")],
            id="labels",
        ),
        pytest.param("Q: a?\nA: b\n\nQ: c?\nA: d", [("a?", "b"), ("c?", "d")], id="questions"),
        pytest.param(
            "Tweet: so nice\nMood: good\n\nTweet: oh no\nMood: sad\n\nTweet: {{ tweet }}\nMood:",
            [("so nice", "good"), ("oh no", "sad")],
            id="records with labels of their own",
        ),
        pytest.param(
            "Tweet: so nice\nMood: good\n\nTweet: oh no\nMood: sad\n\nTweet: {{ tweet }}",
            [("so nice", "good"), ("oh no", "sad")],
            id="records, and one for a variable",
        ),
        pytest.param(
            "Examples:\n\nTicket: It crashes.\nLabel: bug\n\nTicket: How?\nLabel: question\n\nGo on.",
            [("It crashes.", "bug"), ("How?", "question")],
            id="records that go on behind the examples",
        ),
        pytest.param(
            "<examples>\n<example>\n<input>x</input>\n<output>y\nz</output>\n</example>\n<example><input>1</input><output>2</output></example>\n</examples>",
            [("x", "y\nz"), ("1", "2")],
            id="tags",
        ),
        pytest.param(
            "<examples>\n<message>a</message>\n<reply>b</reply>\n<message>c</message>\n<reply>d</reply>\n</examples>",
            [("a", "b"), ("c", "d")],
            id="tags in a list",
        ),
        pytest.param(
            "<example>\nUser: a\nAssistant: b\nUser: c\nAssistant: d\n</example>",
            [("a", "b")],
            id="a talk is one example",
        ),
        pytest.param(
            'Examples:\n- "so good" -> fine\n- "so bad" => poor',
            [('"so good"', "fine"), ('"so bad"', "poor")],
            id="arrows",
        ),
        pytest.param("Examples:\n- Input: a → Output: b", [("a", "b")], id="arrows with labels"),
        pytest.param(
            'Example output:\n\n```json\n{"a": 1}\n```\n\nGo.', [(None, '```json\n{"a": 1}\n```')], id="a code block"
        ),
        pytest.param(
            'Example JSON:\n{\n  "a": 1\n\n}\nGo.',
            [(None, '{\n  "a": 1\n\n}\nGo.')],
            id="brackets hold over blank lines",
        ),
        pytest.param("## Example input\n\nx\n\n## Example output\n\ny\n\n## Rules", [("x", "y")], id="headings"),
        pytest.param(
            "Example:\nDo it like this.\n\nGo.", [("Example:\nDo it like this.", None)], id="nothing labelled"
        ),
        pytest.param("Beispiele:\n\nEingabe: a\nAusgabe: b", [("a", "b")], id="German"),
        pytest.param("Voici un exemple :\n\nEntrée : a\nSortie : b", [("a", "b")], id="French"),
        pytest.param("Ejemplo:\n\nEntrada: a\nSalida: b", [("a", "b")], id="Spanish"),
        pytest.param("Input: {{ x }}\nOutput:", [], id="only the question"),
        pytest.param(
            "Name: a\nAge: 3\n\nName: b\nAge: 4\n\nSay who is older.", [], id="records that nothing goes on from"
        ),
        pytest.param("Summarize the text.\n\nText: {{ x }}", [], id="no example"),
    ],
)
def test_demonstrations(shots, text, expected):
    assert [(given, answer) for given, answer, _ in shots(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "## Bad example\nInput: a\nOutput: b",
        "Example (wrong):\nInput: a\nOutput: b",
        "## Beispiele\n\n### Falsch\nEingabe: a\nAusgabe: b",
        "Exemple incorrect :\nEntrée : a\nSortie : b",
        "Ejemplo incorrecto:\nEntrada: a\nSalida: b",
        "Never answer like this:\n\nExample output: b",
    ],
)
def test_what_is_said_to_be_wrong(shots, text):
    found = shots(text)
    assert found
    assert all(bad for _, _, bad in found)


def test_right_ones_beside_wrong_ones(shots):
    text = "## Good example\nInput: a\nOutput: b\n\n## Bad example\nInput: a\nOutput: c\n"
    assert [(answer, bad) for _, answer, bad in shots(text)] == [("b", False), ("c", True)]


def test_turns(shots):
    turns = (("system", "Be kind."), ("user", "a"), ("assistant", "b"), ("user", "{{ x }}"))
    assert shots(*turns) == [("a", "b", False)]
    assert shots(*turns[:3]) == [], "an assistant's last message begins the answer"
    assert shots(("user", "a {{ y }}"), ("assistant", "b"), ("user", "c")) == [], "the history of a talk"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Input", "given"), ("User question", "given"), ("Expected output", "answer"), ("A", "answer"), ("Beispielausgabe", "example"),
        ("Ausgabe 2", "answer"), ("Example 3", "example"), ("Example input", "given"), ("Output format", None), ("Note", None),
        ("Important things to know about answers", None), ("", None),
    ],
)  # fmt: skip
def test_what_a_label_introduces(label, kind):
    assert kind_of_label(label) == kind


def test_their_text_without_what_is_filled_in(make):
    analysis = make.analysis("Examples:\n\nInput: a {{ b }} c\nOutput: d\n\nGo on with this.")
    assert shown_text(analysis.prompt, demonstrations(analysis)) == ("Examples:\n\nInput: a  c\nOutput: d",)
    assert shown_text(analysis.prompt, ()) == ()


PIECES = (
    "Example:", "Example output:", "Input:", "Output:", "Q:", "A:", "## Examples", "### Bad", "<example>", "</example>", "<examples>", "</examples>",
    "<input>", "</input>", "<output>", "</output>", "->", "```", "---", "{", "}", "[", "]", "{{x}}", "\n", "\n\n", "\r\n", "\r", " ", "- ", "word", "**", ":",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=50).map("".join))
def test_any_text(make, text):
    analysis = make.analysis(text)
    found = demonstrations(analysis)
    for shot in found:
        for passage in (*shot.whole, shot.given, shot.answer):
            assert passage is None or passage.span.end <= len(text)
        for passage in (shot.given, shot.answer):
            assert passage is None or shot.whole[0].span.contains(passage.span)
    assert all(len(each) <= len(text) for each in shown_text(analysis.prompt, found))
