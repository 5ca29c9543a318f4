"""Programs and what is told of them; `send(x)` stands for any call, and `shown` for what its first argument is."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.formats.code.python import module
from promptlint.formats.code.values import (
    Binary,
    Call,
    Class,
    Hole,
    Items,
    Literal,
    Module,
    Name,
    Record,
    Scalar,
    Subscript,
    Text,
    Value,
)
from promptlint.source import Source, Span, TextMap

PATH = "app/main.py"


def read(text: str, files: Mapping[str, str] | None = None) -> Module:
    sources = {path: Source(path, content) for path, content in (files or {}).items()}
    return module(PATH, text, sources.get)


def shown(value: Value) -> str:
    """A value in short: holes as ``<{name}>``, ``*`` before what is spread in, ``...`` where others may stand."""
    if isinstance(value, Text):
        return (
            '"' + "".join(f"<{piece.text}>" if isinstance(piece, Hole) else piece.text for piece in value.pieces) + '"'
        )
    if isinstance(value, Scalar):
        return str(value.value)
    if isinstance(value, Items):
        parts = [shown(item) for item in value.items]
        for index, spread in reversed(value.spreads):
            parts.insert(index, f"*{shown(spread)}")
        return f"[{', '.join([*parts, *([] if value.complete else ['...'])])}]"
    if isinstance(value, Record):
        return "{" + _entries(value, ": ") + "}"
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Subscript):
        return f"{value.base}[{', '.join(map(shown, value.items))}]"
    if isinstance(value, Binary):
        return f"{shown(value.left)} | {shown(value.right)}"
    if isinstance(value, Class):
        return f"class {value.name}"
    arguments = [shown(argument) for argument in value.arguments]
    return f"{value.callee}({', '.join([*arguments, *filter(None, [_entries(value.keywords, '=')])])})"


def _entries(record: Record, sign: str) -> str:
    parts = [f"{entry.key}{sign}{shown(entry.value)}" for entry in record.entries]
    return ", ".join([*parts, *([] if record.complete else ["..."])])


def calls(program: Module, callee: str = "send") -> list[Call]:
    return [site.resolve() for site in program.sites if site.callee == callee]


def sent(text: str, files: Mapping[str, str] | None = None) -> list[str]:
    return [shown(call.arguments[0]) for call in calls(read(text, files))]


def the_text(text: str) -> Text:
    (call,) = calls(read(text))
    (value,) = call.arguments
    assert isinstance(value, Text)
    return value


# -- strings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("\"a\" 'b' f'c{d}'", '"abc<{d}>"'),
        ("('a'\n 'b'  # why\n 'c')", '"abc"'),
        ("r'\\d'", '"\\d"'),
        ("f'{x!r} {y:>{w}} {{z}} {a[\"b\"]}'", '"<{x!r}> <{y:>{w}}> {z} <{a["b"]}>"'),
        ("f'{x=}'", '"x=<{x=}>"'),
        ("f'{1 + 1} {2} {True} {\"in\"}'", '"<{1 + 1}> 2 True in"'),
        ("t'a {x}'", '"a <{x}>"'),
        ("b'a'", "b'a'"),
        ("'a' + x + 'b'", '"a<x>b"'),
        ("'a' + ('b' + 'c')", '"abc"'),
        ("'-' * 3 + 'a'", '"---a"'),
        ("'{} {x}'.format(a, x=b)", '"<{}> <{x}>"'),
        ("'{0} {0}'.format(a)", '"<{0}> <{0}>"'),
        ("'{} {0}'.format(a)", '"{} {0}"'),
        ("'{n.a!r:>10} {{x}}'.format(n=q)", '"<{n.a!r:>10}> {x}"'),
        ("'{a}{b}{c}'.format(a='x', b=3, c=True)", '"x3True"'),
        ("'{a'.format(a=1)", '"{a"'),
        ("'{a} {b}'.format(**{'a': 'x', 'b': y})", '"x <{b}>"'),
        ("'{a}'.format_map(d)", '"<{a}>"'),
        ("f'{{a}} {b}'.format(a='x')", '"x <{b}>"'),
        ("'%s and %s' % (a, 'b')", '"<%s> and b"'),
        ("'%(n)s 5%%' % {'n': v}", '"<%(n)s> 5%"'),
        ("'100%' % v", '"100%"'),
        ("dedent('''\n    a\n      b\n    ''')", '"\na\n  b\n"'),
        ("dedent(f'''\\\n    a {x}\n''').strip()", '"a <{x}>"'),
        ("inspect.cleandoc('''\n  a\n    b\n  ''')", '"a\n  b"'),
        ("' a '.strip()", '"a"'),
        ("'xax'.lstrip('x')", '"ax"'),
        ("'a {x} b'.replace('{x}', q).replace('b', 'c')", '"a <{x}> c"'),
        ("'-'.join(['a', 'b', c, f'd{e}'])", '"a-b-<c>-d<{e}>"'),
        ("'-'.join([*a, 'b'])", '"<a>-b"'),
        ("str('a')", '"a"'),
        ("'a' if c else 'a'", '"a"'),
        ("'a' if c else 'b'", "'a' if c else 'b'"),
        ("Template('$a ${b} $$').substitute(a='x', b=y)", '"x <${b}> $"'),
        ("Template('$a $b').safe_substitute(a='x')", '"x $b"'),
        ("Template('$a $b').substitute({'a': 'x'}, b='y')", '"x y"'),
        ("'A'.lower()", '"".lower()'),
        ("'A'.lower() + 'b'", "\"<'A'.lower()>b\""),
        ("'\\n'.join(parts)", '"".join(parts)'),
        ("open('x.md').read()", "open().read()"),
        ("x or 'a'", "x or 'a'"),
    ],
)
def test_strings(expression: str, expected: str) -> None:
    imports = "import inspect\nfrom string import Template\nfrom textwrap import dedent\n"
    assert sent(f"{imports}send({expression})") == [expected]


@pytest.mark.parametrize(
    ("expression", "uses"),
    [
        ("f'{name}'", [("name", "name")]),
        ("f'{user.name.upper()}'", [("user", "user")]),
        ("f'{self.topic}'", [("topic", "topic")]),
        ("f'{f(x, k=y)} {json.dumps(z)}'", [("x", "x"), ("y", "y"), ("z", "z")]),
        ("f'{\", \".join(c.text for c in chunks)}'", [("chunks", "chunks")]),
        ("f'{a if b else c!r:>{w}}'", [("a", "a"), ("b", "b"), ("c", "c"), ("w", "w")]),
        ("f'{len(str(x))} {map(str, y)}'", [("x", "x"), ("y", "y")]),
        ("'a' + x.y", [("x", "x")]),
        ("'{name} {n[0]}'.format(name=a, n=b)", [("name", "name"), ("n", "n")]),
        ("'{0} {}'.format(a.b)", []),
        ("'{} {}'.format(a.b, c)", [("a", "{}"), ("c", "{}")]),
        ("'%(n)s %(m)d' % d", [("n", "n"), ("m", "m")]),
        ("'%s' % question", [("question", "%s")]),
    ],
)
def test_the_names_that_holes_read(expression: str, uses: list[tuple[str, str]]) -> None:
    text = the_text(f"import json\nsend({expression})")
    holes = [piece for piece in text.pieces if isinstance(piece, Hole)]
    assert [(name, hole.text[span.start : span.end]) for hole in holes for name, span in hole.uses] == uses


@pytest.mark.parametrize(
    ("expression", "given"),
    [
        ("'{a} {b}'.format(a=x, c=y)", ["a", "c"]),
        ("'{a} {b}'.format(a='known', b=y)", ["b"]),  # what is put in is no variable any more
        ("'{} {}'.format(x, 'known')", ["x"]),
        ("'{a}'.format(**values)", None),
        ("'{a}'.format(**{'a': x})", ["a"]),
        ("'%(a)s' % {'a': x}", ["a"]),
        ("'%(a)s' % values", ["values"]),
        ("f'{a}'", None),
        ("'a'.replace('a', x)", ["a"]),
    ],
)
def test_the_names_that_a_call_provides(expression: str, given: list[str] | None) -> None:
    source = f"send({expression})"
    text = the_text(source)
    assert given == (None if text.given is None else [name.name for name in text.given])
    assert all(name.name in source[name.span.start : name.span.end] for name in text.given or ())


@pytest.mark.parametrize(
    ("expression", "filled"),
    [("'a {x}'", False), ("f'a {x}'", True), ("'a {x}'.format()", True), ("'a' + x", False), ("'a %' % x", True)],
)
def test_whether_the_program_fills_a_text_in(expression: str, filled: bool) -> None:
    assert the_text(f"send({expression})").filled is filled


@pytest.mark.parametrize(
    ("source", "replacement", "expected"),
    [
        ("send('a {x} b'.format(x=y))", "{c}", "send('{{{{c}}}} {x} b'.format(x=y))".replace("{{{{c}}}}", "{{c}}")),
        ("send('a %s b' % y)", "5%", "send('5%% %s b' % y)"),
        ("send(f'a {x}')", "it's {c}", "send(f'it\\'s {{c}} {x}')"),
        (
            "from textwrap import dedent\nsend(dedent('''\n    a\n      b'''))",
            "c\nd",
            "from textwrap import dedent\nsend(dedent('''\n    c\n    d\n      b'''))",
        ),
        (
            "from string import Template\nsend(Template('a $x').substitute(x=y))",
            "5 $",
            "from string import Template\nsend(Template('5 $$ $x').substitute(x=y))",
        ),
    ],
)
def test_text_is_replaced_in_the_notation_of_its_literal(source: str, replacement: str, expected: str) -> None:
    piece = next(piece for piece in the_text(source).pieces if isinstance(piece, Literal) and "a" in piece.text)
    places = TextMap.build(PATH, piece.runs, piece.notation.encode)
    at = piece.text.index("a")
    place, written = places.locate(Span(at, at + 1)), places.encode(replacement)
    assert place is not None and written is not None and places.is_exact(Span(at, at + 1))
    assert source[: place.span.start] + written + source[place.span.end :] == expected


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A = 'x'\ndef f():\n    send(A)", ['"x"']),
        ("def f(a='x'):\n    send(a)\n    send('p ' + a)", ["a", '"p <a>"']),
        ("x = 'a'\nx += 'b'\nif c:\n    x += 'c'\nfor i in y:\n    x += 'd'\nsend(x)", ['"abcd"']),
        ("x = 'a'\nsend(x)\nx = 'b'\nsend(x)", ['"a"', '"b"']),
        ("if c:\n    x = 'a'\nelse:\n    x = 'b'\nsend(x)", ["x"]),
        ("if c:\n    x = 'a'\nsend(x)", ['"a"']),
        ("x = 'a'\nif c:\n    x += 'b'\nelse:\n    x += 'c'\n    send(x)", ['"ac"']),
        ("x = 'a'\nwhile y:\n    send(x)\n    x += 'b'", ["x"]),
        ("x = 'a'\ndef f():\n    global x\n    x = 'b'\nsend(x)", ["x"]),
        ("def f(x):\n    x = x + 'a'\n    send(x)", ['"<x>a"']),
        ("try:\n    x = 'a'\nexcept E:\n    x = 'b'\nsend(x)", ["x"]),
        ("a, (b, c) = 'x', ('y', z)\nsend(a)\nsend(b)\nsend(c)", ['"x"', '"y"', "c"]),
        ("a = b = 'x'\nsend(a)\nsend(b)", ['"x"', '"x"']),
        ("for a in b:\n    send(a)", ["a"]),
        ("with open('f') as f:\n    send(f)", ["f"]),
        ("if (x := 'a'):\n    send(x)", ['"a"']),
        ("match y:\n    case {'a': z}:\n        send(z)", ["z"]),
        ("x = y\ny = x\nsend(x)", ["x"]),
        ("A = 'x'\nB = f'{A} y'\nsend(f'{B} {C}')", ['"x y <{C}>"']),
        (
            "P = {'a': 'x', 'b': {'c': 'y'}}\nsend(P['a'])\nsend(P['b']['c'])\nsend(P.get('a', 'z'))\nsend(P[k])",
            ['"x"', '"y"', '"x"', "P[k]"],
        ),
        ("P = ['x', 'y']\nsend(P[0])\nsend(P[-1])\nsend(P[2])", ['"x"', '"y"', "P[2]"]),
        ("class A:\n    B = 'x'\n    def f(self):\n        send(self.B)\nsend(A.B)", ['"x"', '"x"']),
        (
            "class A:\n    def __init__(self, t):\n        self.s, self.t = 'x', t\n    def f(self):\n        send(self.s)\n        send(self.t)",
            ['"x"', "self.t"],
        ),
        (
            "class A:\n    def f(self):\n        self.s = 'x'\n    def g(self):\n        self.s = 'y'\n        send(self.s)",
            ["self.s"],
        ),
        ("class A:\n    T = 'x'\nclass B(A):\n    def f(self):\n        send(self.T)", ['"x"']),
        ("class P(Enum):\n    A = 'x'\nsend(P.A.value)", ['"x"']),
        (
            "def f(x):\n    '''Doc.'''\n    y = f'a {x}'\n    return y + '!'\nsend(f(v))\nsend(f(*w))",
            ['"a <v>!"', '"a <{x}>!"'],
        ),
        ("def f(x):\n    if x:\n        return 'a'\n    return 'b'\nsend(f(1))", ["f(1)"]),
        (
            "def f(x, y='b'):\n    return f'a {x} {y}'\nsend(f(z.k))\nsend(f('c', y=n))",
            ['"a <z.k> <{y}>"', '"a c <n>"'],
        ),
        ("def f(x, *rest):\n    return f'a {x.b} {rest}'\nsend(f('c', 'd'))", ['"a <{x.b}> <{rest}>"']),
        ("def f(x):\n    x = x.strip()\n    return f'a {x}'\nsend(f('b'))", ['"a <{x}>"']),
        ("def f(x):\n    return f'a {x}'\nsend(f(*z))", ['"a <{x}>"']),
        ("def f(x):\n    return f'a {x}'\ndef g(y):\n    return f(y) + '!'\nsend(g('b'))", ['"a b!"']),
        ("a = 'x'\nif b:\n    a += 'y'\nelse:\n    a += 'y'\nsend(a)", ['"xy"']),
        ("a = 'x'\nif b:\n    a += 'y'\nif c:\n    a += 'y'\nsend(a)", ['"xyy"']),
        ("a = ['x']\nif b:\n    a.append('y')\nelif c:\n    a.append('y')\nsend(a)", ['["x", "y", ...]']),
        (
            "class A:\n    def p(self, q):\n        return f'a {q}'\n    def f(self):\n        send(self.p(1))",
            ['"a 1"'],
        ),
    ],
)
def test_names(source: str, expected: list[str]) -> None:
    assert sent(source) == expected


FILES = {
    "app/prompts.py": "X = 'ex'\nY = X + '!'\nclass C:\n    A = 'a'\nD = {'k': X}\ndef build(z):\n    return f'hi {z}'\n",
    "app/pack/__init__.py": "from .inner import *\nfrom .inner import V as W\n",
    "app/pack/inner.py": "K = 'kay'\nV = 'vee'\n",
    "app/round.py": "from .again import R\n",
    "app/again.py": "from .round import R\n",
    "app/one.py": "from .two import F\nG = 'g'\n",
    "app/two.py": "from .three import F\n",
    "app/three.py": "from .four import F\n",
    "app/four.py": "F = 'far'\n",
    "up.py": "U = 'up'\n",
}


@pytest.mark.parametrize(
    ("imports", "expression", "expected"),
    [
        ("from .prompts import X", "X", '"ex"'),
        ("from .prompts import Y as Z", "Z", '"ex!"'),
        ("from . import prompts", "prompts.X", '"ex"'),
        ("from . import prompts as p", "p.C.A", '"a"'),
        ("from .prompts import *", "D['k']", '"ex"'),
        ("from .prompts import build", "build(1)", '"hi 1"'),
        ("from . import prompts", "prompts.build(v)", '"hi <v>"'),
        ("from app.prompts import X", "X", '"ex"'),
        ("import app.prompts", "app.prompts.X", '"ex"'),
        ("import app.prompts as p", "f'{p.X} {p.none}'", '"ex <{p.none}>"'),
        ("import prompts", "prompts.X", '"ex"'),
        ("from ..up import U", "U", '"up"'),
        ("from .pack import K", "K", '"kay"'),
        ("from .pack import W", "W", '"vee"'),
        ("from .round import R", "R", "R"),
        ("from .one import G", "G", '"g"'),
        ("from .one import F", "F", "F"),  # four files away
        ("from .missing import X", "X", "X"),
        ("from ...outside import X", "X", "X"),
    ],
)
def test_names_of_other_files(imports: str, expression: str, expected: str) -> None:
    assert sent(f"{imports}\nsend({expression})", FILES) == [expected]


def test_what_comes_from_another_file_stands_there() -> None:
    program = read("from .prompts import X\nsend(X)", FILES)
    before = program.dependencies
    ((value,),) = (call.arguments for call in calls(program))
    assert isinstance(value, Text)
    (piece,) = value.pieces
    assert (value.path, piece.path, piece.span if isinstance(piece, Hole) else piece.runs) == (
        "app/prompts.py",
        "app/prompts.py",
        ((2, Span(5, 7)),),
    )
    assert value.definition == Span(4, 8)
    assert (before, program.dependencies) == ((), ("app/prompts.py",))  # nothing is looked up before it is needed


def test_packages_from_elsewhere_are_not_looked_up() -> None:
    program = read("import openai\nfrom pydantic import BaseModel\nsend(openai.OpenAI(), BaseModel, openai.x)")
    calls(program)
    assert program.dependencies == ()


# -- lists and dictionaries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("m = [1]\nm.append(2)\nm.extend([3, 4])\nm.insert(0, 5)\nm += [6]\nsend(m)", ["[5, 1, 2, 3, 4, 6]"]),
        ("m = [1]\nif c:\n    m.append(2)\nsend(m)", ["[1, 2, ...]"]),
        ("m = [1]\nsend(m)\nm.append(2)\nsend(m)", ["[1]", "[1, 2]"]),
        ("m = []\nwhile c:\n    m.append(1)\n    send(m)\n    m.append(2)", ["[1, ...]"]),
        ("m = [1, 2]\nm.pop()\nsend(m)", ["m"]),
        ("m = [1, 2]\nif c:\n    m.pop()\nsend(m)", ["[1, 2, ...]"]),
        ("m = [1]\nm[0] = 2\nsend(m)", ["m"]),
        ("m = [{'a': 1}]\nm[0]['a'] = 2\nsend(m)", ["m"]),
        ("m = [1] + h + [2]\nsend(m)", ["[1, *h, 2, ...]"]),
        ("send([*h, 1])\nsend([*[1], 2])\nsend([*([1] if c else []), 2])", ["[*h, 1, ...]", "[1, 2]", "[1, 2, ...]"]),
        ("send([x for x in y])", ["[x for x in y]"]),
        ("m = [1]\nn = list(m)\nsend(n)\nsend(m.copy())", ["[1]", "[1]"]),
        ("def f():\n    m.append(2)\nm = [1]\nsend(m)", ["[1, ...]"]),
        (
            "class A:\n    def __init__(self):\n        self.m = [1]\n    def f(self):\n        self.m.append(2)\n        send(self.m)\n        self.m.append(3)",
            ["[1, 2, ...]"],
        ),
        ("d = {'a': 1, **k}\nsend(d)", ["{a: 1, ...}"]),
        (
            "d = {'a': 1}\nd['b'] = 2\nd.update(c=3)\nd |= {'e': 4}\nif x:\n    d['f'] = 5\nsend(d)",
            ["{a: 1, b: 2, c: 3, e: 4, f: 5, ...}"],
        ),
        ("d = {'a': 1, 'b': 2}\nd.pop('a')\nsend(d)", ["{b: 2}"]),
        (
            "send(dict(a=1, **{'b': 2}))\nsend({'a': 1} | {'b': 2})\nsend({**{'a': 1}, k: 2})",
            ["{a: 1, b: 2}", "{a: 1, b: 2}", "{a: 1, ...}"],
        ),
    ],
)
def test_lists_and_dictionaries(source: str, expected: list[str]) -> None:
    assert sent(source) == expected


# -- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("imports", "call", "callee"),
    [
        ("import openai as o", "o.chat.create()", "openai.chat.create"),
        ("import google.genai", "google.genai.Client()", "google.genai.Client"),
        ("from litellm import completion as c", "c()", "litellm.completion"),
        (
            "from langchain_core.prompts import PromptTemplate",
            "PromptTemplate()",
            "langchain_core.prompts.PromptTemplate",
        ),
        ("from .llm import ask", "ask()", ".llm.ask"),
        ("from openai import OpenAI", "OpenAI(x).chat . create()", "openai.OpenAI().chat.create"),
        ("", "clients['a'].chat.create()", "clients[].chat.create"),
        ("", "(a | b).invoke()", ".invoke"),
        ("", "(await a).b()", "a.b"),
        ("", "'x'.encode()", '"".encode'),
        ("import a as client", "[client.b() for client in c]", "client.b"),
    ],
)
def test_what_is_called(imports: str, call: str, callee: str) -> None:
    assert callee in [site.callee for site in read(f"{imports}\n{call}").sites]


def test_what_a_method_is_called_on() -> None:
    source = """
from openai import OpenAI as O
client = O()
class A:
    def __init__(self):
        self.client = O(timeout=1)
    def f(self):
        self.client.chat.create()
client.chat.create()
(prompt | O()).create()
other.chat.create()
"""
    found = {site.callee: site.resolve().receiver for site in read(source).sites}
    assert {
        callee: shown(value) if value else None for callee, value in found.items() if callee.endswith("create")
    } == {
        "self.client.chat.create": "openai.OpenAI(timeout=1)",
        "client.chat.create": "openai.OpenAI()",
        ".create": "prompt | openai.OpenAI()",
        "other.chat.create": None,
    }


def test_arguments_and_keywords() -> None:
    (call,) = calls(read("send('a', x, *rest, k=1, **{'l': 2}, **more)"))
    assert shown(call) == 'send("a", x, k=1, l=2, ...)'
    assert call.span == Span(0, 44)


def test_where_calls_stand() -> None:
    source = """
@deco(1)
class A:
    field = send(2)
    async def f(self, x=default()):
        def inner():
            with send(3) as y:
                self.r = await (send(4))
        return [send(5) for _ in x]
z: int = send(6)
g = lambda: send(7)
f"{send(8)}"
"""
    sites = [(site.callee, site.inside, site.target) for site in read(source).sites]
    assert sites == [
        ("deco", "", ""),
        ("send", "", "A.field"),
        ("default", "", ""),
        ("send", "A.f.inner", ""),
        ("send", "A.f.inner", "self.r"),
        ("send", "A.f", ""),
        ("send", "", "z"),
        ("send", "", ""),
        ("send", "", ""),
    ]


# -- constants, classes, comments -------------------------------------------------------------------------------------


def test_constants() -> None:
    source = """
SYSTEM_PROMPT = "Be brief."
WORD = "word"
COPY = SYSTEM_PROMPT
PROMPTS = {"sum": "Sum it up.", "deep": {"er": f"Translate {x} now."}, 3: "not this one"}
class Prompts:
    '''A docstring is none.'''
    ASK: str = "Ask " "them."
    def f(self):
        local = "not this one"
def build(name):
    return f"Hello {name}"
"""
    found = [
        (c.name, shown(c.value), source[c.statement.start : c.statement.end].partition(" ")[0])
        for c in read(source).constants
    ]
    assert found == [
        ("SYSTEM_PROMPT", '"Be brief."', "SYSTEM_PROMPT"),
        ("PROMPTS.sum", '"Sum it up."', "PROMPTS"),
        ("PROMPTS.deep.er", '"Translate <{x}> now."', "PROMPTS"),
        ("Prompts.ASK", '"Ask them."', "ASK:"),
        ("build", '"Hello <{name}>"', "def"),
    ]


def test_classes() -> None:
    source = """
from enum import Enum
from .models import Address
class Colour(str, Enum):
    RED = "red"
class Person(BaseModel, Generic[T]):
    '''A person.

    At home.
    '''
    name: str = Field(..., description="Full name", max_length=3)
    tags: list[Colour] | None = None
    where: Optional[Address]
    kind: Literal["a", 1]
    friend: "Person"
    parts: t.Dict[str, int] = {}
    class Config:
        x = 1
"""
    program = read(source, {"app/models.py": "class Address(BaseModel):\n    city: str\n"})
    colour, person, config = program.classes
    assert [(c.name, c.bases) for c in (colour, person, config)] == [
        ("Colour", ("str", "Enum")),
        ("Person", ("BaseModel", "Generic")),
        ("Config", ()),
    ]
    assert person.doc is not None and shown(person.doc) == '"A person.\n\nAt home."'
    assert [(f.name, f.annotation and shown(f.annotation), f.default and shown(f.default)) for f in person.fields] == [
        ("name", "str", 'Field(..., description="Full name", max_length=3)'),
        ("tags", "list[class Colour] | None", "None"),
        ("where", "Optional[class Address]", None),
        ("kind", 'Literal["a", 1]', None),
        ("friend", "Person", None),  # a class in itself stays a name
        ("parts", "t.Dict[str, int]", "{}"),
    ]
    assert [(f.name, f.default and shown(f.default)) for f in colour.fields] == [("RED", '"red"')]


def test_packages() -> None:
    program = read("import a.b as c\nfrom google import genai\nfrom .x import y\ndef f():\n    import d")
    assert program.packages == {"a", "a.b", "google", "google.genai", "d"}


def test_comments() -> None:
    source = "# é one\nx = '# not this'  # two\n"
    assert [(c.text, source[c.span.start : c.span.end]) for c in read(source).comments] == [
        (" é one", "# é one"),
        (" two", "# two"),
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [("x = 1\n", None), ("x = (1\ny = 2\n", Span(2, 8)), ("é = 'a\n", Span(4, 5)), ("f(a", Span(0, 3))],
)
def test_the_first_fault(source: str, fault: Span | None) -> None:
    assert read(source).fault == fault


def test_a_program_with_too_many_blocks_in_each_other_is_not_parsed() -> None:
    source = "".join(" " * depth + "if x:\n" for depth in range(600)) + " " * 600 + "send('a b')\n"
    program = read(source)
    assert (walk(program), program.fault) == ([], Span(0, 0))


def test_places_are_counted_in_code_points() -> None:
    source = "# é😀\u2028\r\nsend('é', \"b😀c\")\r\n"
    (call,) = calls(read(source))
    assert [source[value.span.start : value.span.end] for value in call.arguments] == ["'é'", '"b😀c"']


# -- whatever the file holds ------------------------------------------------------------------------------------------

PROGRAM = '''
import openai as o
from textwrap import dedent
from .prompts import X
SYSTEM = """You are {role}.
{{x}}"""
class A(Base):
    field: list[str] = Field("a b")
    def run(self, q, *docs, k="v", **kw):
        messages = [{"role": "system", "content": self.SYS}, *docs]
        messages.append({"role": "user", "content": SYSTEM.format(role=q)})
        for d in docs:
            messages[0]["x"] += f"d {d!r:>{k}}"
        with o.x() as y, z: self.client.create(messages=messages, **kw)
        return dedent("""
            a %s
        """ % q).strip() + "-".join([X, 'b', *docs])
'''


def walk(program: Module) -> list[Value]:
    """Asks for everything that a module tells."""
    values: list[Value] = [site.resolve() for site in program.sites]
    values += [constant.value for constant in program.constants]
    values += program.classes
    assert program.comments is not None and program.packages is not None and program.dependencies is not None
    assert program.fault is None or program.fault.start >= 0
    return values


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(PROGRAM)),
            st.integers(0, 30),
            st.text(st.sampled_from("()[]{}'\"\\\n fr+%=:,.x#*é\r"), max_size=5),
        ),
        max_size=4,
    )
)
def test_no_edit_of_a_program_is_too_much(edits: Sequence[tuple[int, int, str]]) -> None:
    text = PROGRAM
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    for value in walk(read(text, {"app/prompts.py": text})):
        assert value.span.end <= len(text)
        for piece in value.pieces if isinstance(value, Text) else ():
            if isinstance(piece, Literal):
                assert sum(length for length, _ in piece.runs) == len(piece.text)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "[" * 5_000 + "]" * 5_000 + "\nsend(x)",
        "send(" + "(" * 5_000 + "1" + ")" * 5_000 + ")",
        "send(" + "f(" * 5_000 + ")" * 5_000 + ")",
        "send(a" + ".b('c d')" * 3_000 + ")",
        "".join(" " * depth + "if x:\n" for depth in range(299)) + " " * 299 + "send('a b')\n",
        "x0 = 'a b'\n" + "".join(f"x{n + 1} = x{n} + x{n}\n" for n in range(200)) + "send(x200)",
        "x0 = ['a b']\n" + "".join(f"x{n + 1} = [x{n}, x{n}]\n" for n in range(200)) + "send(x200)",
        "".join(f"def f{n}(x):\n    return f{n + 1}(x)\n" for n in range(2_000)) + "send(f0(1))",
        "class A(A):\n    x: A\n    y: 'B'\nclass B(A):\n    z: 'A'\nsend(A.q)",
        "def f():\n    return f()\nsend(f())",
    ],
    ids=[
        "lists",
        "parentheses",
        "calls",
        "methods",
        "ifs",
        "doubling",
        "doubling lists",
        "functions",
        "classes",
        "recursion",
    ],
)
def test_depth_and_growth_are_bounded(source: str) -> None:
    assert walk(read(source))


def test_a_sum_of_ten_thousand_strings_is_one_text() -> None:
    assert len(the_text("send(" + " + ".join(["'a'"] * 10_000) + ")").pieces) == 10_000


NAMES = st.sampled_from("abc")
LITERALS = st.text(st.sampled_from("xy \n{}%$'\""), max_size=6).map(repr)
FIELDS = st.lists(st.sampled_from(["{{", "}}", "{a}", "{b}", "x ", "%"]), max_size=5).map(
    lambda parts: repr("".join(parts))
)
EXPRESSIONS = st.recursive(
    NAMES | LITERALS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]} + {parts[1]}"),
        inner.map(lambda part: f"({part}).strip()"),
        inner.map(lambda part: f"dedent({part})"),
        inner.map(lambda part: f"({part}).replace('x', 'yx')"),
        st.tuples(inner, inner).map(lambda parts: f"', '.join([{parts[0]}, {parts[1]}])"),
        st.tuples(FIELDS, inner, inner).map(lambda parts: f"{parts[0]}.format(a={parts[1]}, b={parts[2]})"),
        inner.map(lambda part: f"'%s 5%% %s' % ({part}, c)"),
        inner.map(lambda part: f"Template('$$ $a${{b}}').substitute(a={part}, b='$')"),
        NAMES.map(lambda name: f"f'[{{{name}}}] {{{{}}}}'"),
    ),
    max_leaves=6,
)
STATEMENTS = st.lists(
    st.one_of(
        st.tuples(NAMES, EXPRESSIONS).map(" = ".join),
        st.tuples(NAMES, EXPRESSIONS).map(" += ".join),
        st.tuples(NAMES, EXPRESSIONS).map(lambda parts: f"if True:\n    {parts[0]} += {parts[1]}"),
    ),
    max_size=6,
)


@given(STATEMENTS, EXPRESSIONS)
def test_the_text_is_what_the_program_sends(statements: list[str], expression: str) -> None:
    source = "\n".join(
        [
            "from string import Template",
            "from textwrap import dedent",
            "a, b, c = 'A', ' b', '''\n  c\n    d'''",
            *statements,
            f"send({expression})",
        ]
    )
    arguments: list[str] = []
    try:
        exec(compile(ast.parse(source), PATH, "exec"), {"send": arguments.append})
    except ValueError:  # a template that Python refuses
        return
    text = the_text(source)
    assert shown(text) == f'"{arguments[0]}"'
    for piece in text.pieces:
        assert isinstance(piece, Literal)
        at = 0
        for length, origin in piece.runs:
            if origin is not None and length == len(origin):
                assert piece.text[at : at + length] == source[origin.start : origin.end]
            at += length
