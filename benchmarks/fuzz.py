"""Coverage-guided fuzzing of everything that reads what strangers wrote: readers, scanners, rules, comments, configurations.

    pip install atheris          # CPython 3.11 to 3.13 on Linux
    python benchmarks/fuzz.py TARGET [--seconds 120] [--corpus FOLDER] [FILE ...]

TARGET is one of `TARGETS`, or `all` for each in turn. What is found is written to a file ``crash-...`` in the working directory; naming
such a FILE runs it again. A target that raises, that places something outside of the text, or that takes longer than ten seconds
has a fault. The hypothesis tests of the same promises (tests/formats/test_fuzz.py, tests/templates) run with every commit; this is
the longer job.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

try:
    import atheris
except ImportError:
    sys.exit("fuzz: atheris is not installed (pip install atheris)")

with atheris.instrument_imports(include=["promptlint"]):
    from promptlint import baseline, formats, linear, templates
    from promptlint.config import ConfigError, Configurations
    from promptlint.formats import _comments
    from promptlint.prompt import Document
    from promptlint.rules import RuleFileError, read_rule_file
    from promptlint.runner import check_source
    from promptlint.source import Source, SourceError, Span

Target = Callable[[bytes], None]

_NAMES: Final = {
    "prompty": "a.prompty",
    "dotprompt": "prompts/a.prompt",
    "baml": "baml_src/a.baml",
    "poml": "a.poml",
    "yaml": "prompts/a.yaml",
    "json": "prompts/a.json",
    "toml": "prompts/a.toml",
    "chat-request": "a.jsonl",
    "semantic-kernel": "a/skprompt.txt",
    "promptfoo": "promptfooconfig.yaml",
    "github-models": "a.prompt.yml",
    "python": "prompts.py",
    "typescript": "prompts.ts",
    "notebook": "a.ipynb",
}
"""Paths whose names lead formats to what they read; the others read a Markdown file."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "ignore")


def _in_bounds(document: Document) -> None:
    length = len(document.source.text)
    for prompt in document.prompts:
        assert prompt.location.path != document.source.path or prompt.location.span.end <= length
        for message in prompt.messages:
            place = message.map.locate(Span(0, len(message.text)))
            assert place is None or place.path != document.source.path or place.span.end <= length
    for problem in document.problems:
        assert problem.location.path != document.source.path or problem.location.span.end <= length
    for suppression in document.suppressions:
        assert suppression.location.span.end <= length


def _reader(data: bytes) -> None:
    names = sorted(formats.formats())
    name = names[data[0] % len(names)] if data else names[0]
    text = _text(data[1:])
    path = _NAMES.get(name, "prompts/a.md")

    def lookup(other: str) -> Source | None:
        return Source(other, text[: len(text) // 2]) if len(other) % 2 else None

    formats.recognise(path, text, named=len(text) % 2 == 0)
    _in_bounds(formats.read(Source(path, text), lookup, name))


def _scanner(data: bytes) -> None:
    text = _text(data[1:])
    language = templates.LANGUAGES[data[0] % len(templates.LANGUAGES)] if data else "jinja"
    at = 0
    for part in templates.scan(text, language).parts:
        assert part.span.start == at < part.span.end
        at = part.span.end
    assert at == len(text)
    assert templates.detect(text) in templates.LANGUAGES


def _whole(data: bytes) -> None:
    """A whole check: what goes wrong inside is raised."""
    from promptlint.config import Config

    try:
        source = Source.from_bytes("prompts/a.md", data)
    except SourceError:
        return
    check_source(source, None, Config(), formats.nothing, debug=True)


_FOLDER: Final = Path(tempfile.mkdtemp(prefix="promptlint-fuzz-"))


def _configuration(data: bytes) -> None:
    file = _FOLDER / "promptlint.toml"
    file.write_bytes(data)
    chosen = Configurations(config=file, cwd=_FOLDER, environ={})
    try:
        chosen.run_config()
        _ = chosen.for_file(_FOLDER / "prompts" / "a.md").active
    except ConfigError:
        pass


def _rule(data: bytes) -> None:
    file = _FOLDER / "rule.yaml"
    file.write_bytes(data)
    with contextlib.suppress(RuleFileError):
        read_rule_file(file)


def _pattern(data: bytes) -> None:
    try:
        pattern = linear.compiled(_text(data[:200]))
    except linear.PatternError:
        return
    text = _text(data) * 20
    for letter in dict.fromkeys(text[:40]):
        for _ in pattern.finditer(letter * 2000 + text[:200]):
            pass


def _comment(data: bytes) -> None:
    text = _text(data)
    source = Source("prompts/a.md", text)
    comments = [
        _comments.Comment(text[start : start + 80], Span(start, min(start + 80, len(text))))
        for start in range(0, len(text), 80)
    ]
    silenced, wrong = _comments.suppressions(source, comments, {})
    for each in (*silenced, *wrong):
        assert each.location.span.end <= len(text)


def _baseline(data: bytes) -> None:
    try:
        found = baseline.parse(_text(data), "known.json")
    except baseline.BaselineError:
        return
    assert baseline.parse(baseline.render(found), "known.json") == found


TARGETS: Final[dict[str, Target]] = {
    "reader": _reader,
    "scanner": _scanner,
    "whole": _whole,
    "configuration": _configuration,
    "rule": _rule,
    "pattern": _pattern,
    "comment": _comment,
    "baseline": _baseline,
}


def _seeds() -> Iterator[bytes]:
    """Files to begin with: the examples of the repository and the rules."""
    root = Path(__file__).parent.parent
    for file in sorted((*root.glob("examples/prompts/**/*"), *root.glob("rules/*/*.yaml"))):
        if file.is_file() and file.stat().st_size < 4000:
            yield file.read_bytes()
    yield b'extend = "a.toml"\nselect = ["all"]\n[rules.verbose-phrase]\nallow = ["x"]\n[[overrides]]\nfiles = ["*.md"]\nmodel = "gpt-4o"\n'
    yield b'{"version": 1, "findings": [{"path": "a.md", "rule": "verbose-phrase", "count": 1, "message": "x", "fingerprint": "00000000000000000000000000000000"}]}'
    yield b"{# promptlint: ignore[verbose-phrase, output] why #}{% for a in b %}{{ a.b | c(d) }}{% endfor %}{{#if x}}{{/if}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("files", nargs="*")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--corpus", help="a folder in which inputs that reach new code are kept from run to run")
    options = parser.parse_args()
    if options.target == "all":
        codes = [
            subprocess.call([sys.executable, __file__, each, "--seconds", str(options.seconds)]) for each in TARGETS
        ]
        sys.exit(max(codes))
    corpus = Path(options.corpus or tempfile.mkdtemp(prefix="promptlint-corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(_seeds()):
        (corpus / f"seed-{number}").write_bytes(b"\0" + seed if options.target in ("reader", "scanner") else seed)
    limits = [
        f"-max_total_time={options.seconds}",
        "-timeout=10",
        "-max_len=4096",
        "-rss_limit_mb=4096",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *limits, *(options.files or [str(corpus)])], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
