import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.reporters.terminal.cells import width
from promptlint.reporters.terminal.figures import aligned, bar, dollars, percent, tokens


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "-"),
        (0, "0.00"),
        (1, "1.00"),
        (1234567.891, "1,234,567.89"),
        (12.5, "12.50"),
        (0.5, "0.50"),
        (0.0026375, "0.0026375"),
        (0.00001395, "0.00001395"),
        (0.1 / 3, "0.0333333"),
        (0.000000123456789, "0.000000123457"),
    ],
)
def test_dollars(amount, shown):
    assert dollars(amount) == shown


@given(st.floats(1e-9, 1e9))
def test_dollars_are_right_to_six_digits_or_half_a_cent_and_have_no_exponent(amount):
    shown = dollars(amount)
    assert "e" not in shown
    assert float(shown.replace(",", "")) == pytest.approx(amount, rel=1e-5, abs=0.0051 if amount >= 1 else 1e-12)


def test_tokens():
    assert (tokens(None), tokens(0), tokens(12_345)) == ("-", "0", "12,345")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 10, "0 %"), (0, 0, "0 %"), (1, 1_000, "<1 %"), (1, 3, "33 %"), (10, 10, "100 %")],
)
def test_percent(part, whole, shown):
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 8, ""), (1, 8, "█"), (8, 8, "████████"), (1, 1_000, "▏"), (3, 16, "█▌"), (0, 0, "")],
)
def test_bar(part, whole, shown):
    assert bar(part, whole, 8) == shown


def test_tables_go_by_display_width():
    rows = [("name", "n"), ("要約", "10"), ("a", "5")]
    lines = aligned(rows, {1})
    assert lines == ["name   n", "要約  10", "a      5"]
    assert {width(line) for line in lines} == {8}
    assert aligned([], ()) == []
