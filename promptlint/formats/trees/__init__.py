"""Positioned trees: YAML, JSON and TOML text -> values that know their exact place in the file.

Reading never raises: what is wrong with the text is in :attr:`Tree.problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.formats.trees.nodes import (
    MAX_DEPTH,
    MAX_EXPANSION,
    Comment,
    Entry,
    Mapping,
    Node,
    Origin,
    Scalar,
    Sequence,
    Style,
    Tree,
    TreeProblem,
    Value,
    find,
    to_data,
    walk,
)

if TYPE_CHECKING:
    from promptlint.source import TextMap

__all__ = [
    "MAX_DEPTH",
    "MAX_EXPANSION",
    "Comment",
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Style",
    "Tree",
    "TreeProblem",
    "Value",
    "find",
    "read_json",
    "read_toml",
    "read_yaml",
    "to_data",
    "walk",
]


# A run over plain text needs none of these readers, which take a millisecond to load.


def read_json(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read JSON. `map` says where `text` stands in its file."""
    from promptlint.formats.trees import json_reader

    return json_reader.read_json(text, map)


def read_toml(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read TOML. `map` says where `text` stands in its file."""
    from promptlint.formats.trees import toml_reader

    return toml_reader.read_toml(text, map)


def read_yaml(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read YAML. `map` says where `text` stands in its file."""
    from promptlint.formats.trees import yaml_simple

    simple = yaml_simple.read_simple(Origin(text, map))
    if simple is not None:
        return simple
    from promptlint.formats.trees import yaml_reader

    return yaml_reader.read_yaml(text, map)
