from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import checks, engine, formats
from promptlint.analysis import analyse
from promptlint.checks import Check, Context
from promptlint.config import ActiveRule, Config
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Edit, Finding, Fix, Problem, Related, Severity
from promptlint.engine import FileReport, StoppedError, content, fingerprint, group, lint
from promptlint.estimate import Basis, estimate
from promptlint.fixes import apply_fixes
from promptlint.own_models import own_model
from promptlint.prompt import Document, Kind, Setting, Text
from promptlint.rules import load_rules
from promptlint.source import Location, Source, Span
from promptlint.suppression import Suppression
from promptlint.tokens import Tokenizers, counter, counting_for

TEXT = "In order to win, sort the list.\nAnswer in one sentence.\n"


def document(text: str = TEXT, path: str = "prompts/a.md") -> Document:
    return formats.read(Source(path, text))


def place(start: int, end: int, path: str = "prompts/a.md") -> Location:
    return Location(path, Span(start, end))


Install = Callable[..., None]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts findings (or a check) in the place of what the rule `verbose-phrase` runs; nothing else finds anything."""

    def install(*findings: Finding, check: Check | None = None) -> None:
        made: Check = check or (lambda context: findings)

        def named(name: str) -> Check:
            return made if name == "phrase" else lambda context: ()

        monkeypatch.setattr(engine, "check_named", named)

    return install


def config(**changes: object) -> Config:
    return Config(select=("verbose-phrase",), **changes)  # type: ignore[arg-type]


WARNING = {"verbose-phrase": Severity.WARNING}

# ---------------------------------------------------------------------------------------------------------------------
# from findings to diagnostics


def test_a_finding_becomes_a_diagnostic(check: Install) -> None:
    related = (Related(place(40, 45), "here, too"),)
    fix = Fix("Write 'to'", (Edit(place(0, 11), "To"),), Applicability.SAFE)
    values = {"phrase": "{advice}", "advice": "write '{phrase}'"}
    check(Finding(place(0, 11), values, Confidence.MEDIUM, Severity.INFO, "Be brief.", related, fix))
    (made,) = lint(document(), config(language="en")).diagnostics
    assert made == Diagnostic(
        rule="verbose-phrase",
        family="verbosity",
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        message="'{advice}' is wordy: write '{phrase}'",  # values are not templates
        location=place(0, 11),
        help="Be brief.",
        prompt="a",
        language="en",
        related=related,
        fix=fix,
        saving=made.saving,
        fingerprint=made.fingerprint,
    )


def test_help_is_that_of_the_rule_unless_the_check_knows_better(check: Install) -> None:
    check(Finding(place(0, 2)))
    (made,) = lint(document(), config()).diagnostics
    assert made.help == load_rules()["verbose-phrase"].help != ""


def test_a_placeholder_without_a_value_stays(check: Install) -> None:
    check(Finding(place(0, 2), {"phrase": "in order to"}))
    (made,) = lint(document(), config()).diagnostics
    assert made.message == "'in order to' is wordy: {advice}"


@pytest.mark.parametrize("configured", Severity)
@pytest.mark.parametrize("found", [None, *Severity])
def test_a_check_lowers_a_severity_and_never_raises_it(
    check: Install, configured: Severity, found: Severity | None
) -> None:
    check(Finding(place(0, 2), severity=found))
    (made,) = lint(document(), config(severity={"verbose-phrase": configured})).diagnostics
    assert made.severity == (configured if found is None else min(configured, found))


@pytest.mark.parametrize("confidence", Confidence)
@pytest.mark.parametrize("pedantic", [False, True])
def test_unsure_findings_are_hidden_unless_asked_for(check: Install, confidence: Confidence, pedantic: bool) -> None:
    check(Finding(place(0, 2), confidence=confidence))
    report = lint(document(), config(pedantic=pedantic))
    hidden = confidence is Confidence.LOW and not pedantic
    assert (len(report.hidden), len(report.diagnostics), len(report.suppressed)) == (hidden, not hidden, 0)


def test_rules_that_are_off_do_not_run(check: Install) -> None:
    check(Finding(place(0, 2)))
    assert lint(document(), Config(ignore=("verbosity",))).diagnostics == ()


def test_a_check_sees_its_rule_its_prompt_and_the_configured_kind_and_language(check: Install) -> None:
    seen: list[Context] = []

    def look(context: Context) -> Iterator[Finding]:
        seen.append(context)
        yield from ()

    check(check=look)
    options = {"verbose-phrase": {"allow": ("in order to",)}}
    made = document()
    lint(made, config(kind=Kind.REFERENCE, language="fr", options=options))
    (context,) = seen
    assert context.document is made
    assert context.prompt == replace(made.prompts[0], kind=Kind.REFERENCE)
    assert (context.analysis.kind, context.analysis.language) == (Kind.REFERENCE, "fr")
    assert context.rule.rule.id == "verbose-phrase"
    assert context.rule.options["allow"] == ("in order to",)
    assert context.rule.options["classes"] == load_rules()["verbose-phrase"].defaults["classes"]


def test_rules_about_files_run_once_however_many_prompts_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def named(name: str) -> Check:
        def look(context: Context) -> Iterator[Finding]:
            ran.append(name)
            yield Finding(place(0, 2))

        return look

    monkeypatch.setattr(engine, "check_named", named)
    made = document()
    several = replace(made, prompts=(made.prompts[0], replace(made.prompts[0], name="b")))
    found = lint(several, Config(select=("invisible-character", "verbose-phrase"))).diagnostics
    assert sorted(ran) == ["invisible-character", "phrase", "phrase"]
    assert {(item.rule, item.prompt) for item in found} == {
        ("invisible-character", None),
        ("verbose-phrase", "a"),
    }, "what two prompts share is said once"


def test_a_file_without_prompts_is_looked_at_by_nobody(check: Install) -> None:
    check(Finding(place(0, 2)))
    report = lint(Document(Source("prompts/a.md", TEXT), "markdown", ()), Config(select=("all",)))
    assert (report.diagnostics, report.prompts) == ((), ())


def test_the_report_tells_what_was_resolved() -> None:
    report = lint(document(), Config(language="en", kind=Kind.SYSTEM, model="gpt-4"))
    (prompt,) = report.prompts
    assert report.path == "prompts/a.md"
    assert (prompt.prompt.name, prompt.kind, prompt.language) == ("a", Kind.SYSTEM, "en")
    assert prompt.estimate == estimate(analyse(prompt.prompt, "en"), Basis("gpt-4"))
    assert lint(document("Hola"), Config(language="it")).prompts[0].language == "it"


# ---------------------------------------------------------------------------------------------------------------------
# checks that fail


def test_a_check_that_fails_is_reported_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(name: str) -> Check:
        def look(context: Context) -> Iterator[Finding]:
            yield Finding(place(0, 2), {"characters": "x"})
            if name == "phrase":
                raise ZeroDivisionError("of nothing")

        return look

    monkeypatch.setattr(engine, "check_named", named)
    found = lint(document(), Config(select=("verbose-phrase", "invisible-character"))).diagnostics
    assert [item.rule for item in found] == ["internal-error", "invisible-character", "verbose-phrase"]
    error = found[0]
    assert error.message == "the rule 'verbose-phrase' failed: ZeroDivisionError: of nothing"
    assert (error.severity, error.location, error.prompt) == (Severity.ERROR, place(0, 0), None)
    assert error.family == "meta"
    assert error.help
    assert error.fingerprint


def test_a_check_that_does_not_exist_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(load_rules()["verbose-phrase"], check="no-such-thing")
    monkeypatch.setattr(Config, "active", (*Config().active, ActiveRule(rule, rule.severity)))
    errors = [item for item in lint(document(), Config()).diagnostics if item.rule == "internal-error"]
    assert [item.message for item in errors] == [
        "the rule 'verbose-phrase' failed: CheckError: no check is named 'no-such-thing'"
    ]


def test_endless_recursion_is_a_failure_like_any_other(check: Install) -> None:
    def look(context: Context) -> Iterator[Finding]:
        return look(context)

    check(check=look)
    (error,) = lint(document(), config()).diagnostics
    assert error.message.startswith("the rule 'verbose-phrase' failed: RecursionError: ")


def test_what_nobody_waits_for_is_not_finished(check: Install) -> None:
    asked: list[str] = []

    def counting(context: Context) -> Iterator[Finding]:
        asked.append(context.rule.rule.id)
        return iter(())

    check(check=counting)
    both = Config(select=("verbose-phrase", "filler-phrase"))
    with pytest.raises(StoppedError):
        lint(document(), both, stop=lambda: bool(asked))
    assert asked == ["filler-phrase"]
    assert lint(document(), both, stop=lambda: False) == lint(document(), both)


def test_what_is_configured_for_internal_errors_holds(check: Install) -> None:
    def look(context: Context) -> Iterator[Finding]:
        raise ZeroDivisionError

    check(check=look)
    (error,) = lint(document(), config(severity={"internal-error": Severity.INFO})).diagnostics
    assert error.severity is Severity.INFO
    assert lint(document(), config(ignore=("internal-error",))).diagnostics == ()


@pytest.mark.parametrize("rule", sorted(load_rules()))
def test_every_rule_has_its_check(rule: str) -> None:
    name = load_rules()[rule].check
    assert name in ("reader", "engine") or callable(checks.check_named(name))


# ---------------------------------------------------------------------------------------------------------------------
# what readers found


def problems(*found: Problem, severity: dict[str, Severity] | None = None, **changes: object) -> FileReport:
    made = replace(document(), problems=found)
    return lint(made, Config(select=("template",), severity=severity or {}, **changes))  # type: ignore[arg-type]


def test_a_problem_becomes_a_diagnostic() -> None:
    related = (Related(place(5, 6), "it opens here"),)
    (made,) = problems(
        Problem("unbalanced-delimiter", place(0, 2), "'{{' is never closed", related=related)
    ).diagnostics
    rule = load_rules()["unbalanced-delimiter"]
    assert (made.rule, made.family, made.severity) == (rule.id, rule.family, rule.severity)
    assert "'{{' is never closed" in made.message
    assert (made.related, made.prompt, made.confidence) == (related, "a", Confidence.HIGH)
    assert made.help == rule.help


def test_a_problem_may_be_less_severe_and_never_more() -> None:
    one = Problem("invalid-template", place(0, 2), "", severity=Severity.INFO)
    other = Problem("invalid-template", place(4, 5), "", severity=Severity.ERROR)
    found = problems(one, other, severity={"invalid-template": Severity.WARNING}).diagnostics
    assert [item.severity for item in found] == [Severity.INFO, Severity.WARNING]


def test_problems_of_rules_that_are_off_are_not_reported() -> None:
    assert problems(Problem("invalid-template", place(0, 2), ""), ignore=("invalid-template",)).diagnostics == ()


def test_a_problem_belongs_to_the_one_prompt_around_it() -> None:
    made = document()
    first = replace(made.prompts[0], location=place(0, 31))
    second = replace(made.prompts[0], name="b", location=place(32, 56))
    outer = replace(made.prompts[0], name="c", location=place(32, 40))
    found = [Problem("invalid-template", place(start, start + 2), "") for start in (0, 33, 45, 30)]
    report = lint(
        replace(made, prompts=(first, second, outer), problems=tuple(found)), Config(select=("invalid-template",))
    )
    assert [(item.location.span.start, item.prompt) for item in report.diagnostics] == [
        (0, "a"),
        (30, None),
        (33, None),
        (45, "b"),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# suppressions


def suppressed(*suppressions: Suppression, **changes: object) -> FileReport:
    return lint(replace(document(), suppressions=suppressions), config(**changes))


HERE, ELSEWHERE = Span(0, 20), Span(20, 40)


@pytest.mark.parametrize(
    ("rules", "scope", "silent"),
    [
        (("verbose-phrase",), HERE, True),
        (("verbosity",), HERE, True),
        (("verbose-phrase",), None, True),
        (("filler-phrase", "verbose-phrase"), HERE, True),
        (("verbose-phrase",), ELSEWHERE, False),
        (("filler-phrase", "output"), None, False),
    ],
)
def test_suppressions(check: Install, rules: tuple[str, ...], scope: Span | None, silent: bool) -> None:
    check(Finding(place(3, 9)))
    report = suppressed(Suppression(rules, scope, place(0, 1)))
    assert (len(report.suppressed), len(report.diagnostics)) == (silent, not silent)


def test_what_is_silenced_is_not_also_hidden(check: Install) -> None:
    check(Finding(place(3, 9), confidence=Confidence.LOW))
    report = suppressed(Suppression(("verbosity",), None, place(0, 1)))
    assert (len(report.suppressed), len(report.hidden)) == (1, 0)


def test_a_former_name_silences_too(check: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(load_rules()["verbose-phrase"], aliases=("wordy-phrase",))
    monkeypatch.setattr(Config, "active", (ActiveRule(rule, rule.severity, rule.defaults),))
    check(Finding(place(3, 9)))
    assert len(suppressed(Suppression(("wordy-phrase",), None, place(0, 1))).suppressed) == 1


def test_suppressions_that_name_no_rule_are_reported(check: Install) -> None:
    check()
    report = suppressed(Suppression(("verbose-phrases",), None, place(2, 4)), extend_select=("meta",))
    (made,) = report.diagnostics
    assert (made.rule, made.location) == ("invalid-suppression", place(2, 4))
    assert "did you mean 'verbose-phrase'?" in made.message


def unused(text: str, path: str = "prompts/a.j2", **changes: object) -> list[tuple[str, str]]:
    settled = Config(**{"select": ("all",), "language": "en", **changes})  # type: ignore[arg-type]
    made = formats.read(Source(path, text))
    return [
        (made.source.slice(item.location.span), item.message)
        for item in lint(made, settled).diagnostics
        if item.rule == "unused-suppression"
    ]


WORTHLESS = "{# promptlint: ignore[verbose-phrase] #}"


def test_what_silences_nothing_is_reported() -> None:
    assert unused(f"{WORTHLESS}\nSort it.\n") == [(WORTHLESS, "nothing is silenced here by verbose-phrase")]
    assert unused(f"{WORTHLESS}\nSort it in order to win.\n") == []
    (one,) = unused(
        "{# promptlint: ignore-file[filler-phrase, verbose-phrase, template] #}\nSort it in order to win.\n"
    )
    assert one[1] == "nothing is silenced here by filler-phrase and template"


def test_what_silences_only_what_is_hidden_is_used(check: Install) -> None:
    check(Finding(place(0, 3), confidence=Confidence.LOW))
    silent = Suppression(("verbosity", "verbose-phrase"), None, place(0, 1))
    assert lint(replace(document(), suppressions=(silent,)), Config(select=("all",))).diagnostics == ()


def test_names_of_rules_that_are_off_are_not_judged() -> None:
    assert unused(f"{WORTHLESS}\nSort it.\n", ignore=("verbose-phrase",)) == []
    family = "{# promptlint: ignore-file[verbosity] #}\nSort it.\n"
    assert unused(family) == []  # a rule about the whole project looks at the file later
    assert len(unused(family, ignore=("repeated-block",))) == 1
    assert unused(family, ignore=("repeated-block", "filler-phrase")) == []
    assert unused(f"{WORTHLESS}\nSort it.\n", ignore=("unused-suppression",)) == []


def test_names_that_no_rule_has_and_comments_about_comments_are_not_judged() -> None:
    assert unused("{# promptlint: ignore-file[verbose-phrases, meta, unused-suppression] #}\nSort it.\n") == []


def test_what_silences_nothing_can_itself_be_silenced() -> None:
    assert unused("{# promptlint: ignore-file[unused-suppression] #}\n" + WORTHLESS + "\nSort it.\n") == []


def test_files_that_were_not_looked_at_in_full_are_not_judged(check: Install) -> None:
    assert unused("# promptlint: ignore[verbose-phrase]\nmessages: [\n", "a.prompt.yml") == []
    assert unused("# promptlint: ignore[verbose-phrase]\nmessages: []\n", "a.prompt.yml") == []

    def look(context: Context) -> Iterator[Finding]:
        raise ZeroDivisionError

    check(check=look)
    assert unused(f"{WORTHLESS}\nSort it.\n") == []


def test_a_comment_is_not_near_a_place_in_another_file(check: Install) -> None:
    check(Finding(Location("prompts/config.json", Span(3, 9))))
    near, whole = (Suppression(("verbose-phrase",), scope, place(0, 1)) for scope in (HERE, None))
    assert len(suppressed(near).suppressed) == 0
    assert len(suppressed(whole).suppressed) == 1


# ---------------------------------------------------------------------------------------------------------------------
# order and fingerprints

WORDY = "Sort it in order to win.\n\nIn order to lose, sort it.\nSort it in  order\nto win.\n"


def test_diagnostics_come_in_the_order_of_the_file_whoever_found_them(check: Install) -> None:
    spans = [(20, 22), (3, 9), (3, 5), (20, 22), (0, 1)]
    check(*(Finding(place(*span), {"phrase": str(index), "advice": ""}) for index, span in enumerate(spans)))
    found = lint(document(), config()).diagnostics
    assert [(item.location.span.start, item.location.span.end) for item in found] == sorted(spans)
    assert [item.message for item in found[-2:]] == ["'0' is wordy: ", "'3' is wordy: "]


@given(st.permutations(range(5)))
def test_the_order_in_which_things_are_found_changes_nothing(order: list[int]) -> None:
    made = document("{{ a }")
    found = [Problem("invalid-template", place(index % 3, 4), f"{index % 2}") for index in range(5)]
    settled = Config(select=("invalid-template",))
    assert lint(replace(made, problems=tuple(found)), settled).diagnostics == (
        lint(replace(made, problems=tuple(found[index] for index in order)), settled).diagnostics
    )


def test_fingerprints_depend_on_the_project_and_not_on_where_one_stands() -> None:
    def made(path: str, inside: str | None) -> list[str]:
        return [each.fingerprint for each in lint(document(WORDY, path), config(language="en"), inside).diagnostics]

    assert made("a.md", "prompts/a.md") == made("../prompts/a.md", "prompts/a.md") == made("prompts/a.md", None)
    assert made("a.md", "prompts/a.md") != made("a.md", None)


def test_a_fingerprint_has_a_place_a_content_and_a_number() -> None:
    one, other = fingerprint("a.md", "p", "r", "text", 0), fingerprint("b.md", "p", "r", "text", 3)
    assert group(one) != group(other) and content(one) == content(other)
    assert group(fingerprint("a.md", "p", "r", "text", 70_000)) == group(one)
    assert content(fingerprint("a.md", "p", "s", "text", 0)) != content(one)


def test_the_same_twice() -> None:
    settled = Config(select=("all",), pedantic=True)
    assert lint(document(WORDY), settled) == lint(document(WORDY), settled)


def marks(text: str, path: str = "prompts/a.md") -> list[str]:
    found = lint(document(text, path), config(language="en"))
    return [item.fingerprint for item in found.diagnostics]


def test_fingerprints_tell_findings_apart() -> None:
    assert len(marks(WORDY)) == len(set(marks(WORDY))) == 3


def test_fingerprints_stay_when_lines_move() -> None:
    assert marks("Read the list.\n\n\n" + WORDY) == marks(WORDY)
    assert marks(WORDY.replace("\n", "\r\n")) == marks(WORDY)
    assert marks(WORDY.replace("  ", " \t ")) == marks(WORDY), "white space is collapsed"


def test_fingerprints_of_equal_findings_count_them() -> None:
    once, twice = marks("Sort it in order to win.\n"), marks("Sort it in order to win.\n" * 2)
    assert twice[0] == once[0] != twice[1]


def test_fingerprints_know_the_file_the_prompt_and_the_rule() -> None:
    assert marks(WORDY, "prompts/b.md") != marks(WORDY)
    settled = ("a.md", "p", "r", "text", 0)
    changes = [("b.md", *settled[1:]), ("a.md", "q", *settled[2:]), ("a.md", "p", "s", "text", 0), (*settled[:4], 1)]
    made = {
        fingerprint(*settled),
        *(fingerprint(*change) for change in changes),
        fingerprint("a.md", None, "r", "text", 0),
    }
    assert len(made) == 6
    assert all(len(mark) == 32 and set(mark) <= set("0123456789abcdef") for mark in made)
    assert fingerprint("a.md", "p", "r", " te  xt\n", 0) == fingerprint("a.md", "p", "r", "te xt", 0)


@given(st.text(), st.text(), st.text(max_size=3))
def test_any_text_has_a_fingerprint(path: str, text: str, surrogate: str) -> None:
    assert len(fingerprint(path + "\ud800", surrogate, "r", text, 0)) == 32


PATHS = st.text(st.characters(exclude_characters="\0", exclude_categories=()), max_size=20)
"""Neither a path nor a prompt's name holds a NUL, which parts the fields."""


@given(PATHS, PATHS)
def test_fingerprints_do_not_run_fields_together(one: str, other: str) -> None:
    if one != other:
        assert fingerprint(one, other, "r", "", 0) != fingerprint(other, one, "r", "", 0)


# ---------------------------------------------------------------------------------------------------------------------
# savings: the difference of two estimates, counted here on the whole text

PIECES = [
    "In order to", "due to the fact that", "Please", "make use of", "an end result", "and so on and so forth", "Basically,",
    "kindly", "tout d'abord", "summarise", "the list", "Zork's", "iPhone", "don't", "1234567", "3.5", "word", "漢字の要約", "。",
    "é́", "Grüße", "x" * 30, "http://example.com", "==>", "...", "!!", "\u200b", "\u200b\u200b", "\u00ad", "🙂", "a\u200bb", ",",
    "<|endoftext|>", "_", "#", "-", "(", ")", '"', "'",
]  # fmt: skip
GAPS = [" ", " ", " ", " ", "  ", "", "\n", "\n\n", "\n- ", "\t", ", ", ". ", "\r\n"]


@st.composite
def wordings(draw: st.DrawFn) -> str:
    pairs = draw(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), min_size=1, max_size=25))
    return "".join(piece + gap for piece, gap in pairs)


@st.composite
def templates(draw: st.DrawFn) -> str:
    """A Jinja template: words, variables in the middle of words, comments and branches."""
    tags = [
        "{{ x }}",
        "{# please #}",
        "{% if x %}",
        "{% endif %}",
        "{{ '{{' }}",
        "Zork {%- if x -%} Zork",
        "{{ x\u200b }}",
    ]
    pieces = draw(st.lists(wordings() | st.sampled_from(tags), min_size=1, max_size=6))
    return "".join(pieces)


def closed(text: str) -> str:
    """Some readers drop blanks at the ends of a message, which would be saved, too."""
    return f"Go {text} end."


def indented(text: str, blanks: str) -> str:
    return blanks + text.replace("\r\n", "\n").replace("\n", "\n" + blanks)


def github(content: str, model: str = "openai/gpt-4o") -> str:
    return f"messages:\n  - role: system\n    content: Please win.\n  - role: user\n    content: {content}\nmodel: {model}\n"


def flush(text: str) -> str:
    """A folded line that starts with a blank is not folded, so a character before a blank must not be what hides it."""
    return re.sub(r"\n[\s\u200b\u00ad]+", "\n", text)


def double_quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u200b": "\u200b"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


def single_quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


FILES: dict[str, st.SearchStrategy[tuple[str, str]]] = {
    "markdown": wordings().map(closed).map(lambda text: ("prompts/a.md", text)),
    "jinja": templates().map(closed).map(lambda text: ("prompts/a.j2", text)),
    "prompty": templates().map(closed).map(lambda text: ("a.prompty", f"---\nname: a\nmodel:\n  id: gpt-4\n---\nsystem:\nWin.\n\nuser:\n{text}")),
    "block": wordings().map(closed).map(lambda text: ("a.prompt.yml", github("|\n" + indented(text, "      ")))),
    "folded": wordings().map(flush).map(closed).map(lambda text: ("a.prompt.yml", github(">-\n" + indented(text, "      ")))),
    "double": wordings().map(closed).map(lambda text: ("a.prompt.yml", github(double_quoted(text), "gpt-4"))),
    "single": wordings().map(closed).map(lambda text: ("a.prompt.yml", github(single_quoted(text)))),
}  # fmt: skip
EVERYTHING = {"verbose-phrase": {"classes": ("verbose", "nominal", "redundant", "meta", "polite", "filler", "hedge")}}


def tokens(made: Document, model: str | None, tokenizers: Tokenizers = "openai") -> int:
    """All literal text of a document, counted from scratch."""
    total = 0
    for prompt in made.prompts:
        declared = prompt.settings.model.value if prompt.settings.model else None
        count = counter(counting_for(model or declared, tokenizers).encoding).count
        for message in prompt.messages:
            total += count("".join(part.text for part in message.parts if isinstance(part, Text)))
    return total


def check_savings(
    path: str, text: str, model: str | None = None, language: str = "en", tokenizers: Tokenizers = "openai"
) -> int:
    """The number of fixes whose savings were compared."""
    before = formats.read(Source(path, text))
    settled = Config(
        select=("verbose-phrase", "invisible-character"),
        options=EVERYTHING,
        language=language,
        pedantic=True,
        model=model,
        tokenizers=tokenizers,
    )
    compared = 0
    for item in lint(before, settled).diagnostics:
        assert item.fix is not None or item.saving is None
        if item.fix is None:
            continue
        after = formats.read(Source(path, apply_fixes(text, [item.fix])))
        saved = tokens(before, model, tokenizers) - tokens(after, model, tokenizers)
        assert (item.saving.input_tokens if item.saving else 0) == max(saved, 0), (item.fix, text)
        compared += 1
    return compared


@pytest.mark.parametrize("format_", FILES)
@settings(max_examples=200)
@given(data=st.data())
def test_a_saving_is_the_difference_of_two_estimates(format_: str, data: st.DataObject) -> None:
    path, text = data.draw(FILES[format_])
    check_savings(
        path,
        text,
        data.draw(st.sampled_from([None, None, "gpt-4", "claude-sonnet-5"])),
        data.draw(st.sampled_from(["en", "fr"])),
    )


COUNTED_BY_OTHERS = (
    *("llama-3.1-8b", "qwen3-32b", "deepseek-v3", "mistral-nemo", "gemini-2.5-pro"),
    *(("claude-sonnet-4-5", "claude-opus-4-7", "claude-sonnet-5") if sys.version_info >= (3, 12) else ()),  # ctok's
)


@pytest.mark.parametrize("model", COUNTED_BY_OTHERS)
@given(data=st.data())
def test_a_saving_in_tokens_of_another_package_is_that_difference_too(model: str, data: st.DataObject) -> None:
    path, text = data.draw(FILES[data.draw(st.sampled_from(sorted(FILES)))])
    check_savings(path, text, model, tokenizers="reconstructed")


def test_checks_and_facts_are_counted_by_another_package_too(check: Install) -> None:
    text = "Résumez le compte rendu du 12/03/2024 : {x: 1, y: [2, 3]}."
    counted: list[int] = []

    def counting(context: Context) -> Iterable[Finding]:
        counted.append(context.tokens(text))
        return ()

    check(check=counting)
    chosen = Config(select=("verbose-phrase",), model="gemini-2.5-pro", tokenizers="reconstructed")
    lint(document(text), chosen)
    lines = engine.facts_of(document(text), chosen, "prompts/a.md").lines
    theirs, ours = (counter(name).count for name in ("gemma3 (splintr)", "o200k_base"))
    assert theirs(text) != ours(text)
    assert counted == [theirs(text)]
    assert sum(line.tokens for line in lines) == theirs(f"{text}\n")


@pytest.mark.parametrize("model", COUNTED_BY_OTHERS)
def test_what_is_counted_by_another_package(model: str) -> None:
    text = "Fasse in order to win den Bericht der Straßenbahnhaltestellen zusammen: {{ x }} 漢字\n\n"
    made = document(text, "prompts/a.j2")
    report = lint(made, Config(model=model, tokenizers="reconstructed", language="en"))
    (prompt,) = report.prompts
    counting = counting_for(model, "reconstructed")
    assert prompt.estimate.counting == counting and counting.count != "factor"
    assert (
        prompt.estimate.literal
        == tokens(made, model, "reconstructed")
        == sum(counter(counting.encoding).count(message.literal) for message in prompt.prompt.messages)
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/a.md", "Sort it in order to win."),
        ("prompts/a.j2", "Sort {{ x }} in order to {{ y }}s win, please{{ z }}."),
        ("prompts/a.j2", "x" * 3000 + "\u200b" + "y" * 3000),
        ("prompts/a.md", "漢" * 1000 + "\u200b" + "字" * 1000),
        ("prompts/a.md", " " * 1000 + "\u200b" + " " * 1000 + "win"),
        ("prompts/a.md", "Go" + "\t" * 150 + "\u200b" + " " * 450 + "."),
        ("prompts/a.md", "=" * 1111 + "\u200b" + "=" * 777),
        ("prompts/a.md", "A\nbasically\n\n in order to\n\n\nwin, " * 30),
        ("a.prompt.yml", github("'Sort the list, tout d''abord, and win.'")),
    ],
    ids=["plain", "between variables", "in the middle of a long word", "in a text without blanks", "in a long gap", "in tabs", "in a long line",
         "many lines", "in quotation marks"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fr"])
def test_savings_by_example(path: str, text: str, language: str) -> None:
    assert check_savings(path, text, language=language) > 0 or language == "fr"


def test_a_fix_that_saves_nothing_has_no_saving() -> None:
    text = "Answer prior to noon in lieu of later."
    for item in lint(document(text), config(language="en")).diagnostics:
        assert item.saving is None or item.saving.input_tokens > 0
    assert check_savings("prompts/a.md", text) == 2


def test_a_fix_outside_of_all_prompts_saves_nothing() -> None:
    text = "---\nname: a\u200bb\n---\nuser:\nWin.\n"
    (item,) = lint(document(text, "a.prompty"), Config(select=("invisible-character",))).diagnostics
    assert item.fix is not None
    assert item.saving is None


def test_the_edits_of_one_fix_are_counted_together(check: Install) -> None:
    text = "Please sort the list of words and names, in order to win."
    start = text.index("in order to")
    edits = (Edit(place(start, start + 11), "to"), Edit(place(0, 8), "S"))
    check(Finding(place(0, 6), fix=Fix("Shorten it", edits, Applicability.SAFE)))
    (item,) = lint(document(text), config()).diagnostics
    count = counter("o200k_base").count
    assert item.saving is not None
    assert item.saving.input_tokens == count(text) - count("Sort the list of words and names, to win.") == 3


@pytest.mark.parametrize("shown", ["'{{'", "{#", "x }}"])
def test_edits_of_what_is_not_sent_save_nothing(check: Install, shown: str) -> None:
    text = "Sort {{ '{{' }} in order{# a comment #} to {{ x }} win."
    start = text.index(shown)
    check(Finding(place(0, 6), fix=Fix("Delete it", (Edit(place(start, start + 2), ""),), Applicability.SAFE)))
    (item,) = lint(document(text, "prompts/a.j2"), config()).diagnostics
    assert item.saving is None


def test_edits_of_another_file_are_not_counted(check: Install) -> None:
    fix = Fix("Delete it", (Edit(place(0, 12, "prompts/b.md"), ""),), Applicability.SAFE)
    check(Finding(place(0, 6), fix=fix))
    (item,) = lint(document(), config()).diagnostics
    assert item.saving is None


def test_a_text_in_two_prompts_is_saved_twice() -> None:
    made = document(WORDY)
    both = replace(made, prompts=(made.prompts[0], replace(made.prompts[0], name="b")))

    def saved(report: FileReport) -> Iterable[int]:
        return {item.saving.input_tokens for item in report.diagnostics if item.saving}

    assert saved(lint(both, config(language="en"))) == {
        2 * tokens for tokens in saved(lint(made, config(language="en")))
    }


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-4o", 2.5),
        ("openai/gpt-4o-mini", 0.15),
        ("house-model", 4.0),
        ("llama-3.1-8b", None),  # nobody knows which host
        ("no-such-model", None),
        (None, None),
    ],
)
def test_what_a_saving_is_worth(model: str | None, dollars: float | None) -> None:
    own = {"house-model": own_model("house-model", {"input": 4.0, "output": 4.0}, None)}
    (item, *_) = lint(document(), config(language="en", model=model, models=own)).diagnostics
    assert item.saving is not None and item.saving.input_tokens > 0
    expected = None if dollars is None else item.saving.input_tokens * dollars / 1_000
    assert item.saving.usd_per_1000_calls == (None if expected is None else pytest.approx(expected))


def test_a_saving_in_prompts_of_several_models() -> None:
    def named(*models: str | None) -> Document:
        made = document()
        settings = [
            replace(made.prompts[0].settings, model=Setting(model, place(0, 1)) if model else None) for model in models
        ]
        prompts = (replace(made.prompts[0], name=str(number), settings=each) for number, each in enumerate(settings))
        return replace(made, prompts=tuple(prompts))

    def worth(*models: str | None) -> set[float | None]:
        found = lint(named(*models), config(language="en")).diagnostics
        return {item.saving.usd_per_1000_calls for item in found if item.saving}

    (both,) = worth("gpt-4o", "gpt-4o-mini")
    (one,) = worth("gpt-4o")
    assert both is not None and one is not None
    assert both == pytest.approx(one * 2.65 / 2.5)
    assert worth("gpt-4o", None) == {None}


def test_many_findings_in_many_parts_take_linear_time() -> None:
    text = "Sort {{ x }} in order to win.\n" * 4_000
    report = lint(document(text, "prompts/a.j2"), config(language="en"))
    assert len(report.diagnostics) == 4_000
    assert all(item.saving for item in report.diagnostics)


def test_many_findings_in_one_line_take_linear_time() -> None:
    text = "please sort it in order to win, " * 6_000
    report = lint(document(text), config(language="en"))
    assert len(report.diagnostics) == 6_000
