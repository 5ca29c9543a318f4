"""The rule `model-as-clock`. Prompts that need a date or chance without being given it, and prompts that only look so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def clock(found_by: Callable[[str], Run]) -> Run:
    return found_by("model-as-clock")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("What is the current date? Answer in the form YYYY-MM-DD.", "What is the current date"),
        ("Work out the customer's age: the years between {birth} and today. Return the number only.", "and today"),
        ("Decide whether the passport is valid: it must expire after today. Answer yes or no.\n\n{passport}", "after today"),
        ("Write a cover letter of 150 words for {job}. Put today's date at the top.", "Put today's date"),
        ("Turn the minutes into a memo of 100 words and add the current date.\n\n{minutes}", "add the current date"),
        ("Summarize the thread in three sentences. State the current time first.\n\n{thread}", "State the current time"),
        ("Wie viele Tage sind es von der Bestellung bis heute? Antworte nur mit der Zahl: {bestellung}", "bis heute"),
        ("Schreibe einen Brief mit 100 Wörtern an {name}. Nenne das heutige Datum.", "Nenne das heutige Datum"),
        ("Rédige une lettre de 100 mots à {nom}. Indique la date du jour en haut.", "Indique la date du jour"),
        ("Calcula los días desde hoy hasta la entrega y responde con el número: {entrega}", "desde hoy"),
    ],
)  # fmt: skip
def test_a_date_that_nobody_gives_is_a_warning(clock: Run, text: str, phrase: str) -> None:
    (finding,) = clock(text, "prompts/a.txt")
    assert text[finding.location.span.start : finding.location.span.end] == phrase
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Generate a random number between 1 and {limit}. Return the number only.", "Generate a random number"),
        ("Turn the form into JSON and create a new GUID for the customer.\n\n{form}", "create a new GUID"),
        ("Erzeuge eine zufällige Zahl zwischen 1 und {grenze} und gib nur die Zahl aus.", "Erzeuge eine zufällige Zahl"),
        ("Génère un nombre aléatoire entre 1 et {limite} et réponds avec le nombre seul.", "Génère un nombre aléatoire"),
        ("Genera un número aleatorio entre 1 y {limite} y responde solo con el número.", "Genera un número aleatorio"),
    ],
)  # fmt: skip
def test_chance_is_a_note(clock: Run, text: str, phrase: str) -> None:
    (finding,) = clock(text, "prompts/a.txt")
    assert text[finding.location.span.start : finding.location.span.end] == phrase
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    "text",
    [
        "Today is {today}. How many days are there between the order and today? Order: {order}",
        "Count the days between the order and today. Answer with the number.\n\nOrder: {order}\nDate: {date}",
        "Count the days between the order and today, given the current date below.\n\n{order}\n\n{context}",
        "Use the tool get_time to find the days until today. Answer with the number: {order}",
        "Write a SQL query that returns the rows between the order and today: {table}",
        "If the user asks what the current date is, say that you do not know. Answer in one sentence: {question}",
        "Do not add the current date to the letter. Write at most 100 words to {name}.",
        'Translate the sentence "What time is it?" into {language}.',
        "Explain in 100 words how technology developed from the war until today: {topic}",
        "Zum aktuellen Zeitpunkt gilt deutsches Recht. Fasse den Vertrag in drei Sätzen zusammen: {vertrag}",
        "Bis heute wurde der Vertrag nicht gekündigt. Fasse ihn in zwei Sätzen zusammen: {vertrag}",
        "Jusqu'à aujourd'hui, le contrat était valable. Résume-le en deux phrases : {contrat}",
        "Hasta hoy, el contrato era válido. Resúmelo en dos frases: {contrato}",
        "Pick a random topic from the list and explain it in two sentences: {topics}",
        "Extract the date and the time of the appointment as JSON: {mail}",
        "Heute ist der {datum}. Wie viele Tage sind es bis heute? Antworte nur mit der Zahl: {bestellung}",
        "Nous sommes le {date}. Calcule les jours entre la livraison et aujourd'hui : {livraison}",
        "Hoy es el {fecha}. Calcula los días desde la entrega hasta hoy: {entrega}",
    ],
)
def test_dates_that_are_given_and_other_topics_are_left_alone(clock: Run, text: str) -> None:
    assert [item for item in clock(text, "prompts/a.txt") if item.severity is Severity.WARNING] == []


def test_standing_instructions_may_be_completed_by_the_program(clock: Run) -> None:
    text = (
        "messages:\n  - role: system\n    content: |\n      You are the assistant of a shop. When a customer asks about an order, be friendly.\n"
        "      Start with today's date.\n"
    )
    (finding,) = clock(text, "prompts/a.prompt.yml")
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)


def test_one_finding_for_dates_and_one_for_chance(clock: Run) -> None:
    text = "Write a letter of 100 words to {name}. Add the current date. State the current time. Generate a random number for it."
    assert [item.severity for item in clock(text)] == [Severity.WARNING, Severity.INFO]


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/letter.md", ".gemini/commands/letter.toml"])
def test_agents_have_a_clock(clock: Run, path: str) -> None:
    words = "Write a letter of 100 words to {}. Start with today's date."
    text = f'prompt = "{words.format("{{args}}")}"\n' if path.endswith("toml") else words.format("$ARGUMENTS") + "\n"
    assert clock(text, path) == ()
    assert len(clock(words.format("{name}"), "prompts/a.txt")) == 1


def test_tools_may_tell_the_time(clock: Run) -> None:
    head = "---\nname: a\nmodel:\n  api: chat\n{}---\nuser:\nWrite a letter of 100 words to {{{{name}}}}. Start with today's date.\n"
    tools = "  parameters:\n    tools:\n      - type: function\n        function: {name: clock}\n"
    assert len(clock(head.format(""), "prompts/a.prompty")) == 1
    assert clock(head.format(tools), "prompts/a.prompty") == ()
