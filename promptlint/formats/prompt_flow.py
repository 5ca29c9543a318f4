"""prompt flow: the ``.jinja2`` files of a flow, joined with the ``flow.dag.yaml`` that names them.

A node of the flow holds the settings, and its other inputs are the template's variables. The flow's own file has no text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from promptlint.formats import _metadata, _sections, trees
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Coverage, Recognition, Refusal, split_path
from promptlint.formats._tree_file import Beside, over, tree_of
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Document, Lookup, Settings
from promptlint.source import Source

RANK = 20
FORMATS = {"prompt-flow": "prompt flow template (.jinja2 with role lines, or named in a flow.dag.yaml)"}
COVERAGE = {
    "prompt-flow": Coverage(
        messages="the text, split at its role lines",
        variables="Jinja; the inputs of the node in `flow.dag.yaml` declare",
        model="`model`, `deployment_name` of the node",
        cap="`max_tokens` of the node",
        schema="`response_format` of the node",
        comments="`{# #}`, `<!-- -->`",
        unread="Python nodes, variants that no file names",
    ),
}

_FLOW = "flow.dag.yaml"
_SUFFIXES = (".jinja2", ".jinja", ".j2")
_TOP_ROLE = regex(r"\s*+(?P<mark>#[ \t]*+)?(?P<role>system|user|assistant)[ \t]*+:[ \t]*+[\r\n]", re.IGNORECASE)
_OTHER_ROLE = regex(r"[\r\n][ \t]*+#?[ \t]*+(?:user|assistant|function)[ \t]*+:[ \t]*+(?=[\r\n]|\Z)", re.IGNORECASE)

_OF_THE_MODEL = frozenset(
    [
        "best_of",
        "connection",
        "deployment_name",
        "echo",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "model",
        "n",
        "presence_penalty",
        "prompt",
        "response_format",
        "seed",
        "stop",
        "suffix",
        "temperature",
        "tool_choice",
        "tools",
        "top_p",
        "user",
    ]
)
"""The inputs of a node that are for the model, not for the template, unless the template uses them."""


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(_SUFFIXES)


def recognise(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:
    name = split_path(path)[1].lower()
    if name == _FLOW and named:
        return Refusal("a prompt flow, whose prompts are the .jinja2 files that it names")
    # of 'roles.yaml.j2' the role lines would be keys
    if may_hold_prompts(path) and name.count(".") == 1 and _has_role_lines(text):
        return Recognition("prompt-flow", f"name ends in .{name.rpartition('.')[2]}, starts with a role line")
    return None


def _has_role_lines(text: str) -> bool:
    """Whether a text starts with a line such as ``# system:``, or with ``system:`` and a further role after it."""
    first = _TOP_ROLE.match(text)
    return first is not None and bool(first["mark"] or _OTHER_ROLE.search(text, first.end() - 1))


def read(source: Source, lookup: Lookup, name: str) -> Document:
    return join(_with_roles(read_body(source, name, BodyFormat(template="jinja"))), lookup)


def join(document: Document, lookup: Lookup) -> Document:
    """A Jinja document with the roles, settings and variables that the flow beside it gives it."""
    path = document.source.path
    if not document.prompts or not may_hold_prompts(path):
        return document
    looked_at: dict[str, None] = {}
    for folder in dict.fromkeys((posixpath.dirname(path), posixpath.dirname(posixpath.dirname(path)))):
        files = Beside(posixpath.join(folder, _FLOW), lookup)
        flow = files.source(_FLOW)
        looked_at.update(files.looked_at)
        nodes = list(_nodes_of(flow, files, path)) if flow is not None else []
        if nodes:
            document = _joined(document, nodes)
            break
    return replace(document, dependencies=tuple(dict.fromkeys((*document.dependencies, *looked_at))))


@dataclass(frozen=True, slots=True)
class _Node:
    """A node of a flow that sends a template to a model, or fills it in for a later one."""

    inputs: _metadata.Fields
    chat: bool


def _nodes_of(flow: Source, files: Beside, path: str) -> Iterator[_Node]:
    """The nodes of a flow whose template is the file at `path`."""
    target = posixpath.normpath(path)
    for fields in _all_nodes(_metadata.fields_of(tree_of(flow).root)):
        named = _metadata.text_of(_metadata.node_at(fields, ("source", "path")))
        kind = _metadata.text_of(_metadata.node_at(fields, ("type",)))
        if named and files.path(named) == target and kind in ("llm", "prompt", "custom_llm"):
            inputs = _metadata.fields_of(_metadata.node_at(fields, ("inputs",)))
            api = _metadata.text_of(_metadata.node_at(fields, ("api",)))
            yield _Node(inputs, kind != "llm" or api in (None, "chat"))


def _all_nodes(flow: _metadata.Fields) -> Iterator[_metadata.Fields]:
    nodes = _metadata.node_at(flow, ("nodes",))
    for item in nodes.items if isinstance(nodes, trees.Sequence) else ():
        yield _metadata.fields_of(item)
    for variants in _metadata.fields_of(_metadata.node_at(flow, ("node_variants",))).values():
        for variant in _metadata.fields_of(
            _metadata.node_at(_metadata.fields_of(variants.value), ("variants",))
        ).values():
            yield _metadata.fields_of(_metadata.node_at(_metadata.fields_of(variant.value), ("node",)))


def _joined(document: Document, nodes: list[_Node]) -> Document:
    if any(node.chat for node in nodes):
        document = _with_roles(document)
    found = Settings()
    for node in nodes:
        found = over(found, _settings(node.inputs))
    prompts = []
    for prompt in document.prompts:
        used = {use.name for message in prompt.messages for use in message.uses}
        declared: dict[str, Declaration] = {each.name: each for each in prompt.declared or ()}
        for node in nodes:
            for name, entry in node.inputs.items():
                if name in used or name not in _OF_THE_MODEL:
                    declared.setdefault(name, Declaration(name, entry.key.location, _sample(entry.value)))
        prompts.append(replace(prompt, declared=tuple(declared.values()), settings=over(prompt.settings, found)))
    return replace(document, prompts=tuple(prompts))


def _with_roles(document: Document) -> Document:
    """The document with each message that holds role lines split at them."""
    return replace(
        document,
        prompts=tuple(
            replace(
                prompt,
                messages=tuple(
                    each
                    for message in prompt.messages
                    for each in (
                        _sections.at_role_lines(message)
                        if next(_sections.role_lines(message.text, message.parts), None)
                        else (message,)
                    )
                ),
            )
            for prompt in document.prompts
        ),
    )


def _settings(inputs: _metadata.Fields) -> Settings:
    given = {key: entry for key, entry in inputs.items() if not _is_reference(entry.value) or "token" in key}
    if "model" not in given and "deployment_name" in given:
        given["model"] = given["deployment_name"]
    found = _metadata.settings(given)
    # only what names no input of the flow is a list of tools
    return found if found.tools is None or isinstance(found.tools.value, list) else replace(found, tools=None)


def _is_reference(node: trees.Node) -> bool:
    return (_metadata.text_of(node) or "").strip().startswith("${")


def _sample(node: trees.Node) -> str | None:
    return node.text if isinstance(node, trees.Scalar) and node.value is not None and not _is_reference(node) else None
