"""Languages that a model's vendor does not name among those it supports: the rule `unsupported-language`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.prompt import Kind
from promptlint.source import Location, Span

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: the language that the answer is asked for in, else the one that the prompt is written in."""
    supported = _supported(context)
    if not supported or context.document.agent_file or context.model is None:
        return
    # few models have such a list, so the rest is loaded for those alone
    from promptlint.analysis.answer_language import language_name, requested_language

    values = {"model": context.model, "languages": ", ".join(map(language_name, supported))}
    asked = requested_language(context.analysis)
    if asked is not None:
        code, evidence = asked
        location = context.prompt.messages[evidence.message].locate(evidence.span)
        if code not in supported and location is not None:
            yield Finding(location, {**values, "what": f"the answer is to be in {language_name(code)}"})
        if code not in supported:
            return
    written = _written(context, supported)
    if written is not None and context.analysis.kind is not Kind.FRAGMENT:
        what, location = written
        yield Finding(location, {**values, "what": f"the prompt is written in {what}"})


def _supported(context: Context) -> tuple[str, ...]:
    """The short list of the model's languages that everybody who serves it agrees on; empty where there is none."""
    if context.model is None:
        return ()
    lists = {each.languages for each in context.find_model(context.model).every}
    only = lists.pop() if len(lists) == 1 else None
    return tuple(each.lower() for each in only or ())


def _written(context: Context, supported: tuple[str, ...]) -> tuple[str, Location] | None:
    """The language or the script of the first message that instructs, where the model supports none that it may be."""
    from promptlint.analysis.answer_language import language_name, written_script

    for index in context.analysis.instructing:
        part = context.analysis.messages[index]
        line = next((each for each in part.sentences), None)
        location = part.message.locate(line.span if line is not None else Span(0, 0))
        if line is None or location is None:
            continue
        language = context.analysis.language
        if language is not None:
            return (language_name(language), location) if language not in supported else None
        script = written_script(part.instruction_text)
        if script is None or script.languages & set(supported):
            return None
        return (
            language_name(next(iter(script.languages))) if len(script.languages) == 1 else f"{script.name} script"
        ), location
    return None
