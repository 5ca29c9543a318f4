"""The keys of ``[[formats]]`` that are paths, and the tables that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from promptlint import templates
from promptlint.prompt import Kind, Role

if TYPE_CHECKING:
    from promptlint.formats._tables import Table

__all__ = ["PATH_KEYS", "TEXT_KEYS", "tables"]

TEXT_KEYS = ("text", "messages", "system", "user", "assistant")
"""Where the texts of a prompt stand."""

PATH_KEYS = (
    "name",
    "model",
    "max-output-tokens",
    "temperature",
    "response-format",
    "schema",
    "tools",
    "variables",
)
"""Where what is declared about a prompt stands."""

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}


def tables(
    paths: Mapping[str, tuple[str, ...]],
    role: str | None,
    template: str | None,
    kind: Kind | None,
    language: str | None,
) -> tuple[Table, ...]:
    """The tables of a format.

    Texts of ``text`` are a prompt each, unless there are other texts, with which they make up one. `role` and `template` are
    the name of one, or a path to it.
    """
    from promptlint.formats._tables import Slot, Table

    named = _ROLES.get(role) if role else None
    texts = [Slot(path, named, None if named else role) for path in paths.get("text", ())]
    joined = [
        *(Slot(path, "system") for path in paths.get("system", ())),
        *(Slot(path) for path in paths.get("messages", ())),
        *texts,
        *(Slot(path, "user") for path in paths.get("user", ())),
        *(Slot(path, "assistant") for path in paths.get("assistant", ())),
    ]
    prompts = [(slot,) for slot in texts] if len(joined) == len(texts) else [tuple(joined)]
    known = template in templates.LANGUAGES
    return tuple(
        Table(
            slots,
            template=template if known else None,
            template_at=(template,) if template and not known else (),
            kind=kind,
            language=language,
            **{key.replace("-", "_"): paths[key] for key in PATH_KEYS if key in paths},  # type: ignore[arg-type]
        )
        for slots in prompts
    )
