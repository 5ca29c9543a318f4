"""What modules of both languages leave out when they are told what is looked for."""

from __future__ import annotations

import pytest

from promptlint.formats import nothing
from promptlint.formats.code.document import language_of
from promptlint.formats.code.sdk import names_called, sdks, sendings_at
from promptlint.formats.code.values import Module

PYTHON = """
from openai import OpenAI as Client
from agents import Agent as Worker, other as Agent
import helpers
client = Client()
def ask(name):
    answer = client . chat.completions. create(model="gpt-4o", messages=[])
    (client.chat.completions.create)(model="gpt-4o")
    client.chat["completions"].create(model="gpt-4o"), Worker(name="x"), Agent(), helpers.f().create
    return f"Hello {name}, how are you?"
MAIN_PROMPT = f"One {two} three."
OTHER = "Four five six."
ENTRIES = {"prompt": "Seven eight.", "other": "Nine ten.", "system": dict(a="Eleven twelve")}
class Kept:
    INSTRUCTION: str = ("Thirteen " "fourteen.")
    def template(self): return "Fifteen sixteen."
"""
TYPESCRIPT = """
import { generateText as make, other as generateText } from 'ai';
const answer = await client.chat.completions . create({ model: 'gpt-4o' });
(client.chat.completions.create)({}), client['messages']['create']({}), make({}), generateText({}), new Agent({}), f()();
export const mainPrompt = `One ${two} three.`;
const other = 'Four five six.';
let system = 'Seven'; system += ' eight nine.';
const entries = { prompt: 'Seven eight.', other: 'Nine ten.', system: { a: 'Eleven twelve' } };
enum Kept { Instruction = 'Thirteen fourteen.', Rest = 'Seventeen eighteen.' }
class Texts { static template = 'Thirteen fourteen.'; prompt(x) { return `Fifteen ${x}`; } other() { return 'Not this.'; } }
"""


def module(language: str) -> Module:
    path, text = ("a.py", PYTHON) if language == "python" else ("a.ts", TYPESCRIPT)
    return language_of(language)[1](path, text, nothing)


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_calls_that_are_looked_for_are_all_found(language: str) -> None:
    found = module(language)
    names = {name for site in found.sites for name in [site.callee.rpartition(".")[2]]}
    assert len(names) > 4
    for wanted in (names, *({name} for name in names), set[str]()):
        assert [(site, site.resolve()) for site in found.sites_named(wanted)] == [
            (site, site.resolve()) for site in found.sites if site.callee.rpartition(".")[2] in wanted
        ]


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_every_call_of_an_sdk_is_looked_for(language: str) -> None:
    called = names_called(language_of(language)[0])
    for sdk in sdks():
        names = [name for sending in sdk.sendings if language in sdk.languages for name in sending.callees]
        names += sdk.chains.callees if sdk.chains else ()
        assert called.issuperset(name.rpartition(".")[2] for name in names)
    found = module(language)
    left_out = [site for site in found.sites if site not in found.sites_named(called)]
    assert left_out and not any(any(sendings_at(site, found.packages, language_of(language)[0])) for site in left_out)


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_constants_that_are_looked_for_are_all_found(language: str) -> None:
    found = module(language)
    names = [constant.name for constant in found.constants]
    assert len(names) > 7
    for wanted in (*({name} for name in names), set(names[::2])):
        kept = module(language).constants_named(wanted.__contains__)
        assert [each for each in kept if each.name in wanted] == [
            each for each in found.constants if each.name in wanted
        ]
        assert set(kept) <= set(found.constants)
