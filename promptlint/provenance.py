"""Where each configured value comes from: which file, line and column, option or default, and why a rule is on or off.

:mod:`promptlint.config` says what holds. This module reads the same files once more for the places of what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from promptlint.config import DEFAULT_SELECT, LAYER_KEYS, Config, Configurations, rank, user_config_file
from promptlint.formats.trees import Mapping as Table
from promptlint.formats.trees import Node, Scalar, Sequence, read_toml, to_data
from promptlint.lazy import dataclass
from promptlint.rules import Rule, rule_named
from promptlint.source import Source, Span, TextMap

__all__ = [
    "Origin",
    "Reason",
    "Statement",
    "Stratum",
    "all_reasons",
    "because",
    "of_options",
    "setting",
    "severity_of",
    "strata",
]

Origin: TypeAlias = Literal["default", "user", "file", "extended", "override", "command line"]
"""Who says it. user: a person's own file; extended: a file that the configuration builds on."""


@dataclass(frozen=True)
class Statement:
    """One value that is set: a key (``severity.verbosity``), its plain value, and its place (``path:line:column``).

    `items` are the strings of a list, each with its own place. The place of an option is its name (``--select``).
    """

    key: str
    value: object
    origin: Origin
    place: str
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Stratum:
    """Everything that one layer of configuration says: a file, a table of overrides, or the command line.

    `name` is the file's path, the override's place, or empty.
    """

    origin: Origin
    name: str
    statements: tuple[Statement, ...]

    def said(self, key: str) -> Statement | None:
        """What it says about a key."""
        return next((each for each in self.statements if each.key == key), None)


@dataclass(frozen=True)
class Reason:
    """Why a rule is on or off: the selector that decided, the key that it stands under, and its place."""

    on: bool
    selector: str
    key: str
    origin: Origin
    place: str = ""


def strata(path: Path, chosen: Configurations, cwd: Path, environ: Mapping[str, str]) -> tuple[Stratum, ...]:
    """What every layer says that holds for a file, the weakest first.

    Raises:
        ConfigError: the configuration is wrong.
    """
    holding = {override.place for override in chosen.overrides_of(path)}
    files = chosen.files_of(path)
    user = user_config_file(environ)
    found: list[Stratum] = []
    overrides: list[Stratum] = []
    for index, file in enumerate(files):
        origin: Origin = "user" if file == user else "file" if index == len(files) - 1 else "extended"
        reader = _Reader(file, cwd, chosen.rules)
        found.append(Stratum(origin, reader.shown, tuple(reader.statements(reader.root, origin))))
        listed = reader.root.get("overrides") if reader.root else None
        for table in listed.items if isinstance(listed, Sequence) else ():
            if isinstance(table, Table) and reader.place(table.span) in holding:
                said = tuple(reader.statements(table, "override"))
                overrides.append(Stratum("override", reader.place(table.span), said))
    return (*found, *overrides)


class _Reader:
    """One configuration file that is known to be right."""

    def __init__(self, path: Path, cwd: Path, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        try:
            self.shown = path.relative_to(cwd).as_posix()
        except ValueError:
            self.shown = path.as_posix()
        self._source = Source.from_bytes(self.shown, path.read_bytes())
        text = self._source.text
        root = read_toml(text, TextMap.of(self.shown, Span(0, len(text)))).root
        if path.name == "pyproject.toml":
            for key in ("tool", "promptlint"):
                root = root.get(key) if isinstance(root, Table) else None
        self.root = root if isinstance(root, Table) else None

    def place(self, span: Span) -> str:
        position = self._source.position(span.start)
        return f"{self.shown}:{position.line}:{position.column}"

    def statements(self, table: Table | None, origin: Origin) -> Iterator[Statement]:
        for entry in table.entries if table else ():
            key = entry.key.text
            if key == "overrides" or (origin == "override" and key not in LAYER_KEYS):
                continue
            yield from self._of(key, entry.key, entry.value, origin)

    def _of(self, key: str, name: Scalar, value: Node, origin: Origin) -> Iterator[Statement]:
        if isinstance(value, Table):
            for entry in value.entries:
                part = entry.key.text
                if key == "rules":
                    rule = rule_named(part, self._rules)
                    part = rule.id if rule else part
                yield from self._of(f"{key}.{part}", entry.key, entry.value, origin)
            return
        items = value.items if isinstance(value, Sequence) else ()
        texts = tuple((item.text, self.place(item.span)) for item in items if isinstance(item, Scalar))
        yield Statement(key, to_data(value), origin, self.place(name.span), texts)


def setting(key: str, default: object, layers: Iterable[Stratum]) -> Statement:
    """The strongest statement about a key, or the default."""
    found = Statement(key, default, "default", "")
    for layer in layers:
        found = layer.said(key) or found
    return found


def because(rule: Rule, layers: Iterable[Stratum]) -> Reason:
    """Whether a rule is on, and which selector of which layer decided that."""
    default = max(DEFAULT_SELECT, key=lambda name: rank(name, rule))
    reason = (
        Reason(True, "", "always", "default")
        if rule.always
        else Reason(rank(default, rule) >= 0, default, "select", "default")
    )
    for layer in layers:
        select = layer.said("select")
        if select is not None and not rule.always:
            reason = Reason(False, "", "select", select.origin, select.place)
        chosen = _strongest(rule, layer, ("select", "extend-select"))
        dropped = _strongest(rule, layer, ("ignore",))
        if dropped is not None and rule.always and dropped[0] not in (rule.id, *rule.aliases):
            dropped = None
        if chosen is None and dropped is None:
            continue
        on = chosen is not None and (dropped is None or rank(chosen[0], rule) > rank(dropped[0], rule))
        winner = chosen if on else dropped
        assert winner is not None, "one of the two decided"
        name, key, place = winner
        reason = Reason(on, name, key, layer.origin, place)
    return reason


def _strongest(rule: Rule, layer: Stratum, keys: tuple[str, ...]) -> tuple[str, str, str] | None:
    """The most specific selector under some keys that names a rule: itself, its key, its place."""
    names = [
        (name, key, place)
        for key in keys
        for said in (layer.said(key),)
        if said is not None
        for name, place in said.items
        if rank(name, rule) >= 0
    ]
    return max(names, key=lambda each: rank(each[0], rule), default=None)


def severity_of(rule: Rule, config: Config, layers: Iterable[Stratum]) -> Statement:
    """The severity that holds for a rule, and who says so."""
    named = [name for name in config.severity if rank(name, rule) >= 0]
    if not named:
        return Statement("severity", rule.severity.label, "default", "")
    return setting(f"severity.{max(named, key=lambda name: rank(name, rule))}", rule.severity.label, layers)


def of_options(rule: Rule, layers: Iterable[Stratum]) -> tuple[Statement, ...]:
    """Each of a rule's options with the value that holds, and who says so."""
    layers = tuple(layers)
    return tuple(
        setting(f"rules.{rule.id}.{name}", list(default) if isinstance(default, tuple) else default, layers)
        for name, default in rule.defaults.items()
    )


def all_reasons(layers: Iterable[Stratum], rules: Mapping[str, Rule]) -> Iterator[tuple[Rule, Reason]]:
    """Every one of some rules with why it is on or off, by id."""
    layers = tuple(layers)
    for rule in sorted(rules.values(), key=lambda rule: rule.id):
        yield rule, because(rule, layers)
