"""The calls of each SDK: what is read of the programs in ``fixtures`` stands beside them, in ``.txt``.

``python tests/formats/code/test_sdks.py`` writes what is read now; look at it before it is kept.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptlint import formats
from promptlint.formats.code import python_values, typescript_values
from promptlint.formats.code.sdk import sdks
from promptlint.prompt import Document, Message, Settings, Text
from promptlint.source import Location, Source

FIXTURES = Path(__file__).parent / "fixtures"
PROGRAMS = sorted(each for each in FIXTURES.rglob("*") if each.suffix in (".py", ".ts"))
SETTINGS = ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")


def place(document: Document, location: Location | None) -> str:
    if location is None:
        return "nowhere"
    start = document.source.position(location.span.start)
    return f"{start.line}:{start.column}"


def shown(message: Message) -> str:
    """The text with its variables in brackets."""
    return "".join(
        part.text if isinstance(part, Text) else f"⟦{','.join(use.name for use in part.uses)}⟧"
        for part in message.parts
    )


def lines(document: Document) -> Iterator[str]:
    for prompt in document.prompts:
        kind = f" [{prompt.kind}]" if prompt.kind else ""
        yield f"{place(document, prompt.location)} {prompt.name}{kind}"
        yield from settings(document, prompt.settings)
        if prompt.declared is not None:
            names = (f"{each.name} {place(document, each.location)}" for each in prompt.declared)
            yield f"    declares {', '.join(names)}"
        for message in prompt.messages:
            whole = message.locate(message.parts[0].span)
            text = json.dumps(shown(message), ensure_ascii=False)
            yield f"    {message.role or '-'} {place(document, whole)} {message.template} {text}"


def settings(document: Document, declared: Settings) -> Iterator[str]:
    for name in SETTINGS:
        setting = getattr(declared, name)
        if setting is not None:
            yield f"    {name} {place(document, setting.location)} {json.dumps(setting.value, ensure_ascii=False)}"


def read(program: Path) -> Document:
    path = f"app/{program.name}"
    return formats.read(Source(path, program.read_text("utf-8")))


def expected(program: Path) -> Path:
    return program.with_name(program.name + ".txt")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_what_is_read(program: Path, verify) -> None:
    document = verify(read(program))
    assert document.problems == ()
    assert document.fault is None
    assert "".join(f"{line}\n" for line in lines(document)) == expected(program).read_text("utf-8")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_the_program_is_met_on_the_way(program: Path) -> None:
    found = formats.recognise(f"app/{program.name}", program.read_text("utf-8"))
    assert found is not None
    assert found.reason.startswith(("calls ", "holds "))


def test_what_was_found_out_about_a_program_goes_with_it() -> None:
    """Nothing has to look for it among garbage, and no document keeps it."""
    kinds = (python_values.File, typescript_values.File)
    gc.collect()
    gc.disable()
    try:
        documents = [read(program) for program in PROGRAMS]
        left = [each for each in gc.get_objects() if isinstance(each, kinds)]
    finally:
        gc.enable()
    assert documents
    assert left == []


def test_every_sdk_has_a_fixture_in_each_language() -> None:
    suffixes = {"python": "*.py", "typescript": "*.ts"}
    tables = {each.stem for each in Path(formats.__path__[0], "code", "sdks").glob("*.py")} - {"__init__"}
    assert {each.name for each in FIXTURES.iterdir()} == tables
    assert len(sdks()) == len(tables)
    for name in ("openai", "anthropic", "google", "mistral", "langchain", "genkit", "bedrock", "openai_agents"):
        for suffix in suffixes.values():
            assert list((FIXTURES / name).glob(suffix)), (name, suffix)


if __name__ == "__main__":
    for each in PROGRAMS:
        expected(each).write_text("".join(f"{line}\n" for line in lines(read(each))), "utf-8", newline="\n")
