import json

import pytest

from promptlint import formats
from promptlint.formats import mcp_tools
from promptlint.prompt import Kind
from promptlint.source import Source, Span

SEARCH = {
    "name": "search",
    "description": 'Search the "index".\nUse it in order to find pages.',
    "inputSchema": {
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "What to look for"},
            "description": {"type": "string"},
            "options": {"type": "object", "properties": {"max": {"type": "integer", "description": "How many"}}},
        },
    },
}
OTHER = {"name": "search", "description": "Another one", "inputSchema": {"type": "object"}}
SILENT = {"name": "ping", "inputSchema": {"type": "object"}}
TOOLS = {"tools": [SEARCH, OTHER, SILENT]}
BUNDLE = {
    "manifest_version": "0.3",
    "name": "x",
    "server": {"type": "node"},
    "tools": [{"name": "a", "description": "Does a"}],
}


def test_tools(read_text):
    document = read_text("tools.json", json.dumps(TOOLS, indent=2))
    assert (document.format, document.agent_file, document.problems) == ("mcp-tools", True, ())
    assert [prompt.name for prompt in document.prompts] == ["search", "search-2"]
    first = document.prompts[0]
    assert [(each.role, each.text) for each in first.messages] == [
        (None, SEARCH["description"]),
        (None, "What to look for"),
        (None, "How many"),
    ]
    assert first.kind == Kind.REFERENCE
    assert first.settings.schema.value == SEARCH["inputSchema"]
    place = first.settings.schema.inside(["properties", "query", "type"])
    assert document.source.slice(place.span) == '"string"'
    assert first.settings.schema.inside(["nothing"]) is None
    at = first.messages[0].text.index("in order to")
    assert document.source.slice(first.messages[0].map.locate(Span(at, at + 11)).span) == "in order to"
    assert first.messages[0].edit(Span(at, at + 11), 'to "').replacement == 'to \\"'


@pytest.mark.parametrize(
    ("path", "data", "named", "is_taken"),
    [
        ("tools.json", TOOLS, False, True),
        ("mcp/server.json", TOOLS, False, True),
        ("my-mcp-list.json", {"jsonrpc": "2.0", "id": 1, "result": TOOLS}, False, True),
        ("answer.json", TOOLS, False, False),
        ("answer.json", TOOLS, True, True),
        ("manifest.json", BUNDLE, False, True),
        ("manifest.json", {**BUNDLE, "server": None, "manifest_version": 3, "tools": ["a"]}, False, False),
        (
            "manifest.json",
            {"manifest_version": 3, "name": "a browser extension", "tools": [{"name": "x"}]},
            False,
            False,
        ),
        ("package.json", {"contributes": TOOLS}, True, False),
        ("openapi-tools.json", {"openapi": "3.1", "tools": [], "x": {"inputSchema": {}}}, False, False),
        ("tools.json", {"tools": [{"toolSpec": SEARCH}]}, False, False),
        ("tools.json", {"tools": [{"name": "a", "input_schema": {}}]}, False, False),
        ("tools.json", [TOOLS], False, False),
        ("tools.yaml", TOOLS, True, False),
    ],
)
def test_recognise(path, data, named, is_taken):
    found = mcp_tools.recognise(path, json.dumps(data), named=named)
    assert (found is not None) == is_taken


def test_broken_json_is_not_taken():
    text = json.dumps(TOOLS)[:-1]
    assert mcp_tools.recognise("tools.json", text, named=True) is None
    document = formats.read(Source("tools.json", text), format="mcp-tools")
    assert (document.prompts, [problem.rule for problem in document.problems]) == ((), ["invalid-file"])
