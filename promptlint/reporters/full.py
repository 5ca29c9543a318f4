"""Everything for a person: code frames, help, what a fix would do and save, and the tokens of every prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.reporters.terminal.cells import visible, width
from promptlint.reporters.terminal.frame import LINE_WIDTH, code_frame
from promptlint.reporters.terminal.lines import closing, head, place, wrapped
from promptlint.reporters.terminal.preview import preview
from promptlint.reporters.terminal.style import Style

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic, Fix, Saving
    from promptlint.estimate import Counted
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["render"]

_MAX_TABLE = 50  # rows of the closing table; of more prompts the largest are shown


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


def _tokens(number: int) -> str:
    return f"{number:,} token{'' if number == 1 else 's'}"


def _saving(saving: Saving) -> str:
    parts = [_tokens(saving.input_tokens)] if saving.input_tokens or not saving.output_tokens else []
    if saving.output_tokens:
        parts.append(f"{_tokens(saving.output_tokens)} of output")
    money = "" if saving.usd_per_1000_calls is None else f", USD {saving.usd_per_1000_calls:.4g} per 1,000 calls"
    return f"saves {' and '.join(parts)} per call{money}"


def _fix(report: Report, fix: Fix, style: Style) -> list[str]:
    changed = preview(fix, report.source, style)
    return [f"fix ({fix.applicability}): {_one_line(fix.title)}", *(f"  {line}" for line in changed)]


def _diagnostic(report: Report, diagnostic: Diagnostic, style: Style) -> list[str]:
    lines = [head(report, diagnostic, style)]
    source = report.source(diagnostic.location.path)
    if source is not None:
        lines += [f"  {line}" for line in code_frame(source, diagnostic.location.span, diagnostic.severity, style)]
    for related in diagnostic.related:
        at = style.link(related.location.path, style.paint("path", place(report, related.location)))
        lines.append(f"  see {at}: {_one_line(related.message)}")
        other = report.source(related.location.path)
        if other is not None:
            lines += [f"    {line}" for line in code_frame(other, related.location.span, diagnostic.severity, style)]
    if diagnostic.help:
        lines += wrapped(f"help: {_one_line(diagnostic.help)}", LINE_WIDTH, first="  ", other=" " * len("  help: "))
    if diagnostic.fix is not None:
        lines += [f"  {line}" for line in _fix(report, diagnostic.fix, style)]
    if diagnostic.saving is not None:
        lines.append(f"  {_saving(diagnostic.saving)}")
    return [*lines, ""]


def _known(counted: Counted) -> str:
    """How the number of tokens is known."""
    counting = counted.counting
    if counted.model is None:
        return f"{counting.encoding} (no model named)"
    how = f"within {counting.error:.0%}" if counting.error else counting.count
    return f"{counting.encoding}, {how} for {_one_line(counted.model)}"


def _table(report: Report, style: Style) -> list[str]:
    prompts = [(file.path, prompt.prompt.name, prompt.counted) for file in report.files for prompt in file.prompts]
    if not prompts:
        return []
    by_size = sorted(range(len(prompts)), key=lambda index: -prompts[index][2].literal)
    shown = [prompts[index] for index in sorted(by_size[:_MAX_TABLE])]
    rows = [
        ("path", "prompt", "tokens", "counted with"),
        *((visible(path), visible(name), f"{each.literal:,}", _known(each)) for path, name, each in shown),
    ]
    left_out = len(prompts) - len(shown)
    widths = [max(width(row[column]) for row in rows) for column in range(3)]

    def line(row: tuple[str, str, str, str]) -> str:
        path, prompt, tokens, known = row
        pads = [" " * (limit - width(cell)) for cell, limit in zip(row, widths, strict=False)]
        return f"{path}{pads[0]}  {prompt}{pads[1]}  {pads[2]}{tokens}  {known}"

    lines = [style.paint("strong", line(rows[0])), *map(line, rows[1:])]
    if left_out > 0:
        lines.append(f"The {_MAX_TABLE} largest; {left_out:,} more in --output-format json.")
    return [*lines, ""]


def render(report: Report, options: Options) -> str:
    """The diagnostics with their code frames and, unless quiet, the tokens of every prompt and the last line."""
    lines = [line for diagnostic in report.diagnostics for line in _diagnostic(report, diagnostic, options.style)]
    if not options.quiet:
        lines += [*_table(report, options.style), closing(report, options.style)]
    return "".join(f"{line}\n" for line in lines)
