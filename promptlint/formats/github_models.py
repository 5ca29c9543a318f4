"""GitHub Models prompt files: ``*.prompt.yml`` and ``*.prompt.yaml``.

Other formats use these suffixes too (Semantic Kernel the second one), so the content decides. Template syntax is ``{{name}}`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from promptlint.diagnostic import Problem, Related
from promptlint.formats import _body, _comments, _metadata, trees
from promptlint.formats._format import Coverage, Recognition, Refusal, UniqueNames, prompt_name
from promptlint.lazy import regex
from promptlint.prompt import Declaration, Document, Lookup, Message, Prompt, Role, Setting, Settings
from promptlint.source import Source, Span, TextMap

RANK = 10
FORMATS = {"github-models": "GitHub Models prompt (.prompt.yml, .prompt.yaml)"}
COVERAGE = {
    "github-models": Coverage(
        messages="`messages` with their roles; each evaluator that asks a model",
        variables="`{{name}}`; the keys of `testData` declare",
        model="`model`, `modelId` of an evaluator",
        cap="`modelParameters.maxCompletionTokens`, `maxTokens`",
        schema="`jsonSchema`, also as a string; the choices of an evaluator",
        comments="`#`",
        unread="images, evaluators that compare strings or are named by `uses`",
    ),
}

_TEMPLATE = "double-braces"
_MESSAGES = regex(r"""(?:\A|[\r\n]|\{)[ \t]*["']?messages["']?[ \t]*:""")
_TEXT = regex(r"(?:\A|[\r\n])(?:template|prompt|system|system_prompt|instructions)[ \t]*:")
_BUILT_IN = ("input", "expected", "completion")


def _unwrapped(node: trees.Node) -> trees.Node:
    """The schema inside the wrapper ``{name, strict, schema}`` that OpenAI's interface wants, else the node itself."""
    if not isinstance(node, trees.Mapping) or node.get("type") is not None:
        return node
    inner = node.get("schema")
    return inner if isinstance(inner, trees.Mapping) else node


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith((".prompt.yml", ".prompt.yaml"))


def recognise(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:  # noqa: ARG001
    if not may_hold_prompts(path):
        return None
    if _MESSAGES.search(text):
        return Recognition("github-models", "name ends in ." + ".".join(path.rsplit(".", 2)[1:]) + ", holds 'messages'")
    if _TEXT.search(text):
        return None  # a Semantic Kernel function, or a format of somebody's own
    return Refusal("YAML without 'messages', so not a GitHub Models prompt")


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return _Reader(source).document(name)


class _Reader:
    """Reads one file; collects the problems that it meets on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.path = source.path
        self.problems: list[Problem] = []
        self.extents: dict[int, Span] = {}
        self.comments: list[_comments.Comment] = []

    def document(self, name: str) -> Document:
        text = self.source.text
        tree = trees.read_yaml(text, TextMap.of(self.path, Span(0, len(text))))
        for fault in tree.problems:
            related = (Related(fault.related, "the same key stands here"),) if fault.related else ()
            self.problems.append(Problem("invalid-file", fault.location, fault.message, related=related))
        self.comments += [_comments.Comment(comment.text, comment.location.span) for comment in tree.comments]
        prompts: tuple[Prompt, ...] = ()
        own = _metadata.Own()
        if not tree.broken and tree.root is not None:
            if isinstance(tree.root, trees.Mapping):
                fields = _metadata.fields_of(tree.root)
                own = _metadata.own_key(fields)
                prompts = tuple(self.prompts(fields, own))
            else:
                self.problem(tree.root, "a prompt file must be a mapping with the key 'messages'")
        silenced, wrong = _comments.suppressions(self.source, self.comments, self.extents)
        return Document(
            self.source,
            name,
            prompts,
            (*self.problems, *own.problems, *wrong),
            (*own.suppressions, *silenced),
        )

    def problem(self, node: trees.Node, detail: str) -> None:
        self.problems.append(Problem("invalid-file", node.location, detail))

    def holds_prompt(self, line_of: Span, value: Span) -> None:
        """Note that the value of a prompt starts at a line, for suppression comments there."""
        line = self.source.position(line_of.start).line
        known = self.extents.get(line, value)
        self.extents[line] = Span(min(known.start, value.start), max(known.end, value.end))

    def prompts(self, fields: _metadata.Fields, own: _metadata.Own) -> Iterator[Prompt]:
        names = UniqueNames()
        name = names.of(prompt_name(self.path))
        entry = fields.get("messages")
        evaluators = fields["evaluators"].value if "evaluators" in fields else None
        if entry is not None:
            self.holds_prompt(entry.key.span, entry.value.span)
            messages = tuple(self.messages(entry.value))
            if messages:
                yield Prompt(
                    name,
                    entry.value.location,
                    messages,
                    self.declared(fields, messages, evaluators),
                    own.apply(self.settings(fields)),
                    own.kind,
                    own.language,
                )
        for item in evaluators.items if isinstance(evaluators, trees.Sequence) else ():
            prompt = self.evaluator(item, name, names)
            if prompt is not None:
                yield replace(prompt, settings=own.apply(prompt.settings), language=own.language)

    def messages(self, node: trees.Node) -> Iterator[Message]:
        if not isinstance(node, trees.Sequence):
            if not (isinstance(node, trees.Scalar) and node.value is None):
                self.problem(node, "'messages' must be a list of messages with role and content")
            return
        for item in node.items:
            fields = _metadata.fields_of(item)
            content = fields.get("content")
            if content is None:
                self.problem(item, "a message must be a mapping with the keys role and content")
                continue
            role = _body.role_named(_metadata.text_of(fields["role"].value) if "role" in fields else None)
            self.holds_prompt(item.span, item.span)
            yield from self.contents(role, content)

    def contents(self, role: Role | None, entry: trees.Entry) -> Iterator[Message]:
        """The messages of a ``content``: one, or one for each text in a list of content parts."""
        if isinstance(entry.value, trees.Sequence):
            for part in entry.value.items:
                text = _metadata.fields_of(part).get("text")
                if text is not None:
                    yield from self.contents(role, text)
            return
        if not isinstance(entry.value, trees.Scalar) or entry.value.value is None:
            self.problem(
                entry.value if isinstance(entry.value, trees.Mapping) else entry.key, f"'{entry.key.text}' must be text"
            )
            return
        yield self.message(role, entry)

    def message(self, role: Role | None, entry: trees.Entry) -> Message:
        value = entry.value
        assert isinstance(value, trees.Scalar)
        self.holds_prompt(entry.key.span, value.span)
        self.holds_prompt(value.span, value.span)
        found, problems = _body.message(role, value.text, value.map, _TEMPLATE, value.location)
        self.problems += problems
        return found

    def settings(self, fields: _metadata.Fields) -> Settings:
        found = _metadata.settings(fields)
        schema = fields["jsonSchema"].value if "jsonSchema" in fields else None
        if schema is None:
            return found
        return replace(found, schema=self.schema(schema) or found.schema)

    def schema(self, node: trees.Node) -> Setting[object] | None:
        """The schema of the answer: a mapping, or JSON in a string."""
        if isinstance(node, trees.Mapping):
            return _metadata.structured(_unwrapped(node))
        text = _metadata.text_of(node)
        if text is None or not isinstance(node, trees.Scalar) or not text.strip():
            return None
        tree = trees.read_json(text, node.map)
        if tree.problems and "{{" in text:
            return None  # filled in at run time: what stands there now need not be JSON
        for fault in tree.problems:
            related = (Related(fault.related, "the same key stands here"),) if fault.related else ()
            self.problems.append(Problem("invalid-json-schema", fault.location, fault.message, related=related))
        return None if tree.broken or tree.root is None else _metadata.structured(_unwrapped(tree.root))

    def declared(
        self, fields: _metadata.Fields, messages: tuple[Message, ...], evaluators: trees.Node | None
    ) -> tuple[Declaration, ...] | None:
        """The variables that the test data fills, without those that only the evaluators look at."""
        rows = fields["testData"].value if "testData" in fields else None
        if not isinstance(rows, trees.Sequence) or not any(isinstance(row, trees.Mapping) for row in rows.items):
            return None
        used = {use.name for message in messages for use in message.uses}
        evaluated = " ".join(
            node.text for _, node in trees.walk(evaluators) if isinstance(node, trees.Scalar) and "{{" in node.text
        )
        elsewhere = set(re.findall(r"\{\{\s*([\w.-]+)\s*\}\}", evaluated))
        found: dict[str, Declaration] = {}
        for row in rows.items:
            for name, entry in _metadata.fields_of(row).items():
                if name in used or (name not in _BUILT_IN and name not in elsewhere):
                    sample = _metadata.sample_text(entry.value)
                    found.setdefault(name, Declaration(name, entry.key.location, sample))
        return tuple(found.values())

    def evaluator(self, item: trees.Node, name: str, names: UniqueNames) -> Prompt | None:
        """The prompt of an evaluator that asks a model, None for any other."""
        fields = _metadata.fields_of(item)
        llm = _metadata.fields_of(fields["llm"].value) if "llm" in fields else {}
        written: list[tuple[Role, trees.Entry]] = []
        if "systemPrompt" in llm:
            written.append(("system", llm["systemPrompt"]))
        if "prompt" in llm:
            written.append(("user", llm["prompt"]))
        messages = tuple(
            self.message(role, entry)
            for role, entry in written
            if isinstance(entry.value, trees.Scalar) and entry.value.value is not None
        )
        if not messages:
            return None
        value = fields["llm"].value
        self.holds_prompt(item.span, item.span)
        self.holds_prompt(fields["llm"].key.span, value.span)
        own_name = (_metadata.text_of(fields["name"].value) if "name" in fields else None) or "evaluator"
        settings = _metadata.settings(llm)
        choices = trees.to_data(llm["choices"].value) if "choices" in llm else None
        if isinstance(choices, list) and choices:
            # the answer is one of the choices, which bounds it as an enumeration does
            labels = [choice.get("choice") if isinstance(choice, dict) else choice for choice in choices]
            settings = replace(settings, schema=Setting({"enum": labels}, llm["choices"].value.location))
        return Prompt(names.of(f"{name}/{own_name}"), value.location, messages, None, settings)
