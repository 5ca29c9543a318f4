"""Configuration: which file holds for which prompt, what it says, and whether it is right.

Read from ``.promptlint.toml``, ``promptlint.toml`` or ``[tool.promptlint]`` in ``pyproject.toml``. The closest file wins and
is not merged with those further up; ``extend`` builds on another file explicitly. Every mistake is reported with its place.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from promptlint.diagnostic import Severity
from promptlint.formats.trees import Mapping as Table
from promptlint.formats.trees import Node, Scalar, Sequence, read_toml, to_data
from promptlint.prompt import Kind
from promptlint.rules import Rule, load_rules, rule_named, selectors, suggestion, unknown_selector
from promptlint.source import Source, SourceError, Span, TextMap

__all__ = [
    "FILE_NAMES",
    "OUTPUT_FORMATS",
    "ActiveRule",
    "Config",
    "ConfigError",
    "Configurations",
    "RunConfig",
    "Selection",
    "user_config_file",
    "with_overrides",
]

FILE_NAMES: Final = (".promptlint.toml", "promptlint.toml", "pyproject.toml")
"""The names of configuration files, in the order in which a folder is searched."""

OUTPUT_FORMATS: Final = ("full", "concise", "json")
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
class Config:
    """What holds for a file.

    `select`, `extend_select` and `ignore` hold selectors: rule ids, families, presets, ``all``. They build on the layers in
    `below` (the files that this one extends, lowest first); with nothing below, `select` None means the preset
    ``recommended``. Within a layer the more specific selector wins, and ``ignore`` wins between equals.
    """

    path: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)
    model: str | None = None
    kind: Kind | None = None
    language: str | None = None
    pedantic: bool = False
    below: tuple[Selection, ...] = ()

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
            for rule in load_rules().values()
            if _is_on(rule, layers)
        )

    def _severity_of(self, rule: Rule) -> Severity:
        named = [name for name in self.severity if _rank(name, rule) >= 0]
        return self.severity[max(named, key=lambda name: _rank(name, rule))] if named else rule.severity


_BY_ID: Final = 3


def _rank(selector: str, rule: Rule) -> int:
    """How specifically a selector names a rule: 3 by id, 2 by family, 1 by preset, 0 by ``all``, -1 not at all."""
    if selector == rule.id or selector in rule.aliases:
        return _BY_ID
    if selector == rule.family:
        return 2
    if selector in rule.presets:
        return 1
    return 0 if selector == "all" else -1


def _best(names: Iterable[str], rule: Rule) -> int:
    return max((_rank(name, rule) for name in names), default=-1)


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
    the run. `path` is the file that says so, None without one.
    """

    exclude: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.WARNING
    output_format: str = "full"
    root: Path = Path()
    path: str | None = None


def with_overrides(
    config: Config,
    *,
    select: Iterable[str] | None = None,
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    pedantic: bool | None = None,
    model: str | None = None,
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
        kind=kind or config.kind,
        language=language or config.language,
        pedantic=config.pedantic if pedantic is None else pedantic,
    )
    return _over(config, top)


@lru_cache(maxsize=256)
def _over(config: Config, top: Config) -> Config:
    # cached, so that all files under one configuration share one Config and its resolved rules
    named = (("--select", top.select or ()), ("--extend-select", top.extend_select), ("--ignore", top.ignore))
    mistakes = [
        f"{flag}: {unknown_selector(name)}" for flag, names in named for name in names if name not in selectors()
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
    return replace(base, model=top.model, kind=top.kind, language=top.language, pedantic=top.pedantic)


# ---------------------------------------------------------------------------------------------------------------------
# one file


@dataclass(frozen=True)
class _File:
    """What one configuration file says; None where it says nothing. `extend` is the file it builds on, `extend_at` where it says so."""

    path: Path
    shown: str
    extend: str | None = None
    extend_at: str = ""
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    model: str | None = None
    kind: Kind | None = None
    language: str | None = None
    pedantic: bool | None = None
    exclude: tuple[str, ...] | None = None
    fail_on: str | None = None
    output_format: str | None = None


_KEYS: Final = (
    "extend",
    "select",
    "extend-select",
    "ignore",
    "severity",
    "rules",
    "model",
    "kind",
    "language",
    "pedantic",
    "exclude",
    "fail-on",
    "output-format",
)
_LEVELS: Final = tuple(severity.label for severity in Severity)
_NEVER: Final = "never"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _Reader:
    """Reads the values of one file and collects every mistake with its place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.mistakes: list[tuple[Span, str]] = []

    def wrong(self, span: Span, text: str) -> None:
        self.mistakes.append((span, text))

    def place(self, span: Span) -> str:
        position = self.source.position(span.start)
        return f"{self.source.path}:{position.line}:{position.column}"

    def finish(self) -> None:
        """Raise when there was a mistake."""
        if self.mistakes:
            raise ConfigError("\n".join(f"{self.place(span)}: {text}" for span, text in sorted(self.mistakes)))

    def file(self, path: Path, table: Table) -> _File:
        """What a table of settings says."""
        values: dict[str, object] = {}
        for entry in table.entries:
            key, node = entry.key.text, entry.value
            what = f"'{key}'"
            match key:
                case "extend":
                    values["extend"] = self.text(node, what)
                    values["extend_at"] = self.place(node.span)
                case "select" | "extend-select" | "ignore":
                    values[key] = self.selectors(node, what)
                case "severity":
                    values[key] = self.severities(node)
                case "rules":
                    values["options"] = self.options(node)
                case "model":
                    values[key] = self.text(node, what)
                case "kind":
                    kind = self.choice(node, what, [kind.value for kind in Kind])
                    values[key] = Kind(kind) if kind else None
                case "language":
                    values[key] = self.language(node)
                case "pedantic":
                    values[key] = self.flag(node, what)
                case "exclude":
                    values[key] = tuple(text for text, _ in self.texts(node, what))
                case "fail-on":
                    values[key] = self.choice(node, what, (*_LEVELS, _NEVER))
                case "output-format":
                    values[key] = self.choice(node, what, OUTPUT_FORMATS)
                case _:
                    self.wrong(entry.key.span, f"unknown key '{key}'{suggestion(key, _KEYS)}")
        self.finish()
        fields = {key.replace("-", "_"): value for key, value in values.items()}
        return _File(path, self.source.path, **fields)  # type: ignore[arg-type]  # each value was read as its field's type

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
        if isinstance(value, str) and _LANGUAGE.fullmatch(value):
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
            if name not in selectors():
                self.wrong(span, unknown_selector(name))
        return tuple(name for name, _ in found)

    def severities(self, node: Node) -> dict[str, Severity]:
        found: dict[str, Severity] = {}
        for key, value in self.entries(node, "'severity'"):
            if key.text not in selectors():
                self.wrong(key.span, unknown_selector(key.text))
                continue
            hint = "; to turn a rule off, name it in 'ignore'"
            label = self.choice(value, f"the severity of '{key.text}'", _LEVELS, hint)
            if label is not None:
                found[key.text] = Severity.named(label)
        return found

    def options(self, node: Node) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for key, table in self.entries(node, "'rules'"):
            rule = rule_named(key.text)
            if rule is None:
                self.wrong(key.span, f"unknown rule '{key.text}'{suggestion(key.text, load_rules())}")
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


def _read_file(path: Path, shown: str) -> _File | None:
    """Read a configuration file; None for a pyproject.toml that does not configure promptlint.

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
    reader = _Reader(source)
    tree = read_toml(source.text, TextMap.of(shown, Span(0, len(source.text))))
    for problem in tree.problems:
        reader.wrong(problem.location.span, problem.message)
    reader.finish()
    table: Node | None = tree.root
    if in_pyproject:
        for key in ("tool", "promptlint"):
            table = table.get(key) if isinstance(table, Table) else None
        if table is None:
            return None
        if not isinstance(table, Table):
            reader.wrong(table.span, "'tool.promptlint' must be a table")
            reader.finish()
    return reader.file(path, table) if isinstance(table, Table) else _File(path, shown)


# ---------------------------------------------------------------------------------------------------------------------
# which file holds


@dataclass(frozen=True)
class _Loaded:
    config: Config
    run: RunConfig


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
        self._explicit = None if config is None else self._absolute(config)
        self._isolated = isolated
        self._adjust = adjust or (lambda config: config)
        self._environ = os.environ if environ is None else environ
        self._by_folder: dict[Path, _Loaded] = {}

    def for_file(self, path: Path | str) -> Config:
        """What holds for a file: the closest configuration up to its repository's root, else the user's, else the defaults.

        The file need not exist.

        Raises:
            ConfigError: that configuration is wrong.
        """
        return self._of_folder(self._absolute(path).parent).config

    def run_config(self, cwd: Path | str | None = None) -> RunConfig:
        """What holds for the run: the settings closest to the working directory.

        Raises:
            ConfigError: that configuration is wrong.
        """
        return self._of_folder(self._cwd if cwd is None else self._absolute(cwd)).run

    def _absolute(self, path: Path | str) -> Path:
        # Path.resolve would follow symbolic links, and a linked prompt belongs to the folder it is seen in
        return Path(os.path.normpath(self._cwd / path))

    def _of_folder(self, folder: Path) -> _Loaded:
        visited: list[Path] = []
        for at in (folder, *folder.parents):
            loaded = self._by_folder.get(at)
            if loaded is None:
                visited.append(at)
                loaded = self._found_in(at)
            if loaded is not None:
                break
        assert loaded is not None, "the root of the file system always has a configuration"
        self._by_folder.update(dict.fromkeys(visited, loaded))
        return loaded

    def _found_in(self, folder: Path) -> _Loaded | None:
        """The configuration that stands in a folder, or that holds because the search ends there; None: look further up."""
        if self._isolated:
            return self._loaded([], self._cwd)
        if self._explicit is not None:
            return self._loaded(self._chain(self._explicit, required=True), self._cwd)
        for name in FILE_NAMES:
            chain = self._chain(folder / name) if _is_file(folder / name) else []
            if chain:
                return self._loaded(chain, folder)
        is_root = (folder / ".git").exists()
        if not is_root and folder != folder.parent:
            return None
        user = user_config_file(self._environ)
        chain = self._chain(user) if user is not None and _is_file(user) else []
        return self._loaded(chain, folder if is_root else self._cwd)

    def _chain(self, path: Path, *, required: bool = False) -> list[_File]:
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
            file = _read_file(path, shown)
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

    def _loaded(self, chain: Iterable[_File], root: Path) -> _Loaded:
        config, run = Config(), RunConfig(root=root)
        below: tuple[Selection, ...] = ()
        for file in reversed(tuple(chain)):
            config = Config(
                path=file.shown,
                select=file.select,
                extend_select=file.extend_select,
                ignore=file.ignore,
                severity={**config.severity, **file.severity},
                options={
                    name: {**config.options.get(name, {}), **file.options.get(name, {})}
                    for name in (*config.options, *file.options)
                },
                model=file.model or config.model,
                kind=file.kind or config.kind,
                language=file.language or config.language,
                pedantic=config.pedantic if file.pedantic is None else file.pedantic,
                below=below,
            )
            run = RunConfig(
                exclude=run.exclude if file.exclude is None else file.exclude,
                fail_on=run.fail_on if file.fail_on is None else fail_on(file.fail_on),
                output_format=file.output_format or run.output_format,
                root=root,
                path=file.shown,
            )
            below = (*below, config.selection)
        return _Loaded(self._adjust(config), run)


def fail_on(value: str) -> Severity | None:
    """The severity that a value of ``fail-on`` names; None for ``never``. Raises KeyError for any other value."""
    return None if value == _NEVER else Severity.named(value)


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
