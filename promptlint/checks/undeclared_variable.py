"""Variables that a prompt uses without declaring them: the rule `undeclared-variable`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Finding, Related

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """Every use of a name that is not declared, where the file declares variables at all."""
    declared = context.prompt.declared
    if declared is None:
        return
    known = context.rule.options["known"]
    names = {declaration.name: declaration for declaration in declared}
    for message in context.prompt.messages:
        for use in message.uses:
            if not use.sure or use.name in names or (isinstance(known, tuple | list) and use.name in known):
                continue
            location = message.locate(use.span)
            if location is None:
                continue
            close = _closest(use.name, tuple(names))
            related = (Related(names[close].location, f"'{close}' is declared here"),) if close else ()
            suggestion = f" (did you mean '{close}'?)" if close else ""
            yield Finding(location, {"name": use.name, "suggestion": suggestion}, related=related)


def _closest(name: str, candidates: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    folded = {candidate.lower().replace("_", "").replace("-", ""): candidate for candidate in candidates}
    close = get_close_matches(name.lower().replace("_", "").replace("-", ""), folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else None
