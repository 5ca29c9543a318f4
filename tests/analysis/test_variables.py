"""What variables hold, and what stands around the places where they are filled in."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.variables import Purpose, is_log_of_turns, is_long, purpose_of

PURPOSES = {
    "document": [
        "document", "documents", "context", "doc.page_content", "articleText", "pr_body", "text", "source_code", "invoice_text",
        "kundentext", "vertrag", "rechnungstext", "Kontext", "texte_source", "rapport_annuel", "contexte", "documento_fuente",
        "informe", "transcripción_reunion", "contracts", "changelog_file_str", "bodies_text",
    ],
    "message": [
        "user_input", "userInput", "email.body", "email_text", "comment", "comments", "customer_message", "INPUT", "review_comments",
        "user.lastMessage", "kundenmail", "kunden_anfrage", "nachricht", "mensaje_usuario", "message_client", "commentaire_client",
        "correo", "commit_messages_str", "issue_body",
    ],
    "question": ["question", "query", "userQuestion", "search_queries", "frage", "benutzerfrage", "pregunta", "question_client"],
    "history": ["history", "chat_history", "messages", "conversation", "gesprächsverlauf", "chatverlauf", "historique_conversation", "historial_chat"],
    "result": ["search_results", "actual_output", "tool_output", "suchergebnisse", "respuesta", "resultat"],
    "examples": ["examples", "few_shots", "sample_conversation", "in_context_example", "beispiele", "ejemplos", "exemple_texte"],
    "format": ["format_instructions", "output_schema", "ctx.output_format", "labels", "extra_instructions", "consigne"],
    "volatile": ["now", "timestamp", "current_time", "request_id", "requestId", "uuid", "uhrzeit", "heure_actuelle", "ahora", "time.now"],
    "session": ["session_id", "conversationId", "user_id"],
    "scalar": [
        "name", "customer.firstName", "language", "document_title", "documentId", "num_documents", "is_question", "max_tokens", "date",
        "today", "email.subject", "email_address", "country_code", "sprache", "kundenname", "nombre_cliente", "id_documento", "titre_article",
        "fecha_documento", "comment.author", "url",
    ],
    "unknown": ["", "x", "foo", "comment.created_at", "selection", "_", "12", "a" * 200],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "purpose"), [pytest.param(name, purpose) for purpose, names in PURPOSES.items() for name in names]
)
def test_what_a_name_says(name: str, purpose: Purpose) -> None:
    assert purpose_of(name) == purpose


def test_every_purpose_has_names() -> None:
    assert set(PURPOSES) == set(get_args(Purpose))


@given(st.text(max_size=100))
def test_any_name(name: str) -> None:
    assert purpose_of(name) in get_args(Purpose)
    assert is_long(name) in (True, False)


def test_the_words_are_in_lower_case_and_each_has_one_purpose() -> None:
    data = load_data("variables")
    for language in ("en", "de", "fr", "es"):
        words = [word for purpose in data[language].values() for word in purpose]
        assert words and all(word == word.lower() for word in words)
        assert len(words) == len(set(words)), sorted(word for word in set(words) if words.count(word) > 1)


@pytest.mark.parametrize(
    "name", ["build_log", "logs", "file.content", "sitzungsprotokoll", "archivo_completo", "transcript"]
)
def test_long_by_nature(name: str) -> None:
    assert is_long(name)


@pytest.mark.parametrize("name", ["question", "context", "chunk", "user_input", "dialog", "profile", "text"])
def test_not_long_by_nature(name: str) -> None:
    assert not is_long(name)


def test_a_history_and_a_conversation() -> None:
    assert is_log_of_turns("chat_history") and is_log_of_turns("gesprächsverlauf")
    assert not is_log_of_turns("conversation") and not is_log_of_turns("turns")


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("{{ message }}", "message"),
        ("Reply.\n```\n{{ message }}\n```", "fence"),
        ("Reply.\n---\n{{ message }}\n---", "fence"),
        ("Reply.\n'''\nFrom: {{ name }}\n{{ message }}\n'''", "fence"),
        ("Reply to `{{ message }}` now.", "fence"),
        ("Reply to <mail>{{ message }}</mail> now.", "tag"),
        ("Reply.\n<mail>\nFrom a customer.\n{{ message }}\n</mail>", "tag"),
        ('Reply to "{{ message }}" now.', "quote"),
        ("Antworte auf „{{ message }}“ jetzt.", "quote"),
        ("Reply to [{{ message }}] now.", "quote"),
        ('{"mail": {{ message }}, "reply": ""}', "quote"),
        ("Reply.\n\nMessage: {{ message }}", "label"),
        ("Reply.\n\nMessage:\n{{ message }}", "label"),
        ("Reply.\n\n## Message\n\n{{ message }}", "label"),
        ("Reply.\n\n**Message:** {{ message }}\n", "label"),
        ("Reply.\n\n{{ message }}\n\nBe kind.", "block"),
        ("Reply.\r\r{{ message }}\r\rBe kind.", "block"),
        ("Reply to {{ message }}", "end"),
        ("Reply kindly, at once and in full, please, to all that is said in {{ message }}.\nBe kind.", "end"),
        ("Reply to {{ message }} in one sentence.", "inline"),
        ("Reply to this: {{ message }}. Be kind.", "inline"),
        ("The size is 3 < 4 and the mail {{ message }} is > 3 lines long.", "inline"),
    ],
)
def test_what_stands_around_a_variable(make, text: str, around: str) -> None:
    slot = make.analysis(text).slots[-1]
    assert slot.name == "message"
    assert slot.around == around


def test_a_loop_says_what_its_item_is(make) -> None:
    text = "{% for m in chat_history %}\n{{ m.role }}: {{ m.content }} {{ m.sent_at }}\n{% endfor %}\n{{ m }}"
    slots = make.analysis(text, template="jinja").slots
    assert [(slot.name, slot.purpose, slot.looped) for slot in slots] == [
        ("m.role", "scalar", "chat_history"),
        ("m.content", "history", "chat_history"),
        ("m.sent_at", "unknown", "chat_history"),
        ("m", "unknown", None),
    ]


@pytest.mark.parametrize(
    ("text", "bounded"),
    [
        ("{{ report }}", False),
        ("{{ report | trim }}", False),
        ("{{ report | truncate(2000) }}", True),
        ("{{ report[:2000] }}", True),
        ("{{ report.slice(0, 2000) }}", True),
        ("{{ recent_report }}", True),
        ("{% for r in reports %}{{ r }}{% endfor %}", False),
        ("{% for r in reports[:3] %}{{ r }}{% endfor %}", True),
        ("{% for r in reports | first_few %}{{ r }}{% endfor %}", True),
        ("{% for r in top_reports %}{{ r }}{% endfor %}", True),
    ],
)
def test_what_bounds_a_value(make, text: str, bounded: bool) -> None:
    (slot,) = make.analysis(text, template="jinja").slots
    assert slot.bounded is bounded


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("{{ now() }}", "volatile"),
        ("{{ now().strftime('%Y-%m-%d') }}", "scalar"),
        ("{{ now().strftime('%Y-%m-%d %H:%M') }}", "volatile"),
        ("{{ today }}", "scalar"),
        ("{{ uuid4() }}", "volatile"),
    ],
)
def test_a_day_is_no_moment(make, text: str, purpose: str) -> None:
    (slot,) = make.analysis(text, template="jinja").slots
    assert slot.purpose == purpose


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("Email:\n{{ x }}", "message"),
        ("## Dokument\n{{ x }}", "document"),
        ("Tell a story: {{ x }}", "unknown"),
        ("Write a poem about {{ input }}.", "unknown"),
        ("Schreibe ein Gedicht über {{ input }}.", "unknown"),
        ("Translate {{ input }}.", "message"),
    ],
)
def test_the_place_says_what_a_name_does_not(make, text: str, purpose: str) -> None:
    (slot,) = make.analysis(text).slots
    assert slot.purpose == purpose


def test_a_file_beside_this_one_is_no_variable(make) -> None:
    assert make.analysis("Read this.", template="jinja").slots == ()


@given(
    st.lists(
        st.sampled_from(
            ["{{ a }}", "{{ user_input }}", "<b>", "</b>", "\n", "\r", "---", "Text: ", '"', "word ", "{%", "# "]
        ),
        max_size=25,
    )
)
def test_any_text(make, pieces: list[str]) -> None:
    message = make.message("".join(pieces), "double-braces")
    slots = make.analysis(message.text).slots
    assert [slot.span for slot in slots] == sorted(slot.span for slot in slots)
    assert all("{{" in message.text[slot.span.start : slot.span.end] for slot in slots)
