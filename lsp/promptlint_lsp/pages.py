"""The documentation of rules as pages on disk, for links that work without a network."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from promptlint.docs import render_rule
from promptlint.rules import Rule
from promptlint_lsp.buffers import uri_of

__all__ = ["Pages"]


class Pages:
    """Writes the page of a rule when it is asked for, in a folder of this process."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._written: dict[str, tuple[Rule, str]] = {}

    def uri(self, rule: Rule) -> str | None:
        """The URI of a rule's page, None where it cannot be written."""
        known = self._written.get(rule.id)
        if known is not None and known[0] is rule:
            return known[1]
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="promptlint-rules-"))
            file = self._folder / f"{rule.id}.md"
            file.write_text(render_rule(rule), "utf-8")
        except OSError:
            return None
        self._written[rule.id] = rule, uri_of(file)
        return self._written[rule.id][1]

    def close(self) -> None:
        """Remove the pages."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._written.clear()
