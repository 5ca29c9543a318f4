"""One line for each diagnostic, for editors, grep and narrow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.reporters.terminal.lines import closing, head

if TYPE_CHECKING:
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["render"]


def render(report: Report, options: Options) -> str:
    """``path:line:column: severity rule message`` lines and, unless quiet, the last line."""
    lines = [head(report, diagnostic, options.style) for diagnostic in report.diagnostics]
    if not options.quiet:
        lines.append(closing(report, options.style))
    return "".join(f"{line}\n" for line in lines)
