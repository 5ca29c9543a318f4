from __future__ import annotations

import pytest

from promptlint.prompt import Variable

LANGUAGE = "dollar"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${name} ${user.name}", ["name", "user"]),
        ("${input:topic} ${input:topic-name:What about?} ${input:x:}", ["topic", "topic-name", "x"]),
        ("`${input:in_code}` `${plain}`", ["in_code"]),
        ("```sh\necho ${HOME}\n```", []),
        ("$name $ {a} {b} $${escaped} \\${escaped} ${a + b} ${} ${f(x)} ${{ github.ref }}", []),
        ("${größe}", ["größe"]),
    ],
)
def test_variables(names, text, found):
    assert names(text, LANGUAGE) == found


@pytest.mark.parametrize("text", ["${env:HOME}", "${file:sample.json}", "${config:a.b}"])
def test_other_prefixes_are_filled_in_from_elsewhere(check, text):
    (part,) = check(text, LANGUAGE).parts
    assert isinstance(part, Variable)
    assert part.uses == ()
