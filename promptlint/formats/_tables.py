"""Formats as data: where in a tree of YAML, JSON or TOML the texts of prompts stand, and what is declared about them.

A `Table` describes the prompts of one shape by paths from the root: ``prompts.*.text`` (``*`` is every key),
``requests[].body`` (``[]`` is every item, ``[0]`` one of them), ``**.prompt`` (``**`` is any number of steps, none included),
``$`` (the root itself), ``"a key with . in it".text``. Each match of a path up to its last wildcard is one prompt, and in the
other paths of the table the wildcards that they have in common with it stand for the same keys: with the text at
``prompts.*.text`` the model at ``prompts.*.model`` is that of the same prompt, and the one at ``model`` is every prompt's.

Where several paths are given, the first that leads somewhere counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from promptlint import templates
from promptlint.diagnostic import Problem, Related
from promptlint.formats import _body, _comments, _metadata, trees
from promptlint.formats._format import NOTATIONS, Notation, UniqueNames, prompt_name, split_path
from promptlint.formats._tree_file import over
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Document, Kind, Message, Prompt, Role, Setting, Settings
from promptlint.source import Location, Source, Span, TextMap

__all__ = [
    "PathError",
    "Slot",
    "Table",
    "holds_prompts",
    "lines_of",
    "notation_of",
    "parse_path",
    "read_tables",
    "read_tree",
]


class Wild(Enum):
    """A step of a path that more than one key or item matches."""

    KEY = "*"
    ITEM = "[]"
    ANY = "**"

    __hash__ = object.__hash__  # paths are looked up very often


Path: TypeAlias = tuple[str | int | Wild, ...]


class PathError(ValueError):
    """A path is not written as one; the message says what is wrong with it."""


_STEP = regex(r"""(?P<item>\[(?P<index>\d{0,9})\])|(?P<dot>\.)|"(?P<quoted>[^"]+)"|(?P<key>[^."\[\]]+)""")


@lru_cache(maxsize=1024)
def parse_path(text: str) -> Path:
    """The steps of a path.

    Raises:
        PathError: it is not a path.
    """
    steps: list[str | int | Wild] = []
    wants_key = True  # a key stands at the start and behind a dot, nowhere else
    at = 0
    if text.startswith("$") and text[1:2] in ("", ".", "["):
        at, wants_key = 1, False
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise PathError(f"'{text[at]}' is not expected in a path")
        if match["item"]:
            if wants_key and at > 0:
                raise PathError("a path must have a key behind '.'")
            steps.append(int(match["index"]) if match["index"] else Wild.ITEM)
            wants_key = False
        elif match["dot"]:
            if wants_key:
                raise PathError("a path must have a key before and behind each '.'")
            wants_key = True
        else:
            if not wants_key:
                raise PathError("keys in a path are separated by '.'")
            key = (match["key"] or "").strip()
            wild = {"*": Wild.KEY, "**": Wild.ANY}.get(key)
            if not match["quoted"] and (not key or (wild is None and "*" in key)):
                raise PathError("'*' stands for a whole key" if key else "a path must have a key")
            steps.append(match["quoted"] or wild or key)
            wants_key = False
        at = match.end()
    if wants_key:
        raise PathError("a path must not end in '.'" if text else "a path must not be empty")
    if steps.count(Wild.ANY) > 1:
        raise PathError("a path can have one '**'")
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where text of a prompt stands: a string, a list of messages with role and content, or a list of text blocks.

    `role` is the role of text that names none itself; `role_at` is the path of its name.
    """

    path: str
    role: Role | None = None
    role_at: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Where the prompts of one shape stand; see the module for the notation of paths.

    What `slots` lead to are the messages of one prompt, in this order. `template` is the template language of all texts, None
    to go by what stands at `template_at`, else by each text. `near` says whether settings and declared variables under their
    usual names count too where they stand beside the text or around it. `roles` are those of the messages that are read, None
    for all. `accepts` looks at the texts of a prompt and says whether they are one; a single text that is
    shorter than `least` it never takes.
    """

    slots: tuple[Slot, ...]
    name: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    max_output_tokens: tuple[str, ...] = ()
    temperature: tuple[str, ...] = ()
    response_format: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    template_at: tuple[str, ...] = ()
    template: str | None = None
    kind: Kind | None = None
    language: str | None = None
    near: bool = True
    roles: frozenset[Role] | None = None
    accepts: Callable[[Sequence[str]], bool] | None = None
    least: int = 0


def notation_of(path: str) -> Notation | None:
    """The notation of a file, by its suffix."""
    return NOTATIONS.get(split_path(path)[1].lower().rpartition(".")[2])


@lru_cache(maxsize=1)  # what recognises a file has just read it for what reads it
def whole_tree(source: Source, notation: Notation) -> trees.Tree:
    """The tree of a file."""
    return read_tree(source, notation, Span(0, len(source.text)))


def read_tree(source: Source, notation: Notation, place: Span) -> trees.Tree:
    """The tree of a part of a file."""
    read = {"yaml": trees.read_yaml, "toml": trees.read_toml}.get(notation, trees.read_json)
    return read(source.slice(place), TextMap.of(source.path, place))


def lines_of(source: Source) -> Iterator[Span]:
    """The lines of a file that are not blank, without white space around them."""
    for line in range(1, len(source.line_starts) + 1):
        span = _body.trimmed(source, source.line_span(line))
        if len(span):
            yield span


def read_tables(
    source: Source,
    name: str,
    tables: Sequence[Table],
    *,
    notation: Notation | None = None,
    lines: Sequence[Span] | None = None,
) -> Document:
    """The Document of a file whose prompts stand where `tables` say; text that two of them claim is the first one's.

    Args:
        source: the file.
        name: the format's name.
        tables: where prompts stand.
        notation: the file's notation, by default what its suffix says, else YAML.
        lines: the lines of a JSONL file that are read, by default all.
    """
    return _Reader(source, notation or notation_of(source.path) or "yaml").document(name, tables, lines)


def holds_prompts(source: Source, notation: Notation, tables: Sequence[Table]) -> bool:
    """Whether `read_tables` finds a prompt; it is only looked for the first one."""
    reader = _Reader(source, notation)
    roots = reader.roots(whole_tree(source, notation))
    return any(True for root in roots for _ in reader.prompts(root, tables))


@dataclass(frozen=True, slots=True)
class _Match:
    """A place that a path leads to. `ends` has the number of `steps` up to each step of the path."""

    node: trees.Node
    entry: trees.Entry | None = None
    steps: tuple[str | int, ...] = ()
    ends: tuple[int, ...] = (0,)

    def to(self, node: trees.Node, *steps: str | int, entry: trees.Entry | None = None) -> _Match:
        reached = (*self.steps, *steps)
        return _Match(node, entry, reached, (*self.ends, len(reached)))


def _advance(match: _Match, step: int | Wild) -> Iterator[_Match]:
    node = match.node
    if step is Wild.ANY:
        for steps, below in trees.walk(node):
            yield match.to(below, *steps)
    elif step is Wild.KEY:
        for key, entry in _metadata.fields_of(node).items():
            yield match.to(entry.value, key, entry=entry)
    elif isinstance(node, trees.Sequence) and step is Wild.ITEM:
        for index, item in enumerate(node.items):
            yield match.to(item, index)
    elif isinstance(node, trees.Sequence) and isinstance(step, int) and step < len(node.items):
        yield match.to(node.items[step], step)


def _matches(found: list[_Match], path: Path) -> list[_Match]:
    for step in path:
        if isinstance(step, str):  # most nodes have no such key
            found = [
                match.to(entry.value, step, entry=entry)
                for match in found
                if isinstance(match.node, trees.Mapping) and (entry := match.node.entry(step)) is not None
            ]
        else:
            found = [further for match in found for further in _advance(match, step)]
    return found


def _anchor(path: Path) -> Path:
    """A path up to its last wildcard."""
    return path[: max((index + 1 for index, step in enumerate(path) if isinstance(step, Wild)), default=0)]


@lru_cache(maxsize=1024)
def _beyond(path: Path, anchor: Path) -> tuple[int, Path]:
    """How many steps a path has in common with another, and its steps behind those."""
    common = 0
    while common < min(len(path), len(anchor)) and path[common] == anchor[common]:
        common += 1
    return common, path[common:]


@lru_cache(maxsize=256)
def _keys(slots: tuple[str, ...]) -> frozenset[str] | None:
    """The keys of which a mapping must have one to hold a prompt, by the paths of a table's slots; None where that cannot be told."""
    anchor = _anchor(parse_path(slots[0]))
    keys: set[str] = set()
    for path in slots:
        common, rest = _beyond(parse_path(path), anchor)
        if common < len(anchor) or not rest or not isinstance(rest[0], str):
            return None
        keys.add(rest[0])
    return frozenset(keys)


def _may_hold(node: trees.Node, keys: frozenset[str]) -> bool:
    return isinstance(node, trees.Mapping) and not keys.isdisjoint(node.keys)


@dataclass(frozen=True, slots=True)
class _Place:
    """One prompt's place: the root it is under, the path up to its last wildcard, and what that has matched."""

    root: trees.Node
    anchor: Path
    match: _Match

    def matches(self, text: str) -> list[_Match]:
        """What a path leads to for this prompt."""
        common, rest = _beyond(parse_path(text), self.anchor)
        steps = self.match.steps[: self.match.ends[common]]
        if common == len(self.anchor):
            start = _Match(self.match.node, self.match.entry, self.match.steps, (len(steps),))
        else:
            node = trees.find(self.root, steps)
            if node is None:
                return []
            start = _Match(node, None, steps, (len(steps),))
        return _matches([start], rest)

    def first(self, paths: Sequence[str]) -> _Match | None:
        """What the first path leads to that leads anywhere."""
        return next((match for path in paths for match in self.matches(path)), None)


@dataclass(frozen=True, slots=True)
class _Written:
    """A text that is to be a message."""

    role: Role | None
    value: trees.Scalar
    starts: tuple[Span, ...]  # of what a suppression comment can stand at: the key, the list item


_TEXT_BLOCKS = frozenset(("text", "input_text", "output_text", "message"))
_ROLES: dict[str, Role] = {"human": "user", "ai": "assistant", "bot": "assistant", "model": "assistant"}
_CONTENT_KEYS = ("content", "parts", "text")


def _texts(role: Role | None, node: trees.Node, starts: tuple[Span, ...]) -> Iterator[_Written]:
    """The texts of a node: itself, or those of its messages and text blocks."""
    if isinstance(node, trees.Scalar):
        if node.is_string and node.text.strip():
            yield _Written(role, node, starts)
    elif isinstance(node, trees.Sequence):
        for item in node.items:
            yield from _texts(role, item, (item.span,))
    else:
        inner = _metadata.fields_of(node)
        kind = _metadata.text_of(inner["type"].value) if "type" in inner else None
        if kind == "tool_result":
            role = "tool"
        elif kind is not None and kind not in _TEXT_BLOCKS:
            role = _role(kind)
            if role is None:
                return
        if "role" in inner:
            role = _role(_metadata.text_of(inner["role"].value))
        entry = next((inner[key] for key in _CONTENT_KEYS if key in inner), None)
        if entry is not None:
            yield from _texts(role, entry.value, (*starts, entry.key.span))


def _role(name: str | None) -> Role | None:
    return _body.role_named(name) or _ROLES.get((name or "").lower())


@dataclass(frozen=True, slots=True)
class _Found:
    """A prompt whose messages are yet to be scanned: their texts, each with its template language and whether that is declared.

    Its name is made from `given`, what the file calls it, or `where` it stands. `sure` says that its declarations are just
    that whether its texts use them or not.
    """

    prompt: Prompt
    texts: tuple[_Written, ...]
    languages: tuple[str, ...]
    told: bool
    given: str | None
    where: str
    sure: bool


_SETTING_KEYS = {
    "model": "model",
    "max_output_tokens": "max_output_tokens",
    "temperature": "temperature",
    "response_format": "response_format",
    "tools": "tools",
}


class _Reader:
    """Reads one file; collects the problems that it meets on the way."""

    def __init__(self, source: Source, notation: Notation) -> None:
        self.source = source
        self.notation = notation
        self.problems: list[Problem] = []
        self.comments: list[_comments.Comment] = []
        self.extents: dict[int, Span] = {}
        self.claimed: set[int] = set()

    def document(self, name: str, tables: Sequence[Table], lines: Sequence[Span] | None) -> Document:
        own = _metadata.Own()
        found: list[_Found] = []
        if self.notation == "jsonl":
            for span in lines_of(self.source) if lines is None else lines:
                for root in self.roots(read_tree(self.source, "json", span)):
                    line = str(self.source.position(span.start).line)
                    found += [replace(each, where=line) for each in self.prompts(root, tables)]
        else:
            roots = self.roots(whole_tree(self.source, self.notation))
            own = _metadata.own_key(_metadata.fields_of(roots[0])) if roots else own
            for root in roots:
                found += self.prompts(root, tables)
        prompts = tuple(map(own.on, self.named(found)))
        silenced, wrong = _comments.suppressions(self.source, self.comments, self.extents)
        return Document(
            self.source,
            name,
            prompts,
            (*self.problems, *own.problems, *wrong),
            (*own.suppressions, *silenced),
        )

    def roots(self, tree: trees.Tree) -> list[trees.Node]:
        """The values of a tree; what is wrong with it is noted."""
        for fault in tree.problems:
            related = (Related(fault.related, "the same key stands here"),) if fault.related else ()
            self.problems.append(Problem("invalid-file", fault.location, fault.message, related=related))
        self.comments += [_comments.Comment(comment.text, comment.location.span) for comment in tree.comments]
        return [] if tree.broken or tree.root is None else [tree.root, *tree.more]

    def named(self, found: Sequence[_Found]) -> Iterator[Prompt]:
        """The prompts in the order of the file; an only one is named after the file, others after it and themselves."""
        names = UniqueNames()
        stem = prompt_name(self.source.path)
        jinja = any("jinja" in each.languages for each in found)
        for each in sorted(found, key=lambda item: item.prompt.location.span):
            inner = each.given or each.where
            alone = len(found) == 1 and self.notation != "jsonl"
            name = names.of(f"{stem}/{inner}" if inner and not alone else stem)
            yield self.scanned(each, name, jinja=jinja)

    def prompts(self, root: trees.Node, tables: Sequence[Table]) -> Iterator[_Found]:
        everywhere = list(_advance(_Match(root), Wild.ANY))
        known = {key for match in everywhere if isinstance(match.node, trees.Mapping) for key in match.node.keys}
        for table in tables:
            anchor = _anchor(parse_path(table.slots[0].path))
            keys = _keys(tuple([slot.path for slot in table.slots]))
            if not known.issuperset(step for step in anchor if isinstance(step, str)):
                continue
            if keys is not None and keys.isdisjoint(known):
                continue
            below = anchor[:1] == (Wild.ANY,)
            for match in _matches(everywhere, anchor[1:]) if below else _matches([_Match(root)], anchor):
                if keys is not None and not _may_hold(match.node, keys):
                    continue
                if keys is None and isinstance(match.node, trees.Scalar) and len(match.node.text) < table.least:
                    continue
                found = self.prompt(table, _Place(root, anchor, match))
                if found is not None:
                    yield found

    def prompt(self, table: Table, place: _Place) -> _Found | None:
        written: list[_Written] = []
        matches: list[_Match] = []
        for slot in table.slots:
            for match in place.matches(slot.path):
                texts = list(_texts(self.role(slot, place), match.node, (match.entry.key.span,) if match.entry else ()))
                texts = [
                    text
                    for text in texts
                    if id(text.value) not in self.claimed and (table.roles is None or text.role in table.roles)
                ]
                if texts:
                    written += texts
                    matches.append(match)
        if not written or (table.accepts and not table.accepts([text.value.text for text in written])):
            return None
        self.claimed.update(id(text.value) for text in written)
        around = list(self.around(place.root, matches[0]))
        settings = self.settings(table, place, around)
        declared, sure = self.declared(table, place, around)
        language = self.template(table, place)
        languages = tuple(language or _body.language_of(text.value.text, declared) for text in written)
        for match in matches:
            if match.entry:
                self.holds_prompt(match.entry.key.span, match.node.span)
        given = place.first(table.name)
        steps = place.match.steps or (matches[0].steps if len(table.slots) == 1 else ())
        return _Found(
            Prompt("", self.hull(matches), (), declared, settings, table.kind, table.language),
            tuple(written),
            languages,
            language is not None,
            _metadata.text_of(given.node) if given else None,
            ".".join(str(step) for step in steps),
            sure,
        )

    def role(self, slot: Slot, place: _Place) -> Role | None:
        named = place.first((slot.role_at,)) if slot.role_at else None
        return _role(_metadata.text_of(named.node)) if named else slot.role

    def hull(self, matches: Sequence[_Match]) -> Location:
        spans = [match.node.span for match in matches]
        return self.source.location(min(span.start for span in spans), max(span.end for span in spans))

    @staticmethod
    def around(root: trees.Node, match: _Match) -> Iterator[_metadata.Fields]:
        """The mappings that a place lies in, the innermost first."""
        nodes: list[trees.Node | None] = [root]
        for step in match.steps[:-1]:
            nodes.append(trees.find(nodes[-1], (step,)))
        for node in reversed(nodes):
            if isinstance(node, trees.Mapping):
                yield _metadata.fields_of(node)

    def settings(self, table: Table, place: _Place, around: Sequence[_metadata.Fields]) -> Settings:
        told: dict[str, trees.Entry] = {}
        for field, key in _SETTING_KEYS.items():
            match = place.first(getattr(table, field))
            if match is not None:
                told[key] = match.entry or trees.Entry(_no_key(match.node), match.node)
        schema = place.first(table.schema)
        found = _metadata.settings(told)
        if schema is not None:
            found = replace(found, schema=self.schema(schema.node) or found.schema)
        for mapping in around if table.near else ():
            found = over(found, _metadata.settings(mapping))
        return found

    def schema(self, node: trees.Node) -> Setting[object] | None:
        """The schema at a place: a mapping, or JSON in a string."""
        text = _metadata.text_of(node)
        if text is not None and isinstance(node, trees.Scalar) and text.lstrip().startswith("{"):
            tree = trees.read_json(text, node.map)
            for fault in tree.problems:
                related = (Related(fault.related, "the same key stands here"),) if fault.related else ()
                self.problems.append(Problem("invalid-json-schema", fault.location, fault.message, related=related))
            if tree.broken or tree.root is None:
                return None
            return _metadata.structured(tree.root)
        return _metadata.structured(node)

    @staticmethod
    def declared(
        table: Table, place: _Place, around: Sequence[_metadata.Fields]
    ) -> tuple[tuple[Declaration, ...] | None, bool]:
        """The declared variables, and whether it is certain that this is what is declared there."""
        told = place.first(table.variables)
        if told is not None:
            return _metadata.declared_by(told.node), True
        return _metadata.declarations(around[0]) if table.near and around else None, False

    @staticmethod
    def template(table: Table, place: _Place) -> str | None:
        told = place.first(table.template_at)
        if told is not None:
            key = told.entry or trees.Entry(_no_key(told.node), told.node)
            declared = _metadata.declared_template({"template_format": key})
            name = _metadata.text_of(told.node)
            return declared or (name if name in templates.LANGUAGES else "none")
        return table.template

    def scanned(self, found: _Found, name: str, *, jinja: bool) -> Prompt:
        """A prompt with its name and messages; in a file that holds `jinja`, doubled braces are Jinja wherever nothing else is declared."""
        messages: list[Message] = []
        for text, language in zip(found.texts, found.languages, strict=True):
            value = text.value
            for start in (*text.starts, value.span):
                self.holds_prompt(start, Span(min(start.start, value.span.start), max(start.end, value.span.end)))
            if jinja and not found.told and language in ("double-braces", "none") and "{{" in value.text:
                language = "jinja"
            message, problems = _body.message(text.role, value.text, value.map, language, value.location)
            self.problems += problems
            self.comments += _comments.template_comments(value.text, value.map, message.parts)
            messages.append(message)
        declared = found.prompt.declared
        used = {use.name for message in messages for use in message.uses}
        if declared and not found.sure and not any(each.name in used for each in declared):
            declared = None  # in files that we do not know, 'inputs' may mean anything
        for message in messages:
            declared = _body.known_declarations(declared, message.template, message.text)
        return replace(found.prompt, name=name, messages=tuple(messages), declared=declared)

    def holds_prompt(self, line_of: Span, value: Span) -> None:
        """Note that the value of a prompt starts at a line, for suppression comments there."""
        line = self.source.position(line_of.start).line
        known = self.extents.get(line, value)
        self.extents[line] = Span(min(known.start, value.start), max(known.end, value.end))


def _no_key(node: trees.Node) -> trees.Scalar:
    """An empty key for an item of a list, so that it can be looked at like the value of a key."""
    return trees.Scalar("", "", "json", node.start, node.start, node.origin, lambda _: ((), lambda _: None))
