"""What a Model Context Protocol server says about its tools: lists of tools, and the manifests of MCP bundles.

Each tool's description, and those of its parameters, are sent to the model with every call; they are documentation for an
agent, so their kind is `reference`. JSON files are many: one is only read when it has the very shape of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.diagnostic import Problem, Related
from promptlint.formats import _body, _metadata, trees
from promptlint.formats._format import Coverage, Recognition, UniqueNames, split_path
from promptlint.lazy import regex
from promptlint.prompt import Document, Kind, Lookup, Message, Prompt, Setting, Settings
from promptlint.source import Location, Source, Span, TextMap

RANK = 12
FORMATS = {"mcp-tools": "tool descriptions of an MCP server (.json)"}
COVERAGE = {
    "mcp-tools": Coverage(
        messages="the descriptions of each tool and of its parameters",
        schema="`inputSchema`",
        unread="titles, annotations, `outputSchema`, the prompts of a bundle",
    )
}

_NAMES = regex(r"(?:manifest|server)\.json|[\w.-]*(?:tools?|mcp)[\w.-]*\.json")
_BUNDLE = regex(r'"(?:manifest_version|dxt_version)"\s*:')
_SCHEMA = regex(r'"inputSchema"\s*:')
_TOOLS = regex(r'"tools"\s*:\s*\[')


def may_hold_prompts(path: str) -> bool:
    return _NAMES.fullmatch(split_path(path)[1].lower()) is not None


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not (may_hold_prompts(path) or (named and path.lower().endswith(".json"))):
        return None
    if not _TOOLS.search(text) or not (_SCHEMA.search(text) or _BUNDLE.search(text)):
        return None
    tree = trees.read_json(text, TextMap.of(path, Span(0, len(text))))
    if tree.root is None or tree.broken:
        return None
    if _tools(tree.root) is None:
        return None
    return Recognition("mcp-tools", "JSON with the tools of an MCP server")


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    tree = trees.read_json(source.text, TextMap.of(source.path, Span(0, len(source.text))))
    problems = [
        Problem(
            "invalid-file",
            fault.location,
            fault.message,
            related=(Related(fault.related, "the same key stands here"),) if fault.related else (),
        )
        for fault in tree.problems
    ]
    names = UniqueNames()
    prompts = tuple(_prompt(tool, names) for tool in (() if tree.broken else _tools(tree.root) or ()) if _text_of(tool))
    return Document(source, name, prompts, tuple(problems), agent_file=True)


def _tools(root: trees.Node | None) -> Sequence[trees.Node] | None:
    """The tools of a file that is beyond doubt about MCP, else None."""
    fields = _metadata.fields_of(root)
    result = fields.get("result")
    if "jsonrpc" in fields and result is not None:
        fields = _metadata.fields_of(result.value)
    tools = fields["tools"].value if "tools" in fields else None
    if not isinstance(tools, trees.Sequence) or not tools.items:
        return None
    bundle = "server" in fields and ("manifest_version" in fields or "dxt_version" in fields)
    for tool in tools.items:
        inner = _metadata.fields_of(tool)
        if not (_string(inner, "name") and (bundle or isinstance(_value(inner, "inputSchema"), trees.Mapping))):
            return None
    return tools.items


def _value(fields: _metadata.Fields, key: str) -> trees.Node | None:
    return fields[key].value if key in fields else None


def _string(fields: _metadata.Fields, key: str) -> str | None:
    return _metadata.text_of(_value(fields, key))


def _text_of(tool: trees.Node) -> str:
    return (_string(_metadata.fields_of(tool), "description") or "").strip()


def _prompt(tool: trees.Node, names: UniqueNames) -> Prompt:
    fields = _metadata.fields_of(tool)
    schema = _value(fields, "inputSchema")
    messages = tuple(_message(node) for node in _descriptions(_value(fields, "description"), schema))
    setting: Setting[object] | None = None
    if schema is not None:

        def inside(path: Sequence[str | int]) -> Location | None:
            node = trees.find(schema, path)
            return node.location if node else None

        setting = Setting(trees.to_data(schema), schema.location, inside)
    name = names.of(_string(fields, "name") or "tool")
    return Prompt(name, tool.location, messages, None, Settings(schema=setting), Kind.REFERENCE)


def _descriptions(own: trees.Node | None, schema: trees.Node | None) -> Iterator[trees.Scalar]:
    """The description of a tool, then those in its schema; a property that is called ``description`` is none."""
    if isinstance(own, trees.Scalar):
        yield own
    for path, node in trees.walk(schema):
        is_property = len(path) > 1 and path[-2] in ("properties", "patternProperties", "$defs", "definitions")
        if not path or path[-1] != "description" or is_property or not isinstance(node, trees.Scalar):
            continue
        if node.is_string and node.text.strip():
            yield node


def _message(node: trees.Scalar) -> Message:
    return _body.message(None, node.text, node.map, "none", node.location)[0]
