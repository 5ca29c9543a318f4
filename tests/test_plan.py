"""Plans: what their steps save is compared with estimates of the texts that they leave, made here."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import formats
from promptlint.analysis import analyse
from promptlint.cli.optimize import _for_cost
from promptlint.config import Config
from promptlint.engine import lint
from promptlint.estimate import Estimate, estimate
from promptlint.formats import read
from promptlint.plan import FilePlan, Plan, Step, Total, plan_file
from promptlint.prices import find_model
from promptlint.prompt import Document
from promptlint.rules import load_rules
from promptlint.source import Source
from promptlint.tokens import counter

WORDY = "In order to win, sort the list. I want you to answer in one sentence.\n\n{{ items }}\n"
SHORT = "To win, sort the list. Answer in one sentence.\n\n{{ items }}\n"
OPEN = "---\nmodel: gpt-4o\n---\nSummarise this report for the board.\n\n{{ report }}\n"


def plan(text: str, path: str = "prompts/a.j2", *, config: Config | None = None, write: bool = False) -> FilePlan:
    config = _for_cost(config or Config())
    document = read(Source(path, text))

    def again(source: Source) -> Document:
        return read(source, format=document.format)

    return plan_file(lint(document, config), config, again, lambda changed: lint(changed, config), write=write)


def of(text: str, path: str = "prompts/a.j2", model: str | None = None, config: Config | None = None) -> list[Estimate]:
    """The estimates of a text, without lint and plan."""
    basis = (config or Config(model=model)).basis
    return [estimate(analyse(prompt), basis) for prompt in read(Source(path, text)).prompts]


def step(made: FilePlan, rule: str) -> Step:
    (found,) = (each for each in made.steps if rule in dict(each.rules))
    return found


def tokens(text: str) -> int:
    return counter("o200k_base").count(text)


# -- safe fixes -------------------------------------------------------------------------------------------------------


def test_safe_fixes_save_the_difference_of_the_estimates() -> None:
    config = Config(model="gpt-4o", calls=1_000.0)
    made = plan(WORDY, config=config)
    (first,) = (each for each in made.steps if each.kind == "safe")
    (before,), (after,) = of(WORDY, config=config), of(SHORT, config=config)
    assert made.rewrite.after.text == SHORT == first.after.text
    less = tokens(WORDY.replace("{{ items }}", "")) - tokens(SHORT.replace("{{ items }}", ""))
    assert first.saved.input_tokens == before.input.expected - after.input.expected == less > 0
    assert first.saved.usd_per_call == pytest.approx(less * 2.5 / 1_000_000)
    assert first.saved.usd_per_month == pytest.approx(1_000 * less * 2.5 / 1_000_000)
    assert made.before == Total.of([before]) and made.safe == Total.of([after])
    assert dict(first.rules) == {"filler-phrase": 1, "verbose-phrase": 1}
    assert (first.prompt, first.location.span.start) == ("a", 0)
    assert first.caveats


def test_without_a_price_there_are_tokens_and_a_reason() -> None:
    (first,) = (each for each in plan(WORDY).steps if each.kind == "safe")
    assert first.saved.input_tokens > 0
    assert (first.saved.usd_per_call, first.saved.usd_per_month) == (None, None)
    assert first.unknown == "no model is named, so there is no price"
    unsold = next(each for each in plan(WORDY, config=Config(model="no-such-model")).steps if each.kind == "safe")
    assert "no-such-model" in unsold.unknown


def test_fixes_that_save_nothing_are_not_applied() -> None:
    text = 'Return {"a": 1} for {x}.\n'  # the braces are to be doubled
    made = plan(text, "prompts/a.txt")
    assert not made.rewrite.changed and not any(each.kind == "safe" for each in made.steps)
    assert made.before == made.safe


def beginning(over: int) -> str:
    """A text that begins with so many tokens more than gpt-4o caches at least, with wordy lines at its end."""
    rules = "".join(f"Card {number} is worth {number} points to the player.\n" for number in range(60))
    pairs = (("win", "list"), ("lead", "cards"), ("end", "books"))
    wordy = "".join(f"In order to {verb}, sort the {noun}.\n" for verb, noun in pairs)
    text = f"Play{' and play' * 10}.\n{rules}{wordy}"
    while tokens(text) < 1_024 + over:
        text = text.replace("Play", "Play and", 1)
    assert tokens(text) == 1_024 + over
    return text + "{{ question }}\n"


@pytest.mark.parametrize("over", [0, 3, 5, 50])
def test_fixes_together_keep_the_beginning_long_enough_for_the_cache(over: int) -> None:
    text = beginning(over)
    (before,) = of(text, model="gpt-4o")
    least = find_model("gpt-4o").model.cache_minimum
    assert before.input.cacheable_prefix >= least == 1_024
    made = plan(text, config=Config(model="gpt-4o", ignore=("duplicate-instruction",)))
    (after,) = of(made.rewrite.after.text, model="gpt-4o")
    assert after.input.cacheable_prefix >= least
    each = 2  # tokens that one fix saves
    applied = text.count("In order to") - made.rewrite.after.text.count("In order to")
    possible = min(3, (before.input.cacheable_prefix - least) // each)
    assert applied == possible
    left = [one for one in made.steps if "it would save nothing" in one.unknown]
    assert len(left) == 3 - applied
    assert all(one.saved is None and "caches 1,024 or more" in one.unknown for one in left)


# -- suggestions ------------------------------------------------------------------------------------------------------


def test_a_limit_comes_with_the_cap_that_it_implies() -> None:
    made = step(plan(OPEN, "prompts/a.md"), "missing-output-limit")
    assert made.kind == "snippet" and made.lines == ("in at most 3 sentences", "max_tokens: 100")
    assert made.saved is None and made.unknown == "how long the answers are now is not known"
    # 3 * 16.5 * 1.33 = 65.8; half as much again, rounded up to ten
    assert made.rests_on[0].startswith("3 sentences take about 66 tokens")
    limited = OPEN.replace("board.", "board in at most 3 sentences.").replace("gpt-4o\n", "gpt-4o\nmax_tokens: 100\n")
    (done,) = of(limited, "prompts/a.md")
    assert (done.output.expected, done.output.maximum) == (66, 100)
    model = find_model("gpt-4o").model
    worst = f"{model.max_output * model.price.output / 1_000_000:.5f}"
    assert f"({model.max_output:,} tokens) costs USD {worst}" in made.rests_on[1]
    # one step for both, and none for what it has dealt with
    assert [each.rules for each in plan(OPEN, "prompts/a.md").steps] == [(("missing-output-limit", 1),)]
    assert plan(limited, "prompts/a.md").steps == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fasse den Bericht zusammen.\n\n{{ bericht }}\n", "in höchstens 3 Sätzen"),
        ("Résume ce rapport pour la direction.\n\n{{ rapport }}\n", "en 3 phrases au maximum"),
        ("Resume este informe para la dirección.\n\n{{ informe }}\n", "en un máximo de 3 frases"),
    ],
)
def test_the_limit_is_one_that_promptlint_understands(text: str, words: str) -> None:
    assert step(plan(text), "missing-output-limit").lines[0] == words
    limited = re.sub(r"\.\n", f" {words}.\n", text, count=1)
    (made,) = of(limited)
    assert made.output.expected is not None and "at most 3 sentences" in made.output.source


def test_a_cap_where_only_that_is_missing() -> None:
    made = plan(OPEN.replace("for the board", "in at most 3 sentences"), "prompts/a.md", config=Config(pedantic=True))
    made = step(made, "output-cap-missing")
    assert made.lines == ("max_tokens: 100",)
    assert "66 tokens (text: at most 3 sentences)" in made.rests_on[0]


def test_a_reasoning_model_needs_room_under_its_cap() -> None:
    made = step(plan(OPEN.replace("gpt-4o", "gpt-5.2"), "prompts/a.md"), "missing-output-limit")
    assert "what gpt-5.2 thinks counts against the cap: leave room for it" in made.rests_on


def test_json_in_place_of_free_text() -> None:
    text = "Extract the invoice number, the date and the total from the invoice below.\n\n{{ invoice }}\n"
    made = step(plan(text), "free-text-output")
    assert [line.strip("[]") for line in made.lines] == ['{"invoice_number": "...", "date": "...", "total": 0}']
    assert made.saved is None and made.caveats


def test_a_schema_is_declared_where_the_format_has_it() -> None:
    text = (
        "model: openai/gpt-4o\nmodelParameters:\n  temperature: 0\n  maxCompletionTokens: 200\nmessages:\n  - role: user\n"
        "    content: |\n      Extract the sender and the date of this letter as JSON with the keys sender and date.\n\n"
        "      {{letter}}\n"
    )
    made = step(plan(text, "a.prompt.yml"), "schema-not-enforced")
    assert made.kind == "advice" and "`jsonSchema`" in made.lines[-1]


def test_what_never_changes_goes_first() -> None:
    rules = "".join(f"- Rule {number}: answer from the passage.\n" for number in range(200))
    text = f"Question: {{{{ question }}}}\n\n{rules}"
    made = step(plan(text, config=Config(model="claude-sonnet-4-5")), "variable-before-static")
    fixed = tokens("Question: ") + tokens(f"\n\n{rules}")
    assert made.lines == (f"({fixed:,} tokens that are the same in every call)", "{{ question }}")
    assert made.saved is None and made.unknown == "how many calls find the beginning in the cache is not known"
    assert f"up to USD {fixed * (3 - 0.3) / 1_000_000:.9f}".rstrip("0") in made.rests_on[0]
    assert "pays from use 2 within 5 minutes on" in made.rests_on[0]
    assert "pays from use 3 within 1 hour on" in made.rests_on[1]
    unpriced = step(plan(text), "variable-before-static")
    assert unpriced.rests_on == ("no model is named, so there is no price",)


def test_json_on_one_line_is_an_edit_where_it_is_not_surely_the_same() -> None:
    rows = ",\n".join(f'    {{\n      "id": {number},\n      "name": "n{number}"\n    }}' for number in range(12))
    data = f'{{\n  "rows": [\n{rows}\n  ]\n}}'
    text = f"Recommend a product to the customer from these in one sentence.\n\nProducts:\n{data}\n\nCustomer: {{{{ wish }}}}\n"
    made = step(plan(text, config=Config(model="gpt-4o")), "pretty-printed-json")
    assert made.kind == "edit"
    (before,), (after,) = of(text, model="gpt-4o"), of(made.after.text, model="gpt-4o")
    assert made.saved.input_tokens == before.input.expected - after.input.expected > 50
    assert made.saved.usd_per_call == pytest.approx(made.saved.input_tokens * 2.5 / 1_000_000)


def test_a_history_is_cut_where_it_is_looped_over() -> None:
    text = "{% for turn in history %}{{ turn }}\n{% endfor %}\nAnswer the question in one sentence: {{ question }}\n"
    made = step(plan(text), "unbounded-history")
    assert made.lines == ("{% for ... in history[-6:] %}",)
    assert made.saved is None
    filled = step(plan("{{ history }}\nAnswer the question in one sentence: {{ question }}\n"), "unbounded-history")
    assert filled.kind == "advice" and "'history' is taken to have 1,000 tokens (assumed)" in filled.rests_on


CLASSIFY = (
    "model: openai/gpt-5.5\nmessages:\n  - role: user\n    content: |\n"
    "      Classify the ticket as one of: bug, feature, question. Answer with the label only.\n\n      {{ticket}}\n"
)


def test_a_smaller_model_saves_the_difference_of_the_prices() -> None:
    config = Config(calls=1_000.0)
    made = step(plan(CLASSIFY, "a.prompt.yml", config=config), "oversized-model")
    name = made.model
    assert name.startswith("openai/") and made.lines == (f"model: {name}",)
    (before,), (after,) = of(CLASSIFY, "a.prompt.yml"), of(CLASSIFY, "a.prompt.yml", name)
    old, new = find_model("gpt-5.5").model.price, find_model(name).model.price

    def cost(price, each):
        return price.cost(input_tokens=each.input.expected, output_tokens=each.output.expected)

    assert before.output.expected is not None
    assert made.saved.usd_per_call == pytest.approx(cost(old, before) - cost(new, after))
    assert made.saved.usd_per_month == pytest.approx(1_000 * made.saved.usd_per_call)
    assert made.saved.input_tokens == 0
    assert any("good enough" in each for each in made.rests_on)


def test_an_unknown_model_is_advice() -> None:
    text = CLASSIFY.replace("openai/gpt-5.5", "groq/no-such-model")
    assert not any("oversized-model" in dict(each.rules) for each in plan(text, "a.prompt.yml").steps)


# -- plans ------------------------------------------------------------------------------------------------------------


def test_totals_are_recomputed_not_added_up() -> None:
    """A smaller model and fewer tokens: together they save less than the sum of what each saves alone."""
    text = CLASSIFY.replace("      Classify", "      In order to help, please note that you are polite. Classify")
    made = plan(text, "a.prompt.yml")
    assert [each.kind for each in made.steps] == ["safe", "snippet", "edit"]
    name = step(made, "oversized-model").model
    final = step(plan(text, "a.prompt.yml", write=True), "filler-phrase").after.text
    assert made.before == Total.of(of(text, "a.prompt.yml"))
    assert made.safe == Total.of(of(made.rewrite.after.text, "a.prompt.yml"))
    (left,) = of(final, "a.prompt.yml", name)
    assert made.after.usd == pytest.approx(left.usd.per_call)
    assert made.after.tokens == left.input.expected
    added = sum(each.saved.usd_per_call for each in made.steps if each.saved is not None)
    assert 0 < made.before.usd - made.after.usd < added


def test_the_most_money_goes_first_and_what_is_not_known_last() -> None:
    dear = plan(WORDY, config=Config(model="claude-opus-5", calls=10.0))
    cheap = plan(WORDY, "prompts/b.j2", config=Config(model="gpt-4o", calls=10.0))
    often = plan(WORDY, "prompts/c.j2", config=Config(model="gpt-4o", calls=10_000.0))
    unpriced = plan(WORDY, "prompts/d.j2")
    smaller = plan(CLASSIFY, "e.prompt.yml")
    unknown = plan(OPEN, "prompts/f.md")
    made = Plan((unknown, smaller, unpriced, cheap, often, dear))
    paths = [each.location.path for each in made.steps]
    assert paths == ["prompts/c.j2", "prompts/a.j2", "prompts/b.j2", "prompts/d.j2", "e.prompt.yml", "prompts/f.md"]
    assert made.prompts == 6
    assert made.total("before").tokens == sum(each.before.tokens for each in made.files)
    assert (made.total("before").priced, made.total("before").monthly) == (5, 3)


def test_with_write_the_suggestions_are_about_the_text_that_is_written() -> None:
    text = "In order to inform them, summarise this report for the board.\n\n{{ report }}\n"
    now, later = (step(plan(text, write=write), "missing-output-limit") for write in (False, True))
    assert now.before.text == text and later.before.text == text.replace("In order to", "To")
    for each in (now, later):
        assert each.before.text[each.location.span.start :].startswith("summarise")


def test_what_is_ignored_makes_no_step() -> None:
    assert plan(WORDY, config=Config(ignore=("verbosity",))).steps == ()
    only = plan(WORDY, config=Config(ignore=("verbose-phrase",)))
    assert dict(only.steps[0].rules) == {"filler-phrase": 1}
    selected = plan(OPEN, "prompts/a.md", config=Config(select=("missing-output-limit",), ignore=("output",)))
    assert any("missing-output-limit" in dict(each.rules) for each in selected.steps)


def test_files_without_prompts() -> None:
    made = plan("messages: [\n", "a.prompt.yml")
    assert (made.steps, made.prompts, made.before, made.after) == ((), 0, Total(), Total())


def test_every_rule_that_a_plan_knows_exists() -> None:
    from promptlint.plan import _LEVERS, _LIMITING, _MAKERS, _UNSAID

    assert {*_MAKERS, *_LEVERS, *_LIMITING, *_UNSAID} <= set(load_rules())


PIECES = st.sampled_from(
    [
        "In order to win, sort the list.",
        "I want you to be careful.",
        "Please note that `in order to` is code.",
        'Say "in order to win" at the end.',
        "Due to the fact that time is short, hurry.",
        "Sort the list. Sort the list.",
        "{{ items }}",
        "{% if x %}In order to lose, wait.{% endif %}",
        "Make sure to read {{ y }}.",
        "- In order to win, play.",
        "A line.",
        "```\nin order to\n```",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.sampled_from(["\n", "\n\n"]), st.sampled_from([None, "gpt-4o"]))
def test_what_is_written_reads_again_and_never_costs_more(pieces: list[str], glue: str, model: str | None) -> None:
    text = glue.join(pieces) + "\n"
    made = plan(text, config=Config(model=model))
    after = made.rewrite.after.text
    (one,), (other,) = (read(Source("prompts/a.j2", each)).prompts for each in (text, after))
    assert [use.name for message in one.messages for use in message.uses] == [
        use.name for message in other.messages for use in message.uses
    ]
    code = re.compile(r"```.*?```|`[^`]*`|\"[^\"]*\"", re.DOTALL)
    assert code.findall(text) == code.findall(after)
    (before,), (left,) = of(text, model=model), of(after, model=model)
    assert left.input.expected <= before.input.expected
    assert made.before.tokens - made.safe.tokens == before.input.expected - left.input.expected
    saved = [each.saved.input_tokens for each in made.steps if each.kind == "safe"]
    assert sum(saved) == before.input.expected - left.input.expected
    assert made.after.tokens <= made.safe.tokens
    assert plan(after, config=Config(model=model)).rewrite.after.text == after


def test_the_corpus_reads_again() -> None:
    """Over a corpus of one's own (PROMPTLINT_CORPUS); without one, over the examples."""
    examples = Path(__file__).parents[1] / "examples" / "prompts"
    root = Path(os.environ.get("PROMPTLINT_CORPUS") or examples)
    touched = tokens_saved = 0
    for file in sorted(each for each in root.rglob("*") if each.is_file() and each.stat().st_size < 50_000)[:3_000]:
        path = file.relative_to(root).as_posix()
        try:
            source = Source.from_bytes(path, file.read_bytes())
        except Exception:  # noqa: BLE001 - no text
            continue
        recognition = formats.recognise(path, source.text)
        if recognition is None:
            continue
        document = read(source, format=recognition.format)
        config = _for_cost(Config())
        made = plan_file(
            lint(document, config),
            config,
            lambda changed, name=document.format: read(changed, format=name),
            lambda changed, config=config: lint(changed, config),
        )
        if not made.rewrite.changed:
            continue
        touched += 1
        again = read(made.rewrite.after, format=document.format)
        assert len(again.problems) == len(document.problems), path
        for one, other in zip(document.prompts, again.prompts, strict=True):
            assert [[use.name for use in each.uses] for each in one.messages] == [
                [use.name for use in each.uses] for each in other.messages
            ], path
            before, after = estimate(analyse(one)), estimate(analyse(other))
            assert after.input.expected <= before.input.expected, path
            tokens_saved += before.input.expected - after.input.expected
        assert made.before.tokens - made.safe.tokens >= 0
    assert touched > 3 and tokens_saved > touched
