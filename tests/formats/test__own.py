from __future__ import annotations

from pathlib import Path

from promptlint import formats
from promptlint.formats import OwnFormat, own_format
from promptlint.formats._own_keys import tables
from promptlint.prompt import Kind
from promptlint.source import Source

ROOT = Path("/project").absolute()


def own(*files: str, **others: object) -> OwnFormat:
    return OwnFormat("formats-1", files or ("llm/*.yaml",), ROOT, **others)


def test_files_are_matched_from_the_folder_of_the_configuration():
    found = own("llm/*.yaml", "*.tmpl", "!llm/no.yaml")
    assert found.holds(ROOT / "llm" / "a.yaml")
    assert found.holds(ROOT / "deep" / "er" / "a.tmpl")
    assert not found.holds(ROOT / "llm" / "no.yaml")
    assert not found.holds(ROOT / "other" / "llm" / "a.yaml")
    assert not found.holds(ROOT.parent / "llm" / "a.yaml")


def test_the_first_format_counts():
    first, second = own("*.a"), own("*.a", "*.b")
    assert own_format((first, second), ROOT / "x.a") is first
    assert own_format((first, second), ROOT / "x.b") is second
    assert own_format((first, second), ROOT / "x.c") is None


def test_texts_alone_are_a_prompt_each_and_with_others_one_prompt():
    alone = tables({"text": ("a", "b")}, "user", None, None, None)
    assert [[(slot.path, slot.role) for slot in table.slots] for table in alone] == [[("a", "user")], [("b", "user")]]
    joined = tables({"user": ("u",), "text": ("t",), "system": ("s",), "messages": ("m",)}, "who", "jinja", None, None)
    assert [[(slot.path, slot.role, slot.role_at) for slot in table.slots] for table in joined] == [
        [("s", "system", None), ("m", None, None), ("t", None, "who"), ("u", "user", None)]
    ]
    assert joined[0].template == "jinja"


def test_a_template_language_or_a_path_to_it():
    (declared,) = tables({"text": ("a",)}, None, "a.language", None, None)
    assert (declared.template, declared.template_at) == (None, ("a.language",))


def test_it_goes_before_the_other_formats(verify):
    described = own("*.yaml", tables=tables({"text": ("*.body",)}, None, "dollar", Kind.TASK, "de"))
    document = verify(
        formats.read(Source("prompts/a.yaml", "x: {body: 'Fasse ${t} zusammen'}"), format="formats-1", own=(described,))
    )
    (prompt,) = document.prompts
    assert (document.format, prompt.kind, prompt.language) == ("formats-1", Kind.TASK, "de")
    assert [use.name for use in prompt.messages[0].uses] == ["t"]


def test_a_whole_text(verify):
    described = own("*.tmpl", template="jinja", kind=Kind.SYSTEM, language="en")
    (prompt,) = verify(described.read(Source("a.tmpl", "Say {{ x }}\n"))).prompts
    assert (prompt.kind, prompt.language, prompt.messages[0].template) == (Kind.SYSTEM, "en", "jinja")


def test_nothing_where_the_paths_lead(verify):
    described = own(tables=tables({"text": ("prompts.*.body",)}, None, None, None, None))
    (problem,) = verify(described.read(Source("llm/a.yaml", "prompts: {}\n"))).problems
    assert problem.severity is not None
    assert problem.severity.label == "warning"
    assert "'prompts.*.body'" in problem.detail


def test_the_notation_is_declared_or_that_of_the_suffix_or_yaml(verify):
    described = own("*", tables=tables({"text": ("t",)}, None, None, None, None))
    for path, text in (("a.toml", "t = 'x'"), ("a.jsonl", '{"t": "x"}\n{"t": "y"}'), ("a.conf", "t: x")):
        assert verify(described.read(Source(path, text))).prompts
    as_json = own("*", tables=described.tables, notation="json")
    assert verify(as_json.read(Source("a.conf", '{"t": "x"}'))).prompts
