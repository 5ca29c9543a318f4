"""Counting tokens without a network.

The vocabularies of OpenAI's encodings o200k_base and cl100k_base ship with the package. Where the build has made tables of
them (``_data/vocabularies``, see `promptlint.vocabulary`), these count until so much text has come that loading tiktoken's
engine pays; it counts the rest, what is odd, and everything in a checkout, which has the published files instead
(``vocabularies/``). Both give the same numbers. tiktoken's own ``get_encoding`` is never called: it downloads, and without a
network it hangs.
For models whose tokenizer is not here the count is that of o200k_base, together with the error that this was measured
to have.

Two other packages have more tokenizers: splintr-rs the published vocabularies of Llama, Gemma, Mistral, Qwen and DeepSeek, ctok
a reconstruction of Claude's. They are used where the configuration asks for them (``tokenizers = "reconstructed"``), and never
because they happen to be installed: a count must not depend on that.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, get_args

from promptlint.lazy import compiled, dataclass, regex

if TYPE_CHECKING:
    import tiktoken

    from promptlint.vocabulary import CharacterClasses, Table, TableCounter

__all__ = [
    "DEFAULT_ENCODING",
    "ENCODINGS",
    "MODELS",
    "OTHER_ENCODINGS",
    "TOKENIZERS",
    "Counting",
    "MissingTokenizerError",
    "TokenCounter",
    "Tokenizers",
    "count_ahead",
    "counter",
    "counting_for",
    "require",
]

DEFAULT_ENCODING: Final = "o200k_base"

Tokenizers: TypeAlias = Literal["openai", "reconstructed"]
"""Which tokenizers count: OpenAI's alone, or also those of other packages."""

TOKENIZERS: Final[tuple[Tokenizers, ...]] = get_args(Tokenizers)


class MissingTokenizerError(Exception):
    """A tokenizer that is asked for cannot be had. The message says what is missing, and what brings it."""


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
    error: the 95th percentile of ``|count - true count| / true count`` as a fraction, as it was measured; 0.0 when exact.
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
    (regex(pattern), encoding)
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
    (regex(r"(?:^|[^a-z0-9])" + pattern), family, error)
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

_UNMEASURED: Final = regex(
    r"(?:mixtral|mistral-7b|(?:^|[^a-z0-9])llama-?[124](?![0-9])|claude-(?:instant|v?[12](?![0-9])))"
)
_CLAUDE: Final = regex(r"claude|^(?:sonnet|opus|haiku)$")
_CLAUDE_VERSION: Final = regex(r"claude-(?:[a-z]+-)?v?([0-9])(?:[.-]([0-9])(?![0-9]))?(?![0-9])")
_RUN_TIME: Final = regex(r"\$\{|\{\{|\{%|<%|^<.*>$|^\$\w+$|^(?:auto|default|inherit)(?![a-z0-9])")


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


# -- which tokenizer of another package a model has -------------------------------------------------------------------

_SPLINTR: Final = "splintr-rs 0.22 or later"
_CTOK: Final = "ctok 1.3 or later"


@dataclass(frozen=True, slots=True)
class _Other:
    """A tokenizer of another package. `evidence` ends the sentence about it: what it was compared with, and what came out."""

    encoding: str
    count: Literal["exact", "reconstructed"]
    evidence: str


def _own(encoding: str, vocabulary: str, vendor: str) -> _Other:
    return _Other(
        f"{encoding} (splintr)",
        "exact",
        f"the vocabulary of {vocabulary} in {_SPLINTR}, whose counts of 1,291 documents were all those of {vendor}'s own file",
    )


_GEMMA_3: Final = _Other(
    "gemma3 (splintr)",
    "reconstructed",
    f"the vocabulary of Gemma 3 in {_SPLINTR}, whose counts of 1,291 documents were all those of Google's own file (it takes "
    "<|im_start|> and the like, which Gemma spells out, for one token)",
)
_PROGRAMS: Final = "whose counts of 272 programs that it was not made from were all those of Anthropic's API"
_CLAUDE_3: Final = _Other("claude-3 (ctok)", "reconstructed", f"the reconstruction in {_CTOK}, {_PROGRAMS}")
_CLAUDE_4_7: Final = _Other("claude-4.7 (ctok)", "reconstructed", f"the reconstruction in {_CTOK}, {_PROGRAMS}")
_CLAUDE_4_8: Final = _Other(
    "claude-4.8 (ctok)",
    "reconstructed",
    f"the reconstruction in {_CTOK}, which has the vocabulary of Claude Opus 4.7 for it, {_PROGRAMS}",
)

# Only models that the vendors' files or the packages' own comparisons are about. Where one line of a vendor's models has
# several tokenizers (Mistral's, Qwen's from 3.5 on), or it is not known which one a name stands for today (a "latest"), none
# is taken. Mistral: mistral-common 1.13; Gemini: what Google's google-genai 3.4 counts each model with.
_OTHERS: Final = tuple(
    (regex(r"(?:^|[^a-z0-9])" + pattern), other)
    for pattern, other in (
        (r"llama-?v?3(?:[.p-][0-3])?(?![0-9.p]|-[0-9]-)", _own("llama3", "Llama 3", "Meta")),
        (
            r"qwen-?(?:2(?:[.p-]?5)?|3)(?![0-9.]|p[0-9]|-[0-9](?![0-9a-z])|.*-(?:max|plus|flash|turbo))",
            _own("qwen3", "Qwen 2 and 3", "Alibaba"),
        ),
        (r"qwq-32b", _own("qwen3", "Qwen 2 and 3", "Alibaba")),
        (
            r"deepseek[.-](?:chat|reasoner|r1|v3(?:[.p-]?[0-9])?|v4(?![.p-]?[0-9](?![0-9])))(?![a-z0-9])",
            _own("deepseek_v3", "DeepSeek V3 and V4", "DeepSeek"),
        ),
        (
            r"(?:mistral-nemo|pixtral-12b|ministral-8b-2410|mistral-small-2409)(?![a-z0-9])",
            _own("mistral_v3", "Mistral's Tekken", "Mistral"),
        ),
        (r"gemma-?3(?![0-9n.])", _GEMMA_3),
        (r"gemini-(?:2[.-][05](?![0-9])|3-(?:[a-z-]+-)?preview)", _GEMMA_3),
    )
)
# what was distilled into another family's model may have got a tokenizer of its own
_DISTILLED: Final = regex(r"distill")
_CLAUDE_5: Final = regex(r"(?:sonnet|fable)")


def _other(name: str) -> _Other | None:
    """The tokenizer of another package that a model has, where that was compared with the vendor's."""
    if _UNMEASURED.search(name) or _DISTILLED.search(name):
        return None
    if _CLAUDE.search(name):
        found = _CLAUDE_VERSION.search(name)
        version = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        if (3, 0) <= version < (4, 7):
            return _CLAUDE_3
        if version == (4, 7):
            return _CLAUDE_4_7
        return _CLAUDE_4_8 if version == (4, 8) or (version == (5, 0) and _CLAUDE_5.search(name)) else None
    return next((other for pattern, other in _OTHERS if pattern.search(name)), None)


_GAP: Final = regex(r"[\s_]+")


@lru_cache(maxsize=1024)
def counting_for(model: str | None, tokenizers: Tokenizers = "openai") -> Counting:
    """How to count for `model`, as it is named in a file or an option; cheap, loads no vocabulary.

    Without a model, or with one that is only known at run time (``${MODEL}``, ``inherit``), the count is exact for
    o200k_base and the assumption says so. With the tokenizers ``reconstructed`` the encoding may be one of another package,
    which is not known to be installed: see `require`.
    """
    name = _GAP.sub("-", (model or "").strip().lower()) if model else ""
    if not name:
        return Counting(DEFAULT_ENCODING, "exact", 0.0, f"no model declared; counted with {DEFAULT_ENCODING}")
    if _RUN_TIME.search(name):
        return Counting(
            DEFAULT_ENCODING, "exact", 0.0, f"the model is chosen at run time; counted with {DEFAULT_ENCODING}"
        )
    other = _other(name) if tokenizers == "reconstructed" else None
    if other is not None:
        return Counting(other.encoding, other.count, 0.0, f"{model} is counted with {other.evidence}")
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
"""The encodings that ship with this package."""

_LONG_BLANK: Final = 500_000
# White space as tiktoken's pattern engine has it (Unicode White_Space, which unlike str.isspace leaves out U+001C to
# U+001F), without the line ends.
_BLANKS: Final = regex(r"[\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def _data(*names: str) -> str:
    """The path of a file of the package."""
    return os.path.join(os.path.dirname(__file__), *names)  # noqa: PTH118, PTH120  (pathlib costs more to import)


@cache
def _table(encoding: str) -> Table | None:
    """The table of an encoding, where the build has made one and this machine can read it."""
    from promptlint.vocabulary import Table

    try:
        return Table(_data("_data", "vocabularies", f"{encoding}.table"))
    except (OSError, ValueError):
        return None


@cache
def _classes() -> CharacterClasses:
    from promptlint.vocabulary import parse_classes

    with open(_data("vocabularies", "classes.txt"), encoding="ascii") as file:  # noqa: PTH123
        return parse_classes(file)


def _read_ranks(encoding: str) -> dict[bytes, int]:
    """The ranks of an encoding.

    They are those of its table, or else of the published file, of which each line holds a token in base64 and its rank; the
    ranks count from 0.
    """
    table = _table(encoding)
    if table is not None:
        tokens = table.tokens()
        return dict(zip(tokens, range(len(tokens)), strict=True))
    from binascii import a2b_base64

    with open(_data("vocabularies", f"{encoding}.tiktoken.gz"), "rb") as file:  # noqa: PTH123
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
    """A TokenCounter on a packaged vocabulary. tiktoken's engine is loaded (about 0.2 s) by the first count that needs it."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._definition = _DEFINITIONS[encoding]
        self._keep_last = r"\s++$" in self._definition.pattern
        self._lock = Lock()
        self._engines: dict[bool, tiktoken.Encoding] = {}
        self._ahead: dict[str, int] = {}

    def count(self, text: str) -> int:
        if not text:
            return 0
        known = self._ahead.get(text)
        if known is not None:
            return known
        quick = None if self._engines else self._quick  # the engine, once it is there, is the faster one
        found = quick.count(text) if quick else None
        if found is not None:
            return found
        return sum(
            len(self._engine(one_piece).encode_ordinary(chunk))
            for chunk, one_piece in _chunks(text, keep_last=self._keep_last)
        )

    def count_ahead(self, texts: Iterable[str]) -> None:
        """Count texts that will be asked for; those before them are forgotten."""
        ahead: dict[str, int] = {}
        for text in texts:
            with contextlib.suppress(Exception):  # who asks for it is told
                ahead[text] = self.count(text)
        self._ahead = ahead

    @cached_property
    def _quick(self) -> TableCounter | None:
        """What counts small and ordinary texts at once, where there is a table."""
        table = _table(self.encoding)
        if table is None:
            return None
        from promptlint.vocabulary import PATTERNS, TableCounter

        return TableCounter(compiled(PATTERNS[self.encoding]), table, _classes)

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


# -- counting with other packages -------------------------------------------------------------------------------------

_EXTRA: Final = "in promptlint's checkout, pip install '.[tokenizers]'"


class _OtherCounter:
    """A TokenCounter of another package, which is loaded when it is required, or by the first count."""

    def __init__(self, encoding: str, load: Callable[[], Callable[[str], int]]) -> None:
        self.encoding = encoding
        self._load = load
        self._lock = Lock()
        self._count: Callable[[str], int] | None = None

    def count(self, text: str) -> int:
        """The number of tokens of `text`. Raises MissingTokenizerError."""
        return self.loaded()(text) if text else 0

    def loaded(self) -> Callable[[str], int]:
        """What counts. Raises MissingTokenizerError."""
        if self._count is None:
            with self._lock:
                if self._count is None:
                    self._count = self._load()
        return self._count


def _splintr(name: str) -> Callable[[str], int]:
    """What counts with a vocabulary of splintr-rs. Raises MissingTokenizerError."""
    try:
        from splintr import Tokenizer

        tokenizer = Tokenizer.from_pretrained(name)
    except ImportError:
        raise MissingTokenizerError(f"the package splintr-rs, which is not installed: {_EXTRA}") from None
    except ValueError:  # an older one, which has fewer
        raise MissingTokenizerError(f"{_SPLINTR}, the one installed has no '{name}': {_EXTRA}") from None
    # What Gemma's vocabulary lists besides its pieces (such as runs of line ends) is text, and only encode_raw knows it. The
    # others would take the names of special tokens for one token each.
    encode: Callable[[str], list[int]] = tokenizer.encode_raw if name == "gemma3" else tokenizer.encode_ordinary

    def count(text: str) -> int:
        if name == "qwen3":
            from unicodedata import normalize

            text = normalize("NFC", text)  # as Qwen's own tokenizers do, and splintr does not
        try:
            return len(encode(text))
        except UnicodeEncodeError:  # half a surrogate pair, which tiktoken replaces, too
            return len(encode(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))

    return count


_CTOK_PYTHON: Final = (3, 12)
_FRAME: Final = "⟨pad⟩"
"""What ctok writes for each token of the frame; the same characters in a text come out otherwise."""
_REMEMBERED: Final = 4096
"""Texts whose count is kept: ctok counts about 0.2 MB a second, and one text is counted for several purposes."""


def _ctok(version: str) -> Callable[[str], int]:
    """What counts with a version of ctok, without the frame of a message, which is not text. Raises MissingTokenizerError."""
    if sys.version_info < _CTOK_PYTHON:
        needed, here = (".".join(map(str, each[:2])) for each in (_CTOK_PYTHON, sys.version_info))
        raise MissingTokenizerError(
            f"the package ctok, which needs Python {needed} or later (this is {here}); there the extra has it: {_EXTRA}"
        )
    try:
        from ctok import token_count, tokenize
    except ImportError:
        raise MissingTokenizerError(f"the package ctok, which is not installed: {_EXTRA}") from None
    frame: int = sum(bool(token == _FRAME) for token in tokenize("", version))

    @lru_cache(maxsize=_REMEMBERED)
    def count(text: str) -> int:
        found: int = token_count(text, version)
        return found - frame

    return count


_OTHER_COUNTERS: Final = {
    each.encoding: each
    for each in (
        *(
            _OtherCounter(f"{name} (splintr)", partial(_splintr, name))
            for name in ("llama3", "qwen3", "deepseek_v3", "mistral_v3", "gemma3")
        ),
        *(_OtherCounter(f"claude-{version} (ctok)", partial(_ctok, version)) for version in ("3", "4.7", "4.8")),
    )
}

OTHER_ENCODINGS: Final = tuple(_OTHER_COUNTERS)
"""The encodings that other packages bring."""


# -- all of them ------------------------------------------------------------------------------------------------------

_RANK_COUNTERS: Final = {encoding: _RankCounter(encoding) for encoding in ENCODINGS}
_COUNTERS: Final[dict[str, TokenCounter]] = {**_RANK_COUNTERS, **_OTHER_COUNTERS}


def counter(encoding: str) -> TokenCounter:
    """The counter of an encoding, one per process; safe to use from several threads. Raises KeyError for unknown names.

    One of `OTHER_ENCODINGS` raises MissingTokenizerError when it counts without its package: see `require`.
    """
    return _COUNTERS[encoding]


def count_ahead(texts: Iterable[tuple[str, str]]) -> None:
    """Count texts, each behind its encoding, that counters will be asked for; those before them are forgotten.

    To count many texts on end takes half as long as to count them between other work, during which the vocabulary drops out of
    the processor's caches.
    """
    by_encoding: dict[str, list[str]] = {encoding: [] for encoding in ENCODINGS}
    for encoding, text in texts:
        if encoding in by_encoding:
            by_encoding[encoding].append(text)
    for encoding, each in by_encoding.items():
        _RANK_COUNTERS[encoding].count_ahead(each)


def require(encoding: str) -> None:
    """See to it that `counter` can count in an encoding. Raises MissingTokenizerError: its package is not here."""
    if encoding in _OTHER_COUNTERS:
        _OTHER_COUNTERS[encoding].loaded()
