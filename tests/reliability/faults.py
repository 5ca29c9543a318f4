"""Faults that a test can make, by name. Each makes what is wrong in an empty repository and gives the command to run there.

What the user sees of each stands in docs/reliability.md, from where ``test_page.py`` takes what it expects.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

Make = Callable[[Path], list[str]]

FAULTS: Final[dict[str, Make]] = {}

MANY: Final = 100_000
"""How often what is nested or left open is."""

DEEP: Final = 10_000
"""How deep blocks are nested, each of which the whole check looks at."""

TEXT: Final = "In order to win, utilize the ball.\n"


def fault(make: Make) -> Make:
    """Take a function into `FAULTS`, under its name with dashes."""
    FAULTS[make.__name__.replace("_", "-")] = make
    return make


def holding(name: str, path: str, data: bytes | str) -> None:
    """A fault that is a file with this content, which is named on the command line."""

    def make(folder: Path) -> list[str]:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return ["check", "--output-format", "concise", path]

    FAULTS[name] = make


def configured(name: str, text: str, path: str = "promptlint.toml") -> None:
    """A fault that is a configuration, with a prompt that is all right."""

    def make(folder: Path) -> list[str]:
        (folder / "prompts" / "a.md").write_text(TEXT)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return ["check", "--output-format", "concise", "prompts/a.md"]

    FAULTS[name] = make


# -- what files hold ---------------------------------------------------------------------------------------------------

holding("binary", "prompts/a.md", bytes(range(256)))
holding("nul", "prompts/a.md", b"Summarise\0 the report.\n")
holding("latin-1", "prompts/a.md", "Fasse den Bericht für Jürgen zusammen.\n".encode("latin-1"))
holding("utf-16", "prompts/a.md", b"\xff\xfe" + TEXT.encode("utf-16-le"))
holding("utf-16-cut", "prompts/a.md", b"\xff\xfe" + TEXT.encode("utf-16-le") + b"x")
holding("utf-16-without-mark", "prompts/a.md", TEXT.encode("utf-16-le"))
holding("utf-32", "prompts/a.md", TEXT.encode("utf-32"))
holding("surrogate", "prompts/a.md", b"Win \xed\xa0\x80 now.\n")
holding("two-marks", "prompts/a.md", b"\xef\xbb\xbf\xef\xbb\xbfWin.\n")
holding("only-cr", "prompts/a.md", "Play fair.\rIn order to win, run.\r")
holding("empty", "prompts/a.md", b"")
holding("only-mark", "prompts/a.md", b"\xef\xbb\xbf")
holding("long-line", "prompts/a.md", "Play the ball to the next one and run, " * 5_600 + "in order to win.\n")
holding("large", "prompts/a.md", "The team has the ball, and then\n" * 31_000 + "you run in order to win.\n")
holding("too-large", "prompts/a.md", b"x\n" * 5_500_000)
holding("broken-yaml", "prompts/a.yaml", "messages:\n  - role: user\n   content: Win the game in style.\n")
holding("broken-json", "prompts/a.json", '{"messages": [{"role": "user", "content": "Win the game."}')
holding("broken-toml", "prompts/a.toml", 'prompt = "Win the game in style\nmodel = 1\n')
holding("broken-named", "a.yaml", "a: b: c\n")
holding("broken-front-matter", "prompts/a.prompty", "---\nname: [a\n---\nsystem:\nWin.\n")
holding("open-front-matter", "prompts/a.prompty", "---\nname: a\nsystem:\nWin.\n")
holding("nested-json", "a.json", "[" * MANY + "]" * MANY)
holding("nested-yaml", "a.yaml", "a: " + "[" * MANY + "]" * MANY)
holding("nested-yaml-blocks", "a.yaml", "- " * MANY + "a\n")
holding("nested-toml", "a.toml", "a = " + "[" * MANY + "]" * MANY)
holding("nested-jinja", "prompts/a.j2", "{% if a %}" * DEEP + "Win." + "{% endif %}" * DEEP)
holding("nested-jinja-expression", "prompts/a.j2", "{{ " + "(" * MANY + "a" + ")" * MANY + " }}")
holding("long-jinja-path", "prompts/a.j2", "{{ a" + ".b" * MANY + " }}")
holding("nested-handlebars", "prompts/a.hbs", "{{#if a}}" * DEEP + "Win." + "{{/if}}" * DEEP)
holding("nested-poml", "prompts/a.poml", "<poml>" + "<p>" * DEEP + "</p>" * DEEP + "</poml>")
holding("open-jinja", "prompts/a.j2", "{{ a " * 3)
holding("open-braces", "prompts/a.txt", "Win " + "{" * DEEP)
holding("alias-bomb", "a.yaml", "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
) + "prompt: *l\n")  # fmt: skip
holding("alias-circle", "prompts/a.yaml", "system_prompt: &a\n  - Win the game in style.\n  - *a\n")
holding("huge-number", "prompts/a.json", (
    f'{{"model": "gpt-4o", "max_tokens": {"9" * 5000}, "messages": [{{"role": "user", "content": "Win."}}]}}'
))  # fmt: skip
holding("huge-exponent", "prompts/a.json", (
    '{"model": "gpt-4o", "max_tokens": 1e999999999, "messages": [{"role": "user", "content": "Win."}]}'
))  # fmt: skip
holding("double-key", "prompts/a.json", '{"messages": [], "messages": [{"role": "user", "content": "Win."}]}')
holding("python-in-yaml", "prompts/a.yaml", (
    "model: !!python/object/apply:os.mkdir [pwned]\nsystem_prompt: In order to win, run fast.\n"
))  # fmt: skip
holding("endless-arithmetic", "prompts/a.j2", "{{ 9 ** 9 ** 9 ** 9 }} {{ 'a' * 10 ** 15 }} {% for i in range(10 ** 15) %}x{% endfor %}")  # fmt: skip


# -- what stands in the file system ------------------------------------------------------------------------------------


@fault
def missing(_: Path) -> list[str]:
    return ["check", "prompts/a.md"]


@fault
def missing_is_not_the_end(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").write_text(TEXT)
    return ["check", "--output-format", "concise", "prompts/nothing.md", "prompts/a.md"]


@fault
def below_a_file(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").write_text(TEXT)
    return ["check", "prompts/a.md/b.md"]


@fault
def long_name(_: Path) -> list[str]:
    return ["check", "x" * 300]


@fault
def pipe(folder: Path) -> list[str]:
    os.mkfifo(folder / "prompts" / "a.md")
    return ["check", "prompts/a.md"]


@fault
def pipe_on_the_way(folder: Path) -> list[str]:
    os.mkfifo(folder / "prompts" / "a.md")
    return ["check"]


@fault
def socket_file(folder: Path) -> list[str]:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("prompts/a.md")  # relative: the path of a socket must be short
    return ["check", "prompts/a.md"]


@fault
def device(_: Path) -> list[str]:
    return ["check", "/dev/zero"]


@fault
def link_to_a_device(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").symlink_to("/dev/zero")
    return ["files"]


@fault
def dangling_link(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").symlink_to("nothing.md")
    return ["check", "prompts/a.md"]


@fault
def dangling_link_on_the_way(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").symlink_to("nothing.md")
    return ["files"]


@fault
def link_to_itself(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").symlink_to("a.md")
    return ["check", "prompts/a.md"]


@fault
def folders_in_a_circle(folder: Path) -> list[str]:
    (folder / "prompts" / "again").symlink_to(".")
    (folder / "prompts" / "above").symlink_to("..")
    (folder / "prompts" / "a.md").write_text(TEXT)
    return ["check", "--output-format", "concise"]


@fault
def folder_named_like_a_file(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").mkdir()
    (folder / "prompts" / "a.md" / "b.md").write_text(TEXT)
    return ["check", "--output-format", "concise"]


# -- references between files ------------------------------------------------------------------------------------------


@fault
def partials_in_a_circle(folder: Path) -> list[str]:
    for name, other in (("a", "b"), ("_b", "c"), ("_c", "b")):
        (folder / "prompts" / f"{name}.prompt").write_text(f"In order to win, run. {{{{> {other}}}}}\n")
    return ["check", "--output-format", "concise", "prompts/a.prompt"]


@fault
def partials_that_multiply(folder: Path) -> list[str]:
    """Each partial includes the next one many times: without a memory, 30 ** 10 are read."""
    (folder / "prompts" / "a.prompt").write_text("In order to win, run. {{> p0}}\n")
    for number in range(10):
        (folder / "prompts" / f"_p{number}.prompt").write_text(f"{{{{> p{number + 1}}}}}\n" * 30)
    return ["check", "--output-format", "concise", "prompts/a.prompt"]


@fault
def partial_that_is_a_device(folder: Path) -> list[str]:
    (folder / "prompts" / "_b.prompt").symlink_to("/dev/zero")
    (folder / "prompts" / "a.prompt").write_text("In order to win, run. {{> b}}\n")
    return ["check", "--output-format", "concise", "prompts/a.prompt"]


# -- configuration, rules, baselines -----------------------------------------------------------------------------------

configured("unknown-key", "colour = true\n")
configured("broken-configuration", "select = [\n")
configured("nested-configuration", "a = " + "[" * MANY + "]" * MANY)
configured("extend-itself", 'extend = "promptlint.toml"\n')
configured("extend-a-device", 'extend = "/dev/zero"\n')
configured("extend-what-is-none", 'extend = "/etc/hosts"\n')
configured("extend-with-nul", 'extend = "a\\u0000b"\n')
configured("rules-on-a-device", 'rule-paths = ["/dev/zero"]\n')
configured("rules-without-rules", 'rule-paths = ["prompts"]\n')
configured("baseline-on-a-device", 'baseline = "/dev/zero"\n')
configured("baseline-with-nul", 'baseline = "a\\u0000b"\n')
configured("control-characters-in-a-value", 'select = ["\\u001b[31m\\n::error::x"]\n')


@fault
def baseline_that_is_none(folder: Path) -> list[str]:
    (folder / "prompts" / "a.md").write_text(TEXT)
    (folder / "known.json").write_text("[" * MANY)
    return ["check", "--baseline", "known.json"]


@fault
def baseline_on_a_pipe(folder: Path) -> list[str]:
    os.mkfifo(folder / "known.json")
    return ["check", "--baseline", "known.json"]


@fault
def circle_of_configurations(folder: Path) -> list[str]:
    (folder / "promptlint.toml").write_text('extend = "b.toml"\n')
    (folder / "b.toml").write_text('extend = "promptlint.toml"\n')
    return ["check"]


def ruled(name: str, text: str) -> None:
    """A fault that is a rule file."""

    def make(folder: Path) -> list[str]:
        (folder / "promptlint.toml").write_text('rule-paths = ["rules"]\n')
        (folder / "rules").mkdir()
        (folder / "rules" / "a.yaml").write_text(text)
        return ["check"]

    FAULTS[name] = make


_RULE: Final = """id: no-jargon
family: verbosity
severity: info
summary: Jargon.
message: "'{match}' is jargon"
check: pattern
options:
  pattern: PATTERN
examples:
  - {name: bad, format: text, text: "x", finds: [{line: 1, text: "x"}]}
  - {name: good, format: text, text: "y", finds: []}
"""

ruled("python-in-a-rule", "!!python/object/apply:os.mkdir [pwned]\n")
ruled("rule-that-holds-itself", "&a\nid: x\nfamily: *a\n")
ruled("empty-rule", "")
ruled("exponential-pattern", _RULE.replace("PATTERN", "'(a+)+$'"))
ruled("nested-pattern", _RULE.replace("PATTERN", "'(?:(?:a{1,9}){1,9}){1,9}b'"))
ruled("pattern-with-lookaround", _RULE.replace("PATTERN", "'x(?=y)'"))
ruled("broken-pattern", _RULE.replace("PATTERN", "'x('"))
