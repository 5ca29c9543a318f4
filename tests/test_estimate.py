from __future__ import annotations

from promptlint.estimate import estimate
from promptlint.prompt import Control, Message, Prompt, Setting, Settings, Text, Use, Variable
from promptlint.source import Location, Span, TextMap
from promptlint.tokens import counter, counting_for

PLACE = Location("p.j2", Span(0, 0))


def message(*parts: str | tuple[str, str]) -> Message:
    """A message of literal parts (str), variables ("{{x}}", "variable") and control ("{# #}", "control")."""
    text, made = "", []
    for part in parts:
        source, kind = part if isinstance(part, tuple) else (part, "text")
        span = Span(len(text), len(text) + len(source))
        text += source
        if kind == "text":
            made.append(Text(span, source))
        elif kind == "variable":
            made.append(Variable(span, (Use("x", span),)))
        else:
            made.append(Control(span, "comment"))
    return Message("user", text, TextMap.of("p.j2", Span(0, len(text))), tuple(made), "jinja")


def prompt(*messages: Message, model: str | None = None) -> Prompt:
    settings = Settings(model=Setting(model, PLACE)) if model is not None else Settings()
    return Prompt("p", PLACE, messages, settings=settings)


def test_a_plain_text_counts_as_its_text():
    text = "Summarise the report in three sentences.\n"
    assert estimate(prompt(message(text))).literal == counter("o200k_base").count(text)


def test_variables_control_and_comments_are_left_out():
    made = message("Summarise ", ("{{ report }}", "variable"), "{# note #}", ("{# note #}", "control"), " now")
    assert estimate(prompt(made)).literal == counter("o200k_base").count("Summarise {# note #} now")


def test_an_escape_counts_as_what_is_sent():
    made = Message("user", "a {{ b", TextMap.of("p", Span(0, 6)), (Text(Span(0, 6), "a { b"),), "braces")
    assert estimate(prompt(made)).literal == counter("o200k_base").count("a { b")


def test_messages_are_counted_one_by_one():
    # " world" is one token; cut in two by the border of the messages, it is two
    assert estimate(prompt(message("hello wor"), message("ld"))).literal == 3
    assert estimate(prompt(message("hello world"))).literal == 2


def test_no_messages_and_empty_messages_are_nothing():
    assert estimate(prompt()).literal == 0
    assert estimate(prompt(message(), message(("{{x}}", "variable")))).literal == 0


def test_the_declared_model_decides():
    text = "Grüße aus Köln"
    result = estimate(prompt(message(text), model="gpt-4"))
    assert (result.model, result.counting) == ("gpt-4", counting_for("gpt-4"))
    assert result.literal == counter("cl100k_base").count(text) != counter("o200k_base").count(text)


def test_the_asked_for_model_goes_before_the_declared_one():
    result = estimate(prompt(message("hello"), model="gpt-4"), "claude-sonnet-5")
    assert (result.model, result.counting) == ("claude-sonnet-5", counting_for("claude-sonnet-5"))


def test_without_a_model():
    result = estimate(prompt(message("hello")))
    assert result.model is None
    assert (result.counting.encoding, result.counting.error) == ("o200k_base", 0.0)
