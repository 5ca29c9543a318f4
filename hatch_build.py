"""Compiles data into what the installed package reads: YAML into JSON, the vocabularies into tables.

A wheel gets ``promptlint/_data``: rules.json (rules/, a list in the order of the ids), examples.json (their examples), rules.schema.json,
lexicons/<language>.json, and vocabularies/<encoding>.table, which stands for the published file. Nothing is written into the checkout, and an editable install gets none of it: there the YAML
itself is read.
"""

from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEXICONS = "promptlint/analysis/lexicons"


def compile_data(root: Path) -> dict[str, str]:
    """The compiled files of the checkout at `root`: path inside ``promptlint/_data`` -> text.

    Raises ValueError, with the file's name, for YAML that is broken or is not a mapping.
    """
    files: dict[str, str] = {}
    rules = [
        {**_mapping(path), "path": path.relative_to(root).as_posix()} for path in sorted(root.glob("rules/**/*.yaml"))
    ]
    rules.sort(key=lambda rule: str(rule.get("id")))
    # apart, because a run needs none of them
    files["examples.json"] = _dump({str(rule.get("id")): rule.pop("examples") for rule in rules if "examples" in rule})
    files["rules.json"] = _dump(rules)
    schema = root / "rules" / "schema.json"
    if schema.is_file():
        files["rules.schema.json"] = _dump(json.loads(schema.read_text("utf-8")))
    for path in sorted(root.glob(f"{LEXICONS}/*.yaml")):
        files[f"lexicons/{path.stem}.json"] = _dump(_mapping(path))
    return files


def compile_vocabularies(root: Path) -> dict[str, bytes]:
    """The tables of the checkout's vocabularies: path inside ``promptlint/_data`` -> content."""
    module = root / "promptlint" / "vocabulary.py"
    if not module.is_file():
        return {}
    # by its path: the package itself may not be importable where it is built
    spec = importlib.util.spec_from_file_location("promptlint_vocabulary", module)
    if spec is None or spec.loader is None:
        raise ImportError(str(module))
    vocabulary = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vocabulary)
    files: dict[str, bytes] = {}
    for path in sorted(root.glob("promptlint/vocabularies/*.tiktoken.gz")):
        fields = gzip.decompress(path.read_bytes()).split()
        if fields[1::2] != [b"%d" % rank for rank in range(len(fields) // 2)]:
            raise ValueError(f"{path}: the ranks do not count from 0")
        name = path.name.removesuffix(".tiktoken.gz")
        files[f"vocabularies/{name}.table"] = vocabulary.pack([base64.b64decode(token) for token in fields[::2]])
    return files


def _mapping(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected a mapping, got {type(data).__name__}")  # noqa: TRY004
    return data


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds the compiled data to a wheel."""

    _folder: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the build; `version` is "editable" for an editable install."""
        if version == "editable":
            return
        self._folder = tempfile.mkdtemp(prefix="promptlint-data-")
        texts = {name: text.encode() for name, text in compile_data(Path(self.root)).items()}
        for name, content in {**texts, **compile_vocabularies(Path(self.root))}.items():
            path = Path(self._folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            build_data["force_include"][str(path)] = f"promptlint/_data/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Called by hatchling after the build."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
