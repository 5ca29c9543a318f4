from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, meta

from promptlint.templates import scan
from promptlint.templates.jinja_blocks import pair
from promptlint.templates.jinja_names import find_uses
from promptlint.templates.jinja_tags import find_tags


def free(text):
    """The uses that our own walk finds, without jinja2's opinion."""
    tags, problems = find_tags(text)
    assert problems == []
    return [use.name for uses in find_uses(tags, pair(tags)[0]) for use in uses]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ a.b.c }} {{ d['e'].f }} {{ g[h] }}", ["a", "d", "g", "h"]),
        ("{{ a | upper | default(b, true) | map(attribute='c') }}", ["a", "b"]),
        ("{{ a is defined and b is not none and c is divisibleby d }}", ["a", "b", "c", "d"]),
        ("{{ f(a, key=b, other = c) }}", ["f", "a", "b", "c"]),
        ("{{ 'a' ~ \"b\" ~ c }}", ["c"]),
        ("{{ a if b else c }} {{ not d in e }}", ["a", "b", "c", "d", "e"]),
        ("{{ {'k': v, k2: [w]} }}", ["v", "k2", "w"]),
        (
            "{{ true }}{{ None }}{{ range(3) }}{{ loop.index }}{{ namespace(a=1) }}{{ self.b() }}{{ super() }}{{ _('x') }}",
            [],
        ),
        ("{% for a in b %}{{ a }}{{ c }}{% endfor %}{{ a }}", ["b", "c", "a"]),
        ("{% for a, (b, c) in d.items() if a > e recursive %}{{ b }}{{ c }}{{ loop(c) }}{% endfor %}", ["d", "e"]),
        ("{% for a in b %}{{ a }}{% else %}{{ a }}{% endfor %}", ["b", "a"]),
        ("{% for a in a %}{{ a }}{% endfor %}", ["a"]),
        ("{{ a }}{% set a = a + b %}{{ a }}", ["a", "a", "b"]),
        ("{% set a, b = c %}{{ a }}{{ b }}", ["c"]),
        ("{% set ns = namespace(x=y) %}{% set ns.x = z %}{{ ns.x }}", ["y", "z"]),
        ("{% set a | f(b) %}{{ a }}{{ c }}{% endset %}{{ a }}", ["b", "a", "c"]),
        ("{% for i in l %}{% set a = i %}{{ a }}{% endfor %}{{ a }}", ["l", "a"]),
        ("{% if a %}{% set b = 1 %}{% endif %}{{ b }}", ["a"]),
        (
            "{% macro f(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ caller() }}{{ varargs }}{% endmacro %}{{ f(e) }}{{ a }}",
            ["c", "d", "e", "a"],
        ),
        ("{% call(a) f(b) %}{{ a }}{{ c }}{% endcall %}{{ a }}", ["f", "b", "c", "a"]),
        ("{% call f(b) %}{{ a }}{% endcall %}", ["f", "b", "a"]),
        ("{% with a = b, c = a %}{{ a }}{{ c }}{% endwith %}{{ c }}", ["b", "a", "c"]),
        ("{% filter replace(a, 'b') | upper %}{{ c }}{% endfilter %}", ["a", "c"]),
        ("{% import a as b with context %}{{ b.c }}", ["a"]),
        ("{% from 'x' import a, b as c without context %}{{ a }}{{ b }}{{ c }}", ["b"]),
        ("{% include [a, 'b'] ignore missing with context %}{{ context }}", ["a", "context"]),
        ("{% extends layout %}{% block b %}{{ c }}{% endblock b %}", ["layout", "c"]),
        ("{% if a %}{% elif b.c %}{% elseif d %}{% else if e %}{% else %}{% endif %}", ["a", "b", "d", "e"]),
        ("{% trans a=b, c %}{{ a }}{{ c }}{% pluralize a %}{% endtrans %}{{ a }}", ["c", "b", "c", "a"]),
        ("{% message role='user' name=a %}{{ b }}{% endmessage %}{% image c %}", ["a", "b"]),
        ("{% raw %}{{ a }}{% endraw %}{# {{ b }} #}", []),
        ("{% do a.append(b) %}", ["a", "b"]),
        ("{% for a in b %}{{ a }}", ["b"]),
        ("{{/each}}{{> partial}}{{plugin.fn $x}}{{@index}}", []),
        ("{{ größe }} {{ 名前.x }}", ["größe", "名前"]),
        ("{{ a ? b : c }} {{ a && !b }} {{ a?.b }}", ["a", "b", "c", "a", "b", "a"]),
    ],
)
def test_free_names(text, found):
    assert free(text) == found


@st.composite
def templates(draw, bound=(), depth=3, branch=False):
    """A valid template, and the names that it must be given.

    A `set` or a macro in only one branch is left out, since Jinja cannot know there whether the name is bound.
    """
    outside = ["a", "b", "c"]
    bound = list(bound)
    needed = set()

    def expression():
        name = draw(st.sampled_from(outside + bound))
        if name not in bound:
            needed.add(name)
        form = draw(
            st.sampled_from(
                ["{}", "{}.b", "{}|upper", "{}['c']", "f(b={})|lower", "({} is defined)", "['a', {}]", "{} ~ 'x}}}}'"]
            )
        )
        if form.startswith("f("):
            needed.add("f")
        return form.format(name)

    def inner(*names, branch=False):
        text, more = draw(templates(bound=(*bound, *names), depth=depth - 1, branch=branch))
        needed.update(more)
        return text

    text = ""
    for number in range(draw(st.integers(0, 3))):
        fresh = f"v{depth}{number}"
        kinds = ["text", "output", "comment", "raw"]
        if depth:
            kinds += ["if", "for", "with", "macro", "call", "filter", "setblock"]
        if branch:
            kinds = [kind for kind in kinds if kind not in ("macro", "setblock")]
        else:
            kinds.append("set")
        match draw(st.sampled_from(kinds)):
            case "text":
                text += draw(st.sampled_from(["x", " ", "\n", "{ a }", "é", "a}}"]))
            case "output":
                text += "{{" + draw(st.sampled_from(["", "- ", " "])) + expression() + " }}"
            case "comment":
                text += "{# {{ zzz }} #}"
            case "raw":
                text += "{% raw %}{{ zzz }}{% endraw %}"
            case "if":
                text += f"{{% if {expression()} %}}{inner(branch=True)}{{% elif {expression()} %}}{inner(branch=True)}"
                text += f"{{% else %}}{inner(branch=True)}{{% endif %}}"
            case "for":
                text += (
                    f"{{% for {fresh}, w in {expression()} %}}{inner(fresh, 'w')}{{% else %}}{inner()}{{% endfor %}}"
                )
            case "with":
                text += f"{{% with {fresh} = {expression()} %}}{inner(fresh)}{{% endwith %}}"
            case "macro":
                text += f"{{% macro m{fresh}({fresh}, d={expression()}) %}}{inner(fresh, 'd')}{{% endmacro %}}"
                bound.append(f"m{fresh}")
            case "call":
                text += f"{{% call({fresh}) f({expression()}) %}}{inner(fresh)}{{% endcall %}}"
                needed.add("f")
            case "filter":
                text += f"{{% filter default({expression()}) %}}{inner()}{{% endfilter %}}"
            case "setblock":
                text += f"{{% set q %}}{inner()}{{% endset %}}"
            case "set":
                text += f"{{% set {fresh} = {expression()} %}}"
                bound.append(fresh)
    return text, needed


@settings(max_examples=200, deadline=None)
@given(templates())
def test_generated_templates_agree_with_jinja2(template):
    text, needed = template
    tree = Environment(autoescape=False).parse(text)
    assert meta.find_undeclared_variables(tree) == needed
    assert set(free(text)) == needed
    result = scan(text, "jinja")
    assert result.problems == ()
    assert {use.name for part in result.parts for use in getattr(part, "uses", ())} == needed
