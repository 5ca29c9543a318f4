"""The rule `undelimited-input`. What stands around a variable is for the analysis to say, and tested there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Severity
from promptlint.engine import lint
from promptlint.rewrite import rewrite
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def undelimited(found_by: Callable[[str], Run]) -> Run:
    return found_by("undelimited-input")


PASTED = [
    "Translate the following mail {{ email_body }} into German and keep the greeting.",
    "The customer wrote {{ customer_message }} and expects an answer today. Write one in two sentences.",
    "Here is a review: {{ review }} Decide whether it is about the product or the delivery.",
    "Decide whether the comment {{ comment }} breaks our rules. Answer yes or no.",
    "Summarize {{ article }} for a reader in a hurry, in three sentences.",
    "Is the text {{ page_content }} written by a person? Answer yes or no.",
    "Fasse die Nachricht {{ nachricht }} in einem Satz zusammen.",
    "Übersetze {{ kundenmail }} ins Englische und behalte den Ton bei.",
    "Beantworte das Anliegen {{ anliegen }} höflich und in höchstens drei Sätzen.",
    "Corrige les fautes du message {{ message_client }} sans changer le ton.",
    "Résume le document {{ document_source }} en trois phrases pour la direction.",
    "Traduce el correo {{ correo_cliente }} al inglés y conserva el saludo.",
    "Resume el documento {{ documento }} en tres frases para la dirección.",
]
APART = [
    "Translate the following mail into German:\n\n{{ email_body }}",
    "Translate the mail in the tags into German. <mail>{{ email_body }}</mail> Keep the greeting.",
    'The customer wrote "{{ customer_message }}" and expects an answer today. Write one.',
    "Review: {{ review }}\nDecide whether it is about the product or the delivery.",
    "Decide whether the comment breaks our rules.\n```\n{{ comment }}\n```\nAnswer yes or no.",
    "Write a mail to {{ name }} about {{ topic }} in {{ language }} and be kind.",
    "Write a story about {{ input }} for children, in five sentences.",
    "You are {{ persona }} and speak {{ language }} with customers of {{ company }}.",
    "Fasse die Nachricht in einem Satz zusammen: {{ nachricht }}",
    "Schreibe eine Mail an {{ kundenname }} über {{ thema }} und bleibe höflich.",
    "Corrige les fautes du message « {{ message_client }} » sans changer le ton.",
    "Traduce el correo al inglés.\n\nCorreo: {{ correo_cliente }}",
]


@pytest.mark.parametrize("text", PASTED)
def test_in_running_text(undelimited: Run, text: str) -> None:
    (finding,) = undelimited(f"{text}\n", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.HIGH, Severity.WARNING)
    assert text[finding.location.span.start : finding.location.span.end].startswith("{{")
    assert finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize("text", APART)
def test_set_apart(undelimited: Run, text: str) -> None:
    assert undelimited(f"{text}\n", "prompts/a.j2") == ()


def test_once_for_each_variable(undelimited: Run) -> None:
    text = "Compare the mail {{ email_body }} with the comment {{ comment }} now, please.\nThen shorten {{ email_body }} by half.\n"
    assert len(undelimited(text, "prompts/a.j2")) == 2


def test_a_place_that_may_only_speak_of_a_text_that_stands_elsewhere(undelimited: Run) -> None:
    text = "Summarize {{ comment }} in one sentence.\n\n<comment>\n{{ comment }}\n</comment>\n"
    (finding,) = undelimited(text, "prompts/a.j2")
    assert finding.confidence is Confidence.LOW


def test_what_a_tool_returned_is_shown_on_request(undelimited: Run) -> None:
    (finding,) = undelimited("Explain {{ tool_output }} in one sentence.\n", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.LOW, Severity.INFO)


def test_a_sample_shows_that_a_few_words_are_filled_in(undelimited: Run) -> None:
    head = "---\nname: a\nmodel:\n  api: chat\nsample:\n  context: {}\n---\nuser:\nDescribe {{{{context}}}} in one sentence.\n"
    assert undelimited(head.format("our new shop"), "a.prompty") == ()
    assert len(undelimited(head.format("We opened a new shop in the middle of the town."), "a.prompty")) == 1


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/a.md", ".gemini/commands/a.toml"])
def test_who_invokes_a_command_writes_its_input(undelimited: Run, path: str) -> None:
    text = "Fix $ARGUMENTS in this repository and run the tests.\n"
    assert (
        undelimited('prompt = "Fix {{args}} here and run the tests."\n' if path.endswith("toml") else text, path) == ()
    )


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "prompts/a.j2",
            "Translate {{ customer.message }} into plain French.\n",
            "Translate <customer_message>{{ customer.message }}</customer_message> into plain French.\n",
        ),
        (
            "prompts/a.prompt.yml",
            'messages:\n  - role: user\n    content: "Translate the mail {{email_body}} into French."\n',
            'messages:\n  - role: user\n    content: "Translate the mail <email_body>{{email_body}}</email_body> into French."\n',
        ),
    ],
)
def test_the_fix_is_applied_and_leaves_nothing_to_find(path: str, before: str, after: str) -> None:
    config = Config(select=("undelimited-input",))
    report = lint(formats.read(Source(path, before)), config)
    result = rewrite(report, formats.read, lambda document: lint(document, config), unsafe=True)
    assert result.after.text == after
    assert result.report.diagnostics == ()


def test_the_path_of_a_file_is_no_text(found_by: Callable[[str], Run]) -> None:
    undelimited = found_by("undelimited-input")
    text = "Fix the bug in the file {{ %s }} and say in one sentence what was wrong.\n"
    assert len(undelimited(text % "document", "prompts/a.j2")) == 1
    assert [undelimited(text % name, "prompts/a.j2") for name in ("code_file", "document_path")] == [(), ()]
