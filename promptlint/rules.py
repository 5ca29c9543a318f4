"""Rules are data: what they are, and how rule files become :class:`Rule` objects.

The shipped rules are written as ``rules/<family>/<rule>.yaml`` and checked against ``rules/schema.json`` by the tests. A
build compiles them into one JSON file, which is what an installed promptlint loads; a checkout reads the YAML files.
:mod:`promptlint.own_rules` reads those that users write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from promptlint.diagnostic import Problem, Severity
from promptlint.lazy import dataclass
from promptlint.source import Source, SourceError, Span, TextMap
from promptlint.suppression import Suppression

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from promptlint.formats.trees import Node

__all__ = [
    "FAMILIES",
    "PRESETS",
    "Evidence",
    "Example",
    "Expected",
    "Option",
    "OwnPhrase",
    "Rule",
    "RuleFileError",
    "load_rules",
    "misnamed",
    "read_rule_file",
    "rule_named",
    "rule_schema",
    "selectors",
    "suggestion",
    "unknown_selector",
]

FAMILIES: Mapping[str, str] = {
    "verbosity": "Words that cost tokens and say nothing.",
    "output": "The length and the form of the answer.",
    "context": "What is filled into the prompt.",
    "caching": "Whether providers can reuse the beginning of the prompt.",
    "model": "The choice of the model and its settings.",
    "task": "Work that needs no language model.",
    "structure": "The order of the prompt's parts, and parts that repeat or contradict each other.",
    "template": "Template syntax, variables and the files that hold prompts.",
    "reliability": "What makes answers fail or drift.",
    "hygiene": "Characters and white space.",
    "budget": "Limits on tokens and money.",
    "meta": "promptlint itself: its comments and its own failures.",
}
"""The families of rules, each with what its rules are about."""

PRESETS: Mapping[str, str] = {
    "recommended": "What is checked when nothing is configured: faults and sure judgements, few false alarms.",
    "strict": "Everything that is worth a look.",
    "cost": "What costs money on every call.",
    "security": "What lets others take over a prompt, or hides text from its readers.",
}
"""The named selections of rules, each with what it is for."""

OptionType: TypeAlias = Literal["boolean", "integer", "number", "string", "list"]
FixKind: TypeAlias = Literal["none", "safe", "unsafe", "display"]
Scope: TypeAlias = Literal["prompt", "file", "project"]
Stance: TypeAlias = Literal["supports", "contradicts"]


@dataclass(frozen=True)
class Option:
    """Something users may set under ``[rules.<id>]``. `items` is the type of a list's items."""

    type: OptionType
    default: object
    help: str
    items: Literal["string", "integer", "number"] = "string"

    def accepts(self, value: object) -> bool:
        """Whether a value from a configuration file has this option's type."""
        if self.type == "list":
            return isinstance(value, list | tuple) and all(_is(self.items, item) for item in value)
        return _is(self.type, value)

    @property
    def expects(self) -> str:
        """The type in words, for error messages and documentation."""
        return f"a list of {self.items}s" if self.type == "list" else _WORDS[self.type]


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "string": str,
}
_WORDS: Mapping[str, str] = {
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
}


def _is(kind: str, value: object) -> bool:
    if isinstance(value, bool):  # a bool is an int to Python, not to users
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


@dataclass(frozen=True)
class Evidence:
    """A claim about a rule, with its source, and whether it speaks for the rule or against it."""

    claim: str
    source: str
    url: str | None = None
    stance: Stance = "supports"


@dataclass(frozen=True)
class Expected:
    """A finding that an example must give: the line it starts in, the exact text of its range, and what else must hold.

    `prompt` is the prompt's name, `message` the rendered message; None: not compared.
    """

    line: int
    text: str
    prompt: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Example:
    """A file and what the rule finds in it: documentation and test at once.

    `format` is extension-like (``md``, ``j2``, ``prompt.yml``, ``CLAUDE.md``); `path` is the name the text is read under.
    `options` are the rule's options in this example, `language` the language that is configured for it. `fixed` is the
    text after all safe and unsafe fixes of the rule, None where nothing is said about fixes.
    """

    name: str
    format: str
    text: str
    finds: tuple[Expected, ...] = ()
    fixed: str | None = None
    path: str = ""
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    language: str | None = None


@dataclass(frozen=True)
class OwnPhrase:
    """A phrase that a user's rule is about. `to` is what to write instead ("": leave it out), None where nobody says."""

    find: str
    to: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. `id` is its only identifier; `aliases` are former ids.

    `message` holds placeholders (``{name}``) that the check fills; `help` says in one line what to do; `why` is Markdown.
    `check` names the check that finds it, or ``reader`` or ``engine`` for what these find themselves. `severity` is the
    highest that its findings have. A rule that is `always` on stays so whatever is selected, unless it is ignored by name.
    `own_examples` are its examples, None for those that are shipped apart from it (see `examples`).
    `given` is what the checks phrase, pattern and required look for in a user's rule; unlike `options` it is part of the rule.
    """

    id: str
    family: str
    scope: Scope
    severity: Severity
    presets: tuple[str, ...]
    summary: str
    message: str
    why: str
    check: str
    help: str = ""
    evidence: tuple[Evidence, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict, hash=False)
    fix: FixKind = "none"
    own_examples: tuple[Example, ...] | None = field(default=None, compare=False, repr=False)
    aliases: tuple[str, ...] = ()
    always: bool = False
    given: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def examples(self) -> tuple[Example, ...]:
        """What it finds and what it does not: those of a shipped rule are read when they are first asked for."""
        return _shipped_examples().get(self.id, ()) if self.own_examples is None else self.own_examples

    @property
    def defaults(self) -> dict[str, object]:
        """Each option's default."""
        return {name: option.default for name, option in self.options.items()}


class RuleFileError(Exception):
    """A rule file is wrong. The message has one line for each mistake: ``path:line:column: what``."""


_DATA = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parent.parent / "rules"


@cache
def load_rules() -> Mapping[str, Rule]:
    """The shipped rules by id, in alphabetical order: the compiled ones, or in a checkout the YAML files."""
    compiled = _DATA / "rules.json"
    data = json.loads(compiled.read_text("utf-8")) if compiled.is_file() else read_rule_folder(_CHECKOUT)
    return {rule.id: rule for rule in sorted(map(rule_from_data, data), key=lambda rule: rule.id)}


@cache
def _shipped_examples() -> Mapping[str, tuple[Example, ...]]:
    """The examples of the shipped rules by their ids: linting needs none of them, and they are most of what a rule says."""
    compiled = _DATA / "examples.json"
    data = json.loads(compiled.read_text("utf-8")) if compiled.is_file() else {}
    return {name: tuple(map(_example, examples)) for name, examples in data.items()}


def read_rule_folder(folder: Path) -> list[dict[str, Any]]:
    """The plain data of every rule file under a folder, in the order of their paths. This is what the build compiles."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(path.read_text("utf-8"), loader) for path in sorted(folder.rglob("*.yaml"))]  # noqa: S506


def rule_from_data(data: Mapping[str, Any]) -> Rule:
    """The Rule of data that rules/schema.json accepts. Compiled data holds the examples apart."""
    given, options = _given(data["check"], data.get("options", {}))
    return Rule(
        id=data["id"],
        family=data["family"],
        scope=data.get("scope", "prompt"),
        severity=Severity.named(data["severity"]),
        presets=tuple(data.get("presets", OWN_PRESETS)),
        summary=data["summary"],
        message=data["message"],
        help=data.get("help", ""),
        why=data.get("why", ""),
        evidence=tuple(
            Evidence(item["claim"], item["source"], item.get("url"), item.get("for", "supports"))
            for item in data.get("evidence", ())
        ),
        check=data["check"],
        options=options,
        fix=data.get("fix", "none"),
        own_examples=tuple(map(_example, data["examples"])) if "examples" in data else None,
        aliases=tuple(data.get("aliases", ())),
        always=data.get("always", False),
        given=given,
    )


OWN_PRESETS = ("recommended", "strict")
"""The presets of a user's rule that names none: whoever writes a rule wants it on."""

_ALLOW = Option("list", (), "Findings that are not reported: their texts, in any case.")


def _given(check: str, options: Mapping[str, Any]) -> tuple[dict[str, object], dict[str, Option]]:
    """What a check is given by the rule, and what users may set."""
    if check == "phrase" and "phrases" in options:
        phrases = tuple(OwnPhrase(item["find"], item.get("to")) for item in options["phrases"])
        return {"phrases": phrases}, {"allow": _ALLOW}
    if check in ("pattern", "required"):
        given = {name: _frozen(value) for name, value in options.items()}
        return given, {"allow": _ALLOW} if check == "pattern" else {}
    return {}, {
        name: Option(item["type"], _frozen(item["default"]), item["help"], item.get("items", "string"))
        for name, item in options.items()
    }


def _example(data: Mapping[str, Any]) -> Example:
    name = data["format"]
    # a format with a capital letter is a whole file name (CLAUDE.md, SKILL.md)
    default = name if name != name.lower() else f"prompts/example.{name}"
    return Example(
        name=data["name"],
        format=name,
        text=data["text"],
        finds=tuple(
            Expected(item["line"], item["text"], item.get("prompt"), item.get("message")) for item in data["finds"]
        ),
        fixed=data.get("fixed"),
        path=data.get("path", default),
        options={name: _frozen(value) for name, value in data.get("options", {}).items()},
        language=data.get("language"),
    )


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _aliases(rules: Mapping[str, Rule]) -> Mapping[str, Rule]:
    return {alias: rule for rule in rules.values() for alias in rule.aliases}


def rule_named(name: str, rules: Mapping[str, Rule] | None = None) -> Rule | None:
    """The rule with that id or former id; without `rules` among the shipped ones, as in the functions below."""
    rules = load_rules() if rules is None else rules
    return rules.get(name) or _aliases(rules).get(name)


def selectors(rules: Mapping[str, Rule] | None = None) -> tuple[str, ...]:
    """Every name that selects rules: rule ids, former ids, families, presets and ``all``."""
    rules = load_rules() if rules is None else rules
    return (*rules, *_aliases(rules), *FAMILIES, *PRESETS, "all")


def suggestion(name: str, candidates: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` when a candidate is close to a misspelt name, else nothing."""
    import difflib

    close = difflib.get_close_matches(name[:100].lower().replace("_", "-"), candidates, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def unknown_selector(name: str, rules: Mapping[str, Rule] | None = None) -> str:
    """What to say about a name that selects no rule."""
    return f"unknown rule, family or preset '{name}'{suggestion(name, selectors(rules))}"


def misnamed(suppressions: Iterable[Suppression], rules: Mapping[str, Rule] | None = None) -> Iterator[Problem]:
    """What is wrong with the names in comments that silence rules: each must be a rule's id, a former one, or a family."""
    rules = load_rules() if rules is None else rules
    known = (*rules, *_aliases(rules), *FAMILIES)
    for suppression in suppressions:
        for name in suppression.rules:
            if name not in known:
                detail = f"unknown rule or family '{name}'{suggestion(name, known)}"
                yield Problem("invalid-suppression", suppression.location, detail)


def rule_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule file."""
    packaged = _DATA / "rules.schema.json"
    path = packaged if packaged.is_file() else _CHECKOUT / "schema.json"
    return cast("dict[str, Any]", json.loads(path.read_text("utf-8")))


Judge: TypeAlias = "Callable[[Node, Mapping[str, Any]], Iterable[tuple[Span, str]]]"
"""What is wrong with a rule that follows the schema: each mistake with its place."""


def read_rule_file(path: Path, shown: str | None = None, judge: Judge = lambda *_: ()) -> Rule:
    """Read and validate one rule file. `shown` is its path in messages, `judge` knows what a schema cannot say.

    Raises:
        RuleFileError: the file cannot be read, is not YAML, or does not follow the schema.
    """
    from jsonschema import Draft202012Validator

    from promptlint.formats.trees import Mapping as Table
    from promptlint.formats.trees import find, read_yaml, to_data

    shown = path.as_posix() if shown is None else shown
    try:
        source = Source.from_bytes(shown, path.read_bytes())
    except SourceError as error:
        raise RuleFileError(f"{shown}:1:1: {error.reason}") from None
    except OSError as error:
        raise RuleFileError(f"{shown}:1:1: cannot be read: {error.strerror}") from None

    def at(span: Span, text: str) -> str:
        place = source.position(span.start)
        return f"{shown}:{place.line}:{place.column}: {text}"

    tree = read_yaml(source.text, TextMap.of(shown, Span(0, len(source.text))))
    if tree.problems:
        raise RuleFileError("\n".join(at(problem.location.span, problem.message) for problem in tree.problems))
    root = tree.root
    if root is None:
        raise RuleFileError(f"{shown}:1:1: the file is empty: a rule needs at least 'id', 'family' and 'severity'")
    data = to_data(root)
    mistakes: list[tuple[Span, str]] = []
    for fault in Draft202012Validator(rule_schema()).iter_errors(data):
        node = find(root, list(fault.absolute_path)) or root
        if fault.validator == "additionalProperties" and isinstance(node, Table) and isinstance(fault.schema, dict):
            known = fault.schema["properties"]
            unknown = [entry.key for entry in node.entries if entry.key.text not in known]
            mistakes += [(key.span, f"unknown key '{key.text}'{suggestion(key.text, known)}") for key in unknown]
        else:
            mistakes.append((node.span, _explained(fault)))
    if not mistakes:
        mistakes += judge(root, cast("dict[str, Any]", data))
    if mistakes:
        raise RuleFileError("\n".join(at(span, text) for span, text in sorted(mistakes)))
    return rule_from_data(cast("dict[str, Any]", data))


def _explained(error: ValidationError) -> str:
    """A mistake that the schema found, in words that name the key and not its value, which may be long."""
    path = list(error.absolute_path)
    if not path:
        name = "the rule"
    elif isinstance(path[-1], int):
        name = f"an item of '{path[-2]}'" if len(path) > 1 else "an item"
    else:
        name = f"'{path[-1]}'"
    about = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            return error.message.replace("is a required property", "is missing")
        case "type":
            return f"{name} must be of the type {wanted}"
        case "enum":
            return f"{name} must be one of {', '.join(map(str, wanted))}"
        case "contains":
            return f"{name}: {wanted.get('description', 'an item is missing')}"
        case "pattern":
            return f"{name} must match {wanted}{f' ({about})' if about else ''}"
        case _:
            return f"{name}: {error.message[:200]}"
