from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.config import Config
from promptlint.explanation import FileExplanation, Place, explain
from promptlint.formats import read
from promptlint.prompt import Kind
from promptlint.source import Source

TEXT = """\
---
model: gpt-4o
inputs: [report, unused]
---
# Task

Summarise the report in at most 3 sentences. Say "done" at the end.

```python
x = 1
```

{{report}} {{report}}
"""


def explained(text: str, config: Config | None = None, path: str = "prompts/a.md") -> FileExplanation:
    return explain(read(Source(path, text)), config or Config())


def at(text: str, line: int, column: int, words: str) -> bool:
    return text.split("\n")[line - 1][column - 1 :].startswith(words)


def test_one_prompt() -> None:
    file = explained(TEXT)
    (prompt,) = file.prompts
    assert (file.path, file.format, file.agent_file) == ("prompts/a.md", "markdown", False)
    assert (prompt.kind, prompt.kind_how, prompt.language, prompt.language_how) == (
        "task",
        "detected",
        "en",
        "detected",
    )
    assert prompt.task is not None and prompt.task.text == "Summarise"
    assert prompt.task.place == Place("prompts/a.md", 7, 1)
    assert (prompt.limit.what, prompt.limit.confidence) == ("bounded", "high")
    assert any("3 sentences" in each.text for each in prompt.limit.evidence)
    first = next(each for each in prompt.sentences if each.text.startswith("Summarise"))
    assert first.place == Place("prompts/a.md", 7, 1)
    assert {"prose", "bounded"} <= set(first.roles)
    assert {each.what for each in prompt.regions} == {"code", "quote"}
    (model,) = prompt.settings
    assert (model.name, model.value, model.place) == ("model", "gpt-4o", Place("prompts/a.md", 2, 8))
    variables = {each.name: each for each in prompt.variables}
    assert list(variables) == ["report", "unused"]
    assert len(variables["report"].used) == 2 and variables["unused"].used == ()
    assert prompt.declares
    assert prompt.estimate.model == "gpt-4o" and prompt.estimate.literal > 0


def test_every_place_is_where_its_words_stand() -> None:
    (prompt,) = explained(TEXT).prompts
    evidence = [*prompt.limit.evidence, *prompt.format.evidence, *prompt.regions]
    evidence += [found for each in prompt.sentences for found in (*each.asks, *each.signals)]
    quoted = [(each.text, each.place) for each in (*evidence, *prompt.sentences)]
    assert len(quoted) > 8
    for text, place in quoted:
        assert place is not None
        assert at(TEXT, place.line, place.column, text.split()[0])


def test_configuration_is_stronger_than_what_the_text_shows() -> None:
    (prompt,) = explained(TEXT, Config(kind=Kind.REFERENCE, language="de", model="gpt-4")).prompts
    assert (prompt.kind, prompt.kind_how) == ("reference", "configured")
    assert (prompt.language, prompt.language_how) == ("de", "configured")
    assert (prompt.estimate.model, prompt.estimate.counting.encoding) == ("gpt-4", "cl100k_base")
    assert prompt.limit.what == "na"


def test_settings_bound_the_answer_without_words() -> None:
    text = "model: openai/gpt-4o\nmodelParameters:\n  maxTokens: 90\nmessages:\n  - role: user\n    content: Summarise {{x}}.\n"
    (prompt,) = explained(text, path="prompts/a.prompt.yml").prompts
    assert prompt.limit.what == "bounded"
    assert [(each.what, each.text, each.place) for each in prompt.limit.evidence] == [("settings", "", None)]
    assert [message.role for message in prompt.messages] == ["user"]


def test_named_data() -> None:
    text = "Extract the data from {{mail}}.\n\nName: <name>\nAge: <age>\nCity: <city>\n"
    (prompt,) = explained(text).prompts
    assert prompt.format.what == "should-be-json"
    assert [field.name for field in prompt.fields] == ["Name", "Age", "City"]


def test_what_the_reader_found_wrong() -> None:
    file = explained("---\n: [\n---\nSay hello.\n", path="prompts/a.prompty")
    assert [each.what for each in file.problems] != []
    assert all(each.text and each.place for each in file.problems)


def test_long_quotations_are_cut() -> None:
    (prompt,) = explained(f"Write {'a very ' * 20_000}long text.\n").prompts
    assert all(len(each.text) <= 120 for each in prompt.sentences)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_explained(text: str) -> None:
    json.dumps(asdict(explained(text)), default=str)


CORPUS = os.environ.get("PROMPTLINT_CORPUS")
if CORPUS:
    FILES = sorted(path for path in Path(CORPUS).rglob("*") if path.suffix in (".md", ".txt", ".j2", ".mdc"))[::40]

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_places_in_real_files(path: Path) -> None:
        source = Source.from_bytes(path.name, path.read_bytes())
        for prompt in explain(read(source), Config()).prompts:
            for each in (*prompt.sentences, *prompt.regions):
                if each.place is not None and each.text:
                    start = source.line_starts[each.place.line - 1] + each.place.column - 1
                    assert source.text[start:].lstrip().startswith(each.text.split()[0].rstrip("…"))
