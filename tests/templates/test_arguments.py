from __future__ import annotations

import pytest

LANGUAGE = "arguments"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fix $ARGUMENTS now. $ARGUMENTS", ["ARGUMENTS", "ARGUMENTS"]),
        ("$ARGUMENTS[1]!", ["ARGUMENTS"]),
        ("Compare $1 with $2, then $1.", ["1", "2", "1"]),
        ("!`git log $1`", ["1"]),
        ("```\n$ARGUMENTS\n```", ["ARGUMENTS"]),
        ("It costs $5 or $2.", []),
        ("$1.50 $1,000 $10 $1M $1%", []),
        ("```sh\nf() { echo $1; }\n```\nIt costs $2.", []),
        (r"\$ARGUMENTS \$1 $$1 $ARGUMENTSX {name} {{name}} ${name}", []),
    ],
)
def test_arguments(names, text, found):
    assert names(text, LANGUAGE) == found


def test_the_span_of_an_index_is_part_of_the_variable(check):
    (part,) = check("$ARGUMENTS[12]", LANGUAGE).parts
    assert len(part.span) == 14
