"""Workspace folders: the configuration, the baseline and the files of each, as a run of the command line in that folder has them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

from promptlint.baseline import BaselineError, parse
from promptlint.config import (
    FILE_NAMES,
    Config,
    ConfigError,
    Configurations,
    RunConfig,
    user_config_file,
    with_overrides,
)
from promptlint.discovery import Found, Skipped, discover
from promptlint.formats._own import matches
from promptlint.own_rules import rule_files
from promptlint.project import Projects
from promptlint.rules import Rule, load_rules
from promptlint.runner import Known
from promptlint_lsp.settings import Settings

__all__ = ["Root", "Roots", "Stamp", "stamp_of"]

Stamp: TypeAlias = tuple[int, int] | None
"""What tells whether a file has changed: when it was written, and its size. None: there is none."""


def stamp_of(file: Path) -> Stamp:
    """The stamp of a file."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


@dataclass(frozen=True)
class Root:
    """A folder that files are linted from. Everything in it is read once: when a file that it was read from changes, make a new one.

    `watched` are the configuration files, baselines and rule files that were looked for, with their stamps.
    """

    folder: Path
    settings: Settings
    watched: dict[Path, Stamp] = field(default_factory=dict, compare=False)

    @cached_property
    def configurations(self) -> Configurations:
        """Finds the configuration of each file."""
        return Configurations(config=self.settings.configuration, adjust=self._adjusted, cwd=self.folder)

    def _adjusted(self, config: Config) -> Config:
        return with_overrides(config, model=self.settings.model, pedantic=self.settings.pedantic)

    @cached_property
    def projects(self) -> Projects:
        """Finds the root of each file's project."""
        return Projects(self.folder)

    def config_for(self, file: Path) -> Config:
        """What holds for a file.

        Raises:
            ConfigError: its configuration is wrong.
        """
        self.watch(self.candidates(file.parent))
        return self.configurations.for_file(file)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules; without the users' where one of these is wrong."""
        try:
            return self.configurations.rules
        except ConfigError:
            return load_rules()

    @cached_property
    def run(self) -> RunConfig:
        """What holds for the whole folder; the defaults where its configuration is wrong, which is reported elsewhere."""
        self.watch(self.candidates(self.folder))
        try:
            return self.configurations.run_config(self.folder)
        except ConfigError:
            return RunConfig(root=self.folder)

    def excludes(self, file: Path) -> bool:
        """Whether the configuration leaves a file out."""
        try:
            return matches(self.run.exclude, self.run.root, file)
        except ValueError:  # a pattern that is none
            return False

    @cached_property
    def known(self) -> Known | None:
        """The baseline.

        Raises:
            BaselineError: it cannot be read.
        """
        file = self.run.baseline
        if file is None:
            return None
        self.watch([file])
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BaselineError(f"{self.run.baseline_at}: the baseline cannot be read: {error}") from None
        root = self.projects.root(file.parent)
        there: dict[str, bool] = {}

        def exists(path: str) -> bool:
            if path not in there:
                there[path] = stamp_of(root / path) is not None
            return there[path]

        return Known(parse(text, file.as_posix()), exists)

    def prompts_below(self, folder: Path) -> Iterator[Found | Skipped]:
        """The prompt files below a folder, as a run of the command line finds them."""
        return discover(
            [folder], exclude=self.run.exclude, root=self.run.root, cwd=self.folder, own=self.configurations.formats_of
        )

    def candidates(self, folder: Path) -> Iterator[Path]:
        """The configuration files that may hold for what is in a folder, whether they exist or not."""
        if self.settings.configuration is not None:
            yield self.settings.configuration
            return
        for each in (folder, *folder.parents):
            yield from (each / name for name in FILE_NAMES)
            if (each / ".git").exists():
                break
        user = user_config_file(os.environ)
        if user is not None:
            yield user

    def watch(self, files: Iterable[Path]) -> None:
        """Note that what is known depends on files."""
        for file in files:
            if file not in self.watched:
                self.watched[file] = stamp_of(file)

    def watch_configuration_of(self, file: Path) -> None:
        """Note the files that the configuration of a file is made of: those it extends, users' rules."""
        with contextlib.suppress(ConfigError, OSError):
            self.watch(self.configurations.files_of(file))
        with contextlib.suppress(ConfigError, OSError):
            for path, _ in self.configurations.rule_paths:
                self.watch([path, *rule_files(path)])

    @property
    def is_fresh(self) -> bool:
        """Whether the files that it was read from are what they were."""
        return all(stamp_of(file) == stamp for file, stamp in self.watched.items())


_NO_FOLDER: Final = Path(Path.cwd().anchor)


class Roots:
    """Finds the root of each file: the closest workspace folder, else the file's project. Not for several threads."""

    def __init__(self, folders: Iterable[Path], settings: Settings, *, home: Path | None = None) -> None:
        self._folders = tuple(dict.fromkeys(folders))
        self._home = home
        self._settings = settings
        self._made: dict[Path, Root] = {}

    @property
    def home(self) -> Path | None:
        """Where documents that are no files are linted when there is no workspace folder."""
        return self._home

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace folders."""
        return self._folders

    def of(self, file: Path | None) -> Root:
        """The root that a file is linted from, as it is now; None stands for a document that is no file."""
        if file is None:
            return self.at(self._folders[0] if self._folders else self._home or _NO_FOLDER)
        above = [folder for folder in self._folders if file.is_relative_to(folder)]
        if above:
            return self.at(max(above, key=lambda folder: len(folder.parts)))
        return self.at(Projects(file.parent).root(file.parent))

    def at(self, folder: Path) -> Root:
        """The root that is a folder, as it is now."""
        root = self._made.get(folder)
        if root is None or not root.is_fresh:
            root = self._made[folder] = Root(folder, self._settings)
        return root

    def forget(self) -> None:
        """Read everything anew."""
        self._made.clear()
