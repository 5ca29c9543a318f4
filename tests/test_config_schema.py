from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from promptlint.config import FORMAT_KEYS, KEYS, OVERRIDE_KEYS, ConfigError, Configurations
from promptlint.config_schema import config_schema
from promptlint.rules import load_rules

SCHEMA = config_schema()
VALIDATOR = Draft7Validator(SCHEMA)

RIGHT = [
    "",
    'select = ["recommended", "verbosity", "all", "verbose-phrase"]',
    'extend-select = ["strict"]\nignore = []',
    '[severity]\nverbosity = "error"',
    '[rules.undeclared-variable]\nknown = ["today"]',
    'model = "gpt-4o"\nkind = "system"\nlanguage = "pt-BR"\npedantic = true',
    'exclude = ["a/", "*.b"]\nfail-on = "never"\noutput-format = "sarif"',
    "rule-paths = []",
    'baseline = "b.json"\nno-stale-baseline = true\ncache-dir = ".cache"',
    '[[overrides]]\nfiles = ["a"]\nseverity = {all = "info"}',
    "[models.a]\ninput = 1\noutput = 2.5\ncached-input = 0\ncache-write = 1\nbatch-input = 1\nbatch-output = 1\nwindow = 8192",
    '[models."gpt-5-mini"]\ndiscount = 0.2\n[models.b]\nlike = "openai/gpt-4o"\nreasoning = "never"\nlanguages = ["de"]',
    "[models.c]\nprice-per-hour = 2\ntokens-per-second = 1e3\ninput-tokens-per-second = 1e4\nmax-output = 1\ncache-minimum = 1",
    'calls = "100k/month"\n[variables]\nreport = 800\n"a.b" = 0\nlist = {tokens = 5, max = 10, items = 3}\nb = {items = 0}',
    'tokenizers = "openai"\n[[overrides]]\nfiles = ["a"]\ntokenizers = "reconstructed"',
    'calls = 2.5\n[[overrides]]\nfiles = ["a"]\ncalls = ".5M per Week"\nvariables = {x = 1}',
    '[[formats]]\nfiles = ["*.x"]\ntext = ["a.b", "c[]"]\nrole = "user"\nmodel = "engine"\ntemplate = "braces"',
    '[[formats]]\nfiles = ["*.tmpl"]\ntemplate = "jinja"\nkind = "task"\nlanguage = "en"\nnotation = "text"',
]
WRONG = [
    "selct = []",
    'select = "all"',
    'select = ["no-such-rule"]',
    "select = [1]",
    '[severity]\nverbosity = "fatal"',
    '[severity]\nnonsense = "info"',
    "[rules.no-such-rule]",
    "[rules.undeclared-variable]\nknown = 1",
    "[rules.undeclared-variable]\nknown = [1]",
    '[rules.undeclared-variable]\nseverity = "info"',
    'tokenizers = "tiktoken"',
    "tokenizers = true",
    'calls = "many"',
    'calls = "5/year"',
    'calls = "5 days"',
    "calls = 0",
    "calls = true",
    "variables = 5",
    '[variables]\na = "800"',
    "[variables]\na = -1",
    "[variables]\na = 1.5",
    "[variables]\na = {}",
    "[variables]\na = {token = 5}",
    "[variables]\na.b = 5",
    'model = ""',
    'model = " "',
    "model = 4",
    'kind = "question"',
    'language = "English"',
    'language = "en-"',
    "pedantic = 1",
    'exclude = "a"',
    'fail-on = "always"',
    'output-format = "xml"',
    "rule-paths = 1",
    "rule-paths = [1]",
    'baseline = ""',
    "no-stale-baseline = 0",
    "models = 1",
    "[models.a]",
    "models.a = 1",
    "[models.a]\nprice = 1",
    "[models.a]\ninput = '1'\noutput = 1",
    "[models.a]\ninput = -1\noutput = 1",
    "[models.gpt-4o]\ndiscount = 1",
    "[models.a]\nprice-per-hour = 0\ntokens-per-second = 1",
    "[models.a]\nwindow = 0",
    '[models.a]\nreasoning = "often"',
    '[models.a]\nlanguages = "de"',
    '[models.a]\nlike = ""',
    "overrides = 1",
    '[[overrides]]\nmodel = "x"',
    "[[overrides]]\nfiles = []",
    '[[overrides]]\nfiles = ["a"]\nexclude = ["b"]',
    '[[formats]]\ntext = "a"',
    '[[formats]]\nfiles = ["a"]\ntext = []',
    '[[formats]]\nfiles = ["a"]\nnotation = "xml"',
    '[[formats]]\nfiles = ["a"]\nnonsense = "a"',
]


def accepted(root: Path, text: str) -> bool:
    (root / ".git").mkdir(exist_ok=True)
    (root / "promptlint.toml").write_text(text, "utf-8")
    try:
        Configurations(cwd=root, environ={}).for_file(root / "a.md")
    except ConfigError:
        return False
    return True


@pytest.mark.parametrize(("text", "right"), [*((text, True) for text in RIGHT), *((text, False) for text in WRONG)])
def test_the_schema_says_what_promptlint_says(tmp_path: Path, text: str, right: bool) -> None:
    assert accepted(tmp_path, text) is right
    assert VALIDATOR.is_valid(tomllib.loads(text)) is right


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA)


def test_every_key_is_there_and_described() -> None:
    properties = SCHEMA["properties"]
    assert tuple(properties) == KEYS
    override = properties["overrides"]["items"]["properties"]
    own = properties["formats"]["items"]["properties"]
    assert (tuple(override), tuple(own)) == (OVERRIDE_KEYS, FORMAT_KEYS)
    for each in (*properties.values(), *override.values(), *own.values()):
        assert each["description"].endswith(".")


def test_the_default_of_every_option_is_valid() -> None:
    for rule in load_rules().values():
        options = {name: list(value) if isinstance(value, tuple) else value for name, value in rule.defaults.items()}
        assert list(VALIDATOR.iter_errors({"rules": {rule.id: options}})) == []
