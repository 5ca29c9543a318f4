"""What single rules listen for, language by language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.cues import cues, heard
from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.literals import HeldLiterals

# For each topic, language and cue: sentences in which it is found, and sentences in which it is not.
SENTENCES: dict[str, dict[str, dict[str, tuple[list[str], list[str]]]]] = {
    "pressure": {
        "en": {
            "reward": (
                ["I'll tip you $200.", "I will pay you $20 for it.", "You'll get a generous tip.", "I'm going to tip $100!", "I will give you a big bonus."],
                ["Give the waiter a tip.", "Here is a tip for you.", "I will give you two texts.", "I will pay the invoice of $20.", "You will receive a list of tips."],
            ),
            "threat": (
                ["You will be penalized.", "You'll be heavily penalised if you fail.", "I will fire you.", "You will get shut down."],
                ["You will be given a text.", "The customer will be penalized.", "You will not be fired.", "Files that you delete will be deleted."],
            ),
            "stakes": (
                ["My job depends on it.", "My whole career is on the line.", "This is very important to my career.", "Or I will lose my job."],
                ["Test it like your life depends on it.", "The answer depends on the job.", "This is important to the customer.", "Our build depends on it."],
            ),
            "pep": (["You've got this!", "I believe in you."], ["Breathe.", "Take a break."]),
        },
        "de": {
            "reward": (["Ich gebe dir 200 Euro Trinkgeld.", "Du bekommst einen Bonus."], ["Ich gebe dir einen Text.", "Berechne das Trinkgeld."]),
            "threat": (["Du wirst bestraft.", "Sonst wirst du abgeschaltet."], ["Du wirst gefragt.", "Der Kunde wird bestraft."]),
            "stakes": (["Mein Job hängt davon ab.", "Das ist wichtig für meine Karriere."], ["Der Preis hängt davon ab.", "Mein Job ist schwer."]),
            "pep": (["Du schaffst das.", "Ich glaube an dich."], ["Atme ein."]),
        },
        "fr": {
            "reward": (["Je te donnerai un pourboire.", "Vous recevrez une prime."], ["Je te donnerai un texte.", "Calcule le pourboire."]),
            "threat": (["Tu seras pénalisé.", "Vous serez sévèrement puni."], ["Tu seras interrogé.", "Le client sera pénalisé."]),
            "stakes": (["Mon emploi en dépend.", "C'est très important pour ma carrière."], ["Le prix en dépend.", "Parle de mon emploi."]),
            "pep": (["Je crois en toi."], ["Respire."]),
        },
        "es": {
            "reward": (["Te daré una propina.", "Recibirás una bonificación."], ["Te daré un texto.", "Calcula la propina."]),
            "threat": (["Serás penalizado.", "Serás severamente castigado."], ["Serás un asistente.", "El cliente será penalizado."]),
            "stakes": (["Mi trabajo depende de esto.", "Es muy importante para mi carrera."], ["El precio depende de esto.", "Habla de mi trabajo."]),
            "pep": (["Tú puedes con esto.", "Creo en ti."], ["Respira."]),
        },
    },
    "persona": {
        "en": {
            "superlative": (
                ["a world-class editor", "the best chef in the world", "an elite engineer", "a highly skilled nurse", "the world's leading expert"],
                ["an expert in world history", "a senior editor", "the best answer", "a skilled nurse", "the world's most welcoming host"],
            ),
            "experience": (
                ["with 20 years of experience", "with 10+ years of professional experience", "with decades of experience"],
                ["with experience", "for 20 years", "experience of the last 3 years"],
            ),
            "stop": (["who helps"], ["engineer"]),
            "stop-superlative": (["an editor of texts"], ["an elite editor"]),
            "more": (["You have 20 years of experience."], ["Do you have it?"]),
        },
        "de": {
            "superlative": (["ein weltweit führender Arzt", "der beste Koch der Welt", "ein renommierter Anwalt"], ["ein Arzt", "die beste Antwort", "ein Welterklärer"]),
            "experience": (["mit 20 Jahren Erfahrung", "mit über 10 Jahren Berufserfahrung"], ["mit Erfahrung", "seit 20 Jahren"]),
            "stop": (["ein Berater, der hilft"], ["ein Berater"]),
            "more": (["Du hast 20 Jahre Erfahrung."], ["Was du hast."]),
        },
        "fr": {
            "superlative": (["un avocat de renommée mondiale", "le meilleur chef du monde"], ["un avocat", "la meilleure réponse"]),
            "experience": (["avec plus de 20 ans d'expérience"], ["avec de l'expérience", "depuis 20 ans"]),
            "stop": (["un avocat qui aide"], ["un avocat"]),
            "more": (["Tu as 20 ans d'expérience."], ["Que tu as."]),
        },
        "es": {
            "superlative": (["un abogado de renombre mundial", "el mejor chef del mundo"], ["un abogado", "la mejor respuesta"]),
            "experience": (["con más de 20 años de experiencia"], ["con experiencia", "hace 20 años"]),
            "stop": (["un abogado que ayuda"], ["un abogado"]),
            "more": (["Tienes 20 años de experiencia."], ["Lo que tienes."]),
        },
    },
    "placeholder": {
        "en": {
            "slot": (
                ["[Insert the text here]", "<paste your code here>", "[YOUR_TEXT_HERE]", "[INSERT TEXT]", "{Enter the topic here}"],
                ["[insert date]", "[NAME]", "[your name]", "<text>", "[Insert](here)", "See [the docs here]"],
            ),
            "label": (["Text:", "# Image", "**Your question:**", "Input"], ["Textile:", "Answer:", "The text is long"]),
            "told": (["End with ", "Write: "], ["Explain ", "about "]),
        },
        "de": {
            "slot": (["[HIER TEXT EINFÜGEN]", "[Bitte den Text einfügen]", "<Ihr Text hier>"], ["[NAME]", "[Text]", "[einfügen]"]),
            "label": (["Text:", "## Eingabe"], ["Antwort:", "Texte sind lang"]),
            "told": (["Ende mit "], ["Erkläre "]),
        },
        "fr": {
            "slot": (["[INSÉRER LE TEXTE ICI]", "<collez votre texte ici>"], ["[NOM]", "[ici]"]),
            "label": (["Texte :", "## Entrée"], ["Réponse :"]),
            "told": (["Termine avec "], ["Explique "]),
        },
        "es": {
            "slot": (["[INSERTAR TEXTO AQUÍ]", "<pegue el texto aquí>"], ["[NOMBRE]", "[aquí]"]),
            "label": (["Texto:", "## Entrada"], ["Respuesta:"]),
            "told": (["Termina con "], ["Explica "]),
        },
    },
    "clock": {
        "en": {
            "ask": (["What is the current date?", "What time is it?"], ["What is the due date?", "What is the current time zone?"]),
            "write": (["Start with today's date.", "Add the current date at the top."], ["Add the date of the order.", "Use the current time zone."]),
            "rely": (["the days until today", "between the order and today", "after the current date"], ["until today's standards", "today", "before the date"]),
            "random": (["Generate a random number.", "Pick three random digits."], ["Pick a random topic.", "Explain random numbers."]),
            "uuid": (["Generate a new UUID.", "Give each item a unique UUID."], ["Copy the UUID.", "The UUID is new."]),
        },
        "de": {
            "ask": (["Welches Datum haben wir heute?", "Wie spät ist es?"], ["Welches Datum steht im Brief?"]),
            "write": (["Setze das heutige Datum an den Anfang.", "Nenne die aktuelle Uhrzeit."], ["Nenne das Datum des Briefs."]),
            "rely": (["die Tage bis heute", "zwischen der Lieferung und heute"], ["bis heute noch", "heute"]),
            "random": (["Erzeuge eine zufällige Zahl.", "Wähle eine Zufallszahl."], ["Erkläre Zufallszahlen."]),
            "uuid": (["Erzeuge eine UUID."], ["Die UUID ist neu."]),
        },
        "fr": {
            "ask": (["Quelle est la date d'aujourd'hui ?", "Quelle heure est-il ?"], ["Quelle est la date de la lettre ?"]),
            "write": (["Ajoute la date du jour.", "Indiquez l'heure actuelle."], ["Ajoute la date de la lettre."]),
            "rely": (["les jours jusqu'à aujourd'hui", "entre la livraison et aujourd'hui"], ["aujourd'hui"]),
            "random": (["Génère un nombre aléatoire."], ["Explique les nombres aléatoires."]),
            "uuid": (["Génère un UUID."], ["Le UUID est nouveau."]),
        },
        "es": {
            "ask": (["¿Cuál es la fecha de hoy?", "¿Qué hora es?"], ["¿Cuál es la fecha de la carta?"]),
            "write": (["Incluye la fecha de hoy.", "Escribe la hora actual."], ["Incluye la fecha de la carta."]),
            "rely": (["los días hasta hoy", "entre la entrega y hoy"], ["hasta hoy en día", "hoy"]),
            "random": (["Genera un número aleatorio."], ["Explica los números aleatorios."]),
            "uuid": (["Genera un UUID."], ["El UUID es nuevo."]),
        },
    },
    "clock-context": {
        "en": {
            "given": (["Today is {{ today }}", "Current date: {now}", "Use the tools.", "Today is Monday"], ["today", "the date", "Today is a good day"]),
            "code": (["the column"], ["the letter"]),
            "reckon": (["the days until today", "How old is it?", "what is overdue"], ["until today", "everyday", "page"]),
        },
        "de": {
            "given": (["Heute ist Montag", "Datum: {datum}", "Nutze die Werkzeuge"], ["heute", "das Datum"]),
            "code": (["die Spalte"], ["der Brief"]),
            "reckon": (["die Tage bis heute", "Wie alt ist er?", "was überfällig ist"], ["bis heute", "Montag", "alles"]),
        },
        "fr": {"given": (["Nous sommes le 3 mai", "Date : {date}", "les outils"], ["la date"]), "code": (["la colonne"], ["la lettre"]), "reckon": (["les jours entre eux", "en retard"], ["jusqu'à aujourd'hui", "dans"])},
        "es": {"given": (["Hoy es lunes", "Fecha: {fecha}", "las herramientas"], ["la fecha"]), "code": (["la columna"], ["la carta"]), "reckon": (["los días entre ellos", "la factura vencida"], ["hasta hoy", "ahora"])},
    },
    "routine": {
        "en": {
            "text": (
                [
                    "Count the words.", "How many times does it appear?", "Sort the names alphabetically.", "Remove all duplicates.",
                    "Convert the title to uppercase.", "Convert the CSV to JSON.", "Reverse the string.",
                ],
                ["Every word counts.", "Sort out the problem.", "Remove duplicate ideas.", "Convert the text to a poem.", "Reverse the decision."],
            ),
            "figures": (["Calculate the total of the prices.", "Convert 3 miles to km."], ["Calculated risk.", "Convert the visitors."]),
            "prose": (["the e-mail"], ["the names"]),
            "program": (["a function"], ["a name"]),
        },
        "de": {
            "text": (["Zähle die Wörter.", "Sortiere die Namen alphabetisch.", "Entferne alle Duplikate.", "Wandle den Titel in Großbuchstaben um."], ["Jedes Wort zählt.", "Ordne das Leben."]),
            "figures": (["Berechne die Summe.", "Rechne 3 Meilen in Kilometer um."], ["Unberechenbar."]),
            "prose": (["die E-Mail"], ["die Namen"]),
            "program": (["eine Funktion"], ["ein Name"]),
        },
        "fr": {
            "text": (["Compte le nombre de mots.", "Trie les noms par ordre alphabétique.", "Supprime les doublons.", "Convertis le titre en majuscules."], ["Chaque mot compte."]),
            "figures": (["Calcule la somme.", "Convertis 3 miles en kilomètres."], ["Un calcul."]),
            "prose": (["le courriel"], ["les noms"]),
            "program": (["une fonction"], ["un nom"]),
        },
        "es": {
            "text": (["Cuenta el número de palabras.", "Ordena los nombres alfabéticamente.", "Elimina los duplicados.", "Convierte el título a mayúsculas."], ["Cada palabra cuenta."]),
            "figures": (["Calcula la suma.", "Convierte 3 millas a kilómetros."], ["Un cálculo."]),
            "prose": (["el correo"], ["los nombres"]),
            "program": (["una función"], ["un nombre"]),
        },
    },
}  # fmt: skip


def table(index: int) -> list[object]:
    return [
        pytest.param(topic, language, name, sentence, id=f"{topic} {language} {name}: {sentence}")
        for topic, languages in SENTENCES.items()
        for language, names in languages.items()
        for name, sentences in names.items()
        for sentence in sentences[index]
    ]


def names_in(topic: str, language: str, sentence: str) -> set[str]:
    return {cue.name for cue in heard(topic, language, sentence)}


def test_only_what_has_a_name_is_heard_on_request():
    text = "I'll tip you $200. You've got this! You'll get a generous tip."
    every = heard("pressure", "en", text)
    assert [each.name for each in every] == ["reward", "pep", "reward"]
    assert heard("pressure", "en", text, "reward") == (every[0], every[2])


@pytest.mark.parametrize(("topic", "language", "name", "sentence"), table(0))
def test_a_cue_is_heard(topic: str, language: str, name: str, sentence: str) -> None:
    assert name in names_in(topic, language, sentence)


@pytest.mark.parametrize(("topic", "language", "name", "sentence"), table(1))
def test_a_cue_is_not_heard(topic: str, language: str, name: str, sentence: str) -> None:
    assert name not in names_in(topic, language, sentence)


def test_every_topic_has_every_language_and_every_cue_has_sentences() -> None:
    data = load_data("cues")
    assert {topic: set(languages) for topic, languages in data.items()} == {
        topic: set(LANGUAGES) for topic in SENTENCES
    }
    for topic in data:
        for language in LANGUAGES:
            assert {cue.name for cue in cues(topic, language)} == set(SENTENCES[topic][language])


def test_needs_are_in_lower_case_and_not_empty() -> None:
    needs = [
        need for topic in SENTENCES for language in LANGUAGES for cue in cues(topic, language) for need in cue.needs
    ]
    assert needs
    assert [need for need in needs if not need or need != need.lower()] == []


def test_needs_are_only_an_earlier_way_of_saying_no() -> None:
    """A sentence in which a cue's expression matches holds one of the words it needs."""
    for topic, languages in SENTENCES.items():
        for language, names in languages.items():
            for sentence in (each for found, _ in names.values() for each in found):
                low = sentence.lower()
                for cue in cues(topic, language):
                    bare = type(cue)(cue.name, (), cue.expression)
                    assert bool(list(cue.matches(sentence, low))) == bool(list(bare.matches(sentence, low)))


def test_cues_are_found_wherever_they_stand_in_a_long_text() -> None:
    """Only the text around the words that a cue needs is searched."""
    for topic, languages in SENTENCES.items():
        for language, names in languages.items():
            for sentence in (each for found, _ in names.values() for each in found):
                text = f"{'Go on. ' * 90}{sentence}\n{'Go on. ' * 90}{sentence} {'Stop. ' * 90}"
                low = text.lower().replace("\n", " ")
                for cue in cues(topic, language):
                    if cue.needs and len(low) == len(text):
                        found = [match.span() for match in cue.matches(text, low)]
                        assert found == [match.span() for match in cue.expression.finditer(text)], (cue.name, sentence)


def test_other_languages_have_none() -> None:
    assert cues("pressure", "it") == ()
    assert heard("pressure", None, "I'll tip you $200.") == ()


def test_a_cue_reaches_over_a_line_end() -> None:
    text = "Translate it. This is very important to\nmy career."
    (cue,) = heard("pressure", "en", text)
    assert text[cue.start : cue.end] == "very important to\nmy career"


def test_long_texts_are_read_in_one_pass() -> None:
    for topic in SENTENCES:
        for language in LANGUAGES:
            for piece in (
                "I will pay you ",
                "you are the best ",
                "[insert ",
                "convert a b c d ",
                "the date ",
                "[ ",
                "a" * 50,
            ):
                heard(topic, language, piece * (100_000 // len(piece)))


def needs_of(topic: str) -> list[str]:
    return sorted({need for language in LANGUAGES for cue in cues(topic, language) for need in cue.needs})


@given(
    st.lists(
        st.sampled_from(
            [
                *needs_of("pressure"),
                *(need.replace(" ", "\n") for need in needs_of("pressure")),
                "I will tip you $200",
                "I will give you a\ntip",
                "my job\ndepends on it",
                "I believe in\nyou",
                "you will be fired",
                "what is\nthe date",
                "[Insert the text here]",
                "\n",
                ".",
            ]
        )
    ),
    st.sampled_from(LANGUAGES),
)
def test_what_is_heard_in_a_part_of_a_text_is_heard_where_the_literals_of_the_text_are_known(
    pieces: list[str], language: str
) -> None:
    text = " ".join(pieces)
    part = text[: len(text) // 2] + " " * (len(text) - len(text) // 2)
    whole = HeldLiterals(text.lower())
    for topic, name in (("pressure", None), ("clock", None), ("routine", None), ("placeholder", "slot")):
        assert heard(topic, language, part, name, whole) == heard(topic, language, part, name)
        assert heard(topic, language, text, name, whole) == heard(topic, language, text, name)
