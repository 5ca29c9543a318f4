"""Files of every format, cut, doubled, spliced and sprinkled with noise: reading never raises, and every place exists."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields

import pytest

from promptlint import formats
from promptlint.prompt import Document, Settings
from promptlint.source import Source

MUTANTS = 150

MARKDOWN = """\
---
name: planner
description: Plans trips
model: gpt-4o-mini
max_tokens: 300 # enough
tools: [search]
inputs: {city: {default: Bonn}}
promptlint:
  ignore: {filler-phrase: quoted}
---
<!-- promptlint: ignore[shouting] it is a name -->
# Task

Plan a trip to {{ city }} in order to relax. Write at most 3 sentences, $ARGUMENTS, ${input:days}.

```json
{"city": "{{ city }}"}
```
"""
YAML = """\
# promptlint: ignore[filler-phrase] quoted
model: gpt-4o-mini
temperature: 0.5
max_tokens: 300
system_prompt: >-
  You plan trips.
    It is *hard*.
messages:
  - role: user
    content: "Plan a trip to {{city}} \\u00e9
      \\"now\\""
  - {role: assistant, content: 'it''s done'}
response_format: {type: json_schema, json_schema: {schema: {type: object}}}
input_variables: [city]
"""
REQUEST = {
    "model": "gpt-4o-mini",
    "max_tokens": 20,
    "messages": [
        {"role": "system", "content": "Be brief. \u00e9\n"},
        {"role": "user", "content": [{"type": "text", "text": "Hi {name}"}]},
    ],
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
}
SAMPLE = {"messages": [*REQUEST["messages"], {"role": "assistant", "content": "Hi."}]}
TEXT = "You are a guide.\n\nPlan a trip to {city} in order to relax. Answer in one sentence.\n"
PYTHON = r'''\
"""Holidays."""
from textwrap import dedent
from openai import OpenAI
from pydantic import BaseModel, Field
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_openai import ChatOpenAI
from .shared import RULES

SYSTEM_PROMPT = "You are a guide.\n" f"Be {TONE}. \u00e9 " + RULES  # promptlint: ignore[shouting] it is a name


class Trip(BaseModel):
    """A trip."""

    city: str = Field(description="where", max_length=20)
    days: list[int] | None = None


def plan(city, **options):
    text = dedent("""\
        Plan a trip to {city} in order to relax.
        {{Answer}} in one sentence.
        """).format(city=city)
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "system", "content": SYSTEM_PROMPT}, *history, {"role": "user", "content": text % city}],
        response_format=Trip,
        max_tokens=20,
        **options,
    )


prompt = ChatPromptTemplate.from_messages([("system", "Plan {x}."), MessagesPlaceholder("past"), ("human", r"{y} \d")])
(prompt | ChatOpenAI(model="gpt-4o", max_tokens=5).with_structured_output(Trip)).invoke({"x": 1})
'''
TYPESCRIPT = r"""\
import { generateText, Output, tool } from 'ai';
import { openai } from '@ai-sdk/openai';
import { z } from 'zod';
import { RULES } from './shared';

export const SYSTEM_PROMPT = `You are a guide. \u00e9 ${RULES}
Be \`brief\`.`; // promptlint: ignore[shouting] it is a name

const Trip = z.object({ city: z.string().max(20).describe('where'), days: z.array(z.number()).optional() });

export async function plan(city: string, rest: object) {
  return generateText({
    model: openai('gpt-4o-mini'),
    system: SYSTEM_PROMPT,
    messages: [...history, { role: 'user', content: 'Plan a trip to ' + city + " in order to relax.\n" }],
    maxOutputTokens: 20,
    tools: { search: tool({ description: 'Finds', inputSchema: z.object({ q: z.string() }) }) },
    output: Output.object({ schema: Trip }),
    ...rest,
  });
}
"""
JINJA = "---\nmodel: gpt-4o\n---\n{# promptlint: ignore[shouting] #}\n{% for c in cities -%}\nDescribe {{ c | upper }}\n{%- endfor %}\n"
FRONT = {
    "agent-memory": "CLAUDE.md",
    "copilot-instructions": ".github/copilot-instructions.md",
    "editor-rules": ".cursorrules",
}
FRONT |= {
    "cursor-rule": ".cursor/rules/a.mdc",
    "skill": "skills/a/SKILL.md",
    "microagent": ".openhands/microagents/a.md",
}
FRONT |= {
    "claude-agent": ".claude/agents/a.md",
    "output-style": ".claude/output-styles/a.md",
    "command": ".claude/commands/a.md",
}
FRONT |= {
    "vscode-agent": ".github/agents/a.agent.md",
    "vscode-prompt": ".github/prompts/a.prompt.md",
    "markdown": "prompts/a.md",
}


@dataclass(frozen=True)
class Fixture:
    path: str
    text: str
    others: dict[str, str] = field(default_factory=dict)


FIXTURES = {
    **{name: Fixture(path, MARKDOWN) for name, path in FRONT.items()},
    "text": Fixture("prompts/a.txt", TEXT),
    "jinja": Fixture("prompts/a.j2", JINJA),
    "yaml": Fixture("prompts/a.yaml", YAML),
    "json": Fixture("prompts/a.json", json.dumps({"prompts": {"a": {"system": "Be brief \u00e9", "prompt": TEXT}}}, indent=1)),
    "toml": Fixture("prompts/a.toml", f'[plan]\nmodel = "gpt-4o"\nmax_tokens = 5\nprompt = """\n{TEXT}\\\n  More."""\nsystem = \'Be brief\'\n'),
    "gemini-command": Fixture(".gemini/commands/a.toml", f'description = "x"\nprompt = """{TEXT}{{{{args}}}} !{{ls {{{{args}}}}}} @{{a.md}}"""\n'),
    "github-models": Fixture(
        "a.prompt.yml",
        "name: a\nmodel: openai/gpt-4o\nmodelParameters: {maxCompletionTokens: 5}\nmessages:\n  - role: system\n    content: |\n      Be brief,\n"
        "      {{name}}\ntestData:\n  - {name: Jane}\nevaluators:\n  - name: b\n    llm: {modelId: x, prompt: 'Is {{completion}} right?'}\n"
        'responseFormat: json_schema\njsonSchema: "{\\"schema\\": {\\"type\\": \\"object\\"}}"\n',
    ),
    "prompty": Fixture(
        "a.prompty",
        "---\nname: a\nmodel:\n  configuration: {type: openai, name: gpt-4o}\n  parameters: {max_tokens: 5, tools: '${file:tools.json}'}\n"
        "sample: sample.json\n---\nsystem:\nBe brief.\n\n# user:\n{% if q %}{{q}}{% endif %}\n",
        {"sample.json": '{"q": "Why?"}', "tools.json": "[]"},
    ),
    "dotprompt": Fixture(
        "prompts/a.prompt",
        "---\nmodel: googleai/gemini-2.0-flash\nconfig: {maxOutputTokens: 5}\ninput:\n  schema:\n    city: string, which one\n    days?: integer\n"
        '  default: {days: 3}\noutput:\n  schema:\n    plan(array, steps): string\n---\n{{role "system"}}\nPlan.{{!-- x --}}\n{{role "user"}}\n'
        "{{#if days}}{{days}} days in {{/if}}{{city}} {{> b}}\n",
        {"prompts/_b.prompt": '{{role "user"}}More {{city}}'},
    ),
    "handlebars": Fixture("prompts/a.hbs", f"---\nmodel: gpt-4o\n---\n{{{{! promptlint: ignore[shouting] }}}}{{{{#each xs as |x|}}}}{{{{x.a}}}}{{{{else}}}}-{{{{/each}}}}\n{TEXT}"),
    "mustache": Fixture("prompts/a.mustache", f"{{{{#xs}}}}{{{{a}}}}{{{{/xs}}}}{{{{=<% %>=}}}}<% b %>\n{TEXT}"),
    "liquid": Fixture("prompts/a.liquid", f"{{% for x in xs %}}{{{{ x | upcase }}}}{{% endfor %}}\n{TEXT}"),
    "poml": Fixture(
        "a.poml",
        "<poml><!-- promptlint: ignore[shouting] --><let name='a' value='1'/><system-msg>Be #lt; brief &amp; {{ a ? 'x' : b }}</system-msg>\n"
        "<human-msg><p for='x in xs' if='x.ok'>{{ x.text }}</p><example><input>1</input></example></human-msg>\n"
        '<output-schema>{"type": "object"}</output-schema><runtime model="gpt-4o" max-tokens="5"/></poml>\n',
    ),
    "baml": Fixture(
        "baml_src/a.baml",
        "// promptlint: ignore[shouting]\nfunction F(a: string, b: Kind?) -> Answer {\n  client Mine\n  prompt #\"\n    {{ _.role('system') }}\n    Be brief.\n"
        '    {% if b %}{{ ctx.output_format }}{% endif %}\n    {{ _.role("user") }} {{ a }}\n  "#\n}\nenum Kind { A\n B @alias("b")\n}\n',
        {
            "baml_src/clients.baml": "client<llm> Mine {\n  options {\n    model gpt-4o\n    max_tokens 5\n  }\n}\n",
            "baml_src/types.baml": "class Answer {\n  a map<string, int>[]?\n}\n",
        },
    ),
    "mcp-tools": Fixture(
        "tools.json",
        json.dumps({"tools": [{"name": "a", "description": 'Does\n\u00e9 "a"', "inputSchema": {"type": "object", "properties": {"b": {"description": "B"}}}}]}),
    ),
    "crewai": Fixture(
        "config/agents.yaml",
        "planner:\n  role: >\n    Planner of {topic}\n  goal: Plan {topic}\n  backstory: >\n    You have planned\n    for years.\n  llm: gpt-4o\n",
    ),
    "chat-request": Fixture("a.jsonl", f"{json.dumps(REQUEST)}\n{json.dumps({'custom_id': '1', 'method': 'POST', 'url': '/v1/chat/completions', 'body': REQUEST})}\n"),
    "chat-set": Fixture("train.jsonl", f"{json.dumps(SAMPLE)}\n{json.dumps(SAMPLE)}\n"),
    "semantic-kernel": Fixture(
        "plugins/Plan/skprompt.txt",
        '<message role="system">Be brief.</message>\n<message role="user">Plan {{$city}} {{time.now}}</message>\n',
        {
            "plugins/Plan/config.json": '{"schema": 1, "execution_settings": {"default": {"model_id": "gpt-4o", "max_tokens": 5}}, '
            '"input_variables": [{"name": "city", "default": "Bonn"}]}'
        },
    ),
    "promptfoo": Fixture(
        "promptfooconfig.yaml",
        "prompts:\n  - |\n    Plan a trip to {{city}}.\n  - file://a.txt\nproviders:\n  - id: openai:gpt-4o\n    config: {max_tokens: 5}\ntests:\n  - vars: {city: Bonn}\n",
        {"a.txt": TEXT},
    ),
    "prompt-flow": Fixture(
        "flow/a.jinja2",
        "# system:\nBe brief.\n\n# user:\n{{question}} {% for h in history %}{{ h }}{% endfor %}\n",
        {
            "flow/flow.dag.yaml": "inputs: {question: {type: string}}\nnodes:\n- name: a\n  type: llm\n  source: {type: code, path: a.jinja2}\n"
            "  inputs: {deployment_name: gpt-4o, max_tokens: 5, question: '${inputs.question}', history: []}\n"
        },
    ),
    "lm-eval": Fixture("tasks/a.yaml", "task: a\ndataset_path: b\ndescription: 'Answer.\n\n  '\ndoc_to_text: \"Q: {{question}}\\nA:\"\ndoc_to_target: answer\n"),
    "promptsource": Fixture(
        "templates/a/templates.yaml",
        "dataset: a\ntemplates:\n  1: !Template\n    answer_choices: null\n    jinja: 'Is {{a}}\n\n      right? ||| {{b}}'\n    name: b\n",
    ),
    "langchain": Fixture(
        "prompts/chain.json",
        json.dumps(
            {
                "_type": "llm_chain",
                "llm": {"_type": "openai", "model_name": "gpt-4o", "max_tokens": 5},
                "prompt": {"_type": "prompt", "input_variables": ["city"], "template": TEXT, "template_format": "f-string"},
            }
        ),
    ),
    "langfuse": Fixture(
        "prompts/a.json",
        json.dumps(
            {"name": "a", "version": 1, "type": "chat", "labels": [], "config": {"model": "gpt-4o"}, "prompt": [{"role": "system", "content": "Hi {{name}} @@@langfusePrompt:name=b@@@"}]}
        ),
    ),
    "mlflow": Fixture(
        "prompts/a.json",
        json.dumps({"name": "a", "commit_message": "b", "template": "Plan {{city}}", "response_format": {"type": "object"}, "model_config": {"max_tokens": 5}}),
    ),
    "promptlayer": Fixture(
        "prompts/a.json",
        json.dumps(
            {
                "prompt_name": "a",
                "prompt_template": {"type": "chat", "input_variables": ["city"], "messages": [{"role": "user", "content": [{"type": "text", "text": "Plan {city}"}]}]},
                "metadata": {"model": {"name": "gpt-4o", "parameters": {"max_tokens": 5}}},
            }
        ),
    ),
    "python": Fixture("app/plan.py", PYTHON, {"app/shared.py": "RULES = 'Never shout.'\n"}),
    "notebook": Fixture(
        "plan.ipynb",
        json.dumps(
            {
                "cells": [
                    {"cell_type": "markdown", "source": ["# Plan"]},
                    {"cell_type": "code", "source": ["%pip install openai\n", *PYTHON.replace(".shared", "shared").replace("\n", "\n\0").split("\0")]},
                    {"cell_type": "code", "source": "%%bash\necho"},
                ],
                "metadata": {"kernelspec": {"language": "python"}},
            },
            indent=1,
        ),
        {"shared.py": "RULES = 'Never shout.'\n"},
    ),
    "typescript": Fixture("app/plan.ts", TYPESCRIPT, {"app/shared.ts": "export const RULES = 'Never shout.';\n"}),
    "javascript": Fixture("app/plan.mjs", TYPESCRIPT.replace("city: string, rest: object", "city, rest"), {"app/shared.mjs": "export const RULES = 'Never shout.';\n"}),
}  # fmt: skip

NOISE = "\0\r\n\t{}[]<>\"'`#|:&*!%@\\$-=,. \u2028\ufeff\u00e9\U0001f600a1"


def mutants(text: str, chance: random.Random) -> Iterator[str]:
    """Variations of a text, the last ones far from it."""
    others = [fixture.text for fixture in FIXTURES.values()]
    for number in range(MUTANTS):
        mutant = text
        for _ in range(1 + number % 4):
            low, high = sorted(chance.randrange(len(mutant) + 1) for _ in range(2))
            match chance.randrange(7):
                case 0:
                    mutant = mutant[:low]
                case 1:
                    mutant = mutant[:low] + mutant[high:]
                case 2:
                    mutant = mutant[:high] + mutant[low:]
                case 3:
                    other = chance.choice(others)
                    at = chance.randrange(len(other))
                    mutant = mutant[:low] + other[at : at + chance.randrange(200)] + mutant[low:]
                case 4:
                    mutant = mutant[:low] + "".join(chance.choices(NOISE, k=chance.randrange(1, 6))) + mutant[low:]
                case 5:
                    data = bytearray(mutant.encode())
                    for _ in range(min(len(data), 3)):
                        data[chance.randrange(len(data))] = chance.randrange(256)
                    mutant = data.decode("utf-8", "replace")
                case _:
                    mutant = mutant.replace("\n", chance.choice(["\r", "\r\n", " "]))
        yield mutant


def places_elsewhere_exist(document: Document, others: dict[str, str]) -> None:
    for prompt in document.prompts:
        for each in fields(Settings):
            setting = getattr(prompt.settings, each.name)
            if setting is not None and setting.location.path in others:
                assert setting.location.span.end <= len(others[setting.location.path])


def read(path: str, text: str, name: str, others: dict[str, str]) -> Document:
    def lookup(other: str) -> Source | None:
        return Source(other, others[other]) if other in others else None

    return formats.read(Source(path, text), lookup, name)


def test_every_format_has_a_fixture() -> None:
    assert set(FIXTURES) == set(formats.formats())


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures_are_read(name: str, verify: Callable[[Document], Document]) -> None:
    fixture = FIXTURES[name]
    found = formats.recognise(fixture.path, fixture.text)
    assert found is not None
    assert found.format == name
    document = verify(read(fixture.path, fixture.text, name, fixture.others))
    assert document.prompts
    assert not document.problems
    places_elsewhere_exist(document, fixture.others)


@pytest.mark.parametrize("name", FIXTURES)
def test_mutants_are_read(name: str, verify: Callable[[Document], Document]) -> None:
    fixture = FIXTURES[name]
    chance = random.Random(name)
    broken = {path: list(mutants(text, chance)) for path, text in fixture.others.items()}
    for number, mutant in enumerate(mutants(fixture.text, chance)):
        others = {path: texts[number] if number % 2 else fixture.others[path] for path, texts in broken.items()}
        formats.recognise(fixture.path, mutant, named=bool(number % 3))
        document = verify(read(fixture.path, mutant, name, others))
        places_elsewhere_exist(document, others)
