"""Which template language a text is in, by its content alone.

Only what is beyond doubt counts: a wrong guess finds variables that are none and faults in what is right. So code is left
out of account, two languages at once are none (except that statements make it Jinja), and so are Handlebars that
Handlebars itself would refuse and the other dialects: Mustache, Semantic Kernel, Liquid and private ones.
"""

from __future__ import annotations

import re

from promptlint.lazy import regex
from promptlint.templates import braces, markdown
from promptlint.templates.scanning import NAME, PATH

__all__ = ["detect"]

_REST = r"(?:[^%{]|%(?!\})|\{(?!%))*+"
_STATEMENT = regex(
    rf"\{{%[-+]?\s*+(?:(?:if|elif|elseif|for|set|block|include|extends|import|from|macro|call|filter|with)\s{_REST}"
    rf"|(?:else|raw|end(?:if|for|set|block|macro|raw|call|filter|with|chat|message|generation))\s*+[-+]?"
    rf"|(?:chat|message)\s+role\b{_REST})%\}}"
)
# what must not stand before these is looked at behind their start, which the engine then searches for
_FILTERED = regex(rf"\{{\{{(?<![{{$]\{{\{{)-?\s*+{PATH}\s*+\|\s*+{NAME}[^{{}}]*+\}}\}}")
_JINJA_COMMENT = regex(r"\{#-?\s(?:[^{}#]|#(?!\}))*+#\}")
_SUPPRESSION = regex(r"\{#-?\s*+promptlint:")
_LIQUID = regex(r"\{%-?\s*+(?:assign|unless|elsif|case|capture|render|liquid|tablerow|comment|increment|decrement)\b")

# {{#if x}} {{/if}} {{> partial}} {{^x}} {{! comment}} {{& x}} {{$x}} {{@index}} {{=<% %>=}} {{~x}} {{.}} {{else}},
# {{#node.var#}} of Dify, and a name with arguments: {{role "system"}} {{plugin.fn $x}}
_OTHER_DIALECT = regex(rf"\{{\{{\s*+(?:[#/>^!&$@=~.*]|else\s*+\}}\}}|{PATH}[ \t]+[^\s|}}-])")
# a block with its end, a partial, a role, a long comment; {{#node.var#}} is Dify's, {{$x}} and {{.x}} are others'
_HANDLEBARS = regex(
    r"\{\{~?#(?P<block>if|unless|each|with)\s+[^\s{}#]|\{\{~?>\s*+[\w./-]++[^{}>]*+\}\}"
    r"|\{\{~?\s*+role\s++[\"'](?:system|user|model|assistant|tool)[\"']\s*+~?\}\}|\{\{~?!--|\{\{!(?:--)?\s*+promptlint:"
)
_NOT_HANDLEBARS = regex(r"\{\{\s*+[$.]\w|\{\{#[^{}]*#\}\}|\{%|\$\{\{")
_DOUBLE = regex(rf"\{{\{{(?<![{{$]\{{\{{)\s*+{NAME}(?:-\w++)*+(?:\.[\w-]++)*+\s*+\}}\}}")
_ESCAPED_BRACE = regex(r"""\{\{\s*+(?:["'\r\n]|\}\})|[\r\n]\s*+\{\{\s*+[\r\n]""")
_DOLLAR = regex(rf"\$\{{(?<![\\$]\$\{{)(?:input:[^{{}}\r\n]++|(?P<name>{NAME})(?:\.\w++)*+)\}}")
_ANY_DOLLAR = regex(r"\$\{")


def detect(text: str) -> str:
    """``jinja``, ``handlebars``, ``double-braces``, ``braces``, ``dollar`` or ``none``."""
    prose = markdown.without(text, markdown.code(text))
    if "{" not in prose or _LIQUID.search(prose):
        return "none"
    if _STATEMENT.search(prose) or _SUPPRESSION.search(prose):
        return "jinja"
    if "{{" in prose and _OTHER_DIALECT.search(prose):
        return "handlebars" if _is_handlebars(prose) else "none"
    if _FILTERED.search(prose):
        return "jinja"
    doubles = _DOUBLE.search(prose) is not None
    if doubles and _JINJA_COMMENT.search(prose):
        return "jinja"
    dollars = _ANY_DOLLAR.search(prose) is not None
    fields = [] if dollars else [piece["name"] for piece in braces.pieces(prose) if piece.lastgroup == "name"]
    if doubles:
        return "none" if fields or dollars or _ESCAPED_BRACE.search(prose) else "double-braces"
    if dollars:
        return "dollar" if _is_dollar(prose) else "none"
    return "braces" if _is_braces(prose) else "none"


def _is_handlebars(prose: str) -> bool:
    """Whether a text is Handlebars beyond doubt: it has what only Handlebars has, and nothing that Handlebars would refuse."""
    if _NOT_HANDLEBARS.search(prose):
        return False
    blocks = {match["block"] for match in _HANDLEBARS.finditer(prose)}
    if not any(block is None or re.search(rf"\{{\{{~?/\s*{block}\s*~?\}}\}}", prose) for block in blocks):
        return False
    from promptlint.templates import handlebars

    return not handlebars.scan(prose).problems


def _is_dollar(prose: str) -> bool:
    """Whether ``${name}`` is filled in here: shells, too, write ``${HOME}``, and other languages ``${price}`` for a field."""
    names = [match["name"] for match in _DOLLAR.finditer(prose)]
    single = any(
        piece.lastgroup == "name" and prose[piece.start() - 1 : piece.start()] != "$" for piece in braces.pieces(prose)
    )
    return not single and any(name is None or not name.isupper() for name in names)


def _is_braces(prose: str) -> bool:
    """Whether all braces are fields or escapes, and a field looks like the name of a variable.

    JSON, code, formulas, sets, ``{INSERT NAME}`` and private dialects all have braces that are neither.
    """
    likely = False
    for piece in braces.pieces(prose):
        if piece.lastgroup in ("brace", "latex"):
            return False
        if piece.lastgroup == "name":
            # /users/{id} is how documentation writes routes
            likely = likely or (_is_name(piece["name"]) and prose[piece.start() - 1 : piece.start()] != "/")
    return likely


def _is_name(name: str) -> bool:
    return len(name) > 1 and (not name.isascii() or name[0] == "_" or name[0].islower())
