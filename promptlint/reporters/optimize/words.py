"""What a plan says in words, for text and Markdown alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from promptlint.prices import data_date, sources
from promptlint.reporters.terminal.figures import dollars
from promptlint.reporters.terminal.lines import count
from promptlint.reporters.terminal.unified import unified

if TYPE_CHECKING:
    from promptlint.plan import Plan, Step, Total

__all__ = ["closing", "diff", "groups", "place", "rules", "saving"]

_GROUPS: Final = (
    ("safe", "Safe fixes, which --write applies"),
    ("known", "Suggestions, the largest saving first"),
    ("unknown", "Suggestions whose saving is not known"),
)


def groups(plan: Plan, limit: int | None) -> Iterator[tuple[str, list[tuple[int, Step]]]]:
    """The steps under their headings, each with its number, as far as they are to be shown."""
    heads = dict(_GROUPS)
    if plan.written:
        heads["safe"] = f"Safe fixes, written to {count(len(plan.written), 'file')}"
    numbered = list(enumerate(plan.steps, start=1))
    for name, _ in _GROUPS:
        some = [(number, step) for number, step in numbered if _group(step) == name]
        if some:
            yield heads[name], some[:limit]


def _group(step: Step) -> str:
    if step.kind == "safe":
        return "safe"
    return "unknown" if step.saved is None else "known"


def place(step: Step) -> str:
    """``path:line:column``, and the prompt."""
    at = step.before.position(step.location.span.start)
    prompt = f" ({step.prompt})" if step.prompt is not None else ""
    return f"{step.location.path}:{at.line}:{at.column}{prompt}"


def rules(step: Step) -> str:
    """``verbose-phrase 3, filler-phrase``."""
    return ", ".join(name if number == 1 else f"{name} {number:,}" for name, number in step.rules)


def saving(step: Step) -> str:
    """What the step saves, or why that is not known."""
    saved = step.saved
    if saved is None:
        return f"saving not known: {step.unknown}" if step.unknown else "saving not known"
    parts = [count(saved.input_tokens, "token")] if saved.input_tokens or saved.usd_per_call is None else []
    if saved.usd_per_call is not None:
        parts.append(f"USD {dollars(saved.usd_per_call)} per call")
    if saved.usd_per_month is not None:
        parts.append(f"USD {dollars(saved.usd_per_month)} per month")
    why = f" (USD not known: {step.unknown})" if saved.usd_per_call is None and step.unknown else ""
    return f"saves {', '.join(parts)}{why}"


def diff(step: Step) -> list[str]:
    """The lines that its edits change, without the names of the file."""
    if step.after is None:
        return []
    lines = unified(step.before, step.after, shown=True).split("\n")
    return lines[2:-1]


def closing(plan: Plan, limit: int | None) -> Iterator[str]:
    """The totals, what they cover, and the day of the prices."""
    left = len(plan.steps) - sum(len(some) for _, some in groups(plan, limit))
    if left > 0:
        yield f"{count(left, 'more step')}: --limit shows more, --output-format json has all."
    before, safe, after = (plan.total("before"), plan.total("safe"), plan.total("after"))
    yield f"{count(plan.prompts, 'prompt')} in {count(len(plan.files), 'file')}, each called once: {_sum(before)}"
    yield f"after the safe fixes: {_sum(safe)}; saved: {_less(before, safe)}"
    yield f"after every step whose saving is known: {_sum(after)}; saved: {_less(before, after)}"
    notes = []
    if before.priced < plan.prompts:
        notes.append(f"{count(plan.prompts - before.priced, 'prompt')} without a price: tokens only")
    if before.monthly < before.priced:
        notes.append("how often prompts are called is not known (--calls): no USD per month")
    notes.append("of answers whose length is not known only the input counts")
    yield "; ".join(notes)
    first = sources()[0]
    yield f"USD at the prices of {data_date()}, from {first.name} {first.version}; what [models] says comes first."


def _sum(total: Total) -> str:
    usd = f", USD {dollars(total.usd)}" if total.priced else ""
    month = f", USD {dollars(total.month)} per month" if total.monthly else ""
    return f"{count(total.tokens, 'token')}{usd}{month}"


def _less(before: Total, after: Total) -> str:
    usd = f", USD {dollars(before.usd - after.usd)}" if before.priced else ""
    month = f", USD {dollars(before.month - after.month)} per month" if before.monthly else ""
    return f"{count(before.tokens - after.tokens, 'token')}{usd}{month}"
