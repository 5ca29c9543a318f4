from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import chat_json
from promptlint.prompt import Kind
from promptlint.source import Source

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
CHAT = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": 'Be "brief".\nAnd kind.'},
        {"role": "user", "content": [{"type": "text", "text": "What is {thing} like?"}, {"type": "image_url"}]},
    ],
    "max_completion_tokens": 50,
    "temperature": 0.2,
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}},
    "tools": [{"type": "function", "function": {"name": "f"}}],
}
RESPONSE = {
    "model": "gpt-5",
    "instructions": "Be brief.",
    "input": "What is it?",
    "max_output_tokens": 60,
    "text": {"format": {"type": "json_schema", "name": "n", "schema": SCHEMA}},
}
MESSAGE = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 70,
    "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    "messages": [{"role": "user", "content": "What is it?"}],
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
}
CONTENTS = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [{"role": "user", "parts": [{"text": "What is it?"}]}, {"role": "model", "parts": [{"text": "This"}]}],
    "generationConfig": {"maxOutputTokens": 80, "responseSchema": SCHEMA},
}


def sample(system: str, user: str = "u") -> dict[str, object]:
    roles = (("system", system), ("user", user), ("assistant", "a"))
    return {"messages": [{"role": role, "content": content} for role, content in roles if content]}


def batch(number: int, cap: int = 5, system: str = "S") -> dict[str, object]:
    body = {"model": "gpt-4o", "max_tokens": cap, **sample(system, f"Tell me {number}")}
    return {"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize(
    ("path", "text", "named", "format_"),
    [
        ("requests/a.json", json.dumps(CHAT), False, "chat-request"),
        ("a.json", json.dumps(RESPONSE), False, "chat-request"),
        ("a.json", json.dumps(MESSAGE), False, "chat-request"),
        ("a.json", json.dumps(CONTENTS), False, "chat-request"),
        ("a.json", json.dumps([CHAT, CHAT]), False, "chat-request"),
        ("a.json", json.dumps({"requests": [{"custom_id": "x", "params": MESSAGE}]}), False, "chat-request"),
        (
            "a.json",
            json.dumps({"model": "gpt-3.5-turbo-instruct", "prompt": "x", "max_tokens": 5}),
            False,
            "chat-request",
        ),
        ("a.jsonl", lines(batch(1)), False, "chat-request"),
        ("a.jsonl", "\r\n" + lines({"custom_id": "x", "params": MESSAGE}), False, "chat-request"),
        ("a.jsonl", lines(sample("S")), False, "chat-set"),
        ("a.jsonl", lines({"input": sample("S")["messages"], "ideal": "x"}), False, "chat-set"),
        ("a.ndjson", lines(CHAT), False, "chat-request"),
        # a conversation alone may be anybody's, so its place or a person must say that it is a prompt
        ("a.json", json.dumps(sample("S")), False, None),
        ("a.json", json.dumps(sample("S")), True, "chat-request"),
        ("prompts/a.json", json.dumps(sample("S")), False, "chat-request"),
        ("prompts/a.json", json.dumps(sample("S")["messages"]), False, "chat-request"),
        ("a.json", json.dumps(sample("S")["messages"]), False, None),
        ("prompts/a.json", json.dumps([sample("S")]), False, "chat-set"),
        # other things with the same keys
        (
            "a.jsonl",
            lines({"custom_id": "x", "url": "/v1/embeddings", "body": {"model": "m", "input": "x"}}),
            True,
            None,
        ),
        ("a.json", json.dumps({"model": "text-embedding-3-small", "input": "x"}), True, None),
        ("a.json", json.dumps({"messages": ["a", "b"]}), True, None),
        ("a.json", json.dumps({"messages": [{"id": "greeting", "defaultMessage": "Hi"}]}), True, None),
        ("package.json", json.dumps(CHAT), False, None),
        ("a.jsonl", "no json", True, None),
        ("a.jsonl", "", True, None),
        ("a.json", '{"messages": [', True, None),
        ("a.json", '{"messages":' + "[" * 100_000, True, None),
        ("a.yaml", json.dumps(CHAT), True, None),
    ],
)
def test_recognition(path, text, named, format_):
    found = chat_json.recognise(path, text, named=named)
    assert (found and found.format) == format_


@pytest.mark.parametrize(
    ("request_", "roles", "cap"),
    [
        (CHAT, ["system", "user"], 50),
        (RESPONSE, ["system", "user"], 60),
        (MESSAGE, ["system", "user"], 70),
        (CONTENTS, ["system", "user", "assistant"], 80),
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda data: data, lambda data: [data], lambda data: {"requests": [{"params": data}]}]
)
def test_requests(verify, request_, roles, cap, wrap):
    text = json.dumps(wrap(request_), indent=2)
    document = verify(formats.read(Source("a.json", text), format="chat-request"))
    (prompt,) = document.prompts
    assert [message.role for message in prompt.messages] == roles
    declared = prompt.settings
    assert declared.max_output_tokens.value == cap
    assert document.source.slice(declared.max_output_tokens.location.span) == str(cap)
    assert (declared.model and declared.model.value) == request_.get("model")
    assert declared.schema.value == SCHEMA
    place = declared.schema.inside(("properties", "a", "type"))
    assert document.source.slice(place.span) == '"string"'


def test_places_through_escapes(read_text):
    document = read_text("a.json", json.dumps(CHAT))
    system, user = document.prompts[0].messages
    assert (system.text, user.template) == ('Be "brief".\nAnd kind.', "braces")
    (use,) = user.uses
    assert document.source.slice(user.locate(use.span).span) == "thing"
    end = system.text.index("And")
    place = system.locate(type(use.span)(end, end + 3))
    assert document.source.slice(place.span) == "And"
    assert document.prompts[0].settings.tools.value == CHAT["tools"]


def test_of_requests_that_are_alike_the_first_is_read(read_text):
    text = lines(*(batch(number, cap=number // 4) for number in range(8)), batch(8, cap=1, system="T"))
    document = read_text("batch.jsonl", text)
    assert [prompt.name for prompt in document.prompts] == ["batch/r0", "batch/r4", "batch/r8"]
    assert [prompt.messages[1].text for prompt in document.prompts] == ["Tell me 0", "Tell me 4", "Tell me 8"]
    for prompt, line in zip(document.prompts, (1, 5, 9), strict=True):
        assert document.source.position(prompt.location.span.start).line == line


def test_a_set_is_data(read_text):
    text = lines(sample("S"), sample("S", "v"), sample("T"), sample(""), {"system": "U", **sample("")})
    document = read_text("train.jsonl", text)
    assert [(prompt.name, prompt.kind) for prompt in document.prompts] == [
        ("train/1", Kind.FRAGMENT),
        ("train/3", Kind.FRAGMENT),
        ("train/5", Kind.FRAGMENT),
    ]
    assert [[message.text for message in prompt.messages] for prompt in document.prompts] == [["S"], ["T"], ["U"]]


def test_lines_that_are_no_json(read_text):
    text = lines(sample("S")) + "{oops\n" * 50 + lines(sample("T"))
    document = read_text("train.jsonl", text)
    assert len(document.prompts) == 2
    assert [problem.rule for problem in document.problems] == ["invalid-file"] * chat_json.MAX_BROKEN
    assert document.source.position(document.problems[0].location.span.start).line == 2


def test_at_most_so_many_prompts(read_text):
    document = read_text("train.jsonl", lines(*(sample(f"S{number}") for number in range(300))))
    assert len(document.prompts) == chat_json.MAX_PROMPTS


def test_braces_of_batches_are_variables_only_beyond_doubt(read_text):
    document = read_text("train.jsonl", lines(sample("Fill in {name} here")))
    assert not list(document.prompts[0].messages[0].uses)


WHOLE = json.dumps(CHAT, indent=1)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    kind, whole, path = data.draw(
        st.sampled_from(
            [
                ("chat-request", WHOLE, "a.json"),
                ("chat-request", lines(batch(1), {"custom_id": "x", "params": MESSAGE}, RESPONSE), "a.jsonl"),
                ("chat-set", lines(sample("S"), sample("T")), "a.jsonl"),
            ]
        )
    )
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    put = data.draw(
        st.text(max_size=5) | st.sampled_from(['"', "\\", "{", "}", "[", "]", ",", ":", "\n", "\\ud83d", "null"])
    )
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (whole[:start] + put + whole[end:]).replace("\n", newline)
    chat_json.recognise(path, text, named=False)
    verify(formats.read(Source(path, text), format=kind))


ANY = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "messages", "input", "body", "params", "url", "model", "system"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.lists(ANY, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_json(verify, data):
    for path, text in (("a.json", json.dumps(data)), ("a.jsonl", lines(*data))):
        chat_json.recognise(path, text, named=True)
        for kind in chat_json.FORMATS:
            verify(formats.read(Source(path, text), format=kind))
