from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis import regions
from promptlint.analysis.regions import VARIABLE_MARK, Region, find_regions, heading_title, lines_of, mask
from promptlint.source import Span

KINDS = (
    "code",
    "inline-code",
    "quote",
    "blockquote",
    "example",
    "data",
    "variable",
    "control",
    "comment",
    "link",
    "tag",
)

# Everything that opens, closes or separates regions, so that random texts hit the interesting cases.
PIECES = (
    "```", "````", "~~~", "`", "``", '"', "'", "“", "”", "„", "«", "»", "‘", "’", '"""', "'''", "<!--", "-->", "<example>", "</example>",
    "<data>", "</data>", "<a ", "/>", "](", "https://", "# ", "## Examples", "Example 1:", "Q: ", "A: ", "Input: ", "Output: ", "> ", "- ",
    "1. ", "{{", "}}", "{", "}", "$x", "{%", "%}", "\n", "\r\n", "\r", "\n\n", " ", "word", "é", "\ufffc", "\u2028", "\x0c", ":", ".",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)
templates = st.sampled_from(["jinja", "double-braces", "braces", "dollar", "arguments", "none"])


@pytest.fixture(scope="session")
def found(make):
    """The texts of the regions of one kind."""

    def find(text, kind, template="none"):
        regions = find_regions(make.message(text, template))
        return [text[region.span.start : region.span.end] for region in regions if region.kind == kind]

    return find


class TestCode:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("a\n```py\nx = 1\n```\nb", ["```py\nx = 1\n```"], id="backticks"),
            pytest.param("a\n~~~\nx\n~~~\nb", ["~~~\nx\n~~~"], id="tildes"),
            pytest.param("~~~\n```\nx\n~~~\nb", ["~~~\n```\nx\n~~~"], id="backticks do not close tildes"),
            pytest.param(
                "````\n```\nx\n```\n````\nb", ["````\n```\nx\n```\n````"], id="a shorter fence does not close"
            ),
            pytest.param("```\nx\n`````\nb", ["```\nx\n`````"], id="a longer fence closes"),
            pytest.param("```\n```py\nx\n```\nb", ["```\n```py\nx\n```"], id="a fence with a language does not close"),
            pytest.param("a\n```\nx\ny", ["```\nx\ny"], id="unclosed: to the end"),
            pytest.param("```\na\n```\nb\n```\nc\n```", ["```\na\n```", "```\nc\n```"], id="two blocks"),
            pytest.param("- item\n  ```\n  x\n  ```\nb", ["  ```\n  x\n  ```"], id="indented in a list"),
            pytest.param("- ```\n  x\n  ```\nb", ["- ```\n  x\n  ```"], id="opened at a bullet"),
            pytest.param("1. ```\n   x\n   ```\nb", ["1. ```\n   x\n   ```"], id="opened at a number"),
            pytest.param("+ ```\n  x\n  ```\nb", ["+ ```\n  x\n  ```"], id="opened at a plus"),
            pytest.param("Text: ```\nx\n```\nb", ["Text: ```\nx\n```"], id="opened behind a label"),
            pytest.param("> a\n> ```\n> x\n> ```\nb", ["> ```\n> x\n> ```"], id="in a quotation"),
            pytest.param("a\r\n```\r\nx\r\n```\r\nb", ["```\r\nx\r\n```"], id="CRLF"),
            pytest.param("a\r```\rx\r```\rb", ["```\rx\r```"], id="CR"),
            pytest.param("use ``` in text", [], id="not at the start of a line"),
            pytest.param("``\nx\n``", [], id="two are no fence"),
        ],
    )
    def test_fences(self, found, text, expected):
        assert found(text, "code") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("use `x` and `y z`", ["`x`", "`y z`"], id="single"),
            pytest.param("use ``a ` b`` here", ["``a ` b``"], id="double holds a single one"),
            pytest.param("an `open one", [], id="unclosed"),
            pytest.param("over `a\nline` end", [], id="not over a line end"),
            pytest.param("```x``` in text", ["```x```"], id="triple inside a line"),
            pytest.param("```\nuse `x`\n```", [], id="none inside a code block"),
        ],
    )
    def test_inline_code(self, found, text, expected):
        assert found(text, "inline-code") == expected

    @pytest.mark.parametrize("kind", ["quote", "link", "tag", "example", "data", "inline-code"])
    def test_code_is_not_looked_into(self, found, kind):
        text = '```\n"a" https://b.c <data>d</data> <example>e</example>\nExample:\nf `g`\n"""h"""\n```\n'
        assert found(text, kind) == []


class TestWrappedQuotes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("Ersetze „zum\nZeitpunkt“.", ["„zum\nZeitpunkt“"], id="German"),
            pytest.param("Dis « bon\r\njour ».", ["« bon\r\njour »"], id="French"),
            pytest.param("Say “good\nday”.", ["“good\nday”"], id="English"),
            pytest.param("Say “good.\n\nThat” is all.", [], id="not over a blank line"),
        ],
    )
    def test_line_breaks(self, found, text, expected):
        assert [quote for quote in found(text, "quote") if "\n" in quote] == expected


class TestQuotes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param('say "yes" or "no"', ['"yes"', '"no"'], id="straight double"),
            pytest.param("say 'yes' or 'no'", ["'yes'", "'no'"], id="straight single"),
            pytest.param("say “yes”", ["“yes”"], id="curly double"),
            pytest.param("say ‘yes’", ["‘yes’"], id="curly single"),
            pytest.param("sage „ja“", ["„ja“"], id="German"),
            pytest.param("sage „ja” dann", ["„ja”"], id="German, English end"),
            pytest.param("dis «oui»", ["«oui»"], id="guillemets"),
            pytest.param("dis « oui »", ["« oui »"], id="guillemets with spaces"),
            pytest.param("sage »ja« und »nein«", ["»ja«", "»nein«"], id="German guillemets"),
            pytest.param("sage ‚ja‘", ["‚ja‘"], id="German single"),
            pytest.param("say 'it's fine' now", ["'it's fine'"], id="apostrophe inside"),
            pytest.param('a "b\nc" d', [], id="not over a line end"),
            pytest.param('an "open one', [], id="unclosed"),
            pytest.param('""', [], id="empty"),
        ],
    )
    def test_styles(self, found, text, expected):
        assert found(text, "quote") == expected

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Don't use words that aren't the user's.", id="contractions"),
            pytest.param("the users' names and the dogs' tails", id="plural possessive"),
            pytest.param("It’s the user’s, isn’t it", id="curly apostrophes"),
            pytest.param("Résume l'article d'abord", id="French elision"),
            pytest.param("rock'n'roll", id="inside a word"),
            pytest.param("the '90s and the dogs' tails", id="a decade"),
            pytest.param('a 5" screen and a 6" screen', id="inches"),
        ],
    )
    def test_apostrophes_are_not_quotes(self, found, text):
        assert found(text, "quote") == []


class TestCuedShots:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(
                "Absicht nennen.\n\nPost: Storno.\nAbsicht: stornieren\n\nPost: {x}\nAbsicht:",
                ["Post: Storno.\nAbsicht: stornieren"],
                id="labels of any name",
            ),
            pytest.param("Tone: dry\n\nText: {x}\nTone:", [], id="an answer without a question"),
            pytest.param("Post: a\nKind: b\n\nPost: {x}\nKind: open", [], id="no label to go on from"),
        ],
    )
    def test_shots(self, found, text, expected):
        assert found(text, "example", "braces") == expected


class TestBlockquotes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("Say:\n> Please confirm.\nThen go on.", ["> Please confirm."], id="a line to be said"),
            pytest.param("> [!NOTE]\n> Be brief.", ["> Be brief."], id="the mark of a call-out is none"),
            pytest.param("> **Important:** be brief.", [], id="a call-out"),
            pytest.param("a > b\n>=3", [], id="comparisons"),
        ],
    )
    def test_lines(self, found, text, expected):
        assert found(text, "blockquote") == expected


class TestExamples:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("Do.\n## Examples\na\n### More\nb\n## Task\nc", ["## Examples\na\n### More\nb"], id="up to a heading of its level"),
            pytest.param("### Example 1\na\n# Task\nb", ["### Example 1\na"], id="up to a higher heading"),
            pytest.param("## Few-shot examples\na\nb", ["## Few-shot examples\na\nb"], id="to the end"),
            pytest.param("## Examples\n```\n## Task\n```\na\n## Task\nb", ["## Examples\n```\n## Task\n```\na"], id="a heading in code does not end it"),
            pytest.param("## Beispiele\na\n## Aufgabe\nb", ["## Beispiele\na"], id="German"),
            pytest.param("## Exemples\na\n## Tâche\nb", ["## Exemples\na"], id="French"),
            pytest.param("## Ejemplos\na\n## Tarea\nb", ["## Ejemplos\na"], id="Spanish"),
            pytest.param("## Task\na", [], id="another heading"),
        ],
    )  # fmt: skip
    def test_sections(self, found, text, expected):
        assert found(text, "example") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("Example: a b\n\nWrite.", ["Example: a b"], id="a line"),
            pytest.param("Example 2:\na\nb\n\nWrite.", ["Example 2:\na\nb"], id="a block"),
            pytest.param("**Example:**\na\n\nWrite.", ["**Example:**\na"], id="bold"),
            pytest.param("Examples:\n\n- a\n- b\n\nWrite.", ["Examples:\n\n- a\n- b"], id="a list behind a blank line"),
            pytest.param("Sample output:\na\n\nWrite.", ["Sample output:\na"], id="sample output"),
            pytest.param(
                "Here are some examples:\n\n- a\n- b\n\nWrite.", ["Here are some examples:\n\n- a\n- b"], id="announced"
            ),
            pytest.param(
                "Example:\n```\na\n\nb\n```\n\nWrite.", ["Example:\n```\na\n\nb\n```"], id="code belongs to it"
            ),
            pytest.param("Beispiel 1: a\n\nSchreibe.", ["Beispiel 1: a"], id="German"),
            pytest.param("Exemple : a\n\nÉcris.", ["Exemple : a"], id="French"),
            pytest.param("Ejemplo 1: a\n\nEscribe.", ["Ejemplo 1: a"], id="Spanish"),
            pytest.param("For example: write short lines.", [], id="'for example' is an instruction"),
            pytest.param("Give an example: a poem.", [], id="an example is asked for"),
        ],
    )
    def test_labels(self, found, text, expected):
        assert found(text, "example") == expected

    def test_shots_go_on_until_the_real_input(self, found):
        text = "Example:\nInput: a\nOutput: b\n\nInput: c\nOutput: d\n\nInput: {{x}}\nOutput:"
        assert found(text, "example", "double-braces") == ["Example:\nInput: a\nOutput: b\n\nInput: c\nOutput: d"]

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            pytest.param("Q: How many?\nA: Three.\n\nQ: {{q}}\nA:", "A: Three.", id="Q and A"),
            pytest.param("Input: cat\nOutput: Katze\n\nInput: {{x}}\nOutput:", "Output: Katze", id="input and output"),
            pytest.param("User: hi\nAssistant: Hello!\n\nUser: {{x}}", "Assistant: Hello!", id="dialogue"),
            pytest.param("Frage: Wo?\nAntwort: Hier.\n\nFrage: {{x}}\nAntwort:", "Antwort: Hier.", id="German"),
            pytest.param("Entrée: chat\nSortie: cat\n\nEntrée: {{x}}\nSortie:", "Sortie: cat", id="French"),
            pytest.param("Pregunta: ¿Dónde?\nRespuesta: Aquí.\n\nPregunta: {{x}}\nRespuesta:", "Respuesta: Aquí.", id="Spanish"),
        ],
    )  # fmt: skip
    def test_few_shot_answers(self, found, text, answer):
        (example,) = found(text, "example", "double-braces")
        assert example.endswith(answer)
        assert "{{" not in example

    @pytest.mark.parametrize(
        "text", ["Q: How many?\nA: Three.\n\nQ: {{q}}\nA:", "Input: cat\nOutput: Katze\n\nInput: {{x}}\nOutput:"]
    )
    def test_the_question_belongs_to_its_answer(self, found, text):
        assert found(text, "example", "double-braces") == [text.split("\n\n")[0]]

    def test_an_answer_without_a_question_is_no_shot(self, found):
        assert found("Answer: give one word.\n\nWrite.", "example") == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("<example>a</example> b", ["<example>a</example>"], id="one line"),
            pytest.param(
                "<Examples>\na\n\nb\n</Examples>\nc", ["<Examples>\na\n\nb\n</Examples>"], id="over blank lines"
            ),
            pytest.param('<example id="1">a</example>', ['<example id="1">a</example>'], id="attributes"),
            pytest.param("<good_example>a</good_example>", ["<good_example>a</good_example>"], id="a word before"),
            pytest.param("<example_2>a</example_2>", ["<example_2>a</example_2>"], id="a number behind"),
            pytest.param("<ejemplo>a</ejemplo>", ["<ejemplo>a</ejemplo>"], id="Spanish"),
            pytest.param("<example>\na", [], id="unclosed"),
            pytest.param("<example/> a", [], id="empty element"),
            pytest.param("<rules>a</rules>", [], id="another tag"),
        ],
    )
    def test_tags(self, found, text, expected):
        assert found(text, "example") == expected


class TestData:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("<document>a</document> b", ["<document>a</document>"], id="document"),
            pytest.param("<user_input>\na\n</user_input>", ["<user_input>\na\n</user_input>"], id="a word before"),
            pytest.param("<context>{{x}}</context>", ["<context>{{x}}</context>"], id="around a variable"),
            pytest.param("<data>a<data>b</data>", ["<data>a<data>b</data>"], id="from the first opening tag"),
            pytest.param("<data>a", [], id="unclosed"),
            pytest.param("a</data>", [], id="unopened"),
            pytest.param("<b>a</b>", [], id="another tag"),
            pytest.param('"""\na\n\nb\n"""\nc', ['"""\na\n\nb\n"""'], id="triple double quotes"),
            pytest.param("'''a''' b", ["'''a'''"], id="triple single quotes"),
            pytest.param('"""a\'\'\'b""" c', ['"""a\'\'\'b"""'], id="the other mark does not close"),
            pytest.param('"""a', [], id="unclosed triple quotes"),
        ],
    )
    def test_blocks(self, found, text, expected):
        assert found(text, "data") == expected

    def test_tags_are_regions_of_their_own(self, found):
        assert found("a <b>c</b> <br/> <x y='z'> 1 < 2 > 0", "tag") == ["<b>", "</b>", "<br/>", "<x y='z'>"]


class TestSmall:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("a <!-- b\nc --> d", ["<!-- b\nc -->"], id="over lines"),
            pytest.param("<!--a--><!--b-->", ["<!--a-->", "<!--b-->"], id="two"),
            pytest.param("a <!-- b", [], id="unclosed"),
        ],
    )
    def test_comments(self, found, text, expected):
        assert found(text, "comment") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("see https://a.b/c?d=e now", ["https://a.b/c?d=e"], id="bare"),
            pytest.param("(http://a.b)", ["http://a.b"], id="in parentheses"),
            pytest.param("the [text](docs/a.md) here", ["](docs/a.md)"], id="Markdown: the text stays an instruction"),
        ],
    )
    def test_links(self, found, text, expected):
        assert found(text, "link") == expected

    @pytest.mark.parametrize(
        ("template", "text", "variables", "control"),
        [
            ("jinja", "Hi {{ n }}{% if a %}b{% endif %}{# c #}", ["{{ n }}"], ["{% if a %}", "{% endif %}", "{# c #}"]),
            ("double-braces", "Hi {{n}} {x}", ["{{n}}"], []),
            ("braces", "Hi {n} {{x}}", ["{n}"], []),
            ("dollar", "Hi ${n}", ["${n}"], []),
            ("arguments", "Do $ARGUMENTS", ["$ARGUMENTS"], []),
            ("none", "Hi {{n}} {n} ${n}", [], []),
        ],
        ids=lambda value: value if isinstance(value, str) and " " not in value else "",
    )
    def test_template_syntax(self, found, template, text, variables, control):
        assert found(text, "variable", template) == variables
        assert found(text, "control", template) == control


class TestMask:
    def test_blanks_those_kinds_only(self):
        text = 'a "b" `c`'
        regions = [Region(Span(2, 5), "quote"), Region(Span(6, 9), "inline-code")]
        assert mask(text, regions, ["quote"]) == "a     `c`"

    def test_keeps_line_ends_and_marks_variables(self):
        text = "{{a\r\n}}\rb\n"
        assert (
            mask(text, [Region(Span(0, 7), "variable")], ["variable"])
            == f"{VARIABLE_MARK * 3}\r\n{VARIABLE_MARK * 2}\rb\n"
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("## Title", (2, "Title"), id="heading"),
        pytest.param("  # Title ##", (1, "Title"), id="closed heading"),
        pytest.param("**Title**", (7, "Title"), id="bold"),
        pytest.param("**Title:**", (7, "Title"), id="bold with a colon"),
        pytest.param("**Title**: text", None, id="bold before text"),
        pytest.param("#hashtag", None, id="hashtag"),
        pytest.param("####### seven", None, id="seven hashes"),
        pytest.param("text", None, id="text"),
    ],
)
def test_heading_title(text, expected):
    assert heading_title(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\nb\r\nc\rd", ["a", "b", "c", "d"], id="each line end"),
        pytest.param("a\n\n", ["a", ""], id="no line behind the last line end"),
        pytest.param("a\u2028b\x0cc\x85d", ["a\u2028b\x0cc\x85d"], id="nothing else ends a line"),
    ],
)
def test_lines(text, expected):
    assert [line.text for line in lines_of(text)] == expected


class TestProperties:
    @given(texts, templates)
    def test_regions_lie_in_the_text_and_are_ordered(self, make, text, template):
        regions = find_regions(make.message(text, template))
        assert all(region.span.end <= len(text) and len(region.span) for region in regions)
        assert [region.span.start for region in regions] == sorted(region.span.start for region in regions)

    @given(texts, templates)
    def test_mask_keeps_offsets(self, make, text, template):
        regions = find_regions(make.message(text, template))
        masked = mask(text, regions, KINDS)
        assert len(masked) == len(text)
        assert [(i, c) for i, c in enumerate(masked) if c in "\r\n"] == [
            (i, c) for i, c in enumerate(text) if c in "\r\n"
        ]
        assert all(new in (old, " ", VARIABLE_MARK) for new, old in zip(masked, text, strict=True))

    @given(texts.filter(lambda text: "```" not in text and "~~~" not in text))
    def test_what_stands_inside_a_line_is_found_as_if_the_line_stood_alone(self, make, text):
        def inside(part, at=0):
            regions = find_regions(make.message(part, "none"))
            return [
                (region.span.start + at, region.span.end + at, region.kind)
                for region in regions
                if region.kind in ("inline-code", "blockquote", "link", "quote")
                and not set(part[region.span.start : region.span.end]) & set("\r\n")
            ]

        assert inside(text) == [each for line in lines_of(text) for each in inside(line.text, line.start)]

    @given(texts)
    def test_lines_are_those_of_the_text(self, text):
        lines = list(lines_of(text))
        assert all(text[line.start : line.end] == line.text for line in lines)
        assert "".join(line.text for line in lines) == text.replace("\r", "").replace("\n", "")
        universal = io.StringIO(text, newline=None)
        assert [line.text for line in lines] == ([line.removesuffix("\n") for line in universal] or [""])


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("word ", id="one line of words"),
        pytest.param("a", id="one word"),
        pytest.param("Write it.\n", id="lines"),
        pytest.param("\n", id="blank lines"),
        pytest.param('"a', id="quotes that do not match"),
        pytest.param(" 'a", id="single quotes"),
        pytest.param("“a", id="open quotation marks"),
        pytest.param("<data>", id="unclosed data tags"),
        pytest.param("<a ", id="unclosed tags"),
        pytest.param("`a ``b ", id="backticks"),
        pytest.param("```\n", id="fences"),
        pytest.param('"""', id="triple quotes"),
        pytest.param("[a](", id="unclosed links"),
        pytest.param("<!--a", id="unclosed comments"),
        pytest.param("> ", id="quotation marks of mails"),
        pytest.param("**a", id="asterisks"),
        pytest.param("Example: a\n\n", id="examples"),
        pytest.param("Q: a\nA: b\n\n", id="shots"),
        pytest.param("here are ", id="announcements"),
        pytest.param("{{a}}", id="variables"),
    ],
)
def test_time_is_linear(make, linear_time, unit):
    def finding(count):
        message = make.message(unit * count, "double-braces")
        mask(message.text, find_regions(message), KINDS)

    linear_time(finding, 200_000 // len(unit))


@given(st.text("`a \n\r", max_size=30))
def test_inline_code_goes_up_to_the_next_run_of_as_many_marks(text: str) -> None:
    plain = re.compile(r"(``*)(?!`)[^\r\n]*?(?<!`)\1(?!`)")
    assert [m.span() for m in regions._INLINE_CODE.finditer(text)] == [m.span() for m in plain.finditer(text)]
