"""Which constant strings of a program are prompts, by their names, the file they stand in, and their words.

A false prompt is worse than a missed one, so only a name that says prompt is believed without surely instructing words.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from promptlint import templates
from promptlint.formats import _cues
from promptlint.formats._format import split_path
from promptlint.formats.code import texts
from promptlint.formats.code.values import Constant, Literal, Module, Text
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Role
from promptlint.source import Span

__all__ = ["ConstantPrompt", "in_prompt_file", "may_name_prompt", "prompts"]


@dataclass(frozen=True, slots=True)
class ConstantPrompt:
    """A constant that is a prompt: its role, and the template language that it is yet to be filled in with (None: none)."""

    constant: Constant
    role: Role | None
    template: str | None


_SAYS_PROMPT = regex(r"prompts?(?![a-z])|Prompts?(?![a-z])|PROMPTS?(?![A-Z])")
_SAYS_PERHAPS = regex(r"(?i:system|instructions?|persona|template|tmpl|guidelines|preamble)")
_SAYS_SYSTEM = regex(r"(?<![A-Za-z])(?i:system)(?![a-z])|System(?![a-z])|SYSTEM")
_OTHERWISE = regex(
    r"(?:file|path|dir|folder|name|key|version|url|id|type|label|title|placeholder|regex|pattern|sql|html|css|color|style"
    r"|error|description|desc|help|usage|docs?|sep|separator|prefix_len)s?\Z",
    re.IGNORECASE,
)
"""Last words of names of what is about a prompt."""
_WORD = regex(r"[^\W\d_]{2,}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SENTENCE_END = regex(r"[.!?:](?=\s|\Z)|[\u3002\uff01\uff1f\uff1a]")
_TO_A_PERSON = regex(r"(?:[>:?\]$#%]|\(y/n\))[ \t]*\Z", re.IGNORECASE)
_MARKUP = regex(r"\s*<(?:!|\?|html|svg|div|table|body|head|style|script|p|span)\b", re.IGNORECASE)
_QUERY = regex(r"\s*(?-i:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|MATCH|query|mutation)\s", re.IGNORECASE)
_FIELD = regex(r"\$?\{{1,3}[^{}\r\n]{0,60}\}{1,3}")
_FEW = 20  # words: what a program asks a person for is shorter
_SOME = 8  # words


def in_prompt_file(path: str) -> bool:
    """Whether a program's file is one that prompts are kept in, by its name or its folders."""
    return _cues.sure_folder(path) is not None or _cues.prompt_stem(path)


def prompts(module: Module, path: str, used: Iterable[tuple[str, Span]]) -> Iterator[ConstantPrompt]:
    """The constants that are prompts, without those whose text is among the `used` places or part of another such constant."""
    taken = Places(used)
    here = in_prompt_file(path)
    constants = module.constants_named((lambda _: True) if here else may_name_prompt)
    chosen = [
        each
        for each in constants
        if not taken.hold(each.value) and _is_prompt(each.name, _known(each.value), kept_here=here)
    ]
    held = [Places(texts.places(each.value)) for each in chosen]
    for each, own in zip(chosen, held, strict=True):
        if any(len(own) < len(others) and others.hold(each.value) for others in held):
            continue
        text = _known(each.value)
        role: Role | None = "system" if _SAYS_SYSTEM.search(each.name.rpartition(".")[2]) else None
        yield ConstantPrompt(each, role, None if each.value.filled else _template(text, path))


class Places:
    """Ranges of files, each by the path of its file; they may overlap."""

    def __init__(self, places: Iterable[tuple[str, Span]]) -> None:
        self._spans: dict[str, list[Span]] = {}
        for path, span in places:
            self._spans.setdefault(path, []).append(span)
        for spans in self._spans.values():
            spans.sort()

    def __len__(self) -> int:
        return sum(map(len, self._spans.values()))

    def hold(self, text: Text) -> bool:
        """Whether every known part of a string has something in common with one of the ranges."""
        return all(self._meet(path, span) for path, span in texts.places(text))

    def _meet(self, path: str, span: Span) -> bool:
        spans = self._spans.get(path, [])
        index = bisect_left(spans, span.end, key=lambda each: each.start)
        return any(each.end > span.start for each in spans[max(index - 50, 0) : index])


def _known(value: Text) -> str:
    """The text, with what fills it in as a name."""
    return "".join(piece.text if isinstance(piece, Literal) else "x" for piece in value.pieces)


def may_name_prompt(name: str) -> bool:
    """Whether a constant of this name may be a prompt in a file that prompts are not kept in."""
    return _SAYS_PROMPT.search(name) is not None or _SAYS_PERHAPS.search(name.rpartition(".")[2]) is not None


@lru_cache(maxsize=64)  # what recognises a file asks about the constants that what reads it asks about
def _is_prompt(name: str, text: str, *, kept_here: bool) -> bool:
    if not kept_here and not may_name_prompt(name):
        return False
    words = len(list(islice(_WORD.finditer(text, 0, 2_000), _FEW)))  # no more are asked for
    # what is filled in ends many a line, as braces do in code
    if words < 3 or _MARKUP.match(text) or _QUERY.match(text) or _cues.looks_like_code(_FIELD.sub("x", text)):
        return False
    last = name.rpartition(".")[2]
    if _SAYS_PROMPT.search(last) and not _OTHERWISE.search(last):
        if words < _FEW and _TO_A_PERSON.search(text.strip("\r\n")) and "\n" not in text.strip():
            return False
        enough = _SOME if last.lower().endswith("prompt") else _FEW
        return words >= enough or _cues.instructs_perhaps(text) is not None
    if words < _SOME:
        return False
    if _SAYS_PROMPT.search(name.rpartition(".")[0]) and _cues.instructs(text) is not None:
        return True
    if _SAYS_PERHAPS.search(last) and not _OTHERWISE.search(last.lower().removesuffix("template")):
        return _cues.instructs(text) is not None or (kept_here and _cues.instructs_perhaps(text) is not None)
    if not kept_here or len(_SENTENCE_END.findall(text[:2_000])) < 2:
        return False
    return _cues.instructs(text) is not None or (words >= _FEW and _cues.instructs_perhaps(text) is not None)


def _template(text: str, path: str) -> str | None:
    """The template language of a constant that is filled in elsewhere: what it shows beyond doubt, else what ``str.format`` takes."""
    language = templates.detect(text)
    if language != "none":
        return language
    return "braces" if split_path(path)[1].endswith((".py", ".ipynb")) and _takes_format(text) else None


def _takes_format(text: str) -> bool:
    """Whether ``str.format`` could fill the text in: each of its fields has a name, and there are some."""
    if "{" not in text:
        return False
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return False
    names = [re.split(r"[.\[]", name, maxsplit=1)[0] for name in fields]
    return bool(names) and all(name.isidentifier() for name in names)
