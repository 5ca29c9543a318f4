"""Comments that silence rules.

Readers know where their format allows a comment that is not sent to the model; this module knows what such a comment
says: ``promptlint: ignore[rule, family] reason`` or ``promptlint: ignore-file[rule] reason``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from promptlint.diagnostic import Problem
from promptlint.lazy import dataclass, regex
from promptlint.source import Location, Span

__all__ = ["Suppression", "parse_comment", "without"]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Silences `rules` (rule ids and families) for diagnostics that start inside `scope`, a span of the file; None: the whole file.

    `location` is the comment itself, `reason` what it gives as reason.
    """

    rules: tuple[str, ...]
    scope: Span | None
    location: Location
    reason: str = ""

    def covers(self, rule: str, family: str, offset: int) -> bool:
        """Whether a diagnostic of `rule` that starts at `offset` is silenced."""
        in_scope = self.scope is None or self.scope.start <= offset < max(self.scope.end, self.scope.start + 1)
        return in_scope and (rule in self.rules or family in self.rules)


_COMMENT = regex(
    r"promptlint:\s*(?P<what>[A-Za-z-]*)\s*(?P<bracket>\[)?(?(bracket)(?P<names>[^\]]*)(?P<close>\])?)\s*(?P<reason>.*)",
    re.DOTALL,
)
_FORMS = "write ignore[rule] or ignore-file[rule]"


def parse_comment(text: str, location: Location, scope: Span | None) -> Suppression | Problem | None:
    """Read the text of a comment (without its delimiters).

    Gives None when it does not address promptlint, a Problem (rule ``invalid-suppression``) when it does but wrongly.
    `scope` is what ``ignore[...]`` covers at this place. Whether the names are those of rules is for the engine to say.
    """
    match = _COMMENT.match(text.strip())
    if match is None:
        return None
    what = match["what"]
    names = tuple(name for name in map(str.strip, (match["names"] or "").split(",")) if name)
    if not what:
        detail = f"no directive: {_FORMS}"
    elif what not in ("ignore", "ignore-file"):
        detail = f"unknown directive '{what}': {_FORMS}"
    elif match["bracket"] and not match["close"]:
        detail = f"the list of rules is never closed: write {what}[rule-name]"
    elif not names:
        detail = f"{what} names no rule: write {what}[rule-name]"
    else:
        return Suppression(names, None if what == "ignore-file" else scope, location, match["reason"].strip())
    return Problem("invalid-suppression", location, detail)


def without(comment: str, names: Collection[str]) -> str | None:
    """A comment (with its delimiters) without names in its list; None where it has no list, or nothing would be left in it."""
    match = _COMMENT.search(comment)
    if match is None or not match["close"]:
        return None
    left = [name for name in map(str.strip, match["names"].split(",")) if name and name not in names]
    return comment[: match.start("names")] + ", ".join(left) + comment[match.end("names") :] if left else None
