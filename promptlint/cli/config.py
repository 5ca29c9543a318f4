"""``promptlint config``: what holds for a file, and where each value comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._completing import complete_models, complete_selectors
from promptlint.cli._options import configurations, names
from promptlint.cli._output import error, write

if TYPE_CHECKING:
    from promptlint.config import Config, Configurations, RunConfig
    from promptlint.provenance import Reason, Statement, Stratum
    from promptlint.rules import Rule

__all__ = ["command"]

_ORIGINS = {"user": "your own file", "extended": "extended", "override": "override"}
_ANY = "prompt.md"  # stands for the files of a folder


@click.command("config", short_help="Say what is configured for a file, and where.")
@click.argument("path", required=False, type=click.Path(path_type=str))
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Use this configuration file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration files.")
@click.option("--select", multiple=True, callback=names, metavar="NAMES", shell_complete=complete_selectors)
@click.option("--extend-select", multiple=True, callback=names, metavar="NAMES", shell_complete=complete_selectors)
@click.option("--ignore", multiple=True, callback=names, metavar="NAMES", shell_complete=complete_selectors)
@click.option("--pedantic", is_flag=True)
@click.option(
    "--model",
    metavar="NAME",
    shell_complete=complete_models,
    help="This and the four options above mean what they mean to promptlint check.",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.option(
    "--schema",
    type=click.Choice(["config", "rule"]),
    help="Print the JSON Schema of configuration files, or of rule files, and nothing else. Made for editors.",
)
def command(
    *,
    path: str | None,
    config_file: str | None,
    isolated: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    pedantic: bool,
    model: str | None,
    output_format: str,
    schema: str | None,
) -> int:
    """Print every value that holds for the file PATH and where it comes from, and why each rule is on or off.

    The file need not exist. For a folder (default: the current one) the answer is that for a file in it.
    """
    from promptlint.config import Config, ConfigError, with_overrides
    from promptlint.provenance import Statement, Stratum, strata

    if schema is not None:
        write(_schema(schema, configurations(config_file, isolated)))
        return EXIT_OK
    here = Path.cwd()
    file = here / (path or ".")
    if file.is_dir():
        file = file / _ANY

    def overridden(config: Config) -> Config:
        return with_overrides(
            config,
            select=select or None,
            extend_select=extend_select,
            ignore=ignore,
            pedantic=pedantic or None,
            model=model,
        )

    try:
        chosen = configurations(config_file, isolated, overridden)
        overridden(Config(rules=chosen.rules))  # names a wrong --select even where every file is right
        config = chosen.for_file(file)
        run = chosen.run_config(here)
        layers = strata(Path(os.path.normpath(file)), chosen, here, os.environ)
        run_layers = strata(here / _ANY, chosen, here, os.environ)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    options: list[tuple[str, object]] = [
        ("select", list(select)),
        ("extend-select", list(extend_select)),
        ("ignore", list(ignore)),
        ("pedantic", pedantic),
        ("model", model),
    ]
    said = tuple(
        Statement(
            key,
            value,
            "command line",
            f"--{key}",
            tuple((name, f"--{key}") for name in value) if isinstance(value, list) else (),
        )
        for key, value in options
        if value
    )
    if said:
        layers = (*layers, Stratum("command line", "", said))
    shown = os.path.relpath(file, here).replace(os.sep, "/") if file.is_relative_to(here) else file.as_posix()
    answer = _Answer(shown, config, run, layers, tuple(each for each in run_layers if each.origin != "override"))
    write(json.dumps(answer.data(), ensure_ascii=False, indent=2) + "\n" if output_format == "json" else answer.text())
    return EXIT_OK


def _schema(which: str, chosen: Configurations) -> str:
    from promptlint.config import ConfigError
    from promptlint.config_schema import config_schema
    from promptlint.rules import rule_schema

    try:
        rules = chosen.rules
    except ConfigError:
        rules = None  # the schema is what helps to put the configuration right
    return json.dumps(config_schema(rules) if which == "config" else rule_schema(), ensure_ascii=False, indent=2) + "\n"


class _Answer:
    """What is printed."""

    def __init__(
        self, path: str, config: Config, run: RunConfig, layers: tuple[Stratum, ...], run_layers: tuple[Stratum, ...]
    ) -> None:
        self.path, self.config, self.run, self.layers, self.run_layers = path, config, run, layers, run_layers

    def file_settings(self) -> Iterator[Statement]:
        """Every key that holds for each file: the value that holds; of the keys about rules everything that counts."""
        from promptlint.config import DEFAULT_SELECT
        from promptlint.provenance import Statement, setting

        # what `select` says counts from its strongest mention on; what stands below is replaced
        from_here = max((i for i, each in enumerate(self.layers) if each.said("select")), default=-1)
        if from_here < 0:
            yield Statement("select", list(DEFAULT_SELECT), "default", "")
        for number, layer in enumerate(self.layers):
            for key in ("select", "extend-select", "ignore"):
                said = layer.said(key)
                if said is not None and number >= from_here:
                    yield said
        defaults: dict[str, object] = {
            "model": None,
            "tokenizers": "openai",
            "calls": None,
            "kind": None,
            "language": None,
            "pedantic": False,
        }
        for key, default in defaults.items():
            yield setting(key, default, self.layers)
        for start in ("variables.", "budgets."):
            for key in self._keys(start):
                yield setting(key, None, self.layers)
        for key in self._keys("models."):
            yield setting(key, None, self.layers)
        for key in self._keys("severity."):
            yield setting(key, None, self.layers)
        for key in self._keys("rules."):
            yield setting(key, None, self.layers)
        yield setting("formats", [], self.layers)

    def _keys(self, start: str) -> list[str]:
        return sorted({said.key for layer in self.layers for said in layer.statements if said.key.startswith(start)})

    def run_settings(self) -> Iterator[Statement]:
        """Every key that holds for the run."""
        from promptlint.config import RunConfig
        from promptlint.provenance import setting

        default = RunConfig()
        assert default.fail_on is not None, "the default is a severity"
        defaults: dict[str, object] = {
            "exclude": list(default.exclude),
            "fail-on": default.fail_on.label,
            "output-format": default.output_format,
            "baseline": None,
            "no-stale-baseline": default.no_stale_baseline,
            "cache-dir": None,
            "rule-paths": [],
        }
        for key, value in defaults.items():
            yield setting(key, value, self.run_layers)

    def rules(self) -> list[tuple[Rule, Reason]]:
        """Every rule with why it is on or off."""
        from promptlint.provenance import all_reasons

        return list(all_reasons(self.layers, self.config.rules))

    def data(self) -> dict[str, Any]:
        """The answer as plain data."""
        from promptlint.provenance import of_options, severity_of

        return {
            "version": 1,
            "path": self.path,
            "layers": [{"origin": each.origin, "name": each.name} for each in self.layers],
            "settings": [_said(each) for each in self.file_settings()],
            "run": [_said(each) for each in self.run_settings()],
            "rules": [
                {
                    "id": rule.id,
                    "on": reason.on,
                    "because": {
                        "key": reason.key,
                        "selector": reason.selector or None,
                        "origin": reason.origin,
                        "place": reason.place or None,
                    },
                    "severity": _said(severity_of(rule, self.config, self.layers)),
                    "options": [_said(each) for each in of_options(rule, self.layers)],
                }
                for rule, reason in self.rules()
            ],
        }

    def text(self) -> str:
        """The answer for a person."""
        from promptlint.provenance import of_options, severity_of
        from promptlint.reporters.terminal.cells import visible

        lines = [visible(self.path), ""]
        files = [each for each in self.layers if each.origin in ("user", "file", "extended")]
        if files:
            lines += ["Configuration files, the strongest last"]
            lines += [f"  {visible(each.name)}{_note(each.origin)}" for each in files]
        else:
            lines.append("No configuration file holds for it.")
        lines += ["", "Values for the file", *_table(self.file_settings())]
        lines += ["", "Values for the run", *_table(self.run_settings())]
        rules = self.rules()
        on = [(rule, reason) for rule, reason in rules if reason.on]
        lines += ["", f"Rules that are on ({len(on)} of {len(rules)})"]
        for rule, reason in on:
            severity = severity_of(rule, self.config, self.layers)
            at = f" ({visible(severity.place)})" if severity.place else ""
            lines.append(f"  {rule.id}: {severity.value}{at}; {_why(reason)}")
            lines += [f"      {line}" for line in _table(each for each in of_options(rule, self.layers) if each.place)]
        lines += ["", "Rules that are off"]
        lines += [f"  {rule.id}: {_why(reason)}" for rule, reason in rules if not reason.on] or ["  none"]
        return "\n".join(lines) + "\n"


def _said(statement: Statement) -> dict[str, object]:
    return {
        "key": statement.key,
        "value": statement.value,
        "origin": statement.origin,
        "place": statement.place or None,
    }


def _note(origin: str) -> str:
    return f" ({_ORIGINS[origin]})" if origin in _ORIGINS else ""


def _table(statements: Iterable[Statement]) -> list[str]:
    from promptlint.reporters.terminal.cells import visible, width

    rows = [
        (each.key, visible(_value(each.value)), visible(each.place) + _note(each.origin) if each.place else "default")
        for each in statements
    ]
    widths = [max((width(row[column]) for row in rows), default=0) for column in (0, 1)]
    return [
        "  "
        + "  ".join(cell + " " * (limit - width(cell)) for cell, limit in zip(row, widths, strict=False))
        + f"  {row[2]}"
        for row in rows
    ]


def _value(value: object) -> str:
    """A value as TOML writes it; a longer one only by its size."""
    if value is None:
        return "-"
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return f"{len(value)} described here"
    return json.dumps(value, ensure_ascii=False, default=str)


def _why(reason: Reason) -> str:
    from promptlint.reporters.terminal.cells import visible

    if reason.origin == "command line":
        return f"'{reason.selector}' in {reason.place}" if reason.selector else f"not among what {reason.place} names"
    at = f" at {visible(reason.place)}{_note(reason.origin)}" if reason.place else ""
    if reason.key == "always":
        return "always on"
    if reason.origin == "default":
        return f"in the preset {reason.selector}" if reason.on else f"not in the preset {reason.selector}"
    if not reason.selector:
        return f"not among what is selected{at}"
    return f"'{reason.selector}' in {reason.key}{at}"
