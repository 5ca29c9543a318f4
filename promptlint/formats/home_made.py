"""Prompts that programs keep in YAML, JSON and TOML files of their own making, under the usual keys.

In a mapping, ``system`` (``system_prompt``, ``instructions`` ...), ``messages`` and ``user`` (``prompt``, ``template`` ...) are
the messages of one prompt. Texts below ``prompts`` or ``templates``, and long texts that surely instruct a model, are each a
prompt. Settings and declared variables count where they stand beside the text or around it, under their usual names.

A file is only taken where its place or its name says that it holds prompts, or where a key does that means nothing else, and
only if prompts are found in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptlint.formats import _cues
from promptlint.formats._format import Coverage, Recognition, Refusal, split_path
from promptlint.formats._tables import Slot, Table, holds_prompts, notation_of, read_tables
from promptlint.lazy import regex
from promptlint.prompt import Document, Kind, Lookup, Role
from promptlint.source import Source

RANK = 70
FORMATS = {
    "yaml": "prompts in YAML under the usual keys (prompt, template, system, user, messages ...)",
    "json": "prompts in JSON under the usual keys",
    "toml": "prompts in TOML under the usual keys",
}
COVERAGE = {
    "yaml": Coverage(
        messages="`system`, `messages`, `user`, `prompt`, `template` and their like, in the roles that they say; texts below `prompts` or `templates`",
        variables="the language that is declared beside the text or shown beyond doubt; `input_variables` and its like beside the text declare",
        model="`model` and its like beside the text or around it",
        cap="`max_tokens` and its like beside the text or around it",
        schema="`response_format`, `output` beside the text or around it",
        comments="`#`",
        unread="texts under keys of other names: describe the file with `[[formats]]`",
    ),
    "json": Coverage(
        messages="as in `yaml`",
        variables="as in `yaml`",
        model="as in `yaml`",
        cap="as in `yaml`",
        schema="as in `yaml`",
        unread="as in `yaml`",
    ),
    "toml": Coverage(
        messages="as in `yaml`",
        variables="as in `yaml`",
        model="as in `yaml`",
        cap="as in `yaml`",
        schema="as in `yaml`",
        comments="`#`",
        unread="as in `yaml`",
    ),
}

_SYSTEM = (
    "system",
    "system_prompt",
    "systemPrompt",
    "system-prompt",
    "system_message",
    "systemMessage",
    "system_template",
    "system_instruction",
    "system_instructions",
    "systemInstruction",
    "sys_prompt",
    "instructions",
)
_USER = (
    "user",
    "user_prompt",
    "userPrompt",
    "user-prompt",
    "user_message",
    "userMessage",
    "user_template",
    "instance_template",
    "human",
    "human_prompt",
)
_TEXT = ("prompt", "template", "prompt_template", "promptTemplate", "prompt-template", "prompt_text", "instruction")
_STRING = r"""(?:[|>][-+\d]*+[ \t]*+[\r\n]|\"{3}|'{3}|"(?:\\.|[^"\\\r\n]){30}|'[^'\r\n]{30})"""
_SURE_KEY = regex(
    rf"""
      (?<![\w-]) ["']? (?P<key> (?: system[_-]?prompt | system_(?:message|template|instructions?) | systemRole | systemInstruction | sys_prompt
        | user[_-]?prompt | instance_template | prompt[_-]?template ) (?:_template)? ) ["']? [ \t]*+ [:=] [ \t]*+ {_STRING}
    | (?:\A|[\r\n]) (?P<section> system | user ) [ \t]*+ = [ \t]*+ (?:\"{{3}}|'{{3}})
    | (?:\A|[\r\n]) (?P<group> prompts ) [ \t]*+ : [ \t]*+ [\r\n]++ (?: [ \t]*+ \#[^\r\n]*+ [\r\n]++ )*+ [ \t]++ [\w-]++ : [ \t]*+ [|>]
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A key that means nothing but a prompt, with a text as long as one."""
_ONE_KEY = regex(rf"""(?<![\w-])["']?prompt["']?[ \t]*+[:=][ \t]*+(?P<text>{_STRING})""")
_KEY = regex(
    r"""(?<![\w-])["']?(?:[\w-]*prompts?|[\w-]*templates?|system\w*|user|human|messages|instructions?|content|role)["']?[ \t]*[:=]""",
    re.IGNORECASE,
)
_OTHER_NAMES = regex(
    r"(?:package(?:-lock)?|composer|tsconfig.*|jsconfig.*|pyproject|cargo|poetry|uv|pnpm-lock|docker-compose.*|compose|mkdocs|openapi|swagger"
    r"|chart|values|\.pre-commit-config|\.?promptlint|dependabot|action|.*\.schema|.*[-.]lock|manifest|renovate|netlify|_config|\..*)\.\w+",
    re.IGNORECASE,
)
_MAX_MET = 1_000_000
_MAX_SMALL = 20_000
_WORDS = 4
_LONG = 80  # code points
_PLACEHOLDER = regex(r"\{\{?[^{}\r\n]{1,80}\}|\{%")


def _is_text(text: str) -> bool:
    """Whether a string under a key that promises a prompt is one, not a name, a path or a word on a button."""
    return len(text.split(maxsplit=_WORDS)) >= _WORDS or _PLACEHOLDER.search(text) is not None


def _any_text(texts: Sequence[str]) -> bool:
    return any(_is_text(text) for text in texts)


def _surely(texts: Sequence[str]) -> bool:
    """Whether texts under keys that say nothing instruct a model all the same."""
    return any(len(text) >= _LONG and _cues.instructs(text) is not None for text in texts)


def _slots(at: str, keys: Sequence[str], role: Role | None) -> tuple[Slot, ...]:
    return tuple(Slot(f"{at}.{key}", role) for key in keys)


_NAMES = ("name", "id", "task", "key", "title")
_TEMPLATE_AT = ("template_format", "templateFormat", "template_engine")


def _table(at: str, slots: tuple[Slot, ...], *, sure: bool = False) -> Table:
    return Table(
        slots,
        name=tuple(f"{at}.{key}" for key in _NAMES),
        variables=(f"{at}.input_types",),
        template_at=tuple(f"{at}.{key}" for key in _TEMPLATE_AT),
        accepts=_surely if sure else _any_text,
    )


_TABLES = (
    # NeMo Guardrails and its like: a list of prompts with the text under 'content' or 'messages'
    _table("**.prompts[]", (*_slots("**.prompts[]", ("content", "text"), None), Slot("**.prompts[].messages"))),
    # a chat assistant's standing instructions, which its users' questions follow
    Table((Slot("**.systemRole", "system"),), kind=Kind.SYSTEM, accepts=_any_text),
    _table(
        "**",
        (
            *_slots("**", _SYSTEM, "system"),
            Slot("**.messages"),
            *_slots("**", _USER, "user"),
            *_slots("**", _TEXT, None),
        ),
    ),
    Table((Slot("$"),), accepts=_any_text),
    *(Table((Slot(f"**.{key}.*"),), accepts=_any_text) for key in ("prompts", "templates", "planning", "final_answer")),
    *(Table((Slot(f"**.{key}[]"),), accepts=_any_text) for key in ("prompts", "templates")),
    Table((Slot("**.*"),), accepts=_surely, least=_LONG),
)


def may_hold_prompts(path: str) -> bool:
    name = split_path(path)[1]
    return notation_of(name) in ("yaml", "json", "toml") and _OTHER_NAMES.fullmatch(name) is None


def recognise(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:
    notation = notation_of(path)
    if notation is None or notation == "jsonl":
        return None
    if _OTHER_NAMES.fullmatch(split_path(path)[1]):
        return Refusal("a file of another program by its name") if named else None
    reason = _reason(path, text, named=named)
    if reason is None:
        return None
    source = Source(path, text)
    if holds_prompts(source, notation, _TABLES):
        return Recognition(notation, reason)
    promised = _promises_prompts(path, text)
    if not named and not promised:
        return None
    read = read_tables(source, notation, _TABLES)
    if read.problems and promised:
        return Recognition(notation, reason)
    if not named:
        return None
    if read.problems:
        first = min(read.problems, key=lambda problem: problem.location.span)
        place = read.source.position(first.location.span.start)
        return Refusal(
            f"no prompt was found in it, and it cannot be read: line {place.line}, column {place.column}: {first.detail}"
        )
    return Refusal(
        "no prompt was found in it: '[[formats]]' in the configuration says where the prompts of a file stand"
    )


def _reason(path: str, text: str, *, named: bool) -> str | None:
    """Why a file may hold prompts, before it is read."""
    if named:
        return "named, holds prompts"
    if not may_hold_prompts(path) or len(text) > _MAX_MET:
        return None
    folder = _cues.sure_folder(path)
    stem = _cues.prompt_stem(path)
    if (folder or stem) and _KEY.search(text):
        return f"folder '{folder}', holds prompts" if folder else "name holds 'prompt'"
    if (folder or stem) and _cues.instructs(text):
        return f"folder '{folder}', instructs a model" if folder else "name holds 'prompt'"
    if _cues.in_documentation(path):
        return None
    key = _SURE_KEY.search(text)
    if key:
        return f"holds '{key['key'] or key['section'] or key['group']}'"
    only = list(_ONE_KEY.finditer(text)) if len(text) <= _MAX_SMALL else []
    # data sets have many prompts, and what asks for a picture instructs nobody
    words = _cues.instructs_perhaps(text[only[0].start("text") :].lstrip("\"'|>-+ \t\r\n")) if len(only) == 1 else None
    return f"holds 'prompt', instructs a model ('{words}')" if words else None


def _promises_prompts(path: str, text: str) -> bool:
    """Whether a file that cannot be read surely holds prompts all the same, so that passing it over would hide the fault.

    One that a template engine has yet to fill in is no such file: it need not be readable.
    """
    if "{%" in text:
        return False
    if _SURE_KEY.search(text):
        return True
    is_place = _cues.sure_folder(path) is not None or bool(_cues.prompt_stem(path))
    return is_place and "{{" not in text and _KEY.search(text) is not None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    notation = notation_of(source.path)
    return read_tables(source, name, _TABLES, notation=notation or ("json" if name == "json" else None))
