"""Requests to models as JSON: one to a file, or a batch with one to a line; and the sets for fine-tuning and evaluation.

Read are the requests of OpenAI (chat, responses, completions), Anthropic (messages) and Gemini (contents), alone, in the
batches of the first two, or as a list.

The lines of a file are much alike, so of the requests with the same settings and the same system text the first one stands
for all. A set is data: of it only the system texts are read, each once, as fragments. At most `MAX_PROMPTS` prompts are read
from one file; every line is looked at, and the first ones that are no JSON are reported.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Literal

from promptlint.formats import _cues
from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.formats._tables import Slot, Table, lines_of, read_tables
from promptlint.lazy import regex
from promptlint.prompt import Document, Kind, Lookup, Role
from promptlint.source import Source, Span

RANK = 50
FORMATS = {
    "chat-request": "request to a model, or a batch of them (.json, .jsonl)",
    "chat-set": "fine-tuning or evaluation set of conversations (.jsonl, .json)",
}
COVERAGE = {
    "chat-request": Coverage(
        messages="`messages`, `input`, `contents`, `system`, `instructions`; of lines that are alike the first",
        variables="what the text shows beyond doubt",
        model="`model`",
        cap="`max_tokens`, `max_completion_tokens`, `max_output_tokens`",
        schema="`response_format`, `text.format`, `output_config.format`",
        unread="images and files, calls and results of tools, more than 100 prompts of a file",
    ),
    "chat-set": Coverage(
        messages="the system texts, each once, as fragments",
        unread="the samples, which are data",
    ),
}
MAX_PROMPTS = 100
MAX_BROKEN = 20

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_OTHER_NAMES = regex(
    r"(?:package(?:-lock)?|composer|tsconfig.*|jsconfig.*|angular|deno|bower|lerna|nx|turbo|now|vercel|firebase|manifest|settings|launch"
    r"|extensions|tasks|openapi|swagger|.*\.schema|.*\.tfstate|.*-lock|\..*)\.json",
    re.IGNORECASE,
)
_KEY = regex(r'"(?:messages|contents|input|prompt|params|body|requests|role)"\s*:')
_MAX_MET = 2_000_000
_MESSAGE_KEYS = ("messages", "input", "prompt", "contents")
_STANDING: tuple[Role, ...] = ("system", "developer")

Record = Literal["request", "sample"]


def _tables(at: str) -> Table:
    """The table of a request at a path."""

    def paths(*below: str) -> tuple[str, ...]:
        return tuple(f"{at}.{path}" for path in below)

    def slot(key: str, role: Literal["system", "user"] | None = None) -> Slot:
        return Slot(f"{at}.{key}", role)

    formats = ("response_format", "text.format", "output_config.format", "output_format")
    return Table(
        (
            slot("system", "system"),
            slot("instructions", "system"),
            slot("systemInstruction", "system"),
            slot("system_instruction", "system"),
            slot("messages"),
            slot("input", "user"),
            slot("contents", "user"),
            slot("prompt"),
        ),
        name=(at.replace("body", "custom_id").replace("params", "custom_id"),)
        if at.endswith(("body", "params"))
        else (),
        response_format=paths(*formats),
        schema=paths(
            "response_format.json_schema.schema",
            *(f"{path}.schema" for path in formats),
            "generationConfig.responseSchema",
            "generationConfig.responseJsonSchema",
        ),
    )


_REQUESTS = tuple(
    _tables(at) for at in ("$", "$.body", "$.params", "$.requests[].params", "$.requests[].body", "$.requests[]", "$[]")
)
_CONVERSATION = (Table((Slot("$"),)),)
_SAMPLES = tuple(
    Table(
        (Slot(f"{at}.system", "system"), Slot(f"{at}.messages"), Slot(f"{at}.input")),
        kind=Kind.FRAGMENT,
        template="none",
        near=False,
        roles=frozenset(_STANDING),
    )
    for at in ("$", "$[]")
)


def may_hold_prompts(path: str) -> bool:
    name = split_path(path)[1].lower()
    return name.endswith(_SUFFIXES) and _OTHER_NAMES.fullmatch(name) is None


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    name = split_path(path)[1].lower()
    if not name.endswith(_SUFFIXES) or (not named and not may_hold_prompts(path)):
        return None
    likely = named or _cues.sure_folder(path) is not None or _cues.prompt_stem(path)
    if name.endswith(".json"):
        return _whole(text, likely=likely)
    first = re.search(r"\S[^\r\n]*", text)
    kind = _record(_data(first.group())) if first else None
    if kind == "request":
        return Recognition("chat-request", "lines with requests to a model")
    if kind == "sample" and (likely or not _cues.in_documentation(path)):
        return Recognition("chat-set", "lines with conversations")
    return None


def _whole(text: str, *, likely: bool) -> Recognition | None:
    """What a JSON file is; on the way, only what is surely a request."""
    if not _KEY.search(text) or (not likely and len(text) > _MAX_MET):
        return None
    data = _data(text)
    if isinstance(data, dict) and isinstance(data.get("requests"), list):
        requests = data["requests"]
        return Recognition("chat-request", "batch of requests") if requests and _record(requests[0]) else None
    if isinstance(data, list) and data:
        if _is_conversation(data):
            return Recognition("chat-request", "list of messages with roles") if likely else None
        kinds = {_record(item) for item in data[:20]}
        if kinds == {"request"}:
            return Recognition("chat-request", "list of requests to a model")
        return Recognition("chat-set", "list of conversations") if kinds == {"sample"} and likely else None
    kind = _record(data)
    if kind == "request" or (kind == "sample" and likely):
        return Recognition("chat-request", "messages with roles")
    return None


def _number(digits: str) -> float:
    """A whole number; Python refuses to read very long ones, which are as good as endless here."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


_MOST_DIGITS = 4000


def _data(text: str) -> object:
    try:
        return json.loads(text, parse_int=_number)
    except (ValueError, RecursionError):
        return None


def _is_conversation(value: object) -> bool:
    """Whether a value is a list of messages."""
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        return False
    return all("role" in item for item in value) and any("content" in item or "parts" in item for item in value)


def _record(data: object) -> Record | None:
    """What a JSON value is: a request, a conversation without settings, or neither."""
    if not isinstance(data, dict):
        return None
    body, url = data.get("body"), data.get("url")
    if isinstance(body, dict) and isinstance(url, str):
        chats = any(part in url for part in ("completions", "responses", "messages"))
        return "request" if chats and any(key in body for key in _MESSAGE_KEYS) else None
    params = data.get("params")
    if "custom_id" in data and isinstance(params, dict):
        return "request" if _is_conversation(params.get("messages")) else None
    modelled = isinstance(data.get("model"), str)
    if _is_conversation(data.get("messages")):
        return "request" if modelled else "sample"
    if _is_conversation(data.get("contents")):
        return "request"
    if _is_conversation(data.get("input")):
        return "request" if modelled and "ideal" not in data else "sample"
    if modelled and isinstance(data.get("input"), str):
        # what is embedded or moderated has a model and an input, too
        asks = ("instructions", "max_output_tokens", "text", "tools", "reasoning", "temperature")
        return "request" if any(key in data for key in asks) else None
    if modelled and isinstance(data.get("prompt"), str) and "max_tokens" in data:
        return "request"
    return None


def _body(data: Mapping[str, object]) -> Mapping[str, object]:
    for key in ("body", "params"):
        inner = data.get(key)
        if isinstance(inner, dict):
            return inner
    return data


def _standing(body: Mapping[str, object]) -> list[object]:
    """What is said in the name of the system, as JSON data."""
    found: list[object] = [body[key] for key in ("system", "instructions", "systemInstruction") if key in body]
    for key in _MESSAGE_KEYS:
        messages = body.get(key)
        if isinstance(messages, list):
            found += [
                item.get("content") for item in messages if isinstance(item, dict) and item.get("role") in _STANDING
            ]
    return found


def _lines(source: Source, name: str) -> list[Span]:
    """The lines that are read: the first of those that are alike, and the first that are broken."""
    seen: set[str] = set()
    broken = 0
    chosen: list[Span] = []
    for span in lines_of(source):
        try:
            data = json.loads(source.slice(span), parse_int=_number)
        except (ValueError, RecursionError):
            broken += 1
            if broken <= MAX_BROKEN:
                chosen.append(span)
            continue
        if not isinstance(data, dict) or len(seen) >= MAX_PROMPTS:
            continue
        body = _body(data)
        settings = {} if name == "chat-set" else {key: body[key] for key in body if key not in _MESSAGE_KEYS}
        key = json.dumps([settings, _standing(body)], sort_keys=True)
        if key not in seen:
            seen.add(key)
            chosen.append(span)
    return chosen


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    lines = not source.path.lower().endswith(".json")
    tables = _SAMPLES if name == "chat-set" else (*_REQUESTS, *_CONVERSATION)
    if not lines:
        return read_tables(source, name, tables, notation="json")
    return read_tables(source, name, tables, notation="jsonl", lines=_lines(source, name))
