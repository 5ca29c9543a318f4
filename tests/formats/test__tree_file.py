from __future__ import annotations

from promptlint.formats import _body, trees
from promptlint.formats._tree_file import Beside, TreeFile, is_null, placeholder, tree_of, without_hidden
from promptlint.prompt import Declaration
from promptlint.source import Location, Source, Span, TextMap


def test_names_are_relative_to_the_folder_and_remembered():
    asked = []
    files = Beside("a/b/c.txt", asked.append)
    assert files.source("../d.yaml") is None
    files.source("sub\\e.yaml")
    files.source("../d.yaml")
    assert asked == ["a/d.yaml", "a/b/sub/e.yaml", "a/d.yaml"]
    assert files.dependencies == ("a/d.yaml", "a/b/sub/e.yaml")


def test_a_file_is_read_once():
    source = Source("a.yaml", "a: 1")
    assert tree_of(source) is tree_of(Source("a.yaml", "a: 1"))
    assert tree_of(Source("a.json", '{"a": 1}')).root is not None


def test_a_broken_file_has_a_problem_and_no_root():
    file = TreeFile(Source("a.json", '{"a": '))
    assert file.roots == ()
    assert file.fields == {}
    assert [problem.rule for problem in file.document("x", ()).problems] == ["invalid-file"]


def test_the_own_key_holds_for_all_prompts(read_text):
    text = "promptlint: {kind: task, language: de, model: gpt-4o}\nprompts: ['Hallo {{x}}']\n"
    (prompt,) = read_text("promptfooconfig.yaml", text).prompts
    assert (prompt.kind, prompt.language, prompt.settings.model.value) == ("task", "de", "gpt-4o")


def test_null():
    tree = trees.read_yaml("[~, 0, '']", TextMap.of("a", Span(0, 10)))
    assert is_null(None)
    assert [is_null(item) for item in tree.root.items] == [True, False, False]


def test_a_placeholder_is_a_variable():
    tree = trees.read_json('"his\\u0074ory"', TextMap.of("a", Span(0, 14)))
    message = placeholder(tree.root)
    assert ([use.name for use in message.uses], message.literal) == (["history"], "")


def test_what_stands_in_code_is_not_hidden_from_format():
    place = Location("a", Span(0, 0))
    text = "{a}\n```\n{b}\n```\n"
    message, _ = _body.message(None, text, TextMap.of("x", Span(0, len(text))), "braces", place)
    declared = [Declaration(name, place) for name in "abc"]
    assert [each.name for each in without_hidden(declared, [message])] == ["a", "c"]
