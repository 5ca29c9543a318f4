"""Positioned trees: YAML, JSON and TOML text -> values that know their exact place in the file.

Reading never raises: what is wrong with the text is in :attr:`Tree.problems`.
"""

from promptlint.formats.trees.json_reader import read_json
from promptlint.formats.trees.nodes import (
    MAX_DEPTH,
    MAX_EXPANSION,
    Comment,
    Entry,
    Mapping,
    Node,
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
from promptlint.formats.trees.toml_reader import read_toml
from promptlint.formats.trees.yaml_reader import read_yaml

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
