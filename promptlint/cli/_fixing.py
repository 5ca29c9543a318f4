"""What ``promptlint check`` does when it fixes: where the fixed text goes, and what is said about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.discovery import Found
    from promptlint.reporters.terminal.style import Style
    from promptlint.rewrite import Rewrite
    from promptlint.runner import Report

__all__ = ["diff", "fixed", "notices", "save", "write_nothing"]


def save(found: Found, rewrite: Rewrite) -> None:
    """Write a fixed file. Raises OverwriteError when it cannot be written or is no longer what was fixed."""
    from promptlint.overwrite import overwrite

    before = rewrite.before
    overwrite(found.file, before.to_bytes(before.text), before.to_bytes(rewrite.after.text))


def write_nothing(found: Found, rewrite: Rewrite) -> None:
    """Leave the file as it is: the fixed text is printed."""


def diff(report: Report, style: Style, *, shown: bool) -> str:
    """What fixing would change in all files, as one unified diff."""
    from promptlint.reporters.terminal.unified import unified

    return "".join(unified(each.before, each.after, style, shown=shown) for each in report.rewrites if each.changed)


def fixed(report: Report, verb: str, *, listed: bool) -> list[str]:
    """``Fixed 3 findings in 2 files.``, and, if `listed`, what was fixed in each."""
    from promptlint.reporters.terminal.cells import visible
    from promptlint.reporters.terminal.lines import count

    some = [each for each in report.rewrites if each.fixed]
    if not some:
        return []
    number = report.summary.fixed
    line = f"{verb} {count(number, 'finding')} in {count(len(some), 'file')}"
    if not listed:
        return [f"{line}."]
    return [
        f"{line}:",
        *(
            f"  {visible(each.before.path)}: "
            + ", ".join(f"{times:,} {rule}" for rule, times in sorted(Counter(one.rule for one in each.fixed).items()))
            for each in some
        ),
    ]


def notices(report: Report) -> list[str]:
    """The fixes that were left out, those of one file, rule and reason together; and what did not come to an end."""
    from promptlint.reporters.terminal.cells import visible
    from promptlint.reporters.terminal.lines import place

    lines = []
    for each in report.rewrites:
        groups = Counter((dropped.diagnostic.rule, dropped.fix.title, dropped.reason) for dropped in each.dropped)
        for (rule, title, reason), number in groups.items():
            first = next(
                one.diagnostic.location
                for one in each.dropped
                if (one.diagnostic.rule, one.fix.title, one.reason) == (rule, title, reason)
            )
            more = f" and {number - 1:,} like it" if number > 1 else ""
            lines.append(f"{place(report, first)}: fix left out{more} ({rule}, {visible(title)}): {reason}")
        if not each.stable:
            lines.append(f"{visible(each.before.path)}: there is more to fix; run promptlint again")
    return lines
