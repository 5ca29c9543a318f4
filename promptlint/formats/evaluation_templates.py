"""Templates that turn rows of a data set into prompts: promptsource and the LM evaluation harness.

What stands behind ``|||`` in a promptsource template is the expected answer and no part of the prompt. Columns of the data
set are the variables, which these files do not declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.formats import _metadata, _sections, trees
from promptlint.formats._format import Coverage, Recognition, UniqueNames, prompt_name, split_path
from promptlint.formats._tree_file import TreeFile
from promptlint.lazy import regex
from promptlint.prompt import Document, Lookup, Message, Prompt, Settings, Text
from promptlint.source import Source, Span

RANK = 9
FORMATS = {
    "lm-eval": "LM evaluation harness task (YAML with doc_to_text)",
    "promptsource": "promptsource templates (templates.yaml)",
}
COVERAGE = {
    "lm-eval": Coverage(
        messages="`description` and `doc_to_text`",
        variables="Jinja; columns of the data set, which are not declared",
        cap="`generation_kwargs.max_gen_toks`",
        comments="`#`, `{# #}`",
        unread="tasks that only include others, functions, `doc_to_choice`, `doc_to_target`",
    ),
    "promptsource": Coverage(
        messages="each template up to `|||`",
        variables="Jinja; columns of the data set, which are not declared",
        comments="`#`, `{# #}`",
        unread="the expected answer, `answer_choices`",
    ),
}

_YAML = (".yaml", ".yml")
_TEMPLATE_TAG = regex(r":[ \t]*!Template\b")
_DOC_TO_TEXT = regex(r"""(?:\A|(?<=[\r\n]))["']?doc_to_text["']?[ \t]*:""")
_HARNESS = regex(
    r"""(?:\A|(?<=[\r\n]))["']?(?:task|include|dataset_path|dataset_name|output_type|doc_to_target|doc_to_choice|group|tag)["']?[ \t]*:"""
)
_TASK_FOLDER = regex(r"tasks|lm[-_]?eval.*|eval(?:uation)?s?|benchmarks?", re.IGNORECASE)


def may_hold_prompts(path: str) -> bool:
    folders, name = split_path(path)
    if not name.lower().endswith(_YAML):
        return False
    return name.lower() == "templates.yaml" or any(_TASK_FOLDER.fullmatch(folder) for folder in folders)


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not path.lower().endswith(_YAML) or not (named or may_hold_prompts(path)):
        return None
    if _TEMPLATE_TAG.search(text):
        return Recognition("promptsource", "YAML with !Template")
    if _DOC_TO_TEXT.search(text) and _HARNESS.search(text) and _has_text(text):
        return Recognition("lm-eval", "YAML with 'doc_to_text'")
    return None


_NO_TEXT = regex(
    r"""(?:\A|(?<=[\r\n]))["']?doc_to_text["']?[ \t]*:[ \t]*"""
    r"""(?:!function\b[^\r\n]*|["']?(?:\w*|\{\{\s*\w+\s*\}\})["']?[ \t]*(?:\#[^\r\n]*)?)(?=[\r\n]|\Z)(?!(?:\r\n?|\n)[ \t]+\S)"""
)
_DESCRIPTION = regex(r"""(?:\A|(?<=[\r\n]))["']?description["']?[ \t]*:[ \t]*[^\s#]""")


def _has_text(text: str) -> bool:
    """Whether a task has a template of its own, not only a function or a column."""
    return _NO_TEXT.search(text) is None or _DESCRIPTION.search(text) is not None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    file = TreeFile(source)
    prompts = _promptsource(file) if name == "promptsource" else _lm_eval(file)
    return file.document(name, tuple(prompts))


_BETWEEN = "|||"


def _promptsource(file: TreeFile) -> Iterator[Prompt]:
    names = UniqueNames()
    stem = prompt_name(file.source.path)
    for entry in _metadata.fields_of(_metadata.node_at(file.fields, ("templates",))).values():
        fields = _metadata.fields_of(entry.value)
        jinja = fields.get("jinja")
        if jinja is None or not isinstance(jinja.value, trees.Scalar) or not jinja.value.text.strip():
            continue
        given = _metadata.text_of(_metadata.node_at(fields, ("name",))) or entry.key.text
        file.holds_prompt(entry.key.span, entry.value.span)
        whole = file.text(None, jinja.value, "jinja", jinja.key)
        messages = tuple(_sections.cut(whole, [_sections.Section(None, Span(0, _end(whole)), certain=False)]))
        if messages:
            yield Prompt(names.of(f"{stem}/{' '.join(given.split())}"), jinja.value.location, messages)


def _end(whole: Message) -> int:
    """Where the prompt ends: at ``|||`` in literal text, else at the text's end."""
    for part in whole.parts:
        at = whole.text.find(_BETWEEN, part.span.start, part.span.end) if isinstance(part, Text) else -1
        if at >= 0:
            return at
    return len(whole.text)


def _lm_eval(file: TreeFile) -> Iterator[Prompt]:
    """The prompt of a task: its description, which comes first, and its text.

    A text that is one word is the name of a column, and one with the tag ``!function`` that of a function: neither is read.
    """
    fields = file.fields
    messages = []
    for key in ("description", "doc_to_text"):
        entry = fields.get(key)
        if entry is not None and isinstance(entry.value, trees.Scalar) and _is_template(entry.value):
            messages.append(file.text(None, entry.value, "jinja", entry.key))
    if not messages:
        return
    first = next(entry.value for key in ("doc_to_text", "description") if (entry := fields.get(key)) is not None)
    generation = _metadata.fields_of(_metadata.node_at(fields, ("generation_kwargs",)))
    settings = _metadata.settings(generation)
    if "max_gen_toks" in generation:
        settings = _metadata.settings({**generation, "max_tokens": generation["max_gen_toks"]})
    yield Prompt(
        prompt_name(file.source.path),
        first.location,
        tuple(messages),
        None,
        Settings(max_output_tokens=settings.max_output_tokens, temperature=settings.temperature),
    )


def _is_template(value: trees.Scalar) -> bool:
    return value.is_string and value.tag is None and len(value.text.split()) > 1
