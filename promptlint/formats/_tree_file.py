"""Reading one YAML or JSON file whose shape a format module knows, and the files that it, or a text, is joined with."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import lru_cache

from promptlint.diagnostic import Problem, Related
from promptlint.formats import _body, _comments, _metadata, trees
from promptlint.lazy import regex
from promptlint.prompt import Declaration, Document, Lookup, Message, Prompt, Role, Settings, Use, Variable
from promptlint.source import Source, Span, TextMap

__all__ = ["Beside", "TreeFile", "is_null", "over", "placeholder", "tree_of", "tree_problems", "without_hidden"]


@lru_cache(maxsize=16)
def tree_of(source: Source) -> trees.Tree:
    """The tree of a file: JSON by its suffix, else YAML. Kept, as many prompts can be joined with one file."""
    read = trees.read_json if source.path.lower().endswith(".json") else trees.read_yaml
    return read(source.text, TextMap.of(source.path, Span(0, len(source.text))))


def tree_problems(tree: trees.Tree, rule: str = "invalid-file") -> tuple[Problem, ...]:
    """What is wrong with the text of a tree."""
    return tuple(
        Problem(
            rule,
            fault.location,
            fault.message,
            related=(Related(fault.related, "the same key stands here"),) if fault.related else (),
        )
        for fault in tree.problems
    )


def is_null(node: trees.Node | None) -> bool:
    """Whether a value is absent or null."""
    return node is None or (isinstance(node, trees.Scalar) and node.value is None)


def over(first: Settings, second: Settings) -> Settings:
    """The settings of `first`, and those of `second` that it lacks."""
    if second is _metadata.NO_SETTINGS:
        return first
    return Settings(
        first.model or second.model,
        first.max_output_tokens or second.max_output_tokens,
        first.temperature or second.temperature,
        first.response_format or second.response_format,
        first.schema or second.schema,
        first.tools or second.tools,
    )


def placeholder(name: trees.Scalar) -> Message:
    """The messages that are put in at run time where a file gives them a name: a variable and nothing else."""
    whole = Span(0, len(name.text))
    return Message(None, name.text, name.map, (Variable(whole, (Use(name.text, whole),)),))


def without_hidden(declared: Iterable[Declaration], messages: Sequence[Message]) -> tuple[Declaration, ...]:
    """The declared variables without those that stand in braces where no variable is seen, such as a code fence.

    ``str.format`` fills them in all the same, so they are not unused.
    """
    used = {use.name for message in messages for use in message.uses}
    written = {name for message in messages for name in _IN_BRACES.findall(message.text)}
    return tuple(each for each in declared if each.name in used or each.name not in written)


_IN_BRACES = regex(r"\{\s*([^\s{}:!.\[]+)")


class Beside:
    """The files near a file, by paths relative to its folder; remembers which were looked at."""

    def __init__(self, path: str, lookup: Lookup) -> None:
        self.folder = posixpath.dirname(path)
        self.lookup = lookup
        self.looked_at: dict[str, None] = {}

    def path(self, name: str) -> str:
        """The path, relative to the working directory, of a file that is named relative to the folder."""
        return posixpath.normpath(posixpath.join(self.folder, name.strip().replace("\\", "/")))

    def source(self, name: str) -> Source | None:
        """The file of that name."""
        target = self.path(name)
        self.looked_at[target] = None
        return self.lookup(target)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """What was looked at, found or not."""
        return tuple(self.looked_at)


class TreeFile:
    """One file that is being read; collects the problems and comments that are met on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.comments: list[_comments.Comment] = []
        self.extents: dict[int, Span] = {}
        self.own = _metadata.Own()
        self.roots = self._roots()

    def _roots(self) -> tuple[trees.Node, ...]:
        tree = tree_of(self.source)
        self.problems += tree_problems(tree)
        self.comments += [_comments.Comment(comment.text, comment.location.span) for comment in tree.comments]
        if tree.broken or tree.root is None:
            return ()
        self.own = _metadata.own_key(_metadata.fields_of(tree.root))
        return (tree.root, *tree.more)

    @property
    def fields(self) -> _metadata.Fields:
        """The entries of the file's mapping."""
        return _metadata.fields_of(self.roots[0]) if self.roots else {}

    def holds_prompt(self, line_of: Span, value: Span) -> None:
        """Note that the value of a prompt starts at a line, for suppression comments there."""
        line = self.source.position(line_of.start).line
        known = self.extents.get(line, value)
        self.extents[line] = Span(min(known.start, value.start), max(known.end, value.end))

    def text(self, role: Role | None, value: trees.Scalar, template: str, key: trees.Scalar | None = None) -> Message:
        """The message that a string is; `key` is the key that it stands at."""
        for start in (key.span, value.span) if key is not None else (value.span,):
            self.holds_prompt(start, value.span)
        found, problems = _body.message(role, value.text, value.map, template, value.location)
        self.problems += problems
        self.comments += _comments.template_comments(value.text, value.map, found.parts)
        return found

    def document(self, name: str, prompts: Iterable[Prompt], dependencies: tuple[str, ...] = ()) -> Document:
        """The Document of the file, with what its ``promptlint`` key says applied to the prompts."""
        own = self.own
        found = tuple(map(own.on, prompts))
        silenced, wrong = _comments.suppressions(self.source, self.comments, self.extents)
        return Document(
            self.source,
            name,
            found,
            (*self.problems, *own.problems, *wrong),
            (*own.suppressions, *silenced),
            dependencies,
        )
