"""Configuration: which file holds for which prompt, what it says, and whether it is right.

Read from ``.promptlint.toml``, ``promptlint.toml`` or ``[tool.promptlint]`` in ``pyproject.toml``. The closest file wins and
is not merged with those further up; ``extend`` builds on another file explicitly. Every mistake is reported with its place.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from promptlint import templates
from promptlint.basis import CALLS_EXAMPLE, Basis, CallsError, Size, calls_per_month
from promptlint.budgets import FOLDER_KEYS as FOLDER_BUDGET_KEYS
from promptlint.budgets import GROWTH, NO_BUDGETS, Budgets, FolderBudget, Limit
from promptlint.budgets import KEYS as BUDGET_KEYS
from promptlint.diagnostic import Severity
from promptlint.formats import OwnFormat
from promptlint.formats._format import NOTATIONS
from promptlint.formats._own import matches
from promptlint.formats._own_keys import PATH_KEYS, TEXT_KEYS, tables
from promptlint.formats.trees import Mapping as Table
from promptlint.formats.trees import Node, Scalar, Sequence, read_toml, to_data
from promptlint.lazy import dataclass, regex
from promptlint.own_models import FACTS, HARDWARE, PRICES, REASONING, OwnModelError, find_among, own_model
from promptlint.prices import Lookup, Model, find_model
from promptlint.prompt import Kind
from promptlint.rules import Rule, RuleFileError, load_rules, rule_named, selectors, suggestion, unknown_selector
from promptlint.source import Source, SourceError, Span, TextMap, one_line
from promptlint.tokens import TOKENIZERS, Counting, MissingTokenizerError, Tokenizers, counting_for, require

__all__ = [
    "DEFAULT_SELECT",
    "FILE_NAMES",
    "FORMAT_KEYS",
    "KEYS",
    "LANGUAGE",
    "LAYER_KEYS",
    "LEVELS",
    "MODEL_KEYS",
    "NEVER",
    "NOTATION_NAMES",
    "OUTPUT_FORMATS",
    "OVERRIDE_KEYS",
    "ROLES",
    "VARIABLE_KEYS",
    "ActiveRule",
    "Config",
    "ConfigError",
    "Configurations",
    "Layer",
    "Override",
    "RunConfig",
    "Selection",
    "mistakes",
    "rank",
    "user_config_file",
    "with_overrides",
]

FILE_NAMES: Final = (".promptlint.toml", "promptlint.toml", "pyproject.toml")
"""The names of configuration files, in the order in which a folder is searched."""

OUTPUT_FORMATS: Final = ("full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown")
"""The values of ``output-format``."""

DEFAULT_SELECT: Final = ("recommended",)


class ConfigError(Exception):
    """The configuration is wrong. The message has one line for each mistake, ready to print: ``path:line:column: what``."""


@dataclass(frozen=True)
class ActiveRule:
    """A rule that is on, with the severity and the options that hold (defaults filled in)."""

    rule: Rule
    severity: Severity
    options: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Selection:
    """Which rules one layer of configuration turns on and off. `select` None keeps what the layers below select."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """What a configuration file, or a part of it, says about rules and prompts; None where it says nothing.

    `tokenizers_at` is where it says which tokenizers count.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)
    model: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict, hash=False)
    tokenizers: Tokenizers | None = None
    tokenizers_at: str = ""
    calls: float | None = None
    variables: Mapping[str, Size] = field(default_factory=dict, hash=False)
    budgets: Budgets = NO_BUDGETS
    kind: Kind | None = None
    language: str | None = None
    pedantic: bool | None = None


@dataclass(frozen=True)
class Override:
    """What a table of ``[[overrides]]`` says about the files that its patterns match.

    `files` are patterns in the syntax of .gitignore, relative to `folder`. `place` is where the table stands.
    """

    files: tuple[str, ...]
    layer: Layer
    folder: Path = Path()
    place: str = ""

    def holds(self, file: Path) -> bool:
        """Whether a file, whose path is absolute, is one of these."""
        return matches(self.files, self.folder, file)


@dataclass(frozen=True)
class Config:
    """What holds for a file.

    `select`, `extend_select` and `ignore` hold selectors: rule ids, families, presets, ``all``. They build on the layers in
    `below` (the files that this one extends, lowest first); with nothing below, `select` None means the preset
    ``recommended``. Within a layer the more specific selector wins, and ``ignore`` wins between equals. `formats` are those that
    the configuration describes itself, `models` those that it prices itself, by name in lower case. `tokenizers` are those that
    count, `tokenizers_at` is the place that says so. `calls` is how often each prompt is called in a month, `variables` what is stated about their sizes, by name, `budgets` what they may take at most. `rules` are
    all there are, by id: the shipped
    ones and those of the users.
    """

    path: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)
    model: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict, hash=False)
    tokenizers: Tokenizers = "openai"
    tokenizers_at: str = ""
    calls: float | None = None
    variables: Mapping[str, Size] = field(default_factory=dict, hash=False)
    budgets: Budgets = NO_BUDGETS
    kind: Kind | None = None
    language: str | None = None
    pedantic: bool = False
    formats: tuple[OwnFormat, ...] = ()
    below: tuple[Selection, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=lambda: load_rules(), hash=False)  # noqa: PLW0108 - looked up late

    @property
    def selection(self) -> Selection:
        """The layer that this configuration adds to those below."""
        return Selection(self.select, self.extend_select, self.ignore)

    @cached_property
    def active(self) -> tuple[ActiveRule, ...]:
        """The rules that are on, sorted by id."""
        layers = (*self.below, self.selection)
        return tuple(
            ActiveRule(rule, self._severity_of(rule), {**rule.defaults, **self.options.get(rule.id, {})})
            for rule in sorted(self.rules.values(), key=lambda rule: rule.id)
            if _is_on(rule, layers)
        )

    @cached_property
    def active_by_id(self) -> Mapping[str, ActiveRule]:
        """The rules that are on, by their ids."""
        return {rule.rule.id: rule for rule in self.active}

    def find_model(self, name: str) -> Lookup:
        """What a model's name stands for: one that is priced here, else one of the table (promptlint.prices)."""
        return find_among(self.models, name)

    def counting(self, model: str | None) -> Counting:
        """How the tokens of a model are counted.

        Raises:
            ConfigError: the tokenizer that is asked for is not here.
        """
        counting = counting_for(model, self.tokenizers)
        try:
            require(counting.encoding)
        except MissingTokenizerError as fault:
            raise ConfigError(
                f"{self.tokenizers_at}: with 'tokenizers' at '{self.tokenizers}', '{model}' is counted by {fault}"
            ) from None
        return counting

    @cached_property
    def basis(self) -> Basis:
        """What the Estimates of the file's prompts rest on."""
        return Basis(self.model, self.find_model, self.variables, self.calls, self.counting)

    def _severity_of(self, rule: Rule) -> Severity:
        named = [name for name in self.severity if rank(name, rule) >= 0]
        return self.severity[max(named, key=lambda name: rank(name, rule))] if named else rule.severity


_BY_ID: Final = 3


def rank(selector: str, rule: Rule) -> int:
    """How specifically a selector names a rule: 3 by id, 2 by family, 1 by preset, 0 by ``all``, -1 not at all."""
    if selector == rule.id or selector in rule.aliases:
        return _BY_ID
    if selector == rule.family:
        return 2
    if selector in rule.presets:
        return 1
    return 0 if selector == "all" else -1


def _best(names: Iterable[str], rule: Rule) -> int:
    return max((rank(name, rule) for name in names), default=-1)


def _is_on(rule: Rule, layers: Iterable[Selection]) -> bool:
    on = rule.always or _best(DEFAULT_SELECT, rule) >= 0
    for layer in layers:
        chosen = max(_best(layer.select or (), rule), _best(layer.extend_select, rule))
        dropped = _best(layer.ignore, rule)
        if rule.always and dropped < _BY_ID:
            dropped = -1
        if layer.select is not None and not rule.always:
            on = False
        if chosen >= 0 or dropped >= 0:
            on = chosen > dropped
    return on


@dataclass(frozen=True)
class RunConfig:
    """What holds for a whole run, from the configuration closest to the working directory.

    `exclude` are patterns in the syntax of .gitignore, relative to `root`. `fail_on` None means that findings never fail
    the run. `cache_dir` is the folder of the result cache, None for the user's. `baseline` is the file of known findings,
    `baseline_at` the place that names it; `no_stale_baseline` says that
    entries of it which are no longer found fail the run. `path` is the file that says so, None without one.
    """

    exclude: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.WARNING
    output_format: str = "full"
    root: Path = Path()
    path: str | None = None
    baseline: Path | None = None
    baseline_at: str = ""
    no_stale_baseline: bool = False
    cache_dir: Path | None = None


def with_overrides(
    config: Config,
    *,
    select: Iterable[str] | None = None,
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    pedantic: bool | None = None,
    model: str | None = None,
    calls: float | None = None,
    kind: Kind | None = None,
    language: str | None = None,
) -> Config:
    """The configuration with what the command line says on top of it. None (or nothing) leaves a setting alone.

    Raises:
        ConfigError: a name selects no rule.
    """
    top = Config(
        select=None if select is None else tuple(select),
        extend_select=tuple(extend_select),
        ignore=tuple(ignore),
        model=model or config.model,
        calls=config.calls if calls is None else calls,
        kind=kind or config.kind,
        language=language or config.language,
        pedantic=config.pedantic if pedantic is None else pedantic,
    )
    return _over(config, top)


@lru_cache(maxsize=256)
def _over(config: Config, top: Config) -> Config:
    # cached, so that all files under one configuration share one Config and its resolved rules
    named = (("--select", top.select or ()), ("--extend-select", top.extend_select), ("--ignore", top.ignore))
    known = selectors(config.rules)
    mistakes = [
        f"{flag}: {unknown_selector(name, config.rules)}"
        for flag, names in named
        for name in names
        if name not in known
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    if top.selection == Selection():
        base = config
    else:
        base = replace(
            config,
            select=top.select,
            extend_select=top.extend_select,
            ignore=top.ignore,
            below=(*config.below, config.selection),
        )
    return replace(base, model=top.model, calls=top.calls, kind=top.kind, language=top.language, pedantic=top.pedantic)


# ---------------------------------------------------------------------------------------------------------------------
# one file


@dataclass(frozen=True)
class _File:
    """What one configuration file says; None where it says nothing. `extend` is the file it builds on, `extend_at` where it says so.

    `rule_paths` are the paths of users' rules, each with the place that names it.
    """

    path: Path
    shown: str
    layer: Layer = Layer()
    extend: str | None = None
    extend_at: str = ""
    overrides: tuple[Override, ...] = ()
    exclude: tuple[str, ...] | None = None
    fail_on: str | None = None
    output_format: str | None = None
    baseline: str | None = None
    baseline_at: str = ""
    no_stale_baseline: bool | None = None
    cache_dir: str | None = None
    formats: tuple[OwnFormat, ...] | None = None
    rule_paths: tuple[tuple[str, str], ...] = ()


LAYER_KEYS: Final = (
    "select",
    "extend-select",
    "ignore",
    "severity",
    "rules",
    "model",
    "models",
    "tokenizers",
    "calls",
    "variables",
    "budgets",
    "kind",
    "language",
    "pedantic",
)
"""The keys that hold for each file, in a configuration file and in its ``[[overrides]]``."""

KEYS: Final = (
    "extend",
    *LAYER_KEYS,
    "overrides",
    "exclude",
    "fail-on",
    "output-format",
    "baseline",
    "no-stale-baseline",
    "cache-dir",
    "formats",
    "rule-paths",
)
"""The keys of a configuration file."""

OUTLINE_KEYS: Final = ("extend", "rule-paths")
"""The keys that say which rules there are, which must be known before names of rules can be judged."""

OVERRIDE_KEYS: Final = ("files", *LAYER_KEYS)
"""The keys of a table of ``[[overrides]]``."""

FORMAT_KEYS: Final = ("files", "notation", *TEXT_KEYS, "role", *PATH_KEYS, "template", "kind", "language")
"""The keys of a table of ``[[formats]]``."""

MODEL_KEYS: Final = ("like", "discount", *PRICES, *HARDWARE, *FACTS)
"""The keys of a table of ``[models]``."""

VARIABLE_KEYS: Final = ("tokens", "max", "items")
"""The keys of a table of ``[variables]``."""

NOTATION_NAMES: Final = (*dict.fromkeys(NOTATIONS.values()), "text")
ROLES: Final = ("system", "developer", "user", "assistant", "tool")
LEVELS: Final = tuple(severity.label for severity in Severity)
NEVER: Final = "never"
LANGUAGE: Final = regex(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


_MOST_TOKENS: Final = 10**9


class _Reader:
    """Reads the values of one file and collects every mistake with its place.

    `rules` are those that there are; None: only `OUTLINE_KEYS` are read, and mistakes in them are left to the next reading.
    """

    def __init__(self, source: Source, rules: Mapping[str, Rule] | None) -> None:
        self.source = source
        self.outline = rules is None
        self.rules = rules or {}
        self.known = selectors(self.rules)
        self.mistakes: list[tuple[Span, str]] = []

    def wrong(self, span: Span, text: str) -> None:
        self.mistakes.append((span, text))

    def place(self, span: Span) -> str:
        position = self.source.position(span.start)
        return f"{self.source.path}:{position.line}:{position.column}"

    def finish(self) -> None:
        """Raise when there was a mistake."""
        if self.mistakes:
            lines = (one_line(f"{self.place(span)}: {text}") for span, text in sorted(self.mistakes))
            raise ConfigError("\n".join(lines))

    def file(self, path: Path, table: Table) -> _File:
        """What a table of settings says."""
        values: dict[str, object] = {}
        layer: dict[str, object] = {}
        for entry in table.entries:
            key, node = entry.key.text, entry.value
            what = f"'{key}'"
            if self.outline and key not in OUTLINE_KEYS:
                continue
            match key:
                case "rule-paths":
                    values[key] = tuple((text, self.place(span)) for text, span in self.texts(node, what))
                case "extend" | "baseline":
                    values[key] = self.text(node, what)
                    values[f"{key}_at"] = self.place(node.span)
                case "overrides":
                    values[key] = tuple(self.overrides(node))
                case "exclude":
                    values[key] = tuple(text for text, _ in self.texts(node, what))
                case "fail-on":
                    values[key] = self.choice(node, what, (*LEVELS, NEVER))
                case "output-format":
                    values[key] = self.choice(node, what, OUTPUT_FORMATS)
                case "no-stale-baseline":
                    values[key] = self.flag(node, what)
                case "cache-dir":
                    values[key] = self.text(node, what)
                case "formats":
                    values[key] = tuple(self.formats(node))
                case _ if key in LAYER_KEYS:
                    layer |= self.setting(key, node)
                case _:
                    self.wrong(entry.key.span, f"unknown key '{key}'{suggestion(key, KEYS)}")
        if not self.outline:
            self.finish()
        fields = {key.replace("-", "_"): value for key, value in values.items()}
        # each value was read as its field's type
        return _File(path, self.source.path, Layer(**layer), **fields)  # type: ignore[arg-type]

    def setting(self, key: str, node: Node) -> dict[str, object]:
        """The field of a Layer that one of `LAYER_KEYS` sets."""
        what = f"'{key}'"
        match key:
            case "select" | "extend-select" | "ignore":
                return {key.replace("-", "_"): self.selectors(node, what)}
            case "severity":
                return {key: self.severities(node)}
            case "rules":
                return {"options": self.options(node)}
            case "model":
                return {key: self.text(node, what)}
            case "models":
                return {key: self.models(node)}
            case "tokenizers":
                return {key: self.choice(node, what, TOKENIZERS), "tokenizers_at": self.place(node.span)}
            case "calls":
                return {key: self.calls(node)}
            case "budgets":
                return {key: self.budgets(node)}
            case "variables":
                return {key: self.sizes(node)}
            case "kind":
                kind = self.choice(node, what, [kind.value for kind in Kind])
                return {key: Kind(kind) if kind else None}
            case "language":
                return {key: self.language(node)}
            case _:
                return {"pedantic": self.flag(node, what)}

    def overrides(self, node: Node) -> Iterator[Override]:
        """The tables that hold for some files only."""
        if not isinstance(node, Sequence) or not all(isinstance(item, Table) for item in node.items):
            self.wrong(node.span, "'overrides' must be tables: write [[overrides]]")
            return
        for table in node.items:
            assert isinstance(table, Table)
            files: tuple[str, ...] | None = None
            layer: dict[str, object] = {}
            for entry in table.entries:
                key = entry.key.text
                if key == "files":
                    files = self.patterns(entry.value, "'overrides.files'")
                elif key in LAYER_KEYS:
                    layer |= self.setting(key, entry.value)
                else:
                    self.wrong(entry.key.span, f"unknown key '{key}'{suggestion(key, OVERRIDE_KEYS)}")
            if files is None:
                self.wrong(table.span, "an override must have 'files', a list of patterns")
            else:
                yield Override(files, Layer(**layer), place=self.place(table.span))  # type: ignore[arg-type]

    def patterns(self, node: Node, what: str) -> tuple[str, ...]:
        """A list of patterns that is not empty."""
        found = self.texts(node, what)
        if isinstance(node, Sequence) and not node.items:
            self.wrong(node.span, f"{what} must name at least one pattern")
        for text, span in found:
            try:
                matches((text,), Path(), Path("x"))
            except ValueError:
                self.wrong(span, f"{what}: {text!r} is no pattern")
        return tuple(text for text, _ in found)

    def entries(self, node: Node, what: str) -> Iterator[tuple[Scalar, Node]]:
        """The entries of a table."""
        if isinstance(node, Table):
            for entry in node.entries:
                yield entry.key, entry.value
        else:
            self.wrong(node.span, f"{what} must be a table")

    def text(self, node: Node, what: str) -> str | None:
        """A string that is not empty."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
            return node.value
        self.wrong(node.span, f"{what} must be a string that is not empty")
        return None

    def choice(self, node: Node, what: str, values: Iterable[str], hint: str = "") -> str | None:
        """One of a few strings."""
        *others, last = values
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and value in (*others, last):
            return value
        meant = suggestion(value, (*others, last)) if isinstance(value, str) else ""
        self.wrong(node.span, f"{what} must be {', '.join(map(repr, others))} or {last!r}{meant}{hint}")
        return None

    def language(self, node: Node) -> str | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and LANGUAGE.fullmatch(value):
            return value
        self.wrong(node.span, "'language' must be a language code such as 'en' or 'de'")
        return None

    def flag(self, node: Node, what: str) -> bool | None:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.wrong(node.span, f"{what} must be true or false")
        return None

    def texts(self, node: Node, what: str) -> list[tuple[str, Span]]:
        """A list of strings, each with its place."""
        if not isinstance(node, Sequence):
            self.wrong(node.span, f"{what} must be a list of strings")
            return []
        found: list[tuple[str, Span]] = []
        for item in node.items:
            if isinstance(item, Scalar) and isinstance(item.value, str):
                found.append((item.value, item.span))
            else:
                self.wrong(item.span, f"{what} must hold nothing but strings")
        return found

    def selectors(self, node: Node, what: str) -> tuple[str, ...]:
        """A list of names of rules, families and presets."""
        found = self.texts(node, what)
        for name, span in found:
            if name not in self.known:
                self.wrong(span, unknown_selector(name, self.rules))
        return tuple(name for name, _ in found)

    def severities(self, node: Node) -> dict[str, Severity]:
        found: dict[str, Severity] = {}
        for key, value in self.entries(node, "'severity'"):
            if key.text not in self.known:
                self.wrong(key.span, unknown_selector(key.text, self.rules))
                continue
            hint = "; to turn a rule off, name it in 'ignore'"
            label = self.choice(value, f"the severity of '{key.text}'", LEVELS, hint)
            if label is not None:
                found[key.text] = Severity.named(label)
        return found

    def options(self, node: Node) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for key, table in self.entries(node, "'rules'"):
            rule = rule_named(key.text, self.rules)
            if rule is None:
                self.wrong(key.span, f"unknown rule '{key.text}'{suggestion(key.text, self.rules)}")
            else:
                found.setdefault(rule.id, {}).update(self.options_of(rule, table))
        return found

    def options_of(self, rule: Rule, node: Node) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in self.entries(node, f"'rules.{rule.id}'"):
            option = rule.options.get(key.text)
            if option is not None:
                data = to_data(value)
                if option.accepts(data):
                    found[key.text] = tuple(data) if isinstance(data, list) else data
                else:
                    self.wrong(value.span, f"'{key.text}' must be {option.expects}")
            elif key.text == "severity":
                self.wrong(key.span, f"a rule's severity is set in the table 'severity': {rule.id} = ...")
            elif rule.options:
                meant = suggestion(key.text, rule.options) or f" (it has {', '.join(rule.options)})"
                self.wrong(key.span, f"'{rule.id}' has no option '{key.text}'{meant}")
            else:
                self.wrong(key.span, f"'{rule.id}' has no option '{key.text}', nor any other")
        return found

    def models(self, node: Node) -> dict[str, Model]:
        """The models that the configuration prices itself, by name in lower case."""
        found: dict[str, Model] = {}
        for key, table in self.entries(node, "'models'"):
            before = len(self.mistakes)
            what = f"'models.{key.text}'"
            said = {name: value for name, value in self.facts(table, what) if value is not None}
            if not isinstance(table, Table) or len(self.mistakes) > before:
                continue
            if not said:
                self.wrong(key.span, f"{what} says nothing about the model")
                continue
            base = find_model(said.get("like", key.text))
            try:
                found[key.text.strip().lower()] = own_model(key.text, said, base.model)
            except OwnModelError as error:
                self.wrong(key.span, f"{what}: {error}")
        return found

    def calls(self, node: Node) -> float | None:
        """Calls per month."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return calls_per_month(value)
            except CallsError as error:
                self.wrong(node.span, f"'calls' {error}")
                return None
        self.wrong(node.span, f"'calls' must be a number of calls per month, or a string such as {CALLS_EXAMPLE}")
        return None

    def budgets(self, node: Node) -> Budgets:
        """What prompts may take at most."""
        limits: dict[str, Limit | None] = {}
        folders: tuple[FolderBudget, ...] = ()
        for key, value in self.entries(node, "'budgets'"):
            name, what = key.text, f"'budgets.{key.text}'"
            if name == "folders":
                folders = tuple(self.folder_budgets(value))
            elif name == "growth":
                limits[name] = self.growth(value)
            elif name in BUDGET_KEYS:
                limits[name.replace("-", "_")] = self.limit(name, value, what)
            else:
                self.wrong(key.span, f"unknown key '{name}' of 'budgets'{suggestion(name, BUDGET_KEYS)}")
        return Budgets(**limits, folders=folders)

    def folder_budgets(self, node: Node) -> Iterator[FolderBudget]:
        """What the prompts of some files together may take, each by the pattern that names the files."""
        for key, table in self.entries(node, "'budgets.folders'"):
            what = f"'budgets.folders.{key.text}'"
            limits: dict[str, Limit | None] = {}
            for name, value in self.entries(table, what):
                if name.text in FOLDER_BUDGET_KEYS:
                    limits[name.text] = self.limit(name.text, value, f"'{name.text}' of {what}")
                else:
                    self.wrong(
                        name.span, f"unknown key '{name.text}' of {what}{suggestion(name.text, FOLDER_BUDGET_KEYS)}"
                    )
            if isinstance(table, Table) and not table.entries:
                self.wrong(key.span, f"{what} limits nothing: it needs {' or '.join(map(repr, FOLDER_BUDGET_KEYS))}")
            try:
                matches((key.text,), Path(), Path("x"))
            except ValueError:
                self.wrong(key.span, f"{what}: {key.text!r} is no pattern")
                continue
            yield FolderBudget(key.text, limits.get("tokens-per-call"), limits.get("usd-per-month"))

    def limit(self, key: str, node: Node, what: str) -> Limit | None:
        """The most tokens or USD that something may take."""
        if key.startswith("tokens"):
            tokens = self.whole(node, what, "a number of tokens")
            return None if tokens is None else Limit(tokens, self.place(node.span))
        amount = self.number(node, what, "an amount in USD that is not negative")
        return None if amount is None else Limit(amount, self.place(node.span))

    def growth(self, node: Node) -> Limit | None:
        value = node.value if isinstance(node, Scalar) else None
        match = GROWTH.fullmatch(value) if isinstance(value, str) else None
        if match is not None:
            return Limit(float(match[1]) / 100, self.place(node.span))
        self.wrong(node.span, "'budgets.growth' must be a percentage such as '5%'")
        return None

    def sizes(self, node: Node) -> dict[str, Size]:
        """What is stated about variables: a number of tokens, or a table."""
        found: dict[str, Size] = {}
        for key, value in self.entries(node, "'variables'"):
            what = f"'variables.{key.text}'"
            if not isinstance(value, Table):
                tokens = self.whole(value, what, "a number of tokens, or a table with tokens, max or items")
                if tokens is not None:
                    found[key.text] = Size(tokens)
                continue
            size = self.size(key, value, what)
            if size is not None:
                found[key.text] = size
        return found

    def size(self, key: Scalar, table: Table, what: str) -> Size | None:
        before = len(self.mistakes)
        said: dict[str, int | None] = {}
        for entry in table.entries:
            name = entry.key.text
            if name in VARIABLE_KEYS:
                unit = "items" if name == "items" else "tokens"
                said[name] = self.whole(entry.value, f"'{name}' of {what}", f"a number of {unit}")
            else:
                dotted = f"{key.text}.{name}"
                hint = suggestion(name, VARIABLE_KEYS) or f' (a name with a dot is written in quotes: "{dotted}")'
                self.wrong(entry.key.span, f"unknown key '{name}' of {what}{hint}")
        if len(self.mistakes) > before:
            return None
        if not said:
            self.wrong(key.span, f"{what} says nothing about the variable")
            return None
        size = Size(said.get("tokens"), said.get("max"), said.get("items"))
        if size.tokens is not None and size.maximum is not None and size.tokens > size.maximum:
            self.wrong(key.span, f"{what}: 'tokens' is more than 'max'")
            return None
        return size

    def whole(self, node: Node, what: str, expected: str) -> int | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS:
            return value
        self.wrong(node.span, f"{what} must be {expected} (whole numbers up to {_MOST_TOKENS:,})")
        return None

    def facts(self, node: Node, what: str) -> Iterator[tuple[str, Any]]:
        """What a table of ``[models]`` says, each value as its key wants it."""
        for key, value in self.entries(node, what):
            name = key.text
            at = f"'{name}' of {what}"
            if name == "like":
                yield name, self.like(value, at)
            elif name == "discount":
                yield name, self.number(value, at, "a fraction below 1, such as 0.2", below=1)
            elif name in PRICES:
                yield name, self.number(value, at, "a number that is not negative, in USD per million tokens")
            elif name in HARDWARE:
                yield name, self.number(value, at, "a number above 0", above=0)
            elif name == "reasoning":
                yield name, self.choice(value, at, REASONING)
            elif name == "languages":
                yield name, tuple(text for text, _ in self.texts(value, at))
            elif name in FACTS:
                number = self.number(value, at, "a number of tokens", above=0)
                yield name, None if number is None else int(number)
            else:
                self.wrong(key.span, f"unknown key '{name}'{suggestion(name, MODEL_KEYS)}")

    def like(self, node: Node, what: str) -> str | None:
        """The name of a model of the table."""
        name = self.text(node, what)
        if name is None:
            return None
        found = find_model(name)
        if found.model is not None:
            return name
        hosts = ", ".join(f"{host.provider}/{host.id}" for host in found.hosts[:3])
        close = f" (did you mean '{found.suggestions[0]}'?)" if found.suggestions else ""
        said = (
            f"is sold by several hosts: name one, such as {hosts}"
            if hosts
            else f"is no model with a known price{close}"
        )
        self.wrong(node.span, f"{what}: '{name}' {said}")
        return None

    def number(
        self, node: Node, what: str, expected: str, *, above: float | None = None, below: float | None = None
    ) -> float | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            number = float(value)
            if (number > above if above is not None else number >= 0) and (below is None or number < below):
                return number
        self.wrong(node.span, f"{what} must be {expected}")
        return None

    def formats(self, node: Node) -> Iterator[OwnFormat]:
        """The formats that the configuration describes."""
        if not isinstance(node, Sequence) or not all(isinstance(item, Table) for item in node.items):
            self.wrong(node.span, "'formats' must be tables: write [[formats]]")
            return
        for number, table in enumerate(node.items, start=1):
            assert isinstance(table, Table)
            found = self.own_format(f"formats-{number}", table)
            if found is not None:
                yield found

    def own_format(self, name: str, table: Table) -> OwnFormat | None:
        before = len(self.mistakes)
        files: tuple[str, ...] = ()
        paths: dict[str, tuple[str, ...]] = {}
        values: dict[str, str | None] = {}
        for entry in table.entries:
            key, node = entry.key.text, entry.value
            what = f"'formats.{key}'"
            if key == "files":
                files = self.patterns(node, what)
            elif key in TEXT_KEYS or key in PATH_KEYS:
                paths[key] = self.paths(node, what)
            elif key == "notation":
                values[key] = self.choice(node, what, NOTATION_NAMES)
            elif key == "kind":
                values[key] = self.choice(node, what, [kind.value for kind in Kind])
            elif key == "language":
                values[key] = self.language(node)
            elif key == "role":
                values[key] = self.value_or_path(node, what, ROLES)
            elif key == "template":
                values[key] = self.value_or_path(node, what, templates.LANGUAGES)
            else:
                self.wrong(entry.key.span, f"unknown key '{key}'{suggestion(key, FORMAT_KEYS)}")
        if "files" not in (entry.key.text for entry in table.entries):
            self.wrong(table.span, "a format must have 'files', a list of patterns")
        has_text = any(key in TEXT_KEYS for key in paths)
        template = values.get("template")
        for entry in table.entries:
            key = entry.key.text
            if has_text and key == "notation" and values.get(key) == "text":
                self.wrong(entry.value.span, "plain text has no paths: leave out 'notation', or the paths")
            elif not has_text and (key in PATH_KEYS or key == "role"):
                self.wrong(
                    entry.key.span, f"'formats.{key}' needs a path of the text: {', '.join(map(repr, TEXT_KEYS))}"
                )
            elif not has_text and key == "template" and template is not None and template not in templates.LANGUAGES:
                self.wrong(
                    entry.value.span, f"{template!r} is no template language{suggestion(template, templates.LANGUAGES)}"
                )
        if len(self.mistakes) > before:
            return None
        kind = Kind(named) if (named := values.get("kind")) else None
        language = values.get("language")
        if not has_text:
            return OwnFormat(name, files, template=template, kind=kind, language=language)
        found = tables(paths, values.get("role"), template, kind, language)
        return OwnFormat(name, files, tables=found, notation=NOTATIONS.get(values.get("notation") or ""))

    def paths(self, node: Node, what: str) -> tuple[str, ...]:
        """A path, or a list of paths of which the first that leads anywhere counts."""
        items = node.items if isinstance(node, Sequence) else (node,)
        if not items:
            self.wrong(node.span, f"{what} must be a path or a list of paths")
        found: list[str] = []
        for item in items:
            text = self.text(item, what)
            if text is not None and self.is_path(item, text, what):
                found.append(text)
        return tuple(found)

    def is_path(self, node: Node, text: str, what: str) -> bool:
        from promptlint.formats._tables import PathError, parse_path

        try:
            parse_path(text)
        except PathError as error:
            self.wrong(node.span, f"{what}: {error}")
            return False
        return True

    def value_or_path(self, node: Node, what: str, values: Iterable[str]) -> str | None:
        """One of a few words, or a path at which one of them stands."""
        text = self.text(node, what)
        if text is None or text in values:
            return text
        meant = suggestion(text, values)
        if meant:
            self.wrong(node.span, f"{what} must be one of {', '.join(map(repr, values))}, or a path{meant}")
            return None
        return text if self.is_path(node, text, what) else None


def _read_file(path: Path, shown: str, rules: Mapping[str, Rule] | None) -> _File | None:
    """Read a configuration file; None for a pyproject.toml that does not configure promptlint. `rules` as `_Reader` has them.

    Raises:
        ConfigError: it cannot be read, is not TOML, or says something wrong.
    """
    in_pyproject = path.name == "pyproject.toml"
    try:
        data = path.read_bytes()
        if in_pyproject and b"promptlint" not in data:
            return None  # the usual case, settled without parsing
        source = Source.from_bytes(shown, data)
    except OSError as error:
        raise ConfigError(f"{shown}:1:1: cannot be read: {error.strerror or error}") from None
    except SourceError as error:
        raise ConfigError(f"{shown}:1:1: cannot be read: {error.reason}") from None
    reader = _Reader(source, rules)
    table = _own_table(reader, in_pyproject=in_pyproject)
    reader.finish()
    if table is None:
        return None if in_pyproject else _File(path, shown)
    return reader.file(path, table)


def _own_table(reader: _Reader, *, in_pyproject: bool) -> Table | None:
    """The table of a file that configures promptlint; what is wrong before its keys are looked at goes to the reader."""
    text = reader.source.text
    tree = read_toml(text, TextMap.of(reader.source.path, Span(0, len(text))))
    for problem in tree.problems:
        reader.wrong(problem.location.span, problem.message)
    if tree.problems:
        return None
    table: Node | None = tree.root
    if in_pyproject:
        for key in ("tool", "promptlint"):
            table = table.get(key) if isinstance(table, Table) else None
        if table is not None and not isinstance(table, Table):
            reader.wrong(table.span, "'tool.promptlint' must be a table")
    return table if isinstance(table, Table) else None


def mistakes(file: Path, text: str, rules: Mapping[str, Rule]) -> tuple[tuple[Span, str], ...]:
    """What is wrong in the text of a configuration file, in its order: the place and what to say of it.

    `file` is the file's path; `rules` are those that it may name. What takes other files to know is left out.
    """
    reader = _Reader(Source(file.name, text), rules)
    table = _own_table(reader, in_pyproject=file.name == "pyproject.toml")
    if table is not None:
        with contextlib.suppress(ConfigError):  # the reader has the mistakes that it is raised for, with their places
            reader.file(file, table)
    return tuple(sorted(reader.mistakes))


# ---------------------------------------------------------------------------------------------------------------------
# which file holds

_MOST_FOLDERS: Final = 2_000
"""Folders of which it is remembered which configuration holds: files come folder by folder, and there may be as many folders."""


@dataclass(frozen=True)
class _Loaded:
    config: Config
    run: RunConfig
    overrides: tuple[Override, ...] = ()
    files: tuple[Path, ...] = ()
    rule_paths: tuple[tuple[Path, str], ...] = ()
    adjusted: dict[tuple[object, ...], Config] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether not the same may hold for all files."""
        return bool(self.overrides or self.config.budgets.folders)

    def overrides_of(self, file: Path) -> tuple[Override, ...]:
        """The overrides that hold for a file, the weakest first."""
        return tuple(each for each in self.overrides if each.holds(file))

    def folders_of(self, overrides: Iterable[Override]) -> tuple[FolderBudget, ...]:
        """The folders with a budget that these overrides and what holds for all files name."""
        return (*self.config.budgets.folders, *(each for over in overrides for each in over.layer.budgets.folders))


def _anchored(layer: Layer, folder: Path) -> Layer:
    """The layer with the patterns of its budgets relative to a folder."""
    return replace(layer, budgets=layer.budgets.anchored(folder)) if layer.budgets.folders else layer


def _over_with(config: Config, layer: Layer) -> Config:
    """The configuration with a layer on top of it."""
    return replace(
        config,
        select=layer.select,
        extend_select=layer.extend_select,
        ignore=layer.ignore,
        severity={**config.severity, **layer.severity},
        options={
            name: {**config.options.get(name, {}), **layer.options.get(name, {})}
            for name in (*config.options, *layer.options)
        },
        model=layer.model or config.model,
        models={**config.models, **layer.models},
        tokenizers=layer.tokenizers or config.tokenizers,
        tokenizers_at=layer.tokenizers_at or config.tokenizers_at,
        calls=config.calls if layer.calls is None else layer.calls,
        variables={**config.variables, **layer.variables},
        budgets=layer.budgets.over(config.budgets),
        kind=layer.kind or config.kind,
        language=layer.language or config.language,
        pedantic=config.pedantic if layer.pedantic is None else layer.pedantic,
        below=(*config.below, config.selection),
    )


class Configurations:
    """Finds, reads and remembers the configuration of each file of a run.

    `config` is a file that holds for everything in place of what would be found; `isolated` leaves all files aside.
    `adjust` is applied to every Config (the command line's options, see :func:`with_overrides`). `cwd` is the folder that
    relative paths start from; `environ` stands for the environment variables.
    """

    def __init__(
        self,
        *,
        config: Path | None = None,
        isolated: bool = False,
        adjust: Callable[[Config], Config] | None = None,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._cwd = Path.cwd() if cwd is None else cwd.absolute()
        self._here = str(self._cwd)
        self._explicit = None if config is None else self._absolute(config)
        self._isolated = isolated
        self._adjust = adjust or (lambda config: config)
        self._environ = os.environ if environ is None else environ
        self._loaded_in: dict[str, _Loaded] = {}
        self._by_folder: dict[str, _Loaded] = {}

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules of the run: the shipped ones, and those that the configuration closest to the working directory names.

        Raises:
            ConfigError: that configuration, or a rule file, is wrong.
        """
        paths = self.rule_paths
        if not paths:
            return load_rules()
        from promptlint.own_rules import OwnRules, rule_files

        files: dict[Path, str] = {}
        mistakes: list[str] = []
        for path, place in paths:
            found = tuple(file for file in rule_files(path) if _is_file(file))
            if not found:
                what = "no rule file (*.yaml, *.yml) in" if path.is_dir() else "no such file or folder:"
                mistakes.append(f"{place}: {what} {self._shown(path)}")
            files |= {file: self._shown(file) for file in found}
        if mistakes:
            raise ConfigError("\n".join(mistakes))
        own = OwnRules()
        try:
            own.read_all(files.items())
        except RuleFileError as error:
            raise ConfigError(str(error)) from None
        return {**load_rules(), **own.rules}

    @cached_property
    def rule_paths(self) -> tuple[tuple[Path, str], ...]:
        """The files and folders of users' rules, each with the place that names it.

        Raises:
            ConfigError: the configuration closest to the working directory cannot be read.
        """
        found = (self._found_in(str(folder), None) for folder in (self._cwd, *self._cwd.parents))
        return next((loaded.rule_paths for loaded in found if loaded is not None), ())

    def for_file(self, path: Path | str) -> Config:
        """What holds for a file: the closest configuration up to its repository's root, else the user's, else the defaults.

        The file need not exist.

        Raises:
            ConfigError: that configuration is wrong.
        """
        place = self._place(path)
        loaded = self._of_folder(_folder_of(place))
        if not loaded.differs and () in loaded.adjusted:
            return loaded.adjusted[()]
        file = Path(place)
        overrides = loaded.overrides_of(file)
        known = (*overrides, *(each.holds(file) for each in loaded.folders_of(overrides)))
        if known not in loaded.adjusted:
            config = loaded.config
            for override in overrides:
                config = _over_with(config, override.layer)
            folders = tuple(each for each in config.budgets.folders if each.holds(file))
            config = replace(config, budgets=replace(config.budgets, folders=folders))
            loaded.adjusted[known] = self._adjust(config)
        return loaded.adjusted[known]

    def overrides_of(self, path: Path | str) -> tuple[Override, ...]:
        """The overrides that hold for a file, the weakest first.

        Raises:
            ConfigError: the file's configuration is wrong.
        """
        file = self._absolute(path)
        return self._of_folder(_folder_of(str(file))).overrides_of(file)

    def files_of(self, path: Path | str) -> tuple[Path, ...]:
        """The configuration files that hold for a file, the weakest first: the one found for it, behind those that it extends.

        Raises:
            ConfigError: that configuration is wrong.
        """
        return self._of_folder(_folder_of(self._place(path))).files

    def formats_of(self, path: Path | str) -> tuple[OwnFormat, ...]:
        """The formats that the configuration of a file describes; none where that configuration is wrong."""
        try:
            return self.for_file(path).formats
        except ConfigError:
            return ()

    def run_config(self, cwd: Path | str | None = None) -> RunConfig:
        """What holds for the run: the settings closest to the working directory.

        Raises:
            ConfigError: that configuration is wrong.
        """
        return self._of_folder(str(self._cwd if cwd is None else self._absolute(cwd))).run

    def _absolute(self, path: Path | str) -> Path:
        return Path(self._place(path))

    def _place(self, path: Path | str) -> str:
        # Path.resolve would follow symbolic links, and a linked prompt belongs to the folder it is seen in
        return os.path.normpath(os.path.join(self._here, path))  # noqa: PTH118  # asked for every file

    def _of_folder(self, folder: str) -> _Loaded:
        if self._isolated or self._explicit is not None:
            folder = self._here  # what holds there holds everywhere
        known = self._by_folder.get(folder)
        if known is not None:
            return known
        visited: list[str] = []
        place = folder
        while True:
            loaded = self._by_folder.get(place) or self._loaded_in.get(place)
            if loaded is not None:
                break
            visited.append(place)
            loaded = self._found_in(place, self.rules)
            if loaded is not None:
                self._loaded_in[place] = loaded  # for good: one run goes by what was read first
                break
            place = _folder_of(place)  # the root of the file system always has a configuration
        if len(self._by_folder) >= _MOST_FOLDERS:
            self._by_folder.clear()
        self._by_folder.update(dict.fromkeys(visited, loaded))
        return loaded

    def _found_in(self, folder: str, rules: Mapping[str, Rule] | None) -> _Loaded | None:
        """The configuration that stands in a folder, or that holds because the search ends there; None: look further up.

        `rules` are those that it may name, None: only what it says about rule files is read.
        """
        if self._isolated:
            return self._loaded([], self._cwd, rules)
        if self._explicit is not None:
            return self._loaded(self._chain(self._explicit, rules, required=True), self._cwd, rules)
        for name in FILE_NAMES:
            place = f"{folder}/{name}"
            chain = self._chain(Path(place), rules) if os.path.isfile(place) else []  # noqa: PTH113  # in very many folders
            if chain:
                return self._loaded(chain, Path(folder), rules)
        is_root = os.path.exists(f"{folder}/.git")  # noqa: PTH110
        if not is_root and folder != _folder_of(folder):
            return None
        user = user_config_file(self._environ)
        chain = self._chain(user, rules) if user is not None and _is_file(user) else []
        return self._loaded(chain, Path(folder) if is_root else self._cwd, rules)

    def _chain(self, path: Path, rules: Mapping[str, Rule] | None, *, required: bool = False) -> list[_File]:
        """A configuration file and those it builds on, itself first; empty for a pyproject.toml without our table."""
        chain: list[_File] = []
        asked = ""  # where the file is asked for, to begin a message with
        while True:
            shown = self._shown(path)
            if any(file.path == path for file in chain):
                circle = " -> ".join([*(file.shown for file in chain), shown])
                raise ConfigError(f"{asked}: configurations extend each other in a circle: {circle}")
            if (required or chain) and not _is_file(path):
                raise ConfigError(f"{asked or f'{shown}:1:1'}: no such file: {shown}")
            file = _read_file(path, shown, rules)
            if file is None:
                if required or chain:
                    raise ConfigError(f"{asked or f'{shown}:1:1'}: no table [tool.promptlint] in {shown}")
                return []
            chain.append(file)
            if file.extend is None:
                return chain
            asked = file.extend_at
            path = Path(os.path.normpath(path.parent / _home(file.extend)))

    def _shown(self, path: Path) -> str:
        try:
            return path.relative_to(self._cwd).as_posix()
        except ValueError:
            return path.as_posix()

    def _loaded(self, chain: Iterable[_File], root: Path, rules: Mapping[str, Rule] | None) -> _Loaded:
        config, run = Config() if rules is None else Config(rules=rules), RunConfig(root=root)
        overrides: tuple[Override, ...] = ()
        files = tuple(reversed(tuple(chain)))
        for number, file in enumerate(files):
            # the selection of the lowest file is the lowest there is: below it stand the defaults
            layered = _over_with(config, _anchored(file.layer, root))
            config = replace(
                layered,
                path=file.shown,
                formats=config.formats
                if file.formats is None
                else tuple(replace(each, folder=root) for each in file.formats),
                below=layered.below if number else (),
            )
            run = RunConfig(
                exclude=run.exclude if file.exclude is None else file.exclude,
                fail_on=run.fail_on if file.fail_on is None else fail_on(file.fail_on),
                output_format=file.output_format or run.output_format,
                baseline=Path(os.path.normpath(file.path.parent / _home(file.baseline)))
                if file.baseline
                else run.baseline,
                baseline_at=file.baseline_at or run.baseline_at,
                no_stale_baseline=run.no_stale_baseline if file.no_stale_baseline is None else file.no_stale_baseline,
                cache_dir=Path(os.path.normpath(file.path.parent / _home(file.cache_dir)))
                if file.cache_dir
                else run.cache_dir,
                root=root,
                path=file.shown,
            )
            overrides = (
                *overrides,
                *(replace(each, folder=root, layer=_anchored(each.layer, root)) for each in file.overrides),
            )
        rule_paths = tuple(
            (Path(os.path.normpath(file.path.parent / _home(path))), place)
            for file in files
            for path, place in file.rule_paths
        )
        return _Loaded(config, run, overrides, tuple(file.path for file in files), rule_paths)


def fail_on(value: str) -> Severity | None:
    """The severity that a value of ``fail-on`` names; None for ``never``. Raises KeyError for any other value."""
    return None if value == NEVER else Severity.named(value)


def user_config_file(environ: Mapping[str, str], platform: str = sys.platform) -> Path | None:
    """Where a person's own configuration stands: the platform's folder for settings; None when no home is known."""
    if platform == "win32":
        base = environ.get("APPDATA")
        return Path(base, "promptlint", "promptlint.toml") if base else None
    home = environ.get("HOME")
    if platform == "darwin":
        return Path(home, "Library", "Application Support", "promptlint", "promptlint.toml") if home else None
    # the XDG specification wants relative paths ignored
    base = environ.get("XDG_CONFIG_HOME", "")
    if base.startswith("/"):
        return Path(base, "promptlint", "promptlint.toml")
    return Path(home, ".config", "promptlint", "promptlint.toml") if home else None


def _folder_of(place: str) -> str:
    return os.path.dirname(place)  # noqa: PTH120  # the object of a folder takes long to make, and to look up


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that the system does not allow, a folder that may not be entered
        return False


def _home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # no home is known; the file will be reported as missing
        return Path(path)
