"""Of simple blocks jinja2 is not asked, which must make no difference."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.templates import jinja

JINJA2 = (
    "import sys\nfrom promptlint.templates import scan\nscan(sys.stdin.read(), 'jinja')\nprint('jinja2' in sys.modules)"
)


def asks(text: str) -> bool:
    asked = []
    worth = jinja._is_worth_asking

    def noted(*arguments):
        asked.append(worth(*arguments))
        return asked[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja, "_is_worth_asking", noted)
        jinja.scan(text)
    return any(asked)


def same(text: str) -> None:
    found = jinja.scan(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja, "_is_worth_asking", lambda *_: True)
        assert jinja.scan(text) == found, text


@pytest.mark.parametrize(
    "text",
    [
        '{% if tone == "formal" %}a{% elif not tone %}b{%- else -%}c{% endif %}',
        "{% for ticket in user.history %}{{ ticket.title | upper }}{% else %}none{% endfor %}",
        "{% if a and not b.c or d != 'x' %}{% for x in y %}{% if x %}1{% else %}2{% endif %}{% endfor %}{% endif %}",
        "{% if a is defined and b is not none and c > 10 %}x{% endif %}{# note #}{% raw %}{% if %}{% endraw %}",
        "{% for loop in loops %}{{ loop }}{{ loop.index }}{% endfor %}{{ loops }}",
    ],
)
def test_simple_blocks(text):
    assert not asks(text)
    same(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}{% else %}{% else %}{% endif %}",
        "{% if a %}{% else %}{% elif b %}{% endif %}",
        "{% for a in b %}{% elif c %}{% endfor %}",
        "{% if a = 1 %}{% endif %}",
        "{% if %}{% endif %}",
        "{% if a b %}{% endif %}",
        "{% if and %}{% endif %}",
        "{% if a == %}{% endif %}",
        "{% if a is defined b %}{% endif %}",
        "{% for true in b %}{% endfor %}",
        "{% for a in b c %}{% endfor %}",
        "{% for a.b in c %}{% endfor %}",
        "{% if a == '\\N' %}{% endif %}",
        "{% if a.0.1 %}{% endif %}",
        "{% if ² %}{% endif %}",
        "{% set a = b %}{% if a %}{% endif %}",
        "{% if a | length %}{% endif %}",
        "{% else a %}",
        "{{ a b }}{% if a %}{% endif %}",
    ],
)
def test_what_jinja2_is_asked_about(text):
    same(text)
    assert asks(text) or jinja.scan(text).problems


WORDS = st.sampled_from(
    ["a", "b", "user.name", "loop", "loop.index", "not", "and", "in", "is", "true", "None", "if", "x1", "_", "é", "a.0"]
)
VALUES = st.one_of(
    WORDS, st.sampled_from(["'s'", '"t"', "''", "0", "12", "01", "1.5", "[]", "a[0]", "f(a)", "'%}'", "'\\x'", "-1"])
)
SIGNS = st.sampled_from(["==", "!=", "<", ">=", "is", "is not", "in", "not in", "=", "and", "or", "~", "|"])
CONDITIONS = st.lists(st.tuples(st.sampled_from(["", "", "not "]), VALUES), min_size=1, max_size=3).flatmap(
    lambda made: st.lists(SIGNS, min_size=len(made) - 1, max_size=len(made) - 1).map(
        lambda signs: " ".join(
            [made[0][0] + made[0][1], *(f"{sign} {n}{v}" for sign, (n, v) in zip(signs, made[1:], strict=True))]
        )
    )
)
TESTS = st.sampled_from(
    ["a is defined", "a is not defined", "not a", "a == 'x'", "a is none or b", "a and b", "loop.first", "a"]
)
BODIES = st.deferred(lambda: st.lists(PIECES, max_size=3).map("".join))
BLOCKS = st.one_of(
    st.tuples(TESTS | CONDITIONS, BODIES).map(lambda made: f"{{% if {made[0]} %}}{made[1]}{{% endif %}}"),
    st.tuples(TESTS, BODIES, TESTS, BODIES, BODIES).map(
        lambda made: "{{% if {} %}}{}{{% elif {} -%}}{}{{% else %}}{}{{%- endif %}}".format(*made)
    ),
    st.tuples(WORDS, WORDS, BODIES).map(lambda made: f"{{% for {made[0]} in {made[1]} %}}{made[2]}{{% endfor %}}"),
)
ODD = st.sampled_from(
    ["{% else %}", "{% endif %}", "{% endfor %}", "{% elif a %}", "{% if a %}", "{% for a in b %}", "{% set a = 1 %}"]
)
PIECES = st.one_of(
    st.sampled_from(
        ["text ", "{{ a }}", "{{ user.name | upper }}", "{{ loop.index }}", "{# c #}", "{{ b + 1 }}", "{{ x1 }}"]
    ),
    BLOCKS,
    BLOCKS,
    ODD,
)


def test_it_makes_no_difference():
    quiet = []

    @settings(max_examples=400, deadline=None)
    @given(st.lists(PIECES, min_size=1, max_size=4).map("".join))
    def compare(text):
        same(text)
        quiet.append("{%" in text and not asks(text) and not jinja.scan(text).problems)

    compare()
    assert quiet.count(True) > 10


def test_a_simple_template_does_not_need_jinja2():
    for text, needed in (("{% if a %}{{ b }}{% else %}c{% endif %}", "False"), ("{% if a | b %}c{% endif %}", "True")):
        done = subprocess.run([sys.executable, "-c", JINJA2], input=text, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == needed


if "PROMPTLINT_CORPUS" in os.environ:

    def test_it_makes_no_difference_in_a_corpus():
        files = sorted(path for path in Path(os.environ["PROMPTLINT_CORPUS"], "files").rglob("*") if path.is_file())
        quiet = 0
        for path in files:
            text = path.read_bytes().decode("utf-8", "replace")
            if "{%" in text and len(text) < 50_000:
                same(text)
                quiet += not asks(text)
        assert quiet > 20
