"""Plain text and Markdown prompts, with or without front matter."""

from __future__ import annotations

from promptlint.formats import _cues
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Coverage, Recognition, Refusal, split_path
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 90
FORMATS = {
    "markdown": "Markdown prompt (.md, .markdown)",
    "text": "plain text prompt (.txt, .prompt, no suffix)",
}
COVERAGE = {
    "markdown": Coverage(
        messages="the whole text behind the front matter, as one message",
        variables="the language that the front matter declares or the text shows beyond doubt; `inputs`, `input_variables` or `variables` declare",
        model="`model` in the front matter",
        cap="`max_tokens` and its like in the front matter, also under `config`, `parameters` ...",
        schema="`response_format` or `output` in the front matter",
        comments="`<!-- -->`, `#` in the front matter",
        unread="files that the text imports, roles written as headings",
    ),
    "text": Coverage(
        messages="the whole text behind the front matter, as one message",
        variables="as in `markdown`",
        model="as in `markdown`",
        cap="as in `markdown`",
        schema="as in `markdown`",
        comments="`<!-- -->`, `#` in the front matter",
        unread="roles written as lines",
    ),
}

_MARKDOWN = (".md", ".markdown")
_TEXT = (".txt", ".prompt", ".text")

_UNREAD = frozenset(
    [
        "baml",
        "bash",
        "bat",
        "c",
        "cc",
        "cfg",
        "cpp",
        "cs",
        "css",
        "csv",
        "dart",
        "ejs",
        "ex",
        "exs",
        "go",
        "gradle",
        "h",
        "hpp",
        "hs",
        "htm",
        "html",
        "ini",
        "java",
        "jl",
        "json",
        "json5",
        "jsonc",
        "jsonl",
        "kt",
        "kts",
        "lua",
        "m",
        "mdx",
        "php",
        "pl",
        "poml",
        "proto",
        "ps1",
        "pyi",
        "r",
        "rb",
        "rs",
        "scala",
        "sh",
        "sql",
        "swift",
        "tf",
        "toml",
        "tsv",
        "vue",
        "xhtml",
        "xml",
        "yaml",
        "yml",
        "zsh",
    ]
)


def may_hold_prompts(path: str) -> bool:
    name = split_path(path)[1]
    if name.lower().endswith(".prompt"):
        return True
    folder = _cues.sure_folder(path)
    if _cues.is_about(name) or (folder is None and _cues.is_document_name(name)):
        return False
    if name.lower().endswith((*_MARKDOWN, *_TEXT)):
        return True
    return "." not in name and folder is not None


def recognise(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:
    lower = split_path(path)[1].lower()
    kind = "markdown" if lower.endswith(_MARKDOWN) else "text"
    if lower.endswith(".prompt"):
        return Recognition("text", "name ends in .prompt")
    if may_hold_prompts(path):
        reason = _reason(path, text)
        if reason:
            return Recognition(kind, reason)
    if not named:
        return None
    suffix = lower.rpartition(".")[2]
    if "." in lower and suffix in _UNREAD:
        return Refusal(f"promptlint does not read .{suffix} files yet")
    return Recognition(kind, "named")


def _reason(path: str, text: str) -> str | None:
    """Why a text file met on the way is a prompt."""
    folder = _cues.sure_folder(path)
    if folder and not _cues.starts_like_code(text):
        return f"folder '{folder}'"
    if _cues.prompt_stem(path):
        return "name holds 'prompt'"
    words = _cues.instructs(text)
    likely = _cues.prompt_folder(path)
    if not words and likely and not _cues.looks_like_code(text):
        words = _cues.instructs_perhaps(text)
    if words:
        where = f"folder '{likely}', " if likely else ""
        return f"{where}instructs a model ('{words}')"
    found = None if _cues.in_documentation(path) else _cues.placeholder(text)
    return f"holds placeholders ({found})" if found else None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return read_body(source, name, BodyFormat())
