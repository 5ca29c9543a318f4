from __future__ import annotations

import pytest
from genai_prices import Usage, calc_price

from promptlint import comparison
from promptlint.comparison import Asked, Cascade, Comparison, Unknown, compare, smaller_models
from promptlint.config import Config
from promptlint.formats import read
from promptlint.own_models import own_model
from promptlint.prices import Model, Price, data_date, find_model, makers_models
from promptlint.prompt import Kind
from promptlint.source import Source
from promptlint.tokens import counter

TEXT = "Summarise the report in at most 3 sentences.\n\n{{ report }}\n"
MODELS = ("gpt-4o", "claude-sonnet-4-5", "groq/llama-3.1-8b-instant")


def compared(
    text: str = TEXT, asked: Asked | None = None, config: Config | None = None, path: str = "prompts/a.j2"
) -> Comparison:
    (prompt,) = read(Source(path, text)).prompts
    return compare(path, prompt, config or Config(), asked or Asked(MODELS))


def theirs(provider: str, model: str, sent: int, answer: int) -> float:
    usage = Usage(input_tokens=sent, output_tokens=answer)
    return float(calc_price(usage, model_ref=model, provider_id=provider).total_price)


def test_money_is_what_genai_prices_calculates() -> None:
    # 8 words and a line end; a document is assumed to have 1,000 tokens, the frame 4 and 3
    literal = counter("o200k_base").count("Summarise the report in at most 3 sentences.\n\n\n")
    made = compared(config=Config(calls=1_000.0))
    for row, provider, name in zip(
        made.rows, ("openai", "anthropic", "groq"), (*MODELS[:2], "llama-3.1-8b-instant"), strict=True
    ):
        sent, answer = row.estimate.input.expected, row.estimate.output.expected
        assert (sent, answer) == (literal + 1_000 + 7, 66)
        usd = row.estimate.usd
        assert usd is not None and usd.per_call == pytest.approx(theirs(provider, name, sent, answer))
        assert usd.per_month == pytest.approx(1_000 * theirs(provider, name, sent, answer))
        assert row.compared == pytest.approx(usd.per_call / theirs("openai", "gpt-4o", sent, answer))
    assert made.rows[0].compared == 1.0


def test_facts_about_models() -> None:
    exact, claude, llama = compared().rows
    assert (exact.estimate.counting.count, exact.estimate.counting.error) == ("exact", 0.0)
    assert claude.estimate.counting.error > 0
    assert (llama.language, exact.language) == (True, None)
    assert exact.window_use == pytest.approx((exact.estimate.input.expected + 66) / 128_000)
    czech = compared(config=Config(language="cs")).rows[2]
    assert czech.language is False
    assert [row.retired for row in compared(asked=Asked(("gpt-4", "gpt-4o"))).rows] == [True, False]
    assert find_model("gpt-4").model.retired <= data_date()


def test_the_window_holds_the_prompt_and_the_cap() -> None:
    capped = "---\nmodel: gpt-4o\nmax_tokens: 16000\n---\n" + TEXT
    (row,) = compared(capped, Asked(("gpt-4o",)), path="prompts/a.md").rows
    assert row.window_use == pytest.approx((row.estimate.input.expected + 16_000) / 128_000)
    (own,) = compared(
        asked=Asked(("mine",)), config=Config(models={"mine": Model("mine", "own", "mine", price=Price(input=1.0))})
    ).rows
    assert (own.window_use, own.compared, own.caching, own.batching) == (None, None, (), None)


def test_the_declared_model_and_smaller_ones_of_its_maker() -> None:
    declared = "---\nmodel: openai/gpt-4o\n---\n" + TEXT
    names = [row.name for row in compared(declared, Asked(), path="prompts/a.md").rows]
    assert names == ["openai/gpt-4o", *(model.id for model in smaller_models(find_model("gpt-4o").model))]
    assert len(names) > 2
    configured = compared(declared, Asked(), Config(model="claude-opus-5"), path="prompts/a.md")
    assert configured.rows[0].name == "claude-opus-5"
    assert {row.model.provider for row in configured.rows} == {"anthropic"}


def test_smaller_models_cost_less_and_are_served() -> None:
    some = 0
    for model in makers_models():
        found = smaller_models(model)
        some += bool(found)
        assert len(found) <= 4 and model not in found
        for each in found:
            assert each.provider == model.provider and each.retired is None
            assert each.price.input <= model.price.input and each.price.output <= model.price.output
            assert each.price.input + each.price.output < model.price.input + model.price.output
        lines = ["".join(filter(str.isalpha, each.id)) for each in found]
        assert len(set(lines)) == len(lines)
        sums = [each.price.input + each.price.output for each in found]
        assert sums == sorted(sums, reverse=True)
    assert some > 100


def test_nothing_is_smaller_than_an_unknown_price_or_at_a_host() -> None:
    assert smaller_models(Model("a", "openai", "a")) == ()
    assert smaller_models(find_model("groq/llama-3.1-8b-instant").model) == ()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(("gtp-4o",)), "unknown model 'gtp-4o' (did you mean 'gpt-4o'"),
        (Asked(("nothing like it",)), "unknown model 'nothing like it'; promptlint models lists"),
        (Asked(("llama-3.1-8b",)), "the model 'llama-3.1-8b' is sold by several hosts; name one, such as "),
        (Asked(("gpt-4o",), cascade=Cascade(("gpt-4oo", "gpt-4o"), (0.5,))), "unknown model 'gpt-4oo'"),
        (Asked(), "the prompt 'a' names no model; name those to compare with --models"),
    ],
)
def test_models_that_are_not_known(asked: Asked, message: str) -> None:
    with pytest.raises(Unknown) as raised:
        compared(asked=asked)
    assert str(raised.value).startswith(message)


def test_models_of_the_configuration() -> None:
    own = own_model("mine", {"input": 1.0, "output": 2.0}, None)
    (row,) = compared(asked=Asked(("mine",)), config=Config(models={"mine": own})).rows
    usd = row.estimate.usd
    assert usd is not None
    assert usd.per_call == pytest.approx((row.estimate.input.expected + 2 * 66) / 1_000_000)


def test_an_answer_of_a_length_that_somebody_states() -> None:
    text = "Explain {{ topic }}.\n"
    assert compared(text, Asked(("gpt-4o",))).rows[0].estimate.usd.per_call is None
    (row,) = compared(text, Asked(("gpt-4o",), output_tokens=500), Config(calls=10.0)).rows
    assert row.estimate.output.expected == 500
    assert row.estimate.usd.per_call == pytest.approx(theirs("openai", "gpt-4o", row.estimate.input.expected, 500))
    assert row.estimate.usd.per_month == pytest.approx(10 * row.estimate.usd.per_call)
    assert row.estimate.usd.input + row.estimate.usd.output == pytest.approx(row.estimate.usd.per_call)
    assert any("--output-tokens" in each for each in row.estimate.assumptions)
    capped = "---\nmax_tokens: 100\n---\n" + text
    (row,) = compared(capped, Asked(("gpt-4o",), output_tokens=500), path="prompts/a.md").rows
    assert row.estimate.output.expected == 100


def test_a_cascade_from_the_rows() -> None:
    asked = Asked(cascade=Cascade(("gpt-4o-mini", "gpt-4o"), (0.8,)))
    made = compared(asked=asked, config=Config(calls=100.0))
    small, large = (row.estimate.usd.per_call for row in made.rows)
    assert [row.name for row in made.rows] == ["gpt-4o-mini", "gpt-4o"]
    assert made.cascade.per_call == pytest.approx(small + 0.2 * large)
    assert made.cascade.per_month == pytest.approx(100 * (small + 0.2 * large))
    assert (made.cascade.last, made.cascade.least) == (large, pytest.approx(small / large))
    unknown = compared("Explain {{ topic }}.\n", asked).cascade
    assert (unknown.per_call, unknown.per_month, unknown.least) == (None, None, None)


def test_the_beginning_has_to_reach_what_the_model_caches() -> None:
    words = counter("o200k_base").count
    text = "A rule that holds.\n" * 300 + "{{ question }}\n"
    row = compared(text, Asked(("gpt-4o",))).rows[0]
    assert row.estimate.input.cacheable_prefix == words("A rule that holds.\n" * 300) > 1_024
    assert (row.reaches_cache, row.caching[0].tokens) == (True, row.estimate.input.cacheable_prefix)
    assert compared().rows[0].reaches_cache is False
    assert compared(asked=Asked(("mistral-small-latest",))).rows[0].reaches_cache is None


def test_the_kind_may_be_configured() -> None:
    assert compared(config=Config(kind=Kind.SYSTEM)).kind == "system"


def test_assumptions_are_said_once() -> None:
    made = compared()
    assert any("report" in each for each in made.assumptions)
    for row in made.rows:
        assert set(made.own(row)).isdisjoint(made.assumptions)
        assert {*made.own(row), *made.assumptions} == {*row.estimate.assumptions}


def test_what_is_exported() -> None:
    assert all(hasattr(comparison, name) for name in comparison.__all__)
