"""``promptlint explain``: what promptlint makes of a prompt file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._completing import complete_models
from promptlint.cli._options import configurations, discovery_options, targets
from promptlint.cli._output import error, write

if TYPE_CHECKING:
    from promptlint.explanation import Answer, FileExplanation, Found, Place, PromptExplanation
    from promptlint.formats import Recognition

__all__ = ["command"]

_LIMITS = {
    "bounded": "bounded",
    "soft": "only by vague words",
    "open": "nothing bounds it",
    "na": "a bound makes no sense here",
}
_FORMATS = {
    "structured": "structured",
    "should-be-json": "data in free text; JSON would be safer to read",
    "prose": "prose",
    "na": "no answer is expected",
}


@click.command("explain", short_help="Say what a prompt file is understood to be.")
@discovery_options
@click.option(
    "--model",
    metavar="NAME",
    shell_complete=complete_models,
    help="Count tokens for this model, whatever the files declare.",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    model: str | None,
    output_format: str,
) -> int:
    """Print what promptlint makes of each prompt in PATHS, and which words say so.

    That is its format, kind, language and task, how its answer is bounded, the role of each sentence, what is no instruction
    (code, quotations, examples), settings, variables and tokens. PATHS are files and folders, or - for standard input.
    """
    from promptlint.config import Config, ConfigError, with_overrides
    from promptlint.discovery import Skipped
    from promptlint.explanation import explain
    from promptlint.formats import read
    from promptlint.runner import disk

    if not paths:
        raise click.UsageError("Missing argument 'PATHS'.")

    def overridden(config: Config) -> Config:
        return with_overrides(config, model=model)

    here = Path.cwd()
    trouble = False
    explained: list[tuple[FileExplanation, Recognition]] = []
    try:
        chosen = configurations(config_file, isolated, overridden)
        run = chosen.run_config(here)
        for target in targets(paths, run, exclude, force_exclude, stdin_filename, configurations=chosen):
            if isinstance(target, Skipped):
                if target.named:
                    error(f"{target.path}: {target.reason}")
                    trouble = True
                continue
            config = chosen.for_file(target.file)
            document = read(target.source, disk(here), target.recognition.format, config.formats)
            explained.append((explain(document, config), target.recognition))
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    if output_format == "json":
        data = {"version": 1, "files": [_data(file, why) for file, why in explained]}
        write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        write("\n".join("".join(f"{line}\n" for line in _file(file, why)) for file, why in explained))
    if not explained and not trouble:
        error(f"no prompt files found in {', '.join(paths)}")
    return EXIT_TROUBLE if trouble else EXIT_OK


def _data(file: FileExplanation, why: Recognition) -> dict[str, Any]:
    data = asdict(file)
    return {"path": data.pop("path"), "format": data.pop("format"), "format_reason": why.reason, **data}


def _file(file: FileExplanation, why: Recognition) -> Iterator[str]:
    from promptlint.reporters.terminal.cells import visible

    yield f"{visible(file.path)}: {file.format} ({visible(why.reason)})"
    if file.agent_file:
        yield "  It instructs a coding agent: rules about the answer and about variables leave it alone."
    for problem in file.problems:
        yield f"  {_at(problem.place)}{problem.what}: {visible(problem.text)}"
    if not file.prompts:
        yield "  No prompt in it."
    for prompt in file.prompts:
        yield ""
        yield from _prompt(prompt)


def _prompt(prompt: PromptExplanation) -> Iterator[str]:
    from promptlint.reporters.terminal.cells import visible

    yield f"  {_at(prompt.place)}prompt {visible(prompt.name)}"
    for message in prompt.messages:
        yield f"    message      {_at(message.place)}{message.role or 'no role'}, template language: {message.template}"
    yield f"    kind         {prompt.kind} ({prompt.kind_how})"
    language = visible(prompt.language) if prompt.language else "none that promptlint speaks"
    yield f"    language     {language} ({prompt.language_how})"
    yield f"    task         {_quoted(prompt.task) if prompt.task else 'none found'}"
    yield from _answer("length", prompt.limit, _LIMITS)
    yield from _answer("format", prompt.format, _FORMATS)
    if prompt.fields:
        fields = ", ".join(f"{visible(field.name)} ({field.type})" for field in prompt.fields)
        yield f"    fields       {fields}{'; a list of such records' if prompt.fields_repeated else ''}"
    yield from _section("lengths", (_quoted(each) for each in prompt.lengths))
    counting = prompt.estimate.counting
    tokens = f"{prompt.estimate.literal:,} of literal text, {counting.encoding}, {counting.count}"
    assumption = f" ({visible(counting.assumption)})" if counting.assumption else ""
    yield f"    tokens       {tokens}{assumption}"
    yield from _section(
        "settings",
        (
            f"{_at(setting.place)}{setting.name} = {visible(_cut(json.dumps(setting.value, ensure_ascii=False, default=str)))}"
            for setting in prompt.settings
        ),
    )
    yield from _section(
        "variables",
        (
            f"{visible(variable.name)}: {_declared(variable.declared, declares=prompt.declares)}; {_used(variable.used)}"
            + ("" if variable.holds == "unknown" else f"; holds: {variable.holds}")
            for variable in prompt.variables
        ),
    )
    yield from _section(
        "sentences",
        (
            f"{_at(each.place)}[{', '.join(each.roles) or '-'}] {visible(each.text)}"
            for each in prompt.sentences
            if each.block != "heading"
        ),
    )
    yield from _section(
        "no instruction", (f"{_at(each.place)}{each.what}: {visible(each.text)}" for each in prompt.regions)
    )


def _answer(name: str, answer: Answer, words: Mapping[str, str]) -> Iterator[str]:
    yield f"    {name:<12} {words[answer.what]} (confidence: {answer.confidence})"
    for each in answer.evidence:
        yield f"                 {_quoted(each)}"


def _quoted(found: Found) -> str:
    from promptlint.reporters.terminal.cells import visible

    return f"{_at(found.place)}{found.what}: {visible(found.text)!r}" if found.text else "declared beside the text"


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"    {name}"
    for line in lines:
        yield f"      {line}"


def _at(place: Place | None) -> str:
    return f"{place.line}:{place.column} " if place else ""


def _declared(place: Place | None, *, declares: bool) -> str:
    if place is not None:
        return f"declared at {place.line}:{place.column}"
    return "not declared" if declares else "the file declares no variables"


def _used(places: tuple[Place, ...]) -> str:
    return f"used at {', '.join(f'{each.line}:{each.column}' for each in places)}" if places else "not used"


def _cut(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
