"""What the tests of the template languages share."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from promptlint.prompt import Control, Text
from promptlint.templates import Scan, scan

collect_ignore = [] if os.environ.get("PROMPTLINT_CORPUS") else ["test_corpus.py"]


def scan_and_check(text: str, language: str) -> Scan:
    """Scan, and hold the result to what is promised of every scan."""
    result = scan(text, language)
    at = 0
    for index, part in enumerate(result.parts):
        assert part.span.start == at
        assert part.span.end > at
        at = part.span.end
        if isinstance(part, Text):
            source = text[part.span.start : part.span.end]
            escape = (source in ("{{", "}}") and part.text == source[0]) or (source == "\\" and part.text == "")
            eaten = source.isspace() and part.text == ""
            assert part.text == source or escape or eaten
            continue
        for use in part.uses:
            assert part.span.contains(use.span)
            assert text[use.span.start : use.span.end] == use.name
        if isinstance(part, Control) and part.partner is not None:
            partner = result.parts[part.partner]
            assert isinstance(partner, Control)
            assert partner.partner == index
            assert {part.role, partner.role} == {"open", "close"}
            assert (part.role == "open") == (index < part.partner)
            assert partner.kind == part.kind
    assert at == len(text)
    for problem in result.problems:
        assert problem.rule in ("unbalanced-delimiter", "invalid-template")
        assert problem.detail
        for span in (problem.span, *(span for span, _ in problem.related)):
            assert 0 <= span.start < span.end <= len(text)
    return result


def uses_of(result: Scan) -> list[str]:
    """The names of all uses in order."""
    return [use.name for part in result.parts if not isinstance(part, Text) for use in part.uses]


@pytest.fixture
def check() -> Callable[[str, str], Scan]:
    return scan_and_check


@pytest.fixture
def names() -> Callable[[str, str], list[str]]:
    return lambda text, language: uses_of(scan_and_check(text, language))
