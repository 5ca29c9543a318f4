"""Rules that users write: the files that ``rule-paths`` names, and what a schema cannot say about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from promptlint.lazy import regex
from promptlint.rules import FAMILIES, PRESETS, Rule, RuleFileError, load_rules, read_rule_file, suggestion
from promptlint.source import Span

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from promptlint.formats.trees import Node

__all__ = ["CHECKS", "GROUP", "OwnRules", "check_files", "python_check", "rule_files"]

CHECKS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "phrase": ("phrase", "advice"),
    "pattern": None,
    "required": (),
}
"""The checks that take what they look for from the rule, with what they fill in a message (None: the pattern says)."""

GROUP: Final = "promptlint.checks"
"""The group of entry points that name checks of users in Python."""


@cache
def python_check(name: str) -> EntryPoint | None:
    """The entry point of a user's check in Python; where several packages have one of that name, the first."""
    from importlib.metadata import entry_points  # costs more than a whole run over a small file

    return next(iter(entry_points(group=GROUP, name=name)), None)


def rule_files(path: Path) -> tuple[Path, ...]:
    """The rule files that a path stands for: itself, or every ``*.yaml`` and ``*.yml`` at and below a folder, by path."""
    if not path.is_dir():
        return (path,)
    return tuple(sorted(file for suffix in ("yaml", "yml") for file in path.rglob(f"*.{suffix}") if file.is_file()))


_NAMED_CHECK: Final = regex(r"\bcheck[\"']?\s*:\s*[\"']?([\w.-]+)")


def check_files(rules: Iterable[Path]) -> tuple[Path, ...]:
    """The files of the Python checks that rule files name: each check's module, in a package with the modules beside it.

    The version of an installed package does not tell when one is changed that is worked on. Nothing is imported here, and a
    rule file that cannot be read names none: who reads it as one says so.
    """
    named = {name for file in rules for name in _NAMED_CHECK.findall(_content(file))}
    found = (python_check(name) for name in sorted(named - CHECKS.keys()))
    return tuple(dict.fromkeys(file for offered in found if offered is not None for file in _modules(offered.module)))


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _modules(name: str) -> Iterator[Path]:
    """The file of a module, or those of its package."""
    from importlib.util import find_spec

    top, *inner = name.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    for location in spec.submodule_search_locations or ():
        place = Path(location, *inner)
        yield from sorted((place if place.is_dir() else place.parent).glob("*.py"))
    if spec.submodule_search_locations is None and spec.origin is not None:
        yield Path(spec.origin)


class OwnRules:
    """Collects rules beside the shipped ones; every name must be new."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self._taken = {
            name: f"the rule '{rule.id}' of promptlint" for rule in load_rules().values() for name in _names(rule)
        }
        self._taken |= dict.fromkeys(FAMILIES, "a family of rules")
        self._taken |= dict.fromkeys((*PRESETS, "all"), "a preset")

    def read(self, path: Path, shown: str | None = None) -> Rule:
        """Read one more rule file, which is called `shown` in messages.

        Raises:
            RuleFileError: it is wrong.
        """
        shown = path.as_posix() if shown is None else shown
        rule = read_rule_file(path, shown, self._mistakes)
        self.rules[rule.id] = rule
        self._taken |= dict.fromkeys(_names(rule), f"the rule in {shown}")
        return rule

    def read_all(self, files: Iterable[tuple[Path, str]]) -> None:
        """Read rule files, each with what it is called in messages.

        Raises:
            RuleFileError: some are wrong; the message tells of all mistakes.
        """
        mistakes: list[str] = []
        for path, shown in files:
            try:
                self.read(path, shown)
            except RuleFileError as error:
                mistakes.append(str(error))
        if mistakes:
            raise RuleFileError("\n".join(mistakes))

    def _mistakes(self, root: Node, data: Mapping[str, Any]) -> Iterator[tuple[Span, str]]:
        from promptlint.formats.trees import find

        def span(*path: str | int) -> Span:
            return (find(root, path) or root).span

        if data["id"] in self._taken:
            yield span("id"), f"'{data['id']}' is the name of {self._taken[data['id']]}"
        for index, alias in enumerate(data.get("aliases", ())):
            if alias in self._taken or alias == data["id"]:
                yield span("aliases", index), f"'{alias}' is the name of {self._taken.get(alias, 'this rule')}"
        if data.get("always"):
            yield span("always"), "only rules of promptlint itself are always on"
        check = data["check"]
        if check not in CHECKS:
            mistake = _wrong_check(check)
            if mistake:
                yield span("check"), mistake
                return
            for name, option in data.get("options", {}).items():
                if not isinstance(option, Mapping):
                    yield span("options", name), f"'{name}' must be of the type object"
            return
        if check == "phrase" and "phrases" not in data.get("options", {}):
            yield span("options" if "options" in data else "check"), "the check 'phrase' needs the option 'phrases'"
            return
        filled = CHECKS[check]
        if filled is None or check == "required":
            from promptlint.linear import PatternError, compiled

            node = find(root, ("options", "pattern"))
            assert node is not None, "the schema asks for it"
            try:
                groups = tuple(compiled(data["options"]["pattern"]).groupindex)
            except PatternError as error:
                yield _inside(node, error.offset), f"'pattern': {error}"
                return
            filled = ("match", *groups) if filled is None else filled
        yield from (
            (span("message"), f"'message': nothing fills in {{{name}}}{_known(filled)}")
            for name in dict.fromkeys(_PLACEHOLDER.findall(data["message"]))
            if name not in filled
        )
        yield from _wrong_examples(data, span)


_PLACEHOLDER: Final = regex(r"\{(\w+)\}")


def _names(rule: Rule) -> tuple[str, ...]:
    return (rule.id, *rule.aliases)


def _known(names: Iterable[str]) -> str:
    known = ", ".join(f"{{{name}}}" for name in names)
    return f"; there is {known}" if known else ""


def _wrong_check(name: str) -> str | None:
    if name in ("reader", "engine") or any(rule.check == name for rule in load_rules().values()):
        return f"the check '{name}' serves rules of promptlint alone"
    if python_check(name) is not None:
        return None
    return (
        f"no check is named '{name}'{suggestion(name, CHECKS)}: there are {', '.join(CHECKS)}, "
        f"and what installed packages offer as entry points of the group {GROUP}"
    )


def _wrong_examples(data: Mapping[str, Any], span: Callable[..., Span]) -> Iterator[tuple[Span, str]]:
    known = () if data["check"] == "required" else ("allow",)
    for index, example in enumerate(data.get("examples", ())):
        for name in example.get("options", {}):
            if name not in known:
                yield span("examples", index, "options", name), f"the rule has no option '{name}'"


def _inside(node: Node, offset: int | None) -> Span:
    """The place of a character of a string, or of the whole string."""
    from promptlint.formats.trees import Scalar

    if isinstance(node, Scalar) and offset is not None and offset < len(node.text):
        location = node.map.locate(Span(offset, offset + 1))
        if location is not None:
            return location.span
    return node.span
