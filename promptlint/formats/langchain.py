"""LangChain files of both generations: ``_type: prompt`` and its relatives, and ``{"lc": 1, "type": "constructor", ...}``.

A template in a file of its own (``template_path``) is linted as that file, and templates that only lay out examples or
documents (``example_prompt``, ``document_prompt``) are not prompts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.formats import _metadata, trees
from promptlint.formats._format import Coverage, Recognition, UniqueNames, prompt_name, split_path
from promptlint.formats._tree_file import TreeFile, over, placeholder, without_hidden
from promptlint.lazy import dataclass, regex
from promptlint.prompt import (
    Declaration,
    Document,
    Lookup,
    Message,
    Prompt,
    Role,
    Settings,
)
from promptlint.source import Source

RANK = 7
FORMATS = {"langchain": "LangChain prompt or chain (JSON, YAML)"}
COVERAGE = {
    "langchain": Coverage(
        messages="`template`, `prefix`, `suffix`, `messages`, of prompts and within chains; both generations",
        variables="`{name}`, or as `template_format` declares; `input_variables` and `partial_variables` declare",
        model="`llm` of the chain, the model of the sequence",
        cap="`max_tokens` of that model",
        schema="`schema_` of structured prompts",
        comments="`#` in YAML",
        unread="`template_path` (linted as the file that it is), `example_prompt`, `document_prompt`",
    ),
}

_SUFFIXES = (".json", ".yaml", ".yml")
_STEM = regex(r".*(?:prompt|chain|agent|template|langsmith|lc_|rag).*", re.IGNORECASE)
_FOLDER = regex(r".*(?:prompt|chain|agent|langsmith).*|hub", re.IGNORECASE)

_TYPE = regex(
    r"""["']?_type["']?[ \t]*:\s*["']?(?:prompt|few_shot\w*|chat|[\w-]*chain|[\w-]*react[\w-]*|[\w-]*-description)\b["']?"""
)
_TEXT = regex(r"""["']?(?:template|prefix|suffix)["']?[ \t]*:""")
_CONSTRUCTOR = regex(r'"lc"\s*:\s*1\b')
_TEMPLATE_CLASS = regex(r'"(?:\w*PromptTemplate|StructuredPrompt)"')
_VARIABLES = regex(
    r"""(?:\A|[\r\n]|[{,]\s*)["']?input_variables["']?[ \t]*:\s*(?:\[\s*(?:["'\]]|\w+\s*[,\]])|-[ \t]+["']?\w+["']?[ \t]*(?=[\r\n]|\Z))"""
)
_TOP_TEMPLATE = regex(r"""(?:\A|[\r\n]|[{,]\s*)["']?template["']?[ \t]*:""")


def may_hold_prompts(path: str) -> bool:
    folders, name = split_path(path)
    stem, _, suffix = name.lower().rpartition(".")
    return f".{suffix}" in _SUFFIXES and (
        _STEM.fullmatch(stem) is not None or any(_FOLDER.fullmatch(folder) for folder in folders)
    )


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not path.lower().endswith(_SUFFIXES) or not (named or may_hold_prompts(path)):
        return None
    if _CONSTRUCTOR.search(text) and _TEMPLATE_CLASS.search(text):
        return Recognition("langchain", "holds a LangChain prompt template ('lc')")
    if "_type" in text and _TYPE.search(text) and _TEXT.search(text):
        return Recognition("langchain", "holds a LangChain prompt ('_type')")
    if "input_variables" in text and _VARIABLES.search(text) and _TOP_TEMPLATE.search(text):
        return Recognition("langchain", "holds 'template' and a list of names 'input_variables'")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    file = TreeFile(source)
    found = [each for root in file.roots for each in _Reader(file, root).prompts()]
    names = UniqueNames()
    stem = prompt_name(source.path)
    named = [
        replace(each.prompt, name=names.of(f"{stem}/{each.where}" if len(found) > 1 and each.where else stem))
        for each in found
    ]
    return file.document(name, named)


@dataclass(frozen=True, slots=True)
class _Found:
    """A prompt, and where it stands, which names it where a file has several."""

    prompt: Prompt
    where: str


_LAYOUTS = ("example_prompt", "document_prompt")
_SILENT = frozenset(("kwargs", "prompt", "messages", "first", "bound"))
_ROLES: dict[str, Role] = {
    "system": "system",
    "human": "user",
    "user": "user",
    "ai": "assistant",
    "assistant": "assistant",
    "function": "tool",
    "tool": "tool",
    "developer": "developer",
}
_CLASS_ROLE = regex(r"(System|Human|AI|Function|Tool)Message(?:PromptTemplate|Chunk)?")


class _Reader:
    """Finds the prompts under a root, whatever chain or sequence they are part of."""

    def __init__(self, file: TreeFile, root: trees.Node) -> None:
        self.file = file
        self.root = root
        self.sequences: dict[int, Settings] = {}

    def prompts(self) -> Iterator[_Found]:
        taken: tuple[str | int, ...] | None = None
        for path, node in trees.walk(self.root):
            if taken is not None and path[: len(taken)] == taken:
                continue
            if path and path[-1] in _LAYOUTS:
                taken = path
                continue
            if not isinstance(node, trees.Mapping):
                continue
            prompt = self.prompt(node, top=not path)
            if prompt is not None:
                taken = path
                where = ".".join(str(step) for step in path if step not in _SILENT)
                yield _Found(replace(prompt, settings=over(prompt.settings, self.model(path))), where)

    def prompt(self, node: trees.Mapping, *, top: bool) -> Prompt | None:
        """The prompt that a mapping is, None for any other mapping."""
        fields = _metadata.fields_of(node)
        name = _class_of(fields)
        kind = _metadata.text_of(_metadata.node_at(fields, ("_type",)))
        if name is not None:
            if not name.endswith("PromptTemplate") and name != "StructuredPrompt":
                return None
            fields = _metadata.fields_of(_metadata.node_at(fields, ("kwargs",)))
        elif kind is None and not (top and "input_variables" in fields):
            return None
        messages = tuple(self.chat(fields) if "messages" in fields else self.texts(fields, _role_of(name, fields)))
        if not any(message.text.strip() for message in messages):
            return None
        schema = _metadata.node_at(fields, ("schema_",))
        settings = Settings(schema=_metadata.structured(schema) if schema is not None else None)
        return Prompt("", node.location, messages, _declared(fields, messages), settings)

    def texts(self, fields: _metadata.Fields, role: Role | None) -> Iterator[Message]:
        """The messages of a template, or of what stands before and behind the examples of one."""
        language = _language(fields)
        for key in ("template", "prefix", "format_instructions", "suffix"):
            entry = fields.get(key)
            value = entry.value if entry is not None else None
            if entry is not None and isinstance(value, trees.Scalar) and value.is_string and value.text.strip():
                yield self.file.text(role, value, language, entry.key)

    def chat(self, fields: _metadata.Fields) -> Iterator[Message]:
        items = fields["messages"].value
        for item in items.items if isinstance(items, trees.Sequence) else ():
            outer = _metadata.fields_of(item)
            name = _class_of(outer)
            inner = _metadata.fields_of(_metadata.node_at(outer, ("kwargs",))) if name else outer
            self.file.holds_prompt(item.span, item.span)
            variable = _metadata.node_at(inner, ("variable_name",))
            if isinstance(variable, trees.Scalar) and variable.is_string and variable.text:
                yield placeholder(variable)
            else:
                yield from self.contents(_role_of(name, inner), inner)

    def contents(self, role: Role | None, fields: _metadata.Fields) -> Iterator[Message]:
        """The messages of a message: those of its templates, or its fixed content."""
        prompt = _metadata.node_at(fields, ("prompt",))
        if prompt is not None:
            for each in prompt.items if isinstance(prompt, trees.Sequence) else (prompt,):
                inner = _metadata.fields_of(each)
                yield from self.texts(_metadata.fields_of(_metadata.node_at(inner, ("kwargs",))) or inner, role)
            return
        content = fields.get("content") or fields.get("template")
        if content is None:
            return
        for text in _strings(content.value):
            yield self.file.text(role, text, "none" if "content" in fields else _language(fields))

    def model(self, path: Sequence[str | int]) -> Settings:
        """The settings of the model that is nearest to a prompt: beside it, or in the sequence that it is part of."""
        for length in range(len(path) - 1, -1, -1):
            node = trees.find(self.root, path[:length])
            fields = _metadata.fields_of(node)
            if "llm" in fields:
                return _model_settings(fields["llm"].value)
            if node is not None and _class_of(fields) and _metadata.node_at(fields, ("kwargs", "first")) is not None:
                if id(node) not in self.sequences:
                    self.sequences[id(node)] = _settings_in(node)
                return self.sequences[id(node)]
        return Settings()


def _class_of(fields: _metadata.Fields) -> str | None:
    """The class that a constructor names, None for any other mapping."""
    names = _metadata.node_at(fields, ("id",)) if "lc" in fields else None
    last = names.items[-1] if isinstance(names, trees.Sequence) and names.items else None
    return _metadata.text_of(last)


def _is_model(node: trees.Node) -> bool:
    fields = _metadata.fields_of(node)
    names = _metadata.node_at(fields, ("id",)) if "lc" in fields else None
    steps = [_metadata.text_of(item) for item in names.items] if isinstance(names, trees.Sequence) else []
    return "chat_models" in steps or "llms" in steps


def _settings_in(sequence: trees.Node) -> Settings:
    """The settings of the only model in a sequence, and those that are bound to it."""
    found = Settings()
    models = 0
    for _, node in trees.walk(sequence):
        if not isinstance(node, trees.Mapping):
            continue
        if _is_model(node):
            models += 1
            found = over(found, _model_settings(node))
        elif _class_of(_metadata.fields_of(node)) == "RunnableBinding":
            bound = _metadata.node_at(_metadata.fields_of(node), ("kwargs", "kwargs"))
            found = over(_metadata.settings(_metadata.fields_of(bound)), found)
    return found if models == 1 else Settings()


def _model_settings(node: trees.Node) -> Settings:
    fields = _metadata.fields_of(node)
    groups = [fields, _metadata.fields_of(_metadata.node_at(fields, ("kwargs",)))]
    groups += [_metadata.fields_of(_metadata.node_at(group, ("model_kwargs",))) for group in groups]
    found = Settings()
    for group in groups:
        found = over(found, _metadata.settings(group))
    return found


def _role_of(name: str | None, fields: _metadata.Fields) -> Role | None:
    match = _CLASS_ROLE.fullmatch(name or "")
    if match:
        return _ROLES[match[1].lower()]
    for key in ("role", "type", "_type"):
        text = _metadata.text_of(_metadata.node_at(fields, (key,)))
        if text and text.lower() in _ROLES:
            return _ROLES[text.lower()]
    return None


def _language(fields: _metadata.Fields) -> str:
    """The template language: what the template declares, else that of f-strings."""
    entry = fields.get("template_format")
    return (_metadata.declared_template({"template_format": entry}) if entry else None) or "braces"


def _strings(content: trees.Node) -> Iterator[trees.Scalar]:
    if isinstance(content, trees.Scalar):
        if content.is_string and content.text.strip():
            yield content
    elif isinstance(content, trees.Sequence):
        for item in content.items:
            text = item if isinstance(item, trees.Scalar) else _metadata.node_at(_metadata.fields_of(item), ("text",))
            if isinstance(text, trees.Scalar):
                yield from _strings(text)


def _declared(fields: _metadata.Fields, messages: Sequence[Message]) -> tuple[Declaration, ...] | None:
    """The input variables and those that are filled in beforehand."""
    inputs = _metadata.node_at(fields, ("input_variables",))
    found = _metadata.declared_by(inputs) if isinstance(inputs, trees.Sequence) else None
    if found is None:
        return None
    partial = _metadata.node_at(fields, ("partial_variables",))
    given = _metadata.declared_by(partial) if isinstance(partial, trees.Mapping) else None
    declared = {each.name: each for each in (*found, *(given or ()))}
    return without_hidden(declared.values(), messages)
