"""A format's module is asked only about files whose names end as `_ENDINGS` says; for all others it would say no."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint import formats
from promptlint.formats import _ENDINGS, _names

CORPUS = os.environ.get("PROMPTLINT_CORPUS")

ENDINGS = sorted({ending for endings in _ENDINGS.values() for ending in endings})
FOLDERS = ("", "prompts/", ".gemini/commands/", "commands/", "tasks/", "agents/", "hub/", ".github/prompts/")
STEMS = ("a", "prompt", "_a", "promptfooconfig", "config", "mcp", "tools", "agents", "chain", "flow.dag", "skprompt")
SUFFIXES = ("", ".md", ".txt", ".text", ".markdown", ".mdc", ".prompt.md", ".prompt.txt", ".JSON", ".Yaml", ".xml")
NAMES = tuple(f"{folder}{stem}{suffix}" for folder in FOLDERS for stem in STEMS for suffix in (*SUFFIXES, *ENDINGS))
TEXTS = (
    "---\nname: a\ndescription: b\nmodel: gpt-4o\n---\nsystem:\nYou are {{ name }}.\nuser:\n{{ x }}\n",
    '{"messages": [{"role": "user", "content": "a"}], "tools": [{"name": "a", "inputSchema": {}}], "template": "a"}',
    "messages:\n  - role: user\n    content: a\nprompts: [a]\ntemplate: a\ntemplate_format: handlebars\n",
    'function A() -> string {\n  client B\n  prompt #"a"#\n}\n',
    "# system:\nYou are a helper.\n# user:\n{{ question }}\n",
    'prompt = "Summarise {{args}}"\n',
    'PROMPT = """You are a helpful assistant. Summarise {text}."""\n',
)


def test_the_modules_are_there():
    assert set(_ENDINGS) <= set(_names())


@pytest.mark.parametrize("name", sorted(_ENDINGS))
def test_a_module_says_no_to_other_names(name):
    (module,) = formats._loaded((name,))
    for path in NAMES:
        if path.lower().endswith(_ENDINGS[name]):
            continue
        assert not module.may_hold_prompts(path), path
        for text in TEXTS:
            for named in (False, True):
                assert module.recognise(path, text, named=named) is None, path


def test_all_that_can_be_read_as_a_format_stays_so():
    assert {name for module in formats._modules() for name in module.FORMATS} == set(formats.formats())


if CORPUS:

    def test_the_corpus():
        for file in sorted(each for each in Path(CORPUS, "files").rglob("*") if each.is_file())[::17]:
            path = file.relative_to(CORPUS).as_posix()
            text = file.read_bytes().decode("utf-8", "replace")
            every = (module.recognise(path, text, named=True) for module in formats._modules())
            assert formats._decide(path, text, named=True) == next((each for each in every if each), None), path
