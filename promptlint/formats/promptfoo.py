"""promptfoo: the prompts written in a ``promptfooconfig*.yaml``, and what it declares for the text files that it names.

Variables are those of the tests, settings those of the providers. A prompt that stands in a file of its own is linted as
that file; prompts that Python or JavaScript makes are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache

from promptlint.formats import _body, _metadata, _sections, trees
from promptlint.formats._format import Coverage, Recognition, UniqueNames, prompt_name, split_path
from promptlint.formats._joins import CONFIGS, config_folders
from promptlint.formats._tree_file import Beside, TreeFile, is_null, over, tree_of
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Document, Lookup, Message, Prompt, Setting, Settings
from promptlint.source import Source, Span

RANK = 8
FORMATS = {"promptfoo": "promptfoo configuration (promptfooconfig*.yaml, .json)"}
COVERAGE = {
    "promptfoo": Coverage(
        messages="prompts that the configuration holds itself, texts and lists of messages; for the text files that it names, what it declares",
        variables="Jinja; `vars` of the tests declare",
        model="the providers, where they agree",
        cap="`max_tokens` in a provider's `config`",
        schema="`response_format` in a provider's `config`",
        comments="`#`",
        unread="prompts that Python or JavaScript makes, assertions, data sets",
    ),
}

_NAME = regex(r"promptfooconfig[\w.-]*\.(?:ya?ml|json)", re.IGNORECASE)
_CONTENT = regex(r"""(?:\A|[\r\n]|[{,])[ \t]*["']?(?:prompts|providers|targets|tests|defaultTest)["']?[ \t]*:""")
_BUILT_IN = frozenset(("_conversation", "env"))


def may_hold_prompts(path: str) -> bool:
    return _NAME.fullmatch(split_path(path)[1]) is not None


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    if may_hold_prompts(path) and _CONTENT.search(text):
        return Recognition("promptfoo", "name starts with promptfooconfig")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    file = TreeFile(source)
    names = UniqueNames()
    stem = prompt_name(source.path)
    common = _common(file.fields)
    prompts = [
        replace(prompt, name=names.of(f"{stem}/{label}"))
        for entry in _entries(file.fields)
        if entry.text is not None and not _is_file(entry.text.text)
        for prompt, label in _inline(file, entry, common)
    ]
    return file.document(name, prompts)


def join(document: Document, lookup: Lookup) -> Document:
    """A document with what the configuration beside it, or in the folder above, declares for its file."""
    path = document.source.path
    looked_at: dict[str, None] = {}
    for place in config_folders(posixpath.dirname(path)):
        for name in CONFIGS:
            files = Beside(posixpath.join(place, name), lookup)
            config = files.source(name)
            looked_at.update(files.looked_at)
            if config is None:
                continue
            found = _declared_for(config, files, posixpath.normpath(path))
            if found is not None:
                dependencies = tuple(dict.fromkeys((*document.dependencies, *looked_at)))
                return replace(_joined(document, found), dependencies=dependencies)
            break
    return replace(document, dependencies=tuple(dict.fromkeys((*document.dependencies, *looked_at))))


# -- the configuration -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """One of the ``prompts``: its text or the name of its file, what it is called, and settings of its own."""

    text: trees.Scalar | None
    label: str | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Common:
    """What holds for all prompts of a configuration. `declared` is None where variables come from elsewhere, too."""

    declared: Mapping[str, Declaration] | None
    settings: Settings


def _entries(fields: _metadata.Fields) -> Iterator[_Entry]:
    node = _metadata.node_at(fields, ("prompts",))
    if isinstance(node, trees.Mapping):  # older: file -> label
        for old in _metadata.fields_of(node).values():
            yield _Entry(old.key, _metadata.text_of(old.value), Settings())
        return
    for item in node.items if isinstance(node, trees.Sequence) else (node,):
        if isinstance(item, trees.Scalar) and item.is_string and item.text.strip():
            yield _Entry(item, None, Settings())
            continue
        inner = _metadata.fields_of(item)
        text = _metadata.node_at(inner, ("raw",), ("prompt",), ("id",))
        label = _metadata.text_of(_metadata.node_at(inner, ("label",), ("display",), ("id",)))
        if isinstance(text, trees.Scalar) and text.is_string and text.text.strip():
            given = None if label and _is_file(label) else label
            config = _metadata.fields_of(_metadata.node_at(inner, ("config",)))
            yield _Entry(text, given if given != text.text else None, _metadata.settings(config))


_SUFFIX = regex(
    r"\.(?:cjs|csv|cts|exe|j2|jinja2?|jsonl?|[cm]?[jt]s|markdown|md|py|rb|sh|txt|xlsx?|ya?ml)(?::[\w.]+)?",
    re.IGNORECASE,
)
_SCHEME = regex(r"(?:file|exec|package|https?|langfuse|portkey|helicone)\b:", re.IGNORECASE)


def _is_file(text: str) -> bool:
    """Whether a prompt is the name of the file, program or registry entry that holds it."""
    text = text.strip()
    if "\n" in text or "\r" in text or text.startswith("["):
        return False
    if _SCHEME.match(text) or text.endswith("*") or "/*" in text:
        return True
    suffix = text[text.rfind(".") :] if "." in text else ""
    if not _SUFFIX.fullmatch(suffix) and ":" in text:
        suffix = text[text.rfind(".", 0, text.rfind(":")) :]
    return _SUFFIX.fullmatch(suffix) is not None and " " not in text


def _common(fields: _metadata.Fields) -> _Common:
    return _Common(_variables(fields), _provider_settings(fields))


def _variables(fields: _metadata.Fields) -> Mapping[str, Declaration] | None:
    """The variables that the tests fill; None where tests stand in other files, or there are none."""
    tests: list[trees.Node] = []
    default = _metadata.node_at(fields, ("defaultTest",))
    if not is_null(default) and default is not None:
        tests.append(default)
    if "scenarios" in fields:
        return None
    rows = _metadata.node_at(fields, ("tests",))
    if isinstance(rows, trees.Sequence):
        tests += rows.items
    elif not is_null(rows):
        return None
    found: dict[str, Declaration] = {}
    for test in tests:
        if not isinstance(test, trees.Mapping):
            return None  # a file of tests
        values = _metadata.node_at(_metadata.fields_of(test), ("vars",))
        if is_null(values):
            continue
        if not isinstance(values, trees.Mapping):
            return None
        for name, entry in _metadata.fields_of(values).items():
            sample = entry.value.text if isinstance(entry.value, trees.Scalar) and not is_null(entry.value) else None
            found.setdefault(name, Declaration(name, entry.key.location, sample))
    return found or None


def _provider_settings(fields: _metadata.Fields) -> Settings:
    """What all providers agree on. Of caps that differ the largest counts, as it is what an answer can cost."""
    node = _metadata.node_at(fields, ("providers",), ("targets",))
    items = node.items if isinstance(node, trees.Sequence) else (node,) if node is not None else ()
    each = [_provider(item) for item in items]
    if not each:
        return Settings()
    first = each[0]
    caps = [found.max_output_tokens for found in each]
    cap = max(
        (cap for cap in caps if cap is not None and isinstance(cap.value, int)),
        key=lambda cap: cap.value if isinstance(cap.value, int) else 0,
        default=None,
    )
    return Settings(
        first.model if len({found.model.value if found.model else None for found in each}) == 1 else None,
        cap if None not in caps and cap is not None else first.max_output_tokens if len(each) == 1 else None,
        first.temperature
        if len({found.temperature.value if found.temperature else None for found in each}) == 1
        else None,
        first.response_format if all(found.response_format == first.response_format for found in each) else None,
        first.schema if len(each) == 1 or all(found.schema is not None for found in each) else None,
        first.tools if len(each) == 1 else None,
    )


_PROVIDER = regex(r"(?:[\w-]+:)+(?P<model>[^:\s][^\s]*)")
_NOT_A_MODEL = regex(
    r"(?:file|exec|https?|wss?|python|javascript|package|webhook|promptfoo|golang|ruby|browser|openai:(?:assistant|embedding|moderation))\b",
    re.IGNORECASE,
)


def _provider(item: trees.Node) -> Settings:
    """The settings of a provider: its name, ``{id, config}`` or ``{name: {config}}``."""
    if isinstance(item, trees.Scalar):
        return Settings(model=_model(item))
    inner = _metadata.fields_of(item)
    if "id" not in inner and len(inner) == 1:
        ((_, only),) = inner.items()
        named: trees.Node = only.key
        inner = _metadata.fields_of(only.value)
    elif "id" in inner:
        named = inner["id"].value
    else:
        return Settings()
    config = _metadata.fields_of(_metadata.node_at(inner, ("config",)))
    generation = _metadata.fields_of(_metadata.node_at(config, ("generationConfig",)))
    found = over(_metadata.settings(config), _metadata.settings(generation))
    return replace(found, model=_model(named) or found.model)


def _model(node: trees.Node) -> Setting[str] | None:
    """The model in a provider's name: ``gpt-4o`` in ``openai:chat:gpt-4o``."""
    text = _metadata.text_of(node)
    if not text or not isinstance(node, trees.Scalar) or "{{" in text or _NOT_A_MODEL.match(text):
        return None
    match = _PROVIDER.fullmatch(text)
    if match is None:
        return None
    place = node.map.locate(Span(*match.span("model")))
    return Setting(match["model"], place or node.location)


# -- prompts in the configuration --------------------------------------------------------------------------------------


def _inline(file: TreeFile, entry: _Entry, common: _Common) -> Iterator[tuple[Prompt, str]]:
    """The prompt of an entry, with what it is called."""
    value = entry.text
    assert value is not None
    file.holds_prompt(value.span, value.span)
    chat = _chat(file, value)
    messages = chat or (file.text(None, value, "jinja"),)
    label = entry.label if entry.label and "\n" not in entry.label and len(entry.label) <= 80 else "prompt"
    yield (
        Prompt(
            "",
            value.location,
            messages,
            _used_of(common.declared, messages),
            over(entry.settings, common.settings),
        ),
        label,
    )


_CHAT = regex(r"\s*+(?:\[\s*+\{|-[ \t]++role[ \t]*+:)")


def _chat(file: TreeFile, value: trees.Scalar) -> tuple[Message, ...]:
    """The messages of a chat that is written as JSON or YAML in a string, none for any other text.

    Template syntax is filled in before the chat is parsed, so text that is no chat as it stands is taken as it is.
    """
    if not _CHAT.match(value.text):
        return ()
    read_tree = trees.read_json if value.text.lstrip().startswith("[") else trees.read_yaml
    tree = read_tree(value.text, value.map)
    if tree.broken or not isinstance(tree.root, trees.Sequence):
        return ()
    messages = []
    for item in tree.root.items:
        fields = _metadata.fields_of(item)
        role = _body.role_named(_metadata.text_of(_metadata.node_at(fields, ("role",))))
        for text in _texts(_metadata.node_at(fields, ("content",))):
            messages.append(file.text(role, text, "jinja"))
    return tuple(messages)


def _texts(content: trees.Node | None) -> Iterator[trees.Scalar]:
    if isinstance(content, trees.Scalar) and content.is_string:
        yield content
    elif isinstance(content, trees.Sequence):
        for part in content.items:
            yield from _texts(_metadata.node_at(_metadata.fields_of(part), ("text",)))


def _used_of(declared: Mapping[str, Declaration] | None, messages: Sequence[Message]) -> tuple[Declaration, ...] | None:
    """The variables for one prompt: those that it uses, as tests also fill what other prompts and assertions use."""
    if declared is None:
        return None
    used: dict[str, Declaration] = {}
    for message in messages:
        for use in message.uses:
            place = message.map.locate(use.span) if use.name in _BUILT_IN else None
            found = declared.get(use.name) or (Declaration(use.name, place) if place else None)
            if found is not None:
                used.setdefault(use.name, found)
    return tuple(used.values())


# -- prompts in files that the configuration names ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a configuration declares for a file."""

    settings: Settings
    declared: Mapping[str, Declaration] | None


@lru_cache(maxsize=16)
def _common_of(config: Source) -> tuple[tuple[_Entry, ...], _Common]:
    fields = _metadata.fields_of(tree_of(config).root)
    return tuple(_entries(fields)), _common(fields)


def _declared_for(config: Source, files: Beside, path: str) -> _Declared | None:
    """What a configuration declares for the file at `path`, None where it does not name it."""
    entries, common = _common_of(config)
    for entry in entries:
        if entry.text is None or not _is_file(entry.text.text):
            continue
        named = entry.text.text.strip().removeprefix("file://")
        pattern = files.path(named)
        if pattern == path or ("*" in named and fnmatchcase(path, pattern)):
            return _Declared(over(entry.settings, common.settings), common.declared)
    return None


_RULE = regex(r"(?:\A|(?<=\n)|(?<=\r))---[ \t]*(?=\r|\n|\Z)")


def _joined(document: Document, found: _Declared) -> Document:
    """The document as promptfoo reads its file: Nunjucks, and in a text several prompts between lines ``---``."""
    names = UniqueNames()
    prompts: list[Prompt] = []
    problems = dict.fromkeys(document.problems)
    for prompt in document.prompts:
        for number, messages in enumerate(_several(document, prompt)):
            place = messages[0].map.locate(Span(0, len(messages[0].text))) if number else None
            read = [
                _body.message(message.role, message.text, message.map, "jinja", place or prompt.location)
                for message in messages
            ]
            problems.update(dict.fromkeys(problem for _, found_here in read for problem in found_here))
            scanned = tuple(message for message, _ in read)
            prompts.append(
                replace(
                    prompt,
                    name=names.of(f"{prompt.name}-{number + 1}" if number else prompt.name),
                    location=place or prompt.location,
                    messages=scanned,
                    settings=over(prompt.settings, found.settings),
                    declared=_used_of(found.declared, scanned) if prompt.declared is None else prompt.declared,
                )
            )
    return replace(document, prompts=tuple(prompts), problems=tuple(problems))


def _several(document: Document, prompt: Prompt) -> Iterator[tuple[Message, ...]]:
    """The messages of each prompt in a text."""
    if not document.source.path.lower().endswith(".txt") or len(prompt.messages) != 1:
        yield prompt.messages
        return
    (message,) = prompt.messages
    rules = list(_RULE.finditer(message.text))
    starts = [0, *(rule.end() for rule in rules)]
    ends = [*(rule.start() for rule in rules), len(message.text)]
    sections = [
        _sections.Section(None, Span(start, end), certain=False) for start, end in zip(starts, ends, strict=True)
    ]
    if rules:
        yield from ((each,) for each in _sections.cut(message, sections))
    else:
        yield prompt.messages
