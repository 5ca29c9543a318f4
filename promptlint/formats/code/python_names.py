"""What stands for a name of a Python program where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from promptlint.formats.code.python_changes import Change, changed, opened
from promptlint.formats.code.python_scopes import Event, Import, Scope
from promptlint.formats.code.values import Class, Name, Record, Text, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.python_values import File

__all__ = ["Names", "read"]

_MOST_EVENTS: Final = 300  # of a name: what is bound more often is no constant
_MOST_ALIKE: Final = 20  # branches that are compared with one that says the same
_MOST_NAMES: Final = 30  # in a dotted name
_MOST_BASES: Final = 5  # above a class


def read(value: Value) -> Value:
    """A value that is read by a name."""
    return replace(value, definition=value.span) if isinstance(value, Text) and value.definition is None else value


class Names:
    """The names of a file."""

    def __init__(self, file: File) -> None:
        self._file = file

    def exported(self, name: str) -> Value | None:
        """The value of a name of this module."""
        return self.bound(self._file.scopes.scopes[0], name, None)

    def named(self, node: Node) -> Value:
        """What an identifier stands for."""
        found = self.bound(self._file.scopes.at(node.start_byte), self._file.tree.text_of(node), node.start_byte)
        return self._file.unknown(node) if found is None or isinstance(found, Name) else read(found)

    def attribute(self, node: Node) -> Value:
        """What ``base.name`` stands for."""
        base, attribute = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if base is None or attribute is None:
            return self._file.unknown(node)
        name = self._file.tree.text_of(attribute)
        found: Value | None = None
        own = (
            self._file.scopes.class_of(self._file.scopes.at(node.start_byte), self._file.tree.text_of(base))
            if base.type == "identifier"
            else None
        )
        if own is not None:
            found = self.member(own, name, node.start_byte)
        else:
            whole = self._file.value(base)
            if isinstance(whole, Class):
                found = self._class_member(whole, name)
            elif isinstance(whole, Text) and name == "value":  # of a member of an Enum
                found = whole
            elif isinstance(whole, Name) and (source := self.module_of(base)):
                module = f"{source.module}.{source.name}".strip(".")
                found = self._file.program.imported(self._file.path, module, source.level, name)
        return self._file.unknown(node) if found is None or isinstance(found, Name) else read(found)

    def import_of(self, node: Node) -> Import | None:
        """The import that an identifier stands for."""
        name = self._file.tree.text_of(node)
        owner = self._file.scopes.owner(self._file.scopes.at(node.start_byte), name)
        events = owner.events[name] if owner is not None else []
        return next((event.source for event in reversed(events) if event.source is not None), None)

    def module_of(self, node: Node) -> Import | None:
        """The module that a dotted name stands for, if it may be one."""
        names: list[str] = []
        while node.type == "attribute" and len(names) < _MOST_NAMES:
            base, attribute = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if base is None or attribute is None:
                return None
            names.append(self._file.tree.text_of(attribute))
            node = base
        source = self.import_of(node) if node.type == "identifier" else None
        if source is None:
            return None
        return Import(source.module, source.level, ".".join(name for name in (source.name, *reversed(names)) if name))

    def _class_member(self, whole: Class, name: str) -> Value | None:
        file = self._file.program.files.get(whole.path)
        scope = file.class_scopes.get(id(whole)) if file is not None else None
        return file.names.member(scope, name) if file is not None and scope is not None else None

    def member(self, scope: Scope, name: str, at: int | None = None, depth: int = 0) -> Value | None:
        """The value of an attribute of a class or of its objects, as far as the constructor, the method that reads it and the class say.

        `at` is where it is read, in bytes, None: somewhere else.
        """
        own, events = scope.attributes.get(name, []), scope.events.get(name, [])
        sets = [event for event in own if event.binds]
        if not sets and not events:
            return self._inherited(scope, name, depth)
        found: Value | None = None
        if len(sets) == 1 and not events and sets[0].kind == "set" and sets[0].node is not None:
            found = self._file.value(sets[0].node)
        elif not sets:
            found = self._final(scope, name)
        changes = [event for event in own if not event.binds]
        if found is None or isinstance(found, Name) or len(own) > _MOST_EVENTS:
            return None
        if at is not None and changes:
            method = self._file.scopes.flow(self._file.scopes.at(at))
            for event in changes:
                if event.end <= at and self._file.scopes.flow(self._file.scopes.at(event.start)) is method:
                    exclusive, _ = self._relation(event, at)
                    change = self._change(event, sure=False)
                    if change is not None and not exclusive:
                        found = changed(found, change) or found
        return opened(found) if changes else found

    def _inherited(self, scope: Scope, name: str, depth: int) -> Value | None:
        superclasses = scope.node.child_by_field_name("superclasses") if scope.node is not None else None
        if superclasses is None or depth >= _MOST_BASES:
            return None
        for base in superclasses.named_children:
            whole = self._file.value(base) if base.type in ("identifier", "attribute") else None
            file = self._file.program.files.get(whole.path) if isinstance(whole, Class) else None
            above = file.class_scopes.get(id(whole)) if file is not None else None
            if (
                file is not None
                and above is not None
                and (found := file.names.member(above, name, None, depth + 1)) is not None
            ):
                return found
        return None

    def bound(self, scope: Scope, name: str, at: int | None) -> Value | None:
        """The value of a name that is read in `scope` at a place (bytes); None: when the program has run through its scope."""
        owner = self._file.scopes.owner(scope, name)
        if owner is None:
            for source in reversed(self._file.scopes.scopes[0].wildcards[-5:]):
                found = self._file.program.imported(self._file.path, source.module, source.level, name)
                if found is not None:
                    return found
            return None
        if at is None or self._file.scopes.flow(scope) is not owner:
            return self._final(owner, name)
        events = owner.events[name]
        return self._at(events, at, opens=name in owner.elsewhere) if len(events) <= _MOST_EVENTS else None

    def _final(self, owner: Scope, name: str) -> Value | None:
        """The value of a name that is bound once, as those see it who read it later."""
        events = owner.events.get(name, [])
        bound = [index for index, event in enumerate(events) if event.binds]
        if len(bound) != 1 or len(events) > _MOST_EVENTS:
            return None
        changes = events[bound[0] + 1 :]
        base = events[bound[0]]
        pairs = [(event, self._relation(event, base.start)[1]) for event in changes]
        return self._folded(base, pairs, opens=name in owner.elsewhere)

    def _at(self, events: Sequence[Event], at: int, *, opens: bool) -> Value | None:
        """The value at a place: of the last assignment on every way there, with what has changed it since."""
        before = [event for event in events if event.end <= at]
        base: Event | None = None
        changes: list[tuple[Event, bool]] = []
        only = sum(event.binds for event in events) == 1
        for event in before:
            exclusive, sure = self._relation(event, at)
            if event.binds:
                if sure or only:
                    base, changes = event, []
                elif not exclusive:
                    base = None
                    changes = []
                    only = False
            elif not exclusive:
                changes.append((event, sure))
        if base is None:
            return None
        for event in events:
            if event.end > at and self._comes_round(event, at, base):
                if event.binds or event.kind == "add":
                    return None
                opens = True
        return self._folded(base, changes, opens=opens)

    def _relation(self, event: Event, at: int) -> tuple[bool, bool]:
        """How an event lies to another place: whether they are in different branches, whether both are reached or none."""
        last = ""
        sure = True
        for region in self._file.scopes.around(event.start):
            if region.start <= at < region.end:
                return last == "branch" and region.kind == "choice", sure
            last = region.kind
            sure = sure and region.kind == "try"
        return False, sure

    def _comes_round(self, event: Event, at: int, base: Event) -> bool:
        """Whether a loop leads from an event to an earlier place without passing the assignment `base`."""
        for region in self._file.scopes.around(event.start):
            if region.start <= base.start < region.end:
                return False
            if region.kind == "loop" and region.start <= at < region.end:
                return True
        return False

    def _folded(self, base: Event, changes: Sequence[tuple[Event, bool]], *, opens: bool) -> Value | None:
        found = self._origin(base)
        for event, sure in self._without_repeats(changes):
            if found is None or isinstance(found, Name):
                return None
            if isinstance(found, Text):
                found = self._lengthened(found, event)
            else:
                change = self._change(event, sure=sure)
                found = changed(found, change) if change is not None else (None if sure else opened(found))
            if found is None or not self._file.program.affords(found):
                return None
        return opened(found) if opens and found is not None else found

    def _without_repeats(self, changes: Sequence[tuple[Event, bool]]) -> Iterator[tuple[Event, bool]]:
        """The changes without those that another branch makes in the same words: only one of the two is ever run."""
        seen: dict[str, list[Event]] = {}
        for event, sure in changes:
            if not sure and event.node is not None:
                alike = seen.setdefault(self._file.tree.text_of(event.node), [])
                if any(self._relation(event, other.start)[0] for other in alike[:_MOST_ALIKE]):
                    continue
                alike.append(event)
            yield event, sure

    def _origin(self, event: Event) -> Value | None:
        """What a name is bound to."""
        if event.kind in ("set", "class") and event.node is not None:
            return self._file.value(event.node)
        if event.kind == "import" and event.source is not None and event.source.name:
            return self._file.program.imported(
                self._file.path, event.source.module, event.source.level, event.source.name
            )
        return None

    def _lengthened(self, text: Text, event: Event) -> Text | None:
        if event.kind != "add" or event.node is None:
            return None
        more = self._file.value(event.node)
        pieces = more.pieces if isinstance(more, Text) else (self._file.hole(event.node),)
        filled = text.filled or (isinstance(more, Text) and more.filled)
        return replace(text, pieces=(*text.pieces, *pieces), filled=filled)

    def _change(self, event: Event, *, sure: bool) -> Change | None:
        node = event.node
        if node is None:
            return None
        if event.kind == "add":
            return Change("+=", (self._file.value(node),), None, sure)
        if event.kind == "change":
            function = node.child_by_field_name("function")
            name = function.child_by_field_name("attribute") if function is not None else None
            if name is None:
                return None
            call = self._file.calls.call(node)
            return Change(self._file.tree.text_of(name), call.arguments, call.keywords, sure)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        base = left.child_by_field_name("value") if left is not None and left.type == "subscript" else None
        keys = left.children_by_field_name("subscript") if left is not None else []
        if base is None or base.type != "identifier" or len(keys) != 1 or right is None:
            return None  # something in it changes
        entry = self._file.entry(keys[0], right)
        return Change("[]", (), Record(self._file.tree.span(node), self._file.path, (entry,) if entry else ()), sure)
