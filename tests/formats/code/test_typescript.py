from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.formats.code.typescript import module
from promptlint.formats.code.values import Call, Hole, Items, Literal, Module, Name, Record, Scalar, Site, Text, Value
from promptlint.prompt import Lookup
from promptlint.source import Source, Span


def lookup_in(files: Mapping[str, str]) -> Lookup:
    return lambda path: Source(path, files[path]) if path in files else None


def read(source: str, files: Mapping[str, str] | None = None, path: str = "src/app/chat.ts") -> Module:
    return module(path, source, lookup_in(files or {}))


def shown(value: Value | None) -> object:
    """A value in a few characters: holes as ``<...>``, names as ``?...``, what is not complete with ``...`` at its end."""
    if isinstance(value, Text):
        return "".join(piece.text if isinstance(piece, Literal) else f"<{piece.text}>" for piece in value.pieces)
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Items):
        return [shown(item) for item in value.items] + [...] * (not value.complete)
    if isinstance(value, Record):
        entries = {entry.key: shown(entry.value) for entry in value.entries}
        return entries if value.complete else {**entries, "...": ...}
    if isinstance(value, Name):
        return "?" + value.text
    if isinstance(value, Call):
        return f"{value.callee}({', '.join(str(shown(argument)) for argument in value.arguments)})"
    return value


def site(source: str, callee: str = "f", files: Mapping[str, str] | None = None, path: str = "src/app/chat.ts") -> Site:
    return next(site for site in read(source, files, path).sites if site.callee == callee)


def given_to_f(source: str, files: Mapping[str, str] | None = None, path: str = "src/app/chat.ts") -> object:
    """The argument of the only ``f(...)`` in a program."""
    (argument,) = site(source, "f", files, path).resolve().arguments
    return shown(argument)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # literals and what stands around them
        ("f('a' as const)", "a"),
        ("f((`a`)!)", "a"),
        ("f('a' satisfies string)", "a"),
        ("f(<string>'a')", "a"),
        ("f('')", ""),
        ("f(1_000)", 1000),
        ("f(0x10)", 16),
        ("f(-0.5)", -0.5),
        ("f(4 * 1024 - 1)", 4095),
        ("f(true)", True),
        ("f(undefined)", None),
        # holes
        ("f(`a ${user.name} b`)", "a <${user.name}> b"),
        ("f('a ' + user.name + ' b')", "a <user.name> b"),
        ("f(`${a}${b}`)", "<${a}><${b}>"),
        # constants
        ("const a = 'x'; f(a)", "x"),
        ("const a = 'x'; f(`${a} y`)", "x y"),
        ("const a = 'x', n = 3; f(a + ' ' + n)", "x 3"),
        ("const n = 3; f(`${n} ${n * 2} ${true} ${null}`)", "3 6 true null"),
        ("let a; a = 'x'; f(a)", "x"),
        ("f(a); const a = 'x'", "x"),
        ("const a = 'x'; { const a = 'y'; f(a) }", "y"),
        ("const a = 'x'; function g(a) { f(a) }", "?a"),
        ("const a = 'x'; g(({ a }) => f(a))", "?a"),
        ("const a = b, b = a; f(`${a}`)", "<${a}>"),
        # assigned more than once
        ("let a = 'x'; a += ' y'; f(a)", "x y"),
        ("let a = 'x'; a = a + ' y'; f(a)", "x y"),
        ("let a = 'x'; if (b) { a += ' y' } f(a)", "x y"),
        ("let a = 'x'; if (b) { a = 'y' } f(a)", "?a"),
        ("let a = 'x'; if (b) { a = 'y'; f(a) }", "y"),
        ("let a = 'x'; a = 'y'; f(a)", "y"),
        ("let a = 'x'; f(a); a = 'y'", "x"),
        ("let a = 'x'; while (b) { f(a); a = 'y' }", "?a"),
        ("let a = 'x'; function g() { a = 'y' } f(a)", "?a"),
        ("let n = 0; n++; f(`${n}`)", "<${n}>"),
        ("let a = 'x'; for (a of b) {} f(a)", "?a"),
        ("let a = 'x'; [a] = b; f(a)", "?a"),
        # conditions
        ("f(b ? 'x' : 'y')", "<b ? 'x' : 'y'>"),
        ("f(b ? 'x' : \"x\")", "x"),
        ("f(b ?? 'x')", "<b ?? 'x'>"),
        ("f(b ? 1 : 2)", "?b ? 1 : 2"),
        # what is done to text
        ("f(' a b '.trim())", "a b"),
        ("f(` a ${b} `.trimStart())", "a <${b}> "),
        ("f('a'.concat(' ', b, ' c'))", "a <b> c"),
        ("f(['a', b, 'c'].join('\\n'))", "a\n<b>\nc"),
        ("f(['a', ...b].join())", "a,<b>"),
        ("f(['a', 'b'].filter(Boolean).join(' '))", "a b"),
        ("f(b.join(' '))", "b.join( )"),
        ("f('a'.toUpperCase())", "<'a'.toUpperCase()>"),
        ("const a = 'Hi {name}, {name}'; f(a.replace('{name}', b))", "Hi <{name}>, {name}"),
        ("const a = 'Hi {name}, {name}'; f(a.replaceAll('{name}', b))", "Hi <{name}>, <{name}>"),
        ("const a = 'Hi {{name}}!'; f(a.replace(/\\{\\{name\\}\\}/g, b))", "Hi <{{name}}>!"),
        ("const a = 'a  b'; f(a.replace(/\\s+/g, ' '))", "<a.replace(/\\s+/g, ' ')>"),
        ("f(String(`a ${b}`))", "a <${b}>"),
        # functions that return a string
        ("const g = (name: string) => `Hi ${name}`; f(g('Ann'))", "Hi Ann"),
        ("function g(a) { const b = 'x'; return `${b} ${a}`; } f(g(1))", "x 1"),
        ("const p = { g: ({ a }) => `x ${a}` }; f(p.g(1))", "x <${a}>"),
        ("const p = { g(a) { return `x ${a}` } }; f(p.g(1))", "x 1"),
        ("class A { g(a) { return `x ${a}` } h() { f(this.g(1)) } }", "x 1"),
        ("const g = (a, b) => `${a}: x ${b}`; f(g(c.d, 'y'))", "<c.d>: x y"),
        ("const g = (a) => `x ${a}`; f(g())", "x <${a}>"),
        ("const g = (a) => `x ${a}`; f(g(...b))", "x <${a}>"),
        ("const g = (a) => `x ${a.b}`; f(g(c))", "x <${a.b}>"),
        ("const g = (a) => { a = a.trim(); return `x ${a}` }; f(g('y'))", "x <${a}>"),
        ("const g = ({ a, b: c }) => `x ${a} ${c}`; f(g({ a: 'y', b: d }))", "x y <d>"),
        ("const g = (a) => `x ${a}`; const h = (b) => `${g(b)}!`; f(h('y'))", "x y!"),
        ("async function g() { return 'x y' } f(await g())", "x y"),
        ("function g(a) { if (a) return 'x'; return 'y' } f(g(1))", "g(1)"),
        ("function g() { return `${g()} x` } f(g())", "<${g()}> x"),
        # properties
        ("const p = { a: 'x' }; f(p.a)", "x"),
        ("const p = Object.freeze({ a: { b: 'x' } }); f(p['a'].b)", "x"),
        ("const p = { a: 'x' }; const { a } = p; f(a)", "x"),
        ("const p = { a: { b: 'x' } }; const { a: { b: c } } = p; f(c)", "x"),
        ("const { a = 'x' } = p; f(a)", "?a"),
        ("const p = ['x', 'y']; f(p[1])", "y"),
        ("enum E { A = 'x', B = 3, C } f([E.A, E.C])", ["x", 4]),
        ("class A { static readonly b = 'x' } f(A.b)", "x"),
        ("class A { private b = 'x'; c() { f(this.b) } }", "x"),
        ("class A { constructor() { this.b = 'x' } c() { f(this.b) } }", "x"),
        ("class A { b = 'x'; d() { this.b = 'y' } c() { f(this.b) } }", "?this.b"),
        ("namespace N { export const a = 'x' } f(N.a)", "x"),
        # arrays
        ("f(['a', 1, b])", ["a", 1, "?b"]),
        ("const a = ['x']; f([...a, 'y'])", ["x", "y"]),
        ("f(['x', ...b])", ["x", ...]),
        ("f(['x'].concat(['y'], b))", ["x", "y", ...]),
        ("const a = ['x']; a.push('y', 'z'); f(a)", ["x", "y", "z"]),
        ("const a = ['x']; a.unshift('y', 'z'); f(a)", ["y", "z", "x"]),
        ("const a = ['x']; if (b) a.push('y'); f(a)", ["x", "y", ...]),
        ("const a = ['x']; if (b) { a.push('y'); f(a) }", ["x", "y"]),
        ("const a = ['x']; for (const b of c) { a.push(b) } f(a)", ["x", "?b", ...]),
        ("const a = ['x']; while (b) { f(a); a.push('y') }", ["x", ...]),
        ("const a = ['x']; f(a); a.push('y')", ["x"]),
        ("const a = ['x']; function g() { a.push('y'); f(a) }", ["x", "y", ...]),
        ("let a = ['x']; a = [...a, 'y']; f(a)", ["x", "y"]),
        ("const a = ['x']; a.sort(); f(a)", ["x", ...]),
        ("f([{ a: 1 }, b ? { a: 2 } : { a: 3 }])", [{"a": 1}, {"a": 2}, {"a": 3}, ...]),
        ("f([...(b ? ['x'] : [])])", ["x", ...]),
        ("f([...(b && ['x'])])", ["x", ...]),
        # objects
        ("const a = 'x'; f({ a, 'b': 1, ['c']: 2, d() {} })", {"a": "x", "b": 1, "c": 2}),
        ("f({ a: 1, [b]: 2 })", {"a": 1, "...": ...}),
        ("const p = { a: 1, b: 2 }; f({ ...p, b: 3 })", {"a": 1, "b": 3}),
        ("f({ a: 1, ...p })", {"a": 1, "...": ...}),
        ("f({ a: 1, ...(b && { c: 2 }) })", {"a": 1, "c": 2, "...": ...}),
        ("const p = { a: 1 }; p.b = 2; f(p)", {"a": 1, "b": 2}),
        ("let a = 'x'; if (b) a += 'y'; else a += 'y'; f(a)", "xy"),
        ("let a = 'x'; if (b) a += 'y'; else if (c) { a += 'y'; a += 'z' } f(a)", "xyz"),
        ("let a = 'x'; if (b) a += 'y'; if (c) a += 'y'; f(a)", "xyy"),
        ("const a = ['x']; if (b) a.push('y'); else a.push('y'); f(a)", ["x", "y", ...]),
        ("const p = { a: 1 }; if (c) p.b = 2; f(p)", {"a": 1, "b": 2, "...": ...}),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert given_to_f(source) == expected


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("import { A } from './a'; f(A)", {"src/app/a.ts": "export const A = 'x'"}),
        ("import { A as B } from './a.js'; f(B)", {"src/app/a.ts": "export const A = 'x'"}),
        ("import { A } from '../a'; f(A)", {"src/a/index.tsx": "const A = 'x'; export { A }"}),
        ("import { B } from './a'; f(B)", {"src/app/a.mjs": "const A = 'x'; export { A as B }"}),
        ("import A from './a'; f(A)", {"src/app/a.ts": "export default 'x'"}),
        ("import A from './a'; f(A)", {"src/app/a.ts": "const A = 'x'; export default A"}),
        ("import A from './a'; f(A.b)", {"src/app/a.ts": "export default { b: 'x' }"}),
        ("import * as P from './a'; f(P.A)", {"src/app/a.ts": "export const A = 'x'"}),
        ("import * as P from './a'; f(P.g(1))", {"src/app/a.ts": "export const g = (a) => 'x'"}),
        ("import { P } from './a'; f(P.A)", {"src/app/a.ts": "export class P { static A = 'x' }"}),
        ("import { P } from './a'; f(P.A)", {"src/app/a.ts": "export enum P { A = 'x' }"}),
        ("import { g } from './a'; f(g(1))", {"src/app/a.ts": "export function g(a) { return 'x' }"}),
        ("import { A } from '@/a'; f(A)", {"src/a.ts": "export const A = 'x'"}),
        ("import { A } from '~/lib/a'; f(A)", {"lib/a.ts": "export const A = 'x'"}),
        ("const { A } = require('./a'); f(A)", {"src/app/a.js": "module.exports = { A: 'x' }; exports.A = 'x'"}),
        ("const P = require('./a'); f(P.A)", {"src/app/a.js": "exports.A = 'x'"}),
        (
            "import { A } from './a'; f(A)",
            {"src/app/a.ts": "export { B as A } from './b'", "src/app/b.ts": "export const B = 'x'"},
        ),
        (
            "import { A } from './a'; f(A)",
            {"src/app/a.ts": "export * from './b'", "src/app/b.ts": "export const A = 'x'"},
        ),
        (
            "import { A } from './a'; f(A)",
            {"src/app/a.ts": "import { B } from './b'; export const A = B", "src/app/b.ts": "export const B = 'x'"},
        ),
    ],
)
def test_imports_from_files_beside_it(source: str, files: Mapping[str, str]) -> None:
    assert given_to_f(source, files) == "x"


def test_values_from_another_file_stand_there() -> None:
    files = {"src/app/a.ts": "export const A = 'x y'"}
    found = read("import { A } from './a'; f(`- ${A}`, A)", files)
    first, second = found.sites[0].resolve().arguments
    assert isinstance(first, Text) and isinstance(second, Text)
    assert [piece.path for piece in first.pieces] == ["src/app/chat.ts", "src/app/a.ts"]
    assert (second.path, second.span, second.definition) == ("src/app/a.ts", Span(17, 22), Span(17, 22))
    assert found.dependencies == ("src/app/a.ts",)


def test_imports_are_followed_three_times() -> None:
    files = {f"src/app/{n}.ts": f"export {{ A }} from './{n + 1}'" for n in range(1, 3)}
    assert given_to_f("import { A } from './1'; f(A)", {**files, "src/app/3.ts": "export const A = 'x'"}) == "x"
    files |= {"src/app/3.ts": "export { A } from './4'", "src/app/4.ts": "export const A = 'x'"}
    found = read("import { A } from './1'; f(A)", files)
    assert shown(found.sites[0].resolve().arguments[0]) == "?A"
    assert "src/app/4.ts" not in found.dependencies


def test_imports_may_go_in_circles() -> None:
    files = {
        "src/app/a.ts": "import { B } from './b'; export const A = `${B} a`; export * from './b'",
        "src/app/b.ts": "import { A } from './a'; export const B = `${A} b`; export * from './a'",
    }
    assert given_to_f("import { A, C } from './a'; f([A, C])", files) == ["<${A}> b a", "?C"]


def test_what_is_looked_up_is_a_dependency_found_or_not() -> None:
    found = read("import { A } from './a'; import { B } from './b'; import OpenAI from 'openai'; f(A)")
    found.sites[0].resolve()
    assert found.dependencies[:2] == ("src/app/a.ts", "src/app/a.tsx")
    assert not [path for path in found.dependencies if path.startswith("src/app/b")]


@pytest.mark.parametrize(
    ("source", "callee"),
    [
        ("import { generateText as g } from 'ai'; g({})", "ai.generateText"),
        ("import OpenAI from 'openai'; new OpenAI({})", "openai.OpenAI"),
        ("import * as ai from 'ai'; ai.generateText({})", "ai.generateText"),
        ("import { PromptTemplate } from '@langchain/core/prompts'; PromptTemplate.fromTemplate('')",
         "@langchain/core/prompts.PromptTemplate.fromTemplate"),
        ("import OpenAI from 'npm:openai@4'; new OpenAI()", "openai.OpenAI"),
        ("const { generateText } = require('ai'); generateText({})", "ai.generateText"),
        ("import { client } from './client'; client.chat.completions.create({})", "client.chat.completions.create"),
        ("client.chat . completions\n?.create<T>({})", "client.chat.completions.create"),
        ("this.client!.messages.create({})", "this.client.messages.create"),
        ("clients['a'].create({})", "clients.a.create"),
        ("clients[0].create({})", "clients[].create"),
        ("(await client()).create({})", "client().create"),
        ("new OpenAI({}).chat.create({})", "OpenAI().chat.create"),
        ("(function () {})()", ""),
    ],
)  # fmt: skip
def test_callees(source: str, callee: str) -> None:
    assert callee in [site.callee for site in read(source).sites]


def test_a_call() -> None:
    source = """\
import OpenAI from "openai";
const client = new OpenAI({ apiKey: key });
const system = "You are brief.";
export async function ask(question: string) {
  const answer = await client.chat.completions.create({
    model: "gpt-4o",
    messages: [{ role: "system", content: system }, { role: "user", content: question }],
    max_tokens: 100,
  }, { signal });
}
"""
    found = site(source, "client.chat.completions.create")
    assert (found.inside, found.target) == ("ask", "answer")
    call = found.resolve()
    assert source[call.span.start : call.span.end].startswith("client.chat")
    assert source[call.callee_span.start : call.callee_span.end] == "client.chat.completions.create"
    assert len(call.arguments) == 2
    assert shown(call.keywords) == {
        "model": "gpt-4o",
        "messages": [{"role": "system", "content": "You are brief."}, {"role": "user", "content": "?question"}],
        "max_tokens": 100,
        "signal": "?signal",
    }
    assert shown(call.receiver) == "openai.OpenAI({'apiKey': '?key'})"


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("f()", True),
        ("f('a')", True),
        ("f({ a: 1 })", True),
        ("f({ a: 1, ...b })", False),
        ("f(b)", False),
        ("f(...b)", False),
    ],
)
def test_whether_all_keywords_are_known(source: str, complete: bool) -> None:
    assert site(source).resolve().keywords.complete is complete


def test_a_chain_of_calls_is_read_through_its_receivers() -> None:
    found = read(
        "import { z } from 'zod'; const s = z.object({ city: z.string().describe('The city').max(20) })"
    ).sites[0]
    assert found.target == "s"
    city = found.resolve().keywords.entries[0].value
    names = []
    while isinstance(city, Call):
        names.append((city.callee, [shown(argument) for argument in city.arguments]))
        city = city.receiver  # type: ignore[assignment]
    assert names == [
        ("zod.z.string().describe().max", [20]),
        ("zod.z.string().describe", ["The city"]),
        ("zod.z.string", []),
    ]


@pytest.mark.parametrize(
    ("source", "inside", "target"),
    [
        ("const a = f()", "", "a"),
        ("let a; a = await f()", "", "a"),
        ("this.a = f()", "", "a"),
        ("const { a } = f()", "", ""),
        ("function g() { f() }", "g", ""),
        ("const g = async () => { f() }", "g", ""),
        ("class A { b() { return f() } }", "A.b", ""),
        ("class A { b = () => f() }", "A.b", ""),
        ("class A { b = f() }", "A", "b"),
        ("const o = { b: () => f(), c() {} }", "b", ""),
        ("function g() { function h() { list.map((x) => f(x)) } }", "g.h", ""),
        ("export const POST = wrap(async (request) => { f() })", "POST", ""),
    ],
)
def test_where_a_call_stands(source: str, inside: str, target: str) -> None:
    found = site(source)
    assert (found.inside, found.target) == (inside, target)


def test_the_names_that_a_hole_reads() -> None:
    source = "f(`${format(user.name, n)}${items.map((item) => `${item.id} ${sep}`).join(x)}${{ a, b: c }}${this.y}`)"
    (text,) = site(source).resolve().arguments
    assert isinstance(text, Text)
    holes = [piece for piece in text.pieces if isinstance(piece, Hole)]
    assert [[name for name, _ in hole.uses] for hole in holes] == [["user", "n"], ["items", "sep", "x"], ["a", "c"], []]
    for hole in holes:
        assert source[hole.span.start : hole.span.end] == hole.text
        assert [hole.text[span.start : span.end] for _, span in hole.uses] == [name for name, _ in hole.uses]


def test_a_string_read_by_name_tells_where_it_is_defined() -> None:
    source = "const a = `one two`; f(a, `x ${a}`)"
    first, second = site(source).resolve().arguments
    assert isinstance(first, Text) and isinstance(second, Text)
    assert source[first.span.start : first.span.end] == "a"
    assert first.definition is not None and source[first.definition.start : first.definition.end] == "`one two`"
    assert second.definition is None
    assert (first.filled, second.filled) == (False, True)


def test_the_separator_of_a_join_has_no_place() -> None:
    (text,) = site("f(['a', 'b', 'c'].join(', '))").resolve().arguments
    assert isinstance(text, Text)
    runs = [piece.runs for piece in text.pieces if isinstance(piece, Literal)]
    assert runs == [((1, Span(4, 5)),), ((2, None),), ((1, Span(9, 10)),), ((2, None),), ((1, Span(14, 15)),)]
    assert len({piece.notation for piece in text.pieces if isinstance(piece, Literal)}) == 1


def test_what_trim_takes_away_keeps_its_place() -> None:
    (text,) = site("f('  a '.trim())").resolve().arguments
    assert isinstance(text, Text)
    (piece,) = text.pieces
    assert isinstance(piece, Literal)
    assert piece.runs == ((0, Span(3, 5)), (1, Span(5, 6)), (0, Span(6, 7)))


def test_places_are_code_points() -> None:
    source = "// é😀\nf('😀é', `ü${x}`)"
    first, second = site(source).resolve().arguments
    assert isinstance(first, Text) and isinstance(second, Text)
    for piece in (*first.pieces, *second.pieces):
        span = piece.span if isinstance(piece, Hole) else piece.runs[0][1]
        assert span is not None and source[span.start : span.end] == piece.text


def test_constants() -> None:
    source = """\
export const SYSTEM = "You are brief.";
const short = "word", n = 3, other = SYSTEM;
let built = `Dear ${name},`;
built += " hello";
const PROMPTS = {
  a: 'One two.',
  b: { c: (x: string) => `Hi ${x}`, d(y) { return `Bye ${y}`; } },
} as const;
enum E { A = "three four" }
class C { static readonly S = `five six`; greet(z) { return `Ho ${z}`; } }
function build(topic: string) { return `About ${topic}.`; }
function local() { const inner = "not at the top"; }
namespace N { export const deep = "seven eight"; }
export default "nine ten";
"""
    found = read(source).constants
    assert {constant.name: shown(constant.value) for constant in found} == {
        "SYSTEM": "You are brief.",
        "built": "Dear <${name}>, hello",
        "PROMPTS.a": "One two.",
        "PROMPTS.b.c": "Hi <${x}>",
        "PROMPTS.b.d": "Bye <${y}>",
        "E.A": "three four",
        "C.S": "five six",
        "C.greet": "Ho <${z}>",
        "build": "About <${topic}>.",
        "deep": "seven eight",
        "default": "nine ten",
    }
    first = found[0]
    assert source[first.name_span.start : first.name_span.end] == "SYSTEM"
    assert source[first.statement.start : first.statement.end] == 'SYSTEM = "You are brief."'
    assert [constant.name_span for constant in found] == sorted(constant.name_span for constant in found)


def test_packages() -> None:
    source = """\
import { a } from "@langchain/core/prompts"; import b from './b'; import "openai";
const c = require('ai'); const d = await import("npm:@ai-sdk/google@1.2.3"); export * from "zod"; import e from "@/e";
"""
    assert read(source).packages == {
        "@langchain/core",
        "@langchain/core/prompts",
        "openai",
        "ai",
        "@ai-sdk/google",
        "zod",
    }


def test_comments() -> None:
    source = "// one\nf(); /* two */\n/** three */"
    found = read(source).comments
    assert [(comment.text, source[comment.span.start : comment.span.end]) for comment in found] == [
        (" one", "// one"),
        (" two ", "/* two */"),
        ("* three ", "/** three */"),
    ]


def test_the_first_fault() -> None:
    assert read("const a = 1; f(").fault is not None
    assert read("const a = 1;").fault is None


@pytest.mark.parametrize("path", ["a.tsx", "a.jsx", "a.js", "a.mjs", "a.ts"])
def test_either_dialect_is_read_whatever_the_name_says(path: str) -> None:
    assert given_to_f("const p = <div>{f('x')}</div>", path=path) == "x"
    assert given_to_f("const p = <string>q; f('x')", path=path) == "x"


@pytest.mark.parametrize(
    "source",
    [
        "f(" * 3_000 + ")" * 3_000,
        "f(" + "[" * 3_000 + "]" * 3_000 + ")",
        "f(" + "{a:" * 3_000 + "1" + "}" * 3_000 + ")",
        "const a = " + "() => {" * 3_000 + "f(`${a}`)" + "}" * 3_000,
        "f(" + "`${" * 3_000 + "a" + "}`" * 3_000 + ")",
        "f(" + "a ? 'x y' : " * 3_000 + "'z')",
        "f('a'" + ".replace('x', 'y')" * 1_000 + ")",
        "let a = ''; " + "a = a + 'x y';" * 3_000 + "f(a)",
    ],
)
def test_deep_programs_are_read(source: str) -> None:
    found = read(source)
    for each in found.sites:
        each.resolve()
    assert len(found.constants) < 2


def test_a_long_sum_is_read_whole() -> None:
    assert given_to_f("f(" + " + ".join(["'a '"] * 5_000) + ")") == "a " * 5_000


@pytest.mark.parametrize(
    "grow",
    ["a{0} + a{0}", "`${{a{0}}}${{a{0}}}`", "[a{0}, a{0}]", "[...a{0}, ...a{0}]", "{{ x: a{0}, y: a{0} }}"],
)
def test_a_program_cannot_make_values_of_any_size(grow: str) -> None:
    lines = ["const a0 = ['ha ha'][0];", *(f"const a{n + 1} = {grow.format(n)};" for n in range(60))]
    found = read("".join(lines) + "f(a60)")
    assert sum(len(piece.text) for constant in found.constants for piece in constant.value.pieces) < 8_000_000
    assert _count(found.sites[0].resolve().arguments[0]) < 1_000_000


def _count(value: Value) -> int:
    """How many values there are in a value, each as often as it is reached; more than a million are not counted."""
    count, waiting = 0, [value]
    while waiting and count <= 1_000_000:
        each = waiting.pop()
        count += 1
        if isinstance(each, Items):
            waiting += each.items
        elif isinstance(each, Record):
            waiting += [entry.value for entry in each.entries]
    return count


PROGRAM = (Path(__file__).parent / "programs" / "anything.ts").read_text("utf-8")


@given(st.data())
def test_no_edit_makes_it_raise(data: st.DataObject) -> None:
    text = PROGRAM
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        put = data.draw(
            st.sampled_from(["", "`", "${", "'", "{", "}", "(", ")", "[", "...", "=>", "\\", "😀", "\r\n", "+=", "."])
        )
        text = text[:start] + put + text[end:]
    found = read(
        text, {"src/app/b.ts": text, "src/app/c/index.ts": PROGRAM}, data.draw(st.sampled_from(["a.ts", "a.jsx"]))
    )
    for each in found.sites:
        call = each.resolve()
        assert 0 <= call.span.start <= call.span.end <= len(text)
        for argument in call.arguments:
            _check(argument, "a.ts", text)
    for constant in found.constants:
        _check(constant.value, "a.ts", text)
    assert found.fault is None or found.fault.end <= len(text)


def _check(value: Value, path: str, text: str) -> None:
    if not isinstance(value, Text):
        return
    for piece in value.pieces:
        if isinstance(piece, Literal):
            assert sum(length for length, _ in piece.runs) == len(piece.text)
        elif piece.path == path:
            assert text[piece.span.start : piece.span.end] == piece.text
