"""Counting tokens without a network.

The vocabularies of OpenAI's encodings o200k_base and cl100k_base ship with the package (``vocabularies/``), and tiktoken's
engine counts with them. tiktoken's own ``get_encoding`` is never called: it downloads, and without a network it hangs.
For models whose tokenizer is not here the count is that of o200k_base, together with the error that this was measured
to have.
"""

from __future__ import annotations

import os
import re
import zlib
from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    import tiktoken

__all__ = ["DEFAULT_ENCODING", "ENCODINGS", "MODELS", "Counting", "TokenCounter", "counter", "counting_for"]

DEFAULT_ENCODING: Final = "o200k_base"


class TokenCounter(Protocol):
    """Counts the tokens of literal text in one encoding, which `encoding` names."""

    @property
    def encoding(self) -> str: ...

    def count(self, text: str) -> int:
        """The number of tokens of `text`; the names of special tokens in it are text like any other."""
        ...


@dataclass(frozen=True, slots=True)
class Counting:
    """How the tokens of a model are counted, and what that is worth.

    encoding: what `counter` is asked for.
    count: ``exact`` (the model's own encoding), ``reconstructed`` (a third party's reconstruction of it) or ``factor``
        (another encoding's count stands for it).
    error: the 95th percentile of ``|count - true count| / true count`` as a fraction; 0.0 when exact.
    assumption: one sentence for people that says what the figures rest on.
    """

    encoding: str
    count: Literal["exact", "reconstructed", "factor"]
    error: float
    assumption: str


# -- which encoding a model has ---------------------------------------------------------------------------------------

# A model's name may follow a provider ("openai/gpt-4o", "openai:chat:gpt-5", "azure/eastus-gpt-4o") and be followed by a
# date or a variant ("gpt-4o-2024-08-06", "gpt-4.1 (copilot)"). The encodings are those of tiktoken's own table
# (tiktoken/model.py, 0.14.0), kept here so that the installed version of tiktoken cannot change a count.
_EXACT: Final = tuple(
    (re.compile(pattern), encoding)
    for pattern, encoding in (
        (r"(?:^|[^a-z0-9])gpt-oss(?![a-z0-9])", "o200k_base"),  # o200k_harmony: the same ranks for ordinary text
        (r"(?:^|[^a-z0-9])gpt-?5(?![0-9])", "o200k_base"),
        (r"(?:^|[^a-z0-9])(?:chat)?gpt-?4-?o(?:mni)?(?![a-z0-9])", "o200k_base"),
        (r"(?:^|[^a-z0-9])gpt-?4[.-]?[15](?![a-z0-9])", "o200k_base"),
        (r"(?:^|[/:])(?:o1|o3|o4-mini)(?![a-z0-9])", "o200k_base"),
        (r"(?:^|[^a-z0-9])gpt-?4(?![a-z0-9.])", "cl100k_base"),
        (r"(?:^|[^a-z0-9])gpt-?3[.-]?5(?![a-z0-9])", "cl100k_base"),
        (r"(?:^|[/:])text-embedding-(?:3-small|3-large|ada-002)(?![a-z0-9])", "cl100k_base"),
        (r"(?:^|[/:])(?:davinci|babbage)-002(?![a-z0-9])", "cl100k_base"),
    )
)

# The 95th percentile of the relative error of o200k_base's plain count against each family's own tokenizer, over 1,291
# documents (10.1 MB: English and German prose, Markdown, JSON, Python, Japanese, Chinese) of at least 50 tokens, measured
# in November 2026. Claude was measured with ctok's reconstruction of its tokenizers.
_CLAUDE_TO_4_6: Final = ("Claude 3 to Claude Opus 4.6", 0.292)
_CLAUDE_FROM_4_7: Final = ("Claude 4.8 and Claude Sonnet 5", 0.482)
_FAMILIES: Final = tuple(
    (re.compile(r"(?:^|[^a-z0-9])" + pattern), family, error)
    for pattern, family, error in (
        (r"llama-?v?3", "Llama 3", 0.079),
        (r"(?:qwen|qwq)", "Qwen 3", 0.095),  # before DeepSeek, whose distillates keep the tokenizer of Qwen or Llama
        (r"deepseek", "DeepSeek V3 and V4", 0.123),
        (
            r"(?:mistral|ministral|codestral|magistral|devstral|pixtral|voxtral)",
            "Mistral's Tekken",
            0.165,
        ),
        (r"(?:gemini|gemma)", "Gemma 3, which Gemini shares", 0.192),
        (r"kimi", "Kimi K2", 0.119),
        (r"glm-?4", "GLM-4", 0.045),
    )
)
_LARGEST_ERROR: Final = max(_CLAUDE_FROM_4_7[1], *(error for _, _, error in _FAMILIES))

_UNMEASURED: Final = re.compile(
    r"(?:mixtral|mistral-7b|(?:^|[^a-z0-9])llama-?[124](?![0-9])|claude-(?:instant|v?[12](?![0-9])))"
)
_CLAUDE: Final = re.compile(r"claude|^(?:sonnet|opus|haiku)$")
_CLAUDE_VERSION: Final = re.compile(r"claude-(?:[a-z]+-)?v?([0-9])(?:[.-]([0-9])(?![0-9]))?(?![0-9])")
_RUN_TIME: Final = re.compile(r"\$\{|\{\{|\{%|<%|^<.*>$|^\$\w+$|^(?:auto|default|inherit)(?![a-z0-9])")


MODELS: Final = (
    *("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-oss-120b", "gpt-oss-20b", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"),
    *("gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "gpt-4", "gpt-3.5-turbo", "o1", "o3", "o3-mini", "o4-mini"),
    *("claude-opus-4-5", "claude-opus-4-6", "claude-sonnet-4-5", "claude-haiku-4-5"),
    *("gemini-2.5-flash", "gemini-2.5-pro", "gemma-3-27b", "llama-3.1-8b", "llama-3.3-70b", "qwen3-32b", "qwq-32b"),
    *("deepseek-v3", "mistral-large", "mistral-small", "codestral", "magistral-medium", "kimi-k2", "glm-4.5"),
)
"""Names of models for people to choose from: some for each pattern above. Any other name may be counted for, too."""


def _exact_encoding(name: str) -> str | None:
    return next((encoding for pattern, encoding in _EXACT if pattern.search(name)), None)


def _measured(name: str) -> tuple[str, float] | None:
    """The family whose tokenizer the model has, and its error, where that was measured."""
    if _UNMEASURED.search(name):
        return None
    if _CLAUDE.search(name):
        version = _CLAUDE_VERSION.search(name)
        # a bare "sonnet" is the newest one
        old = version is not None and (int(version[1]), int(version[2] or 0)) < (4, 7)
        return _CLAUDE_TO_4_6 if old else _CLAUDE_FROM_4_7
    return next(((family, error) for pattern, family, error in _FAMILIES if pattern.search(name)), None)


@lru_cache(maxsize=1024)
def counting_for(model: str | None) -> Counting:
    """How to count for `model`, as it is named in a file or an option; cheap, loads no vocabulary.

    Without a model, or with one that is only known at run time (``${MODEL}``, ``inherit``), the count is exact for
    o200k_base and the assumption says so.
    """
    name = re.sub(r"[\s_]+", "-", (model or "").strip().lower())
    if not name:
        return Counting(DEFAULT_ENCODING, "exact", 0.0, f"no model declared; counted with {DEFAULT_ENCODING}")
    if _RUN_TIME.search(name):
        return Counting(
            DEFAULT_ENCODING, "exact", 0.0, f"the model is chosen at run time; counted with {DEFAULT_ENCODING}"
        )
    measured = _measured(name)
    if measured is not None:
        family, error = measured
        return Counting(
            DEFAULT_ENCODING,
            "factor",
            error,
            f"{model} has a tokenizer of its own; counted with {DEFAULT_ENCODING} as it is, and for {family} that count was "
            f"measured to be off by up to {error:.1%} (95th percentile), mostly too low",
        )
    encoding = _exact_encoding(name)
    if encoding is not None:
        return Counting(encoding, "exact", 0.0, f"{model} is counted with its own encoding, {encoding}")
    return Counting(
        DEFAULT_ENCODING,
        "factor",
        _LARGEST_ERROR,
        f"the tokenizer of {model} is not known; counted with {DEFAULT_ENCODING} as it is, and the error is the largest "
        f"measured for any family, {_LARGEST_ERROR:.1%} (95th percentile)",
    )


# -- counting ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Definition:
    """An encoding as tiktoken defines it (tiktoken_ext/openai_public.py, 0.14.0)."""

    pattern: str
    special_tokens: dict[str, int]


_DEFINITIONS: Final = {
    "o200k_base": _Definition(
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"""
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"""
        r"""\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    "cl100k_base": _Definition(
        r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s""",
        {
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}

ENCODINGS: Final = tuple(_DEFINITIONS)
"""The names that `counter` knows."""

_LONG_BLANK: Final = 500_000
# White space as tiktoken's pattern engine has it (Unicode White_Space, which unlike str.isspace leaves out U+001C to
# U+001F), without the line ends.
_BLANKS: Final = re.compile(r"[\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def _read_ranks(encoding: str) -> dict[bytes, int]:
    """The ranks of an encoding: each line of the file holds a token in base64 and its rank, and the ranks count from 0."""
    path = os.path.join(os.path.dirname(__file__), "vocabularies", f"{encoding}.tiktoken.gz")  # noqa: PTH118, PTH120
    with open(path, "rb") as file:  # noqa: PTH123  (pathlib costs more to import than this takes)
        fields = zlib.decompress(file.read(), wbits=31).split()
    return dict(zip(map(a2b_base64, fields[::2]), range(len(fields) // 2), strict=True))


def _chunks(text: str, *, keep_last: bool) -> Iterator[tuple[str, bool]]:
    """Cut `text` at runs of blanks that are too long for the pattern engine; each chunk comes with whether it is one piece.

    tiktoken raises on a run of about a million blanks (its pattern engine's stack is full). The encodings' patterns make
    one piece of such a run, without its last blank where other text follows (that one goes with the text), and never
    join it with what stands before; so cutting there leaves the count as it is. `keep_last` says that white space at the
    end of the text is one piece together with line ends before it, which the engine manages.
    """
    start = 0
    if len(text) >= _LONG_BLANK:
        for run in _BLANKS.finditer(text):
            if run.end() - run.start() < _LONG_BLANK or (keep_last and run.end() == len(text)):
                continue
            end = run.end()
            if end < len(text) and text[end] not in "\r\n":
                end -= 1
            elif end < len(text):
                continue  # a line end follows: the piece runs on to the last line end, which needs no stack
            yield text[start : run.start()], False
            yield text[run.start() : end], True
            start = end
    yield text[start:], False


class _RankCounter:
    """A TokenCounter on a packaged vocabulary, which is loaded (about 0.2 s) by the first count."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._definition = _DEFINITIONS[encoding]
        self._keep_last = r"\s++$" in self._definition.pattern
        self._lock = Lock()
        self._engines: dict[bool, tiktoken.Encoding] = {}

    def count(self, text: str) -> int:
        if not text:
            return 0
        return sum(
            len(self._engine(one_piece).encode(chunk, disallowed_special=()))
            for chunk, one_piece in _chunks(text, keep_last=self._keep_last)
        )

    def _engine(self, one_piece: bool) -> tiktoken.Encoding:
        """The encoding, or a twin of it that takes any text for one piece (needed only for absurd input)."""
        engine = self._engines.get(one_piece)
        if engine is None:
            with self._lock:
                engine = self._engines.get(one_piece)
                if engine is None:
                    engine = self._engines[one_piece] = self._load(
                        r"[\s\S]+" if one_piece else self._definition.pattern
                    )
        return engine

    def _load(self, pattern: str) -> tiktoken.Encoding:
        import tiktoken

        return tiktoken.Encoding(
            self.encoding,
            pat_str=pattern,
            mergeable_ranks=_read_ranks(self.encoding),
            special_tokens=self._definition.special_tokens,
        )


_COUNTERS: Final = {encoding: _RankCounter(encoding) for encoding in ENCODINGS}


def counter(encoding: str) -> TokenCounter:
    """The counter of an encoding, one per process; safe to use from several threads. Raises KeyError for unknown names."""
    return _COUNTERS[encoding]
