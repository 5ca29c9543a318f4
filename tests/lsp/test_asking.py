"""What an editor asks about places: hover, lenses, completion, outline, definitions, names, links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from promptlint.formats import read
from promptlint.prices import find_model
from promptlint.source import Source
from promptlint.tokens import counter

from .conftest import Editor, Start, applied, position_of, range_of

PROMPTY = """---
name: invoice
model: gpt-4o-mini
inputs:
  invoice:
    type: string
    sample: Invoice 17
  currency:
    type: string
---
system:
# Rules
Read the invoice 😀 in order to help, in one sentence.

# Data
user:
<invoice>
{{ invoice }}
</invoice>
Convert it to {{ currency }}; the invoice is {{ invoice }}.
"""


@pytest.fixture
def uri(editor: Editor, folder: Path) -> str:
    return editor.open(folder / "prompts" / "invoice.prompty", PROMPTY, "prompty")


def ask(editor: Editor, method: str, kind: Any, uri: str, part: str, *, nth: int = 0, **more: Any) -> Any:
    start = range_of(PROMPTY, part, nth=nth).start
    return editor.ask(method, kind(**editor.at(uri, start), **more))


def hovered(editor: Editor, uri: str, part: str, *, nth: int = 0) -> str:
    found = ask(editor, types.TEXT_DOCUMENT_HOVER, types.HoverParams, uri, part, nth=nth)
    return "" if found is None else found.contents.value


def test_hovering_over_a_finding(editor: Editor, uri: str):
    shown = hovered(editor, uri, "in order to")
    assert shown.startswith("**verbose-phrase**") and "write 'to'" in shown
    assert "saves 2 tokens per call" in shown and "Evidence" in shown


def test_hovering_over_a_variable(editor: Editor, uri: str):
    shown = hovered(editor, uri, "invoice }}")
    tokens = counter("o200k_base").count("Invoice 17")
    assert "**invoice** (variable)" in shown and "declared in line 5" in shown and "used 2 times" in shown
    assert f"invoice: {tokens} tokens (sample), filled in 2 times" in shown


def test_hovering_over_a_model(editor: Editor, uri: str):
    shown = hovered(editor, uri, "gpt-4o-mini")
    model = find_model("gpt-4o-mini").model
    assert model is not None and model.price is not None and model.window is not None
    assert f"${model.price.input:g}" in shown and f"{model.window:,} tokens" in shown


def test_hovering_over_nothing(editor: Editor, uri: str):
    assert hovered(editor, uri, "system:") == ""


def test_a_lens_has_tokens_and_cost(editor: Editor, uri: str):
    (lens,) = editor.ask(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    (figures,) = editor.ask("promptlint/estimate", {"textDocument": {"uri": uri}}).prompts
    assert lens.command.title == figures.label and "(gpt-4o-mini)" in lens.command.title
    prompt = read(Source("prompts/invoice.prompty", PROMPTY)).prompts[0]
    count = counter("o200k_base").count
    assert figures.input_tokens.literal == sum(count(message.literal) for message in prompt.messages)
    assert f"{figures.input_tokens.expected:,} tokens in" in lens.command.title
    price = find_model("gpt-4o-mini").model.price.input
    assert figures.usd.input == pytest.approx(figures.input_tokens.expected * price / 1_000_000)
    said = editor.ask(
        types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
    )
    assert "Assumed:" in said and "'currency' has" in said


def test_clients_without_lenses_get_hints(start: Start, folder: Path):
    capabilities = client_capabilities("emacs")
    assert capabilities.text_document.inlay_hint and not capabilities.text_document.code_lens
    editor = start(capabilities, folder)
    assert editor.answer.capabilities.code_lens_provider is None
    uri = editor.open(folder / "prompts" / "a.md", "Summarise 😀 {{x}}.\nMore.\n")
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    (hint,) = editor.ask(
        types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
    )
    assert "tokens in" in hint.label and hint.position == types.Position(0, 18)


def completed(editor: Editor, uri: str, text: str, at: str, *, nth: int = 0) -> dict[str, types.CompletionItem]:
    offset = -1
    for _ in range(nth + 1):
        offset = text.index(at, offset + 1)
    params = editor.at(uri, position_of(text, offset + len(at)))
    return {
        each.label: each for each in editor.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(**params)) or []
    }


def typed(editor: Editor, uri: str, old: str, new: str) -> str:
    text = PROMPTY.replace(old, new)
    assert text != PROMPTY
    editor.change(uri, text)
    return text


def test_completing_variables(editor: Editor, uri: str):
    text = typed(editor, uri, "Convert it to {{ currency }}", "Convert it to {{ cu }}")
    found = completed(editor, uri, text, "{{ cu")
    assert {"invoice", "currency"} <= set(found) and "cu" not in found
    after = applied(text, [found["currency"].text_edit])
    assert after == text.replace("{{ cu }}", "{{ currency }}")


def test_completing_keys_and_models(editor: Editor, uri: str):
    text = typed(editor, uri, "name: invoice\n", "name: invoice\nmo\n")
    assert {"model", "inputs", "sample"} <= set(completed(editor, uri, text, "\nmo"))
    text = typed(editor, uri, "model: gpt-4o-mini", "model: gpt-5")
    assert {"gpt-5", "gpt-5-mini"} <= set(completed(editor, uri, text, "model: gpt-5"))


def test_completing_rules_in_comments(editor: Editor, uri: str):
    text = typed(editor, uri, "# Data\n", "{# promptlint: ignore[verbose-phrase, fill] #}\n# Data\n")
    found = completed(editor, uri, text, "fill")
    assert {"filler-phrase", "verbosity"} <= set(found) and "recommended" not in found
    assert applied(text, [found["filler-phrase"].text_edit]) == text.replace("fill]", "filler-phrase]")


def test_nothing_is_completed_in_running_text(editor: Editor, uri: str):
    assert completed(editor, uri, PROMPTY, "Read the ") == {}


def test_the_outline(editor: Editor, uri: str):
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    (prompt,) = editor.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    names = [each.name for each in prompt.children]
    assert prompt.name == "invoice" and names == ["system", "user", "currency", "invoice"]
    assert [each.name for each in prompt.children[0].children] == ["Rules", "Data"]

    def nested(symbol: types.DocumentSymbol) -> None:
        assert symbol.range.start <= symbol.selection_range.start and symbol.selection_range.end <= symbol.range.end
        for each in symbol.children or ():
            nested(each)

    nested(prompt)


def test_going_to_the_declaration_and_back(editor: Editor, uri: str):
    (there,) = ask(editor, types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams, uri, "invoice }}")
    assert there == types.Location(uri, range_of(PROMPTY, "invoice", nth=1))
    for declared, count in ((True, 3), (False, 2)):
        context = types.ReferenceContext(declared)
        places = ask(editor, types.TEXT_DOCUMENT_REFERENCES, types.ReferenceParams, uri, "invoice:\n", context=context)
        assert len(places) == count
    marks = ask(editor, types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.DocumentHighlightParams, uri, "invoice }}")
    assert sorted(mark.kind for mark in marks) == [2, 2, 3]


def renamed(editor: Editor, uri: str, part: str, name: str) -> str:
    edit = ask(editor, types.TEXT_DOCUMENT_RENAME, types.RenameParams, uri, part, new_name=name)
    (change,) = edit.document_changes
    return applied(PROMPTY, change.edits)


def test_renaming_a_variable(editor: Editor, uri: str):
    prepared = ask(editor, types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams, uri, "invoice }}")
    assert prepared.placeholder == "invoice"
    after = renamed(editor, uri, "invoice }}", "bill")
    expected = PROMPTY.replace("  invoice:", "  bill:").replace("{{ invoice }}", "{{ bill }}")
    assert after == expected


@pytest.mark.parametrize(
    ("name", "why"),
    [("currency", "already"), ("two words", "no name"), ("for", "no name"), ("true", "not be the same")],
)
def test_renaming_that_would_change_the_prompt_is_refused(editor: Editor, uri: str, name: str, why: str):
    with pytest.raises(Exception, match=why):
        renamed(editor, uri, "invoice }}", name)


def test_only_variables_are_renamed(editor: Editor, uri: str):
    assert ask(editor, types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams, uri, "Read the") is None


def test_links_to_included_files(editor: Editor, folder: Path):
    part = folder / "prompts" / "parts" / "tone.j2"
    part.parent.mkdir(parents=True)
    part.write_text("Be brief.\n", "utf-8")
    text = 'Say 😀 {% include "parts/tone.j2" %} {% include "gone.j2" %}\n'
    uri = editor.open(folder / "prompts" / "a.j2", text, "jinja")
    (link,) = editor.ask(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(types.TextDocumentIdentifier(uri)))
    assert link.target == part.as_uri() and link.range == range_of(text, "parts/tone.j2")
    params = types.DefinitionParams(**editor.at(uri, link.range.start))
    assert [each.uri for each in editor.ask(types.TEXT_DOCUMENT_DEFINITION, params)] == [part.as_uri()]


def test_nothing_is_known_of_what_is_not_open(editor: Editor):
    missing = "file:///nowhere/prompts/a.md"
    params = types.HoverParams(**editor.at(missing, types.Position(0, 0)))
    assert editor.ask(types.TEXT_DOCUMENT_HOVER, params) is None
    assert editor.ask("promptlint/estimate", {"textDocument": {"uri": missing}}) is None
    assert editor.ask("promptlint/estimate", {}) is None
