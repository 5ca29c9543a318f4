"""The scanners on real prompt files; collected only where a corpus is at hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateError, meta

from promptlint.source import Source, SourceError
from promptlint.templates import LANGUAGES, detect, scan

FILES = sorted(path for path in (Path(os.environ["PROMPTLINT_CORPUS"]) / "files").rglob("*") if path.is_file())
FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?:.*?\r?\n)?---[ \t]*(?:\r?\n|$)", re.DOTALL)
BOUND = re.compile(r"\{%[-+]?\s*(?:set|macro)\s+(\w+)")


def body(path):
    try:
        text = Source.from_bytes(path.name, path.read_bytes()).text
    except SourceError:
        return ""
    match = FRONT_MATTER.match(text)
    return text[match.end() :] if match else text


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_tile_every_file(language, check):
    assert FILES
    for path in FILES:
        check(body(path), language)


def test_every_detected_or_declared_template_agrees_with_jinja2(names):
    class Lenient(dict):
        def get(self, name, default=None):
            return super().get(name, lambda *_, **__: "")

    environment = Environment(autoescape=False, extensions=["jinja2.ext.do"])
    environment.filters, environment.tests = Lenient(environment.filters), Lenient(environment.tests)
    compared = 0
    for path in FILES:
        text = body(path)
        if path.suffix not in (".j2", ".jinja", ".prompty") and detect(text) != "jinja":
            continue
        try:
            expected = meta.find_undeclared_variables(environment.parse(text))
        except TemplateError:
            continue
        compared += 1
        found = set(names(text, "jinja"))
        # jinja2 also lists what only one branch of the template sets
        assert found <= expected, path
        assert expected - found <= {*BOUND.findall(text), "loop", "_"}, path
    assert compared > 200


def test_hardly_any_template_has_a_problem():
    templates = [body(path) for path in FILES if path.suffix in (".j2", ".jinja", ".prompty")]
    faulty = [text for text in templates if scan(text, "jinja").problems]
    assert len(faulty) * 100 <= len(templates)
