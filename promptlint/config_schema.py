"""The JSON Schema of configuration files, for editors; made from the names and values that promptlint.config checks.

Draft 7, which is what editors' TOML servers read. It cannot say everything: a wrong pattern, path or circle of `extend` is
found by promptlint alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from promptlint import templates
from promptlint.basis import CALLS_PATTERN
from promptlint.budgets import GROWTH
from promptlint.config import (
    FORMAT_KEYS,
    KEYS,
    LANGUAGE,
    LEVELS,
    MODEL_KEYS,
    NEVER,
    NOTATION_NAMES,
    OUTPUT_FORMATS,
    OVERRIDE_KEYS,
    ROLES,
    VARIABLE_KEYS,
)
from promptlint.formats._own_keys import PATH_KEYS, TEXT_KEYS
from promptlint.own_models import FACTS, HARDWARE, PRICES, REASONING
from promptlint.prompt import Kind
from promptlint.rules import FAMILIES, PRESETS, Option, Rule, load_rules, selectors
from promptlint.tokens import TOKENIZERS

__all__ = ["config_schema"]

_TEXT: Final = {"type": "string", "pattern": r"\S"}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_OF_VARIABLE: Final = {
    "tokens": "The tokens that a value has; of a list those of one item.",
    "max": "The most tokens that a value may have.",
    "items": "How many items a list has.",
}
_FLAG: Final = {"type": "boolean"}
_PATTERNS: Final = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_PATHS: Final = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_AMOUNT: Final = {"type": "number", "minimum": 0}
_SELECTORS: Final = {"type": "array", "items": {"$ref": "#/definitions/selector"}}


def config_schema(rules: Mapping[str, Rule] | None = None) -> dict[str, Any]:
    """The schema of promptlint.toml as plain data. Every key has a description, every name of a rule its summary.

    `rules` are those that may be named, by default the shipped ones.
    """
    rules = load_rules() if rules is None else rules
    values = _values(rules)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "promptlint configuration",
        "description": "promptlint.toml, .promptlint.toml, or the table [tool.promptlint] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: values[key] for key in KEYS},
        "definitions": {
            "selector": {
                "description": "The id of a rule, a family, a preset, or all.",
                "anyOf": [{"const": name, "description": _about(name, rules)} for name in selectors(rules)],
            },
            "severity": {"enum": list(LEVELS)},
        },
    }


def _about(name: str, rules: Mapping[str, Rule]) -> str:
    if name in rules:
        return rules[name].summary
    former = next((rule.id for rule in rules.values() if name in rule.aliases), None)
    if former is not None:
        return f"The former name of {former}."
    return FAMILIES.get(name) or PRESETS.get(name) or "Every rule."


def _values(rules: Mapping[str, Rule]) -> dict[str, dict[str, Any]]:
    """The schema of each key's value."""
    layer: dict[str, dict[str, Any]] = {
        "select": _described(_SELECTORS, "The rules that are on, and no others."),
        "extend-select": _described(_SELECTORS, "Rules that are on as well."),
        "ignore": _described(_SELECTORS, "Rules that are off."),
        "severity": {
            "description": "The severity of findings in place of the rule's own. The more specific selector wins.",
            "type": "object",
            "propertyNames": {"$ref": "#/definitions/selector"},
            # listed besides, because editors complete keys from `properties`
            "properties": {
                name: {"$ref": "#/definitions/severity", "description": _about(name, rules)}
                for name in selectors(rules)
            },
            "additionalProperties": False,
        },
        "rules": {
            "description": "One table for each rule, with its options.",
            "type": "object",
            "properties": {name: _options(rule) for rule in rules.values() for name in (rule.id, *rule.aliases)},
            "additionalProperties": False,
        },
        "model": _described(_TEXT, "The model whose tokens are counted, whatever the files declare."),
        "models": {
            "description": "One table for each model that is private, negotiated or on one's own hardware.",
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {key: _of_model(key) for key in MODEL_KEYS},
            },
        },
        "tokenizers": {
            "description": "Which tokenizers count: OpenAI's alone, or those of splintr-rs and ctok (the extra tokenizers), too.",
            "enum": list(TOKENIZERS),
        },
        "calls": {
            "description": "How often each prompt is called: a number a month, or such as 100k/month, 2.5M/week, 800/day.",
            "oneOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": CALLS_PATTERN}],
        },
        "budgets": {
            "description": "What prompts may take at most; what is exceeded is an error.",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "tokens-per-call": {
                    "description": "The tokens that one call of a prompt sends.",
                    "type": "integer",
                    "minimum": 0,
                },
                "usd-per-call": _described(_AMOUNT, "What one call of a prompt costs in USD."),
                "usd-per-month": _described(_AMOUNT, "What one prompt costs in USD per month."),
                "growth": {
                    "description": "How much more all prompts take than at another revision (promptlint diff), such as 5%.",
                    "type": "string",
                    "pattern": f"^(?:{GROWTH.pattern})$",
                },
                "folders": {
                    "description": "What the prompts of some files take together; each key is a pattern as in .gitignore.",
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "additionalProperties": False,
                        "minProperties": 1,
                        "properties": {
                            "tokens-per-call": {
                                "description": "The tokens that one call of each of them sends.",
                                "type": "integer",
                                "minimum": 0,
                            },
                            "usd-per-month": _described(_AMOUNT, "What they cost in USD per month."),
                        },
                    },
                },
            },
        },
        "variables": {
            "description": "What the variables of the prompts hold: a number of tokens each, or a table.",
            "type": "object",
            "additionalProperties": {
                "oneOf": [
                    _WHOLE,
                    {
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": False,
                        "properties": {key: _WHOLE | {"description": _OF_VARIABLE[key]} for key in VARIABLE_KEYS},
                    },
                ]
            },
        },
        "kind": {"description": "What the prompts are.", "enum": [kind.value for kind in Kind]},
        "language": {
            "description": "The code of the language that the prompts are written in, such as en or de.",
            "type": "string",
            "pattern": f"^(?:{LANGUAGE.pattern})$",
        },
        "pedantic": _described(_FLAG, "Whether findings of low confidence are shown."),
    }
    return layer | {
        "extend": _described(_TEXT, "A configuration file that this one builds on, relative to this one."),
        "overrides": {
            "description": "What holds for some files only; the later table is the stronger.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["files"],
                "additionalProperties": False,
                "properties": {
                    key: _described(_PATTERNS, "The files, as patterns in the syntax of .gitignore.")
                    if key == "files"
                    else layer[key]
                    for key in OVERRIDE_KEYS
                },
            },
        },
        "exclude": {
            "description": "Files and folders to leave out, as patterns in the syntax of .gitignore.",
            "type": "array",
            "items": {"type": "string"},
        },
        "fail-on": {
            "description": "The severity from which on findings make the exit code 1.",
            "enum": [*LEVELS, NEVER],
        },
        "output-format": {"description": "How findings are printed.", "enum": list(OUTPUT_FORMATS)},
        "baseline": _described(_TEXT, "The file of known findings, relative to this one."),
        "no-stale-baseline": _described(
            _FLAG, "Whether entries of the baseline that are no longer found make the exit code 1."
        ),
        "cache-dir": _described(_TEXT, "The folder in which results are kept for the next run, relative to this file."),
        "formats": {
            "description": "The project's own prompt files: which files, and where in them the prompts stand.",
            "type": "array",
            "items": _format(layer),
        },
        "rule-paths": {
            "description": "Files and folders of the project's own rules, relative to this file.",
            "type": "array",
            "items": {"type": "string"},
        },
    }


_MODEL_FACTS: Final[dict[str, dict[str, Any]]] = {
    "like": _TEXT | {"description": "A known model, whose prices and limits hold where nothing else is said."},
    "discount": {
        "description": "What is off every price, as a fraction.",
        "type": "number",
        "minimum": 0,
        "exclusiveMaximum": 1,
    },
    "price-per-hour": {"description": "What the hardware costs in USD per hour."},
    "tokens-per-second": {"description": "How many tokens it writes per second, over all calls."},
    "input-tokens-per-second": {"description": "How many tokens it reads per second, where that is told apart."},
    "window": {"description": "How many tokens prompt and answer share."},
    "max-output": {"description": "The longest answer in tokens."},
    "cache-minimum": {"description": "The shortest prefix in tokens that is cached."},
    "reasoning": {"description": "Whether it thinks before it answers.", "enum": list(REASONING)},
    "languages": {
        "description": "The codes of the languages that it supports.",
        "type": "array",
        "items": {"type": "string"},
    },
}


def _of_model(key: str) -> dict[str, Any]:
    about = dict(_MODEL_FACTS.get(key, {"description": "USD per million tokens."}))
    if key in PRICES:
        about |= {"type": "number", "minimum": 0}
    elif key in HARDWARE or (key in FACTS and not {"enum", "items"} & about.keys()):
        about |= {"type": "number", "exclusiveMinimum": 0}
    return about


def _format(layer: dict[str, dict[str, Any]]) -> dict[str, Any]:
    properties: dict[str, dict[str, Any]] = {}
    for key in FORMAT_KEYS:
        if key == "files":
            properties[key] = _described(_PATTERNS, "The files, as patterns in the syntax of .gitignore.")
        elif key in TEXT_KEYS:
            properties[key] = _described(_PATHS, "Path or paths of texts, such as prompts[].body.")
        elif key in PATH_KEYS:
            properties[key] = _described(_PATHS, "Path or paths at which it stands.")
        elif key == "notation":
            properties[key] = {"description": "How the files are written.", "enum": list(NOTATION_NAMES)}
        elif key == "role":
            properties[key] = _named_or_path("The role of the texts, or the path of its name.", ROLES)
        elif key == "template":
            properties[key] = _named_or_path("The template language, or the path of its name.", templates.LANGUAGES)
        else:
            properties[key] = layer[key]
    return {"type": "object", "required": ["files"], "additionalProperties": False, "properties": properties}


def _named_or_path(about: str, names: Iterable[str]) -> dict[str, Any]:
    return {"description": about, "anyOf": [{"enum": list(names)}, _TEXT]}


def _described(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"description": text, **schema}


def _options(rule: Rule) -> dict[str, Any]:
    return {
        "description": rule.summary,
        "type": "object",
        "properties": {name: _option(option) for name, option in rule.options.items()},
        "additionalProperties": False,
    }


def _option(option: Option) -> dict[str, Any]:
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    items = {"items": {"type": option.items}} if option.type == "list" else {}
    return {
        "description": option.help,
        "type": "array" if option.type == "list" else option.type,
        **items,
        "default": default,
    }
