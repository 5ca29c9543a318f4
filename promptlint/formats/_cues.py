"""Whether a text that no format claims by its name is a prompt: cheap cues in its name, its folders and its words.

Figures here are judgements, tried on real prompts and on the documentation that lies beside them. A cue must be sure enough
to open a file on; what kind of prompt it is, the analysis says later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain

from promptlint.formats._format import split_path
from promptlint.lazy import regex

__all__ = [
    "in_documentation",
    "instructs",
    "instructs_perhaps",
    "is_about",
    "is_document_name",
    "looks_like_code",
    "placeholder",
    "prompt_folder",
    "prompt_stem",
    "starts_like_code",
    "sure_folder",
]

_OPENING = 300  # code points: its first lines
_LOOKED_AT = 6_000  # code points: a prompt says what it is near its start

_ABOUT = (
    r"readme|licen[cs]e|copying|notice|changelog|contributing|contributors|code[-_]of[-_]conduct|codeowners|authors|maintainers"
    r"|requirements|constraints|cmakelists|robots|humans|makefile|dockerfile|gemfile|rakefile|procfile|vagrantfile|jenkinsfile|justfile"
)
_ABOUT_NAME = regex(rf"(?:{_ABOUT})(?:[-_.][\w-]{{1,7}})?", re.IGNORECASE)
_DOCUMENT_NAME = regex(
    r"changes|history|news|releases?|release[-_ ]?notes|security|support|owners|governance|credits|acknowledge?ments|patents|todo"
    r"|third[-_]?party[-_ ]?(?:notices?|licenses?)|install|installation|installer|upgrading|faq|index|citation|version|ads|llms|llms-full"
    r"|entry_points|top_level|sources|dependency_links|requires|record|wheel|metadata|direct_url|summary|toc"
    r"|pull_request_template|issue_template|bug_report|feature_request",
    re.IGNORECASE,
)
_SURE_FOLDER = regex(r"(?:.*[-_. ])?(?:pre|sys|meta)?prompts?(?:[-_. ].*)?", re.IGNORECASE)
_LIKELY_FOLDER = regex(r"templates?|patterns?|agents?|commands|personas?|microagents?", re.IGNORECASE)
_DOCUMENTATION_FOLDER = regex(r"docs?|documentation|wiki|website|site|blog|tutorials?|man|licenses?", re.IGNORECASE)


def is_about(name: str) -> bool:
    """Whether a file's name says in any folder that it is about the project: README, LICENSE, requirements.txt and the like."""
    return bool(_ABOUT_NAME.fullmatch(name) or _ABOUT_NAME.fullmatch(name.rsplit(".", 1)[0]))


def is_document_name(name: str) -> bool:
    """As `is_about`, with names that are also those of prompts where prompts are kept: ``summary``, ``security``, ``todo``."""
    return is_about(name) or bool(_DOCUMENT_NAME.fullmatch(name.split(".", 1)[0]))


def sure_folder(path: str) -> str | None:
    """The innermost folder on the path whose name says that it holds prompts, unless documentation lies in between."""
    for folder in reversed(split_path(path)[0]):
        if _SURE_FOLDER.fullmatch(folder):
            return folder
        if _DOCUMENTATION_FOLDER.fullmatch(folder):
            return None
    return None


def prompt_folder(path: str) -> str | None:
    """As `sure_folder`, with names such as ``templates`` and ``patterns`` that also hold other things."""
    for folder in reversed(split_path(path)[0]):
        if _SURE_FOLDER.fullmatch(folder) or _LIKELY_FOLDER.fullmatch(folder):
            return folder
        if _DOCUMENTATION_FOLDER.fullmatch(folder):
            return None
    return None


def in_documentation(path: str) -> bool:
    """Whether a folder on the path says that documentation lies below it."""
    return any(_DOCUMENTATION_FOLDER.fullmatch(folder) for folder in split_path(path)[0])


def prompt_stem(path: str) -> bool:
    """Whether the file's own name says that it is a prompt."""
    stem = split_path(path)[1].lower().rsplit(".", 1)[0]
    if "prompt" not in stem or "prompting" in stem or "prompt-engineering" in stem:
        return False
    return not in_documentation(path)


_FLAGS = re.IGNORECASE | re.MULTILINE
_SURE = (
    (
        ("you are", "you're"),
        regex(
            r"\byou(?<![,;] you)(?<!\bif you)(?<!\bthat you)(?<!\bwhen you)(?<!\bwhere you)(?<!\bas you)"
            r"(?: are|'re) (?:now )?(?:an? |the |tasked |given |acting as )",
            _FLAGS,
        ),
    ),
    (("your ",), regex(r"\byour (?:task|job|role|goal|mission|objective)(?: here)? (?:is|will be)\b", _FLAGS)),
    (("act as ",), regex(r"^[^\w\n]{0,20}(?:please )?act as (?:an?|the|if|my)\b", _FLAGS)),
    (("you will be ", "you shall be "), regex(r"\byou (?:will|shall) be (?:given|provided)\b", _FLAGS)),
    (("i want you to ",), regex(r"\bi want you to (?:act|write|create|be|help|give|generate|answer)\b", _FLAGS)),
    (
        ("answer", "reply", "respond"),
        regex(
            r"\b(?:respond|answer|reply) (?:only|just|with|in) (?:with|in|an?|the|valid|one|json|english|markdown|yes)\b",
            _FLAGS,
        ),
    ),
    (
        ("answer", "response", "reply"),
        regex(r"\b(?:your|the) (?:answer|response|reply) (?:should|must) (?:be|not|only|contain|include)\b", _FLAGS),
    ),
    (("identity and purpose",), regex(r"^[^\w\n]{0,20}identity and purpose[ \t]*$", _FLAGS)),
    (
        (" ai", " helpful", " language model"),
        regex(r"\bas an? (?:ai|helpful|language model|ai language model)\b", _FLAGS),
    ),
    (
        ("deine aufgabe", "du bist", "ihre aufgabe", "sie sind"),
        regex(r"^[^\w\n]{0,20}(?:du bist|sie sind|deine aufgabe|ihre aufgabe) \w+", _FLAGS),
    ),
    (
        ("ta tâche", "tu es", "votre tâche", "vous êtes"),
        regex(r"^[^\w\n]{0,20}(?:tu es|vous êtes|ta tâche|votre tâche) \w+", _FLAGS),
    ),
    (
        ("eres", "su tarea", "tu tarea", "usted es"),
        regex(r"^[^\w\n]{0,20}(?:eres|usted es|tu tarea|su tarea) \w+", _FLAGS),
    ),
    (
        ("il tuo compito", "sei un", "sua tarefa", "você é"),
        regex(r"^[^\w\n]{0,20}(?:você é|sua tarefa|sei un|il tuo compito) \w+", _FLAGS),
    ),
    (
        ("あなたは", "你是", "你的任务", "请根据", "당신은"),
        regex(r"(?:你是(?:一|个|专|名)|你的任务|请根据|あなたは.{0,30}です|당신은)", _FLAGS),
    ),
)
"""Turns of address, each behind the words (lower case) of which one is in whatever it matches."""
_ADDRESS = (
    r"\byou (?:are|have|will|must|should)\b",
    r"\b(?:respond|answer|reply|return)\b",
    r"\bdo not\b",
    r"\bgiven (?:the|an?|below|this|your|these)\b",
    r"\bthe following (?:text|conversation|question|document|article|context|content|passage|message)",
    r"^[^\w\n]{0,20}(?:output|response|answer) (?:format|instructions|schema)\b",
    r"\b(?:antworte|antworten sie|réponds|répondez|responde|responda|请|以下の)\b",
)
_TASK = (
    (
        r"^[^\w\n]{0,20}(?:please )?(?:summari[sz]e|translate|classify|extract|rewrite|generate|write|create|list|explain|analy[sz]e|evaluate|identify"
        r"|answer|describe|review|compare|convert|rate|score|provide|determine|decide|find|fix|improve|imagine|consider|read|use|think"
        r"|does|do|did|is|are|can|should|how|what|which|why|when|always|never|output|use|interrupt|rephrase|paraphrase|suggest|propose|produce|draft|compose|complete|continue|check|judge|given|based on|below is|here (?:is|are)"
        r"|let'?s|now|pretend|choose|select|pick|label|tag|plan|edit|correct|proofread|shorten|expand|instructions?:|question:|task:|context:)\b"
    ),
    r"\b(?:question|answer|input|output|context|text|user|human|assistant|system|ai|instructions?)\s*:\s*(?:$|[{<$\[])",
    r"\b(?:fasse|übersetze|erkläre|schreibe|beantworte|résume|traduis|explique|écris|resume|traduce|escribe|explica)\b",
    r"\?[ \t]*$",
)


@cache
def _compiled(cues: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(regex(cue, _FLAGS) for cue in cues)


_FENCED = regex(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)


def _start(text: str) -> str:
    """The first part of a text without its fenced code, with plain line ends."""
    return _FENCED.sub("", re.sub(r"\r\n?", "\n", text[:_LOOKED_AT])).lstrip()


def _words(match: re.Match[str]) -> str:
    return " ".join(match.group().split())


@lru_cache(maxsize=64)  # what recognises a file asks about the texts that what reads it asks about
def _addressed(beginning: str) -> tuple[str, tuple[re.Match[str], ...]]:
    """The first part of a text, of which no more is kept than what is looked at, and the first match of each sure turn of address in it."""
    start = _start(beginning)
    return start, tuple(_surely(start))


_BEFORE = 40  # code points: no turn of address starts further before the words that it needs


def _surely(start: str) -> Iterator[re.Match[str]]:
    lowered = start.lower()
    same = len(lowered) == len(start)  # so that each character stands where it stood
    for needs, cue in _SURE:
        places = [at for need in needs if (at := lowered.find(need)) >= 0]
        if places and (match := cue.search(start, max(min(places) - _BEFORE, 0) if same else 0)):
            yield match


def instructs(text: str) -> str | None:
    """The words in which a text surely instructs a model, or None: one sure turn of address in its first lines, or two anywhere."""
    _, found = _addressed(text[:_LOOKED_AT])
    first = min(found, key=lambda match: match.start(), default=None)
    return _words(first) if first and (len(found) >= 2 or first.start() < _OPENING) else None


def instructs_perhaps(text: str) -> str | None:
    """Words in which a text may instruct a model: any address, or a task in the imperative. For texts in likely places."""
    start, sure = _addressed(text[:_LOOKED_AT])
    matches = (match for cues in (_ADDRESS, _TASK) for cue in _compiled(cues) if (match := cue.search(start)))
    return next((_words(match) for match in chain(sure, matches)), None)


def placeholder(text: str) -> str | None:
    """A placeholder of a short text that opens with a task and is a template beyond doubt, as it is written; else None."""
    from promptlint import templates

    start = _start(text)
    opens = any((match := cue.search(start)) and match.start() < _OPENING for cue in _compiled(_TASK[:1]))
    if len(text) > _LOOKED_AT or not opens or templates.detect(text) == "none":
        return None
    match = _PLACEHOLDER.search(start)
    return match.group() if match else None


_PLACEHOLDER = regex(r"\{\{[^{}\n]{1,60}\}\}|\{%[^\n]{1,60}%\}|\$?\{\w[^{}\n]{0,60}\}")
_CODE_START = regex(
    r"\s*(?:#!|<\?xml|<!doctype|<html|<svg|FROM \S+(?: AS \S+)?\s*$|apiVersion:|import \S+;?\s*$|from \S+ import |package \S+;?\s*$"
    r"|#include|\{\{?-? ?(?:define|template|include) \"|server \{|\[Unit\]|version: ['\"]|use strict|(?-i:SELECT |CREATE TABLE)|def \w+\(|class \w+[:(])",
    re.IGNORECASE | re.MULTILINE,
)
_CODE_LINE = regex(
    r".*[;{}]\s*$|\s*(?:</?(?:div|span|table|t[rhd]|p|a|[uo]l|li|h\d|body|head|link|script|style|form|input|button|meta)[ >/]"
    r"|#define|RUN |ENV |COPY |ARG |import |export |return\b|def |class |\w+ ?= ?\S).*"
)


def starts_like_code(text: str) -> bool:
    """Whether a text's first line is that of source code, markup or configuration."""
    return _CODE_START.match(text) is not None


def looks_like_code(text: str) -> bool:
    """Whether a text is source code, markup or configuration rather than words for a reader."""
    start = text[:_LOOKED_AT]
    if starts_like_code(start):
        return True
    lines = [
        line
        for line in re.split(r"\r\n|\n|\r", start)[:400]
        if line.strip() and not line.lstrip().startswith(("{%", "{#"))
    ]
    return bool(lines) and sum(1 for line in lines if _CODE_LINE.match(line)) > 0.5 * len(lines)
