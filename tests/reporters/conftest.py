"""Reports made by hand, with everything in them that is awkward to print."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Related, Saving, Severity
from promptlint.discovery import Skipped
from promptlint.engine import FileReport, PromptReport
from promptlint.estimate import Counted
from promptlint.prompt import Document, Kind, Message, Prompt, Text
from promptlint.runner import Report
from promptlint.source import Location, Source, Span, TextMap
from promptlint.tokens import Counting

EXACT = Counting("o200k_base", "exact", 0.0, "gpt-4o uses o200k_base")
FACTOR = Counting("o200k_base", "factor", 0.27, "counted with o200k_base, which is not the model's own")
NO_MODEL = Counting("o200k_base", "exact", 0.0, "no model declared; counted with o200k_base")
SMALL = Counted(None, NO_MODEL, 6)


def prompt(source: Source, name: str = "a") -> Prompt:
    span = Span(0, len(source.text))
    message = Message(None, source.text, TextMap.of(source.path, span), (Text(span, source.text),))
    return Prompt(name, Location(source.path, span), (message,))


def diagnostic(source: Source, part: str, **changes: object) -> Diagnostic:
    """A diagnostic about the first place where `part` stands in the source."""
    start = source.text.index(part)
    values: dict[str, object] = {
        "rule": "verbose-phrase",
        "family": "verbosity",
        "severity": Severity.INFO,
        "confidence": Confidence.HIGH,
        "message": f"'{part}' is wordy.",
        "location": source.location(start, start + len(part)),
        "prompt": "a",
        "language": "en",
        "fingerprint": "0123456789abcdef",
        **changes,
    }
    return Diagnostic(**values)  # type: ignore[arg-type]


def replacing(source: Source, old: str, new: str, applicability: Applicability = Applicability.SAFE) -> Fix:
    start = source.text.index(old)
    return Fix(f"Write '{new}'", (Edit(source.location(start, start + len(old)), new),), applicability)


def file(source: Source, *diagnostics: Diagnostic, counted: Counted = SMALL, hidden: int = 0) -> FileReport:
    made = prompt(source)
    return FileReport(
        path=source.path,
        document=Document(source, "markdown", (made,)),
        diagnostics=diagnostics,
        suppressed=diagnostics[:1],
        hidden=tuple(diagnostic(source, source.text[:1], confidence=Confidence.LOW) for _ in range(hidden)),
        prompts=(PromptReport(made, Kind.TASK, "en", counted),),
    )


@pytest.fixture
def nasty() -> Report:
    """Every awkward thing at once: tabs, wide and hidden characters, a very long line, several files, no sources."""
    odd = Source(
        "prompts/要約 \x1b[2J.md",
        "\tIn order to 要約する this,\r\nanswer\u202e at\u200b length.\r\n\r\ne\u0301crivez 🙂 now\rand stop",
    )
    long = Source("prompts/long.txt", "{" + "word " * 44_000 + "due to the fact that" + " word" * 100)
    odd_findings = (
        diagnostic(
            odd,
            "In order to",
            fix=replacing(odd, "In order to", "To"),
            saving=Saving(2, 0, 0.005),
            help="Say it in one word.",
        ),
        diagnostic(
            odd,
            "\u202e",
            rule="invisible-character",
            family="hygiene",
            severity=Severity.ERROR,
            message="U+202E \u202e changes\nthe direction of the text.",
            fix=replacing(odd, "\u202e", "", Applicability.UNSAFE),
        ),
        diagnostic(
            odd,
            "length.\r\n\r\ne\u0301crivez 🙂",
            rule="missing-output-limit",
            family="output",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            message="Nothing limits the length of the answer.",
            saving=Saving(0, 1200),
            related=(
                Related(odd.location(odd.text.index("stop"), len(odd.text)), "the prompt ends here"),
                Related(Location("elsewhere.json", Span(3, 4)), "declared here"),
            ),
            fix=Fix("Add 'Answer in at most 3 sentences.'", (), Applicability.DISPLAY),
        ),
    )
    long_findings = (
        diagnostic(
            long,
            "due to the fact that",
            prompt=None,
            language=None,
            fix=replacing(long, "due to the fact that", "because"),
            saving=Saving(4),
        ),
    )
    return Report(
        files=(
            file(long, *long_findings, counted=Counted("claude-sonnet-4", FACTOR, 44_110)),
            file(odd, *odd_findings, counted=Counted("gpt-4o", EXACT, 31), hidden=12),
        ),
        skipped=(Skipped("prompts/photo.md", "binary file (it holds NUL bytes)", named=False),),
    )


@pytest.fixture
def clean() -> Report:
    source = Source("a.md", "Name the capital of France.\n")
    return Report(
        files=(
            FileReport(
                "a.md",
                Document(source, "markdown", (prompt(source),)),
                (),
                (),
                (),
                (PromptReport(prompt(source), Kind.TASK, "en", SMALL),),
            ),
        )
    )


@pytest.fixture
def make() -> SimpleNamespace:
    """The functions above, for reports of a test's own."""
    return SimpleNamespace(
        diagnostic=diagnostic,
        file=file,
        counted=lambda literal: Counted(None, NO_MODEL, literal),
    )
