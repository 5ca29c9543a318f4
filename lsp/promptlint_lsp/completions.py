"""What may be written at a place: variables, keys of front matter, models, names of rules, keys of the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lsprotocol import types

from promptlint import config
from promptlint.prices import makers_models
from promptlint.prompt import Message
from promptlint.rules import FAMILIES, PRESETS, Rule
from promptlint.source import Source, Span
from promptlint_lsp.buffers import Buffer
from promptlint_lsp.linting import Analysis
from promptlint_lsp.positions import Text
from promptlint_lsp.roots import Root
from promptlint_lsp.variables import Variable, is_of_program, is_program, variables

__all__ = ["TRIGGERS", "complete", "complete_configuration"]

TRIGGERS: Final = ("{", "$", "[", '"', " ")
"""What is typed before a name that is completed."""

_IN_COMMENT: Final = re.compile(r"promptlint:\s*ignore(?:-file)?\[(?:[^\]]*,)?\s*(?P<name>[\w-]*)$")
_IN_TEMPLATE: Final = re.compile(
    r"(?:\{\{[{~\-#^/&]?\s*|\{%-?[^%]*[\s(,]|\$\{|\$|(?<!\{)\{|\{\{[^{}]*[\s(|,])(?P<name>\w*)$"
)
_MODEL_KEY: Final = re.compile(
    r"""^\s*(?:-\s+)?["']?(?:model|model_id|modelId|model_name|modelName|id|deployment|azure_deployment|name)["']?\s*[:=]\s*["']?(?P<name>[\w./:@-]*)$"""
)
_MODEL_IN_CALL: Final = re.compile(
    r"""(?P<key>\bmodel(?:_?[nN]ame|_?[iI]d)?["']?\s*[=:]\s*)?["'`](?P<name>[\w./:@-]*)$"""
)
_KEY: Final = re.compile(r"^(?P<name>[\w-]*)$")
_FRONT: Final = re.compile(r"\A\s*---[ \t]*(?:\r\n|\n|\r)")
_FENCE: Final = re.compile(r"^---[ \t]*$")

_KEYS: Final = {
    "prompty": (
        "name",
        "description",
        "authors",
        "version",
        "model",
        "inputs",
        "outputs",
        "sample",
        "template",
        "tools",
    ),
    "dotprompt": ("model", "config", "input", "output", "tools", "variant", "promptlint"),
    "github-models": ("name", "description", "model", "modelParameters", "messages", "testData", "evaluators"),
}
"""The keys of front matter, or at the top of the file, by format."""
_OTHER_KEYS: Final = ("model", "temperature", "max_tokens", "inputs", "response_format", "promptlint")


def complete(analysis: Analysis, offset: int) -> list[types.CompletionItem]:
    """What may be written at a place in a prompt file."""
    text = analysis.buffer.text
    source = analysis.source
    line = source.line_span(source.position(offset).line)
    head = source.text[line.start : offset]
    comment = _IN_COMMENT.search(head)
    if comment is not None:
        return _rules(analysis.report.known, text, _span(offset, comment), selectors=False)
    if is_program(analysis.report.document):
        model = _MODEL_IN_CALL.search(head)
        if model is not None and _in_model(analysis, offset, named=model["key"] is not None):
            return _models(text, _span(offset, model), analysis.config.models)
    settings = _in_settings(analysis, offset)
    if settings:
        model = _MODEL_KEY.match(head)
        if model is not None:
            return _models(text, _span(offset, model), analysis.config.models)
        key = _KEY.match(head)
        if key is not None:
            keys = _KEYS.get(analysis.report.document.format, _OTHER_KEYS)
            return [
                _item(each, types.CompletionItemKind.Property, text, _span(offset, key), f"{each}: ") for each in keys
            ]
        return []
    message = _message_at(analysis, offset)
    used = _IN_TEMPLATE.search(head)
    if used is None or message is None or message.template in ("none", "markdown"):
        return []
    span = _span(offset, used)
    known = variables(analysis)
    if is_program(analysis.report.document):  # its own names are for its own language server, and each call has others
        known = [each for each in known if not is_of_program(each) and _has(each, message)]
    names = {each.name: any(one.declares for one in each.occurrences) for each in known}
    if not names.get(used["name"], True):
        del names[used["name"]]  # what is being typed
    return [
        _item(
            name,
            types.CompletionItemKind.Variable,
            text,
            span,
            detail="declared" if declared else "used in this file",
            first=declared,
        )
        for name, declared in sorted(names.items())
    ]


def _span(offset: int, match: re.Match[str]) -> Span:
    return Span(offset - len(match["name"]), offset)


def _in_settings(analysis: Analysis, offset: int) -> bool:
    """Whether a place is in front matter, or in a file of keys outside of its prompts."""
    document = analysis.report.document
    text = document.source.text
    front = _FRONT.match(text)
    if front is not None:
        before = text[front.end() : offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return offset >= front.end() and not any(_FENCE.match(line) for line in before[:-1])
    return document.source.path.endswith((".yml", ".yaml", ".json", ".toml")) and _message_at(analysis, offset) is None


def _has(variable: Variable, message: Message) -> bool:
    return any(each is message for report in variable.prompts for each in report.prompt.messages)


def _in_model(analysis: Analysis, offset: int, *, named: bool) -> bool:
    """Whether a place in a program is in the name of a prompt's model; `named`: it stands under a key that says so."""
    for report in analysis.report.prompts:
        model = report.prompt.settings.model
        places = [model.location] if model is not None else []
        places += [report.prompt.location] if named else []
        if any(at.path == analysis.source.path and at.span.start <= offset <= at.span.end for at in places):
            return True
    return False


def _message_at(analysis: Analysis, offset: int) -> Message | None:
    for report in analysis.report.prompts:
        for message in report.prompt.messages:
            place = message.locate(Span(0, len(message.text)))
            if (
                place is not None
                and place.path == analysis.source.path
                and place.span.start <= offset <= place.span.end
            ):
                return message
    return None


_SECTION: Final = re.compile(r"^\s*\[+(?:tool\.promptlint\.?)?(?P<name>[^\]]*)\]+")
_LIST_OPEN: Final = re.compile(r"""(?:^|\n)\s*(?P<key>select|ignore|extend-select)\s*=\s*\[[^\]]*\Z""")
_WORD: Final = re.compile(r"""["']?(?P<name>[\w./:@-]*)$""")
_VALUE: Final = re.compile(r"""^\s*(?P<key>[\w-]+)\s*=\s*(?P<quote>["']?)(?P<name>[\w./:@-]*)$""")
_TABLE: Final = re.compile(r"^\s*\[(?P<before>(?:tool\.promptlint\.)?rules\.)(?P<name>[\w-]*)$")


def complete_configuration(buffer: Buffer, root: Root, offset: int) -> list[types.CompletionItem]:
    """What may be written at a place in a configuration file."""
    text = buffer.text
    source = Source("", text.bare)
    line = source.line_span(source.position(offset).line)
    head = source.text[line.start : offset]
    before = source.text[:offset]
    in_table = _TABLE.match(head)
    if in_table is not None:
        return _rules(root.rules, text, _span(offset, in_table), selectors=False)
    section = _section(before[: line.start])
    if section is None and buffer.file is not None and buffer.file.name == "pyproject.toml":
        return []
    word = _WORD.search(head)
    if _LIST_OPEN.search(before) and word is not None:
        return _rules(root.rules, text, _span(offset, word), selectors=True)
    value = _VALUE.match(head)
    if value is not None:
        return _values(value, text, _span(offset, value))
    key = _KEY.match(head.lstrip())
    if key is None:
        return []
    span = _span(offset, key)
    if section == "severity":
        return _rules(root.rules, text, span, selectors=True)
    return [_item(each, types.CompletionItemKind.Property, text, span, f"{each} = ") for each in _keys(section, root)]


def _section(before: str) -> str | None:
    """The table that a place is in, without ``tool.promptlint``; None outside of promptlint's."""
    found: str | None = None
    for line in before.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match = _SECTION.match(line)
        if match is not None:
            inside = "tool.promptlint" in line or not line.lstrip("[ ").startswith(("tool.", "project", "build-system"))
            found = match["name"].strip() if inside else None
    return found


def _keys(section: str | None, root: Root) -> Iterable[str]:
    if section is None or section == "":
        return config.KEYS
    if section == "overrides":
        return config.OVERRIDE_KEYS
    if section == "formats":
        return config.FORMAT_KEYS
    if section.startswith("models."):
        return config.MODEL_KEYS
    if section.startswith("variables."):
        return config.VARIABLE_KEYS
    rule = root.rules.get(section.removeprefix("rules.")) if section.startswith("rules.") else None
    return rule.options if rule is not None else ()


def _values(value: re.Match[str], text: Text, span: Span) -> list[types.CompletionItem]:
    key = value["key"]
    if key in ("model", "like"):
        return _models(text, span, {}) if value["quote"] else []
    known: dict[str, Iterable[str]] = {
        "fail-on": (*config.LEVELS, config.NEVER),
        "output-format": config.OUTPUT_FORMATS,
        "kind": ("task", "system", "reference", "fragment"),
    }
    levels = config.LEVELS if key in (*FAMILIES, *PRESETS) else known.get(key, ())
    quote = "" if value["quote"] else '"'
    return [_item(each, types.CompletionItemKind.EnumMember, text, span, f"{quote}{each}{quote}") for each in levels]


def _rules(rules: Mapping[str, Rule], text: Text, span: Span, *, selectors: bool) -> list[types.CompletionItem]:
    items = [
        _item(name, types.CompletionItemKind.Value, text, span, detail=rule.summary)
        for name, rule in sorted(rules.items())
    ]
    items += [_item(name, types.CompletionItemKind.Enum, text, span, detail=about) for name, about in FAMILIES.items()]
    if selectors:
        items += [
            _item(name, types.CompletionItemKind.Enum, text, span, detail="a preset") for name in (*PRESETS, "all")
        ]
    return items


def _models(text: Text, span: Span, own: Iterable[str]) -> list[types.CompletionItem]:
    names = dict.fromkeys(own, "priced in the configuration")
    for model in makers_models():
        names.setdefault(model.id, f"{model.name} ({model.provider})")
    return [
        _item(name, types.CompletionItemKind.Value, text, span, detail=about) for name, about in sorted(names.items())
    ]


def _item(
    label: str,
    kind: types.CompletionItemKind,
    text: Text,
    span: Span,
    new: str | None = None,
    *,
    detail: str = "",
    first: bool = False,
) -> types.CompletionItem:
    return types.CompletionItem(
        label,
        kind=kind,
        detail=detail or None,
        sort_text=f"{'0' if first else '1'}{label}",
        filter_text=label,
        text_edit=types.TextEdit(text.range(span), label if new is None else new),
    )
