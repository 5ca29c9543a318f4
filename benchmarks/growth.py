"""How the cost of a check grows: CPU time for inputs of doubling size, and the slope of its logarithm over that of the size.

    python benchmarks/growth.py [--doublings 3] [--only WORD] [--largest 400000]

1.0 is linear and 2.0 quadratic. A slope above 1.25 (`LIMIT`) is something to look into, and gives exit code 1. The start, which
costs the same for any size, is paid before anything is measured; each figure is the least of three.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from promptlint import formats, linear, templates
from promptlint.config import Config
from promptlint.fixes import apply_fixes, compatible
from promptlint.rules import OwnPhrase, load_rules
from promptlint.runner import check_source
from promptlint.source import Source

LIMIT = 1.25
"""The slope from which on a case is reported as growing too fast."""

RUNS = 3

Case = tuple[str, Callable[[int], Callable[[], object]]]
"""A name, and what makes a job of about so many characters."""

WORDS = [
    "the", "a", "this", "every", "answer", "report", "customer", "team", "summary", "list", "table", "question",
    "price", "order", "model", "city", "plan", "day", "name", "format", "reason", "write", "give", "explain",
    "read", "use", "compare", "describe", "keep", "avoid", "mention", "check", "find", "and", "or", "but",
    "with", "for", "from", "in", "on", "before", "after", "short", "long", "clear", "polite", "exact",
    "new", "old", "first", "last",
]  # fmt: skip


def _text(size: int, line: int = 12) -> str:
    """Prose in which no sentence is like another."""
    chance = random.Random(size)
    out: list[str] = []
    length = 0
    while length < size:
        sentence = " ".join(chance.choices(WORDS, k=chance.randrange(6, 16))).capitalize() + "."
        out.append(sentence)
        length += len(sentence) + 1
    if line == 0:
        return " ".join(out)
    return "\n".join(" ".join(out[start : start + line]) for start in range(0, len(out), line))


def _checking(path: str, text: str, config: Config | None = None) -> Callable[[], object]:
    source, used = Source(path, text), config or Config()
    return lambda: check_source(source, None, used, formats.nothing)


def _reading(path: str, text: str) -> Callable[[], object]:
    source = Source(path, text)
    return lambda: formats.read(source)


def _phrases_anew(size: int) -> Callable[[], object]:
    """A check with a hundredth as many phrases of the user as `size` says, which are others each time: nothing is remembered of them."""
    source = Source("prompts/a.txt", _text(4000))
    seeds = itertools.count()
    return lambda: check_source(source, None, _own_phrases(size // 100, next(seeds)), formats.nothing)


def _own_phrases(count: int, seed: int) -> Config:
    """A configuration with a user's rule of so many phrases."""
    chance = random.Random(f"{count} {seed}")
    phrases = tuple(OwnPhrase(f"{' '.join(chance.choices(WORDS, k=3))} {number}", "less") for number in range(count))
    rule = replace(load_rules()["verbose-phrase"], id="own-phrase", aliases=(), given={"phrases": phrases})
    return Config(rules={**load_rules(), rule.id: rule})


def _nested(before: str, after: str, size: int, middle: str = "Write a short answer.") -> str:
    count = size // (len(before) + len(after))
    return before * count + middle + after * count


def _cases() -> Iterator[Case]:
    text = _text
    yield "check: text", lambda size: _checking("prompts/a.txt", text(size))
    yield "check: Markdown", lambda size: _checking("prompts/a.md", f"# Task\n\n{text(size)}\n\n- a\n- b\n")
    yield "check: Jinja", lambda size: _checking("prompts/a.j2", text(size).replace("city", "{{ city }}"))
    yield "check: one line", lambda size: _checking("prompts/a.txt", text(size, 0))
    yield "check: one sentence", lambda size: _checking("prompts/a.txt", text(size, 0).replace(". ", ", "))
    yield "check: one word", lambda size: _checking("prompts/a.txt", "a" * size)
    yield (
        "check: same line",
        lambda size: _checking("prompts/a.txt", "Write a short answer in order to win.\n" * (size // 38)),
    )
    yield (
        "check: own variables",
        lambda size: _checking("prompts/a.j2", " ".join(f"{{{{ v{number} }}}}" for number in range(size // 12))),
    )
    yield "check: chat of many turns", lambda size: _checking(
        "a.json", '{"messages": [' + ", ".join(['{"role": "user", "content": "Write a short answer."}'] * (size // 55)) + "]}"
    )  # fmt: skip
    yield "check: YAML of many prompts", lambda size: _checking(
        "prompts/a.yaml", "prompts:\n" + "".join(f"  p{number}: |\n    Write a short answer about {number}.\n" for number in range(size // 55))
    )  # fmt: skip
    yield "check: own phrases", _phrases_anew
    for name, pair, path in (
        ("Jinja", ("{% if a %}", "{% endif %}"), "prompts/a.j2"),
        ("Jinja loops", ("{% for a in b %}", "{% endfor %}"), "prompts/a.j2"),
        ("Handlebars", ("{{#if a}}", "{{/if}}"), "prompts/a.hbs"),
        ("Mustache", ("{{#a}}", "{{/a}}"), "prompts/a.mustache"),
        ("POML", ("<p>", "</p>"), "prompts/a.poml"),
    ):
        yield f"check: nested {name}", lambda size, pair=pair, path=path: _checking(path, _nested(*pair, size))  # type: ignore[misc]
    for name, path, before, pair in (
        ("JSON", "a.json", "", ("[", "]")),
        ("JSON objects", "a.json", "", ('{"a":', "}")),
        ("YAML flow", "a.yaml", "a: ", ("[", "]")),
        ("YAML lists", "a.yaml", "", ("- ", "")),
        ("TOML", "a.toml", "a = ", ("[", "]")),
        ("BAML types", "baml_src/a.baml", "function F(a: ", ("map<string,", ">")),
    ):
        yield f"read: nested {name}", lambda size, path=path, before=before, pair=pair: _reading(path, before + _nested(*pair, size, "1"))  # type: ignore[misc]  # fmt: skip
    for name, sample in _SAMPLES.items():
        yield f"read: {name}", lambda size, sample=sample: _reading(sample[0], sample[1] * (size // len(sample[1])))  # type: ignore[misc]
    for language in templates.LANGUAGES:
        for unit in _UNITS:
            yield (
                f"scan: {language} of '{unit}'",
                lambda size, language=language, unit=unit: (
                    lambda: templates.scan(  # type: ignore[misc]
                        unit * (size // len(unit)), language
                    )
                ),
            )
    for pattern in ("a{1,40}b", "(?:a|aa){1,6}b", "[a-z]{1,60} x", "(?:a{1,8}|b) c", "a?a?a?a?a?a?a?a?b"):
        compiled = linear.compiled(pattern)
        yield (
            f"own pattern '{pattern}'",
            lambda size, compiled=compiled: lambda: sum(1 for _ in compiled.finditer("a" * size)),
        )  # type: ignore[misc]
    yield "safe fixes", _fixing


_SAMPLES = {
    "dotprompt": ("prompts/a.prompt", "{{#if a}}{{b}}{{/if}} Write a short answer. {{> c}}\n"),
    "prompty": ("a.prompty", "---\nname: a\n---\n# user:\n{{q}} Write a short answer.\n"),
    "BAML": (
        "baml_src/a.baml",
        'function F(a: string) -> string {\n  client G\n  prompt #"\n    Write about {{ a }}.\n  "#\n}\n',
    ),
    "POML": ("a.poml", "<poml><p>Write a short answer.</p></poml>\n"),
    "JSON Lines": ("a.jsonl", '{"messages": [{"role": "user", "content": "Write a short answer."}]}\n'),
    "YAML": ("prompts/a.yaml", "- prompt: Write a short answer about the city.\n"),
    "TOML": ("prompts/a.toml", "[[a]]\nprompt = 'Write a short answer about the city.'\n"),
    "front matter": ("prompts/a.md", "---\na: b\n---\nWrite a short answer.\n"),
    "Semantic Kernel": ("a/skprompt.txt", '<message role="user">Write about {{$a}}.</message>\n'),
    "agent file": ("AGENTS.md", "## Rules\n\n- Write a short answer.\n<!-- promptlint: ignore[x] -->\n"),
}
"""What is repeated to make large files of a format: a path and a piece."""

_UNITS = ("{{ a ", "{{a}}", "{% if a %}", "{{#a}}", "{", "}", "${a", "{{ a.b", "{{{", "{#", "{{!--", "$a ", "{{ '")


def _fixing(size: int) -> Callable[[], object]:
    report = _checking("prompts/a.txt", "".join(f"Write {n} in order to win.\n" for n in range(size // 28)))()
    fixes = [each.fix for each in report.diagnostics if each.fix is not None]  # type: ignore[attr-defined]
    text = report.document.source.text  # type: ignore[attr-defined]
    return lambda: apply_fixes(text, compatible(fixes))


def seconds(job: Callable[[], object]) -> float:
    """The least CPU time of some runs, without the garbage collector, whose turns come at sizes of its own."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        gc.disable()
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
        gc.enable()
    return min(times)


def slope(sizes: list[int], times: list[float]) -> float:
    """The slope of the line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(each, 1e-6)) for each in times]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - middle_x) ** 2 for x in xs
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--largest", type=int, default=200_000, help="characters of the largest input")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    options = parser.parse_args()
    sizes = [options.largest >> step for step in range(options.doublings, -1, -1)]
    _checking("prompts/a.md", _text(2000))()  # what is loaded on first use
    steep = 0
    print(f"| Case | {' | '.join(f'{size:,}' for size in sizes)} | slope |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    for name, make in _cases():
        if options.only not in name:
            continue
        times = [seconds(make(size)) for size in sizes]
        # below a millisecond the clock is most of what is seen
        found = slope(sizes, times) if times[-1] > 0.005 else 0.0
        steep += found > LIMIT
        mark = " !" if found > LIMIT else ""
        print(f"| {name} | {' | '.join(f'{each * 1000:,.1f}' for each in times)} | {found:.2f}{mark} |", flush=True)
    print(f"\nCPU milliseconds by size in characters; {steep} cases grow faster than {LIMIT}.")
    return int(steep > 0)


if __name__ == "__main__":
    sys.exit(main())
