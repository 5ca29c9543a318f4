"""Text files whose body is the prompt: messages from text, and the reader that Markdown, Jinja and agent files share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptlint import templates
from promptlint.diagnostic import Problem, Related, Severity
from promptlint.formats import _comments, _front_matter, _metadata
from promptlint.formats._format import prompt_name
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Document, Kind, Message, Prompt, Role
from promptlint.source import Location, Source, Span, TextMap

__all__ = [
    "BodyFormat",
    "front_comments",
    "known_declarations",
    "language_of",
    "message",
    "read_body",
    "role_named",
    "template_problems",
    "trimmed",
]


def template_problems(scan: templates.Scan, origin: TextMap, fallback: Location) -> tuple[Problem, ...]:
    """The problems of a scan at their places in the file; text that stands nowhere is reported at `fallback`."""
    return tuple(
        Problem(
            problem.rule,
            origin.locate(problem.span) or fallback,
            problem.detail,
            related=tuple(
                Related(place, text) for span, text in problem.related if (place := origin.locate(span)) is not None
            ),
        )
        for problem in scan.problems
    )


def message(
    role: Role | None,
    text: str,
    origin: TextMap,
    template: str,
    fallback: Location,
) -> tuple[Message, tuple[Problem, ...]]:
    """The message that `text` is, and what is wrong with its template syntax."""
    scan = templates.scan(text, template)
    return Message(role, text, origin, scan.parts, template), template_problems(scan, origin, fallback)


def role_named(text: str | None) -> Role | None:
    """The role of that name, None for one that no model knows."""
    match (text or "").strip().lower():
        case "system":
            return "system"
        case "developer":
            return "developer"
        case "user":
            return "user"
        case "assistant":
            return "assistant"
        case "tool" | "function":
            return "tool"
    return None


def trimmed(source: Source, span: Span) -> Span:
    """A span without the white space at its ends; an empty span at its start when there is nothing else."""
    text = source.slice(span)
    lead = len(text) - len(text.lstrip())
    if lead == len(text):
        return Span(span.start, span.start)
    return Span(span.start + lead, span.start + len(text.rstrip()))


@dataclass(frozen=True, slots=True)
class BodyFormat:
    """What reading a body depends on.

    `template` is the template language, None to go by what the front matter declares, else by the text. `front_matter` is
    the severity of broken front matter, None to be silent about it. `declares` says whether keys such as ``inputs``
    declare template variables.
    """

    template: str | None = None
    kind: Kind | None = None
    agent_file: bool = False
    front_matter: Severity | None = Severity.INFO
    declares: bool = True


def read_body(source: Source, name: str, body: BodyFormat) -> Document:
    """The Document of a file whose text, front matter apart, is one prompt of one message."""
    whole = body.template in ("jinja", "handlebars", "mustache")
    split = _front_matter.split(source, _metadata.KNOWN_KEYS, template=whole)
    fields: _metadata.Fields = split.front.fields if split.front else {}
    own = _metadata.own_key(fields)
    problems = list(own.problems)
    if split.front and split.front.fault and body.front_matter is not None:
        detail, fault = split.front.fault
        problems.append(Problem("invalid-front-matter", fault, detail, body.front_matter))
    text = source.slice(split.body)
    place = trimmed(source, split.body)
    prompts: tuple[Prompt, ...] = ()
    comments = front_comments(split.front) + _comments.html_comments(source, split.body)
    if len(place):
        declared = _metadata.declarations(fields) if body.declares else None
        language = body.template or _metadata.declared_template(fields) or language_of(text, declared)
        origin = TextMap.of(source.path, split.body)
        only, found = message(None, text, origin, language, source.location(place.start, place.end))
        problems += found
        comments += _comments.template_comments(text, origin, only.parts)
        prompts = (
            Prompt(
                prompt_name(source.path),
                source.location(place.start, place.end),
                (only,),
                known_declarations(declared, language, text),
                own.apply(_metadata.settings(fields)),
                own.kind or body.kind,
                own.language,
            ),
        )
    silenced, wrong = _comments.suppressions(source, comments)
    return Document(
        source,
        name,
        prompts,
        (*problems, *wrong),
        (*own.suppressions, *silenced),
        agent_file=body.agent_file,
    )


def front_comments(front: _front_matter.FrontMatter | None) -> list[_comments.Comment]:
    """The comments in front matter that is YAML."""
    return [_comments.Comment(comment.text, comment.location.span) for comment in front.comments] if front else []


_PLACEHOLDER = regex(r"\{\{|\{%|\{[\w$#]|\$\w|<[A-Z_ ]+>|\[\[|%\(")


def language_of(text: str, declared: Sequence[Declaration] | None) -> str:
    """The template language of a text: what it shows beyond doubt, else the one in which declared names are written."""
    language = templates.detect(text)
    if language == "none" and declared:
        names = {declaration.name for declaration in declared}
        for pattern, name in _WRITTEN:
            if any(match[1] in names for match in re.finditer(pattern, text)):
                return name
    return language


_WRITTEN = (
    (r"(?<!\{)\{\{[ \t]{0,4}([^{}\s]{1,80})[ \t]{0,4}\}\}(?!\})", "double-braces"),
    (r"\$\{([^{}\s]{1,80})\}", "dollar"),
    (r"(?<![{$])\{([^{}\s]{1,80})\}(?!\})", "braces"),
)


def known_declarations(
    declared: tuple[Declaration, ...] | None, template: str, text: str
) -> tuple[Declaration, ...] | None:
    """The declared variables, or None where the text may use them in a template language that was not read."""
    if template == "none" and declared and _PLACEHOLDER.search(text):
        return None
    return declared
