"""Names of models that nothing has: the rule `unknown-model`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from promptlint.checks import Context
from promptlint.checks._models import declared, from_editor, served_by_others
from promptlint.diagnostic import Confidence, Finding, Severity
from promptlint.lazy import regex
from promptlint.prices import bare_name, data_date, makers_models, models
from promptlint.prompt import Prompt

__all__ = ["check", "misspelt"]

_ALIASES = ("sonnet", "opus", "haiku", "fable", "inherit", "default", "auto")
"""What agent files write for a model of the day."""

_PART = regex(r"[a-z]+|\d+")
_LEAST = 4
"""Letters that a word needs for one letter more, less or other to be a slip."""
_FILLED_IN = regex(r"[$<>{}%\[\]]")
"""Part of the name is only known at run time."""
_FAMILIES = regex(r"^(?:gpt-|o[1-9]\b|claude-|gemini-)")
"""Beginnings of names that only their makers give, each with a version that grows."""
_QUALIFIED = regex(r"^(?:openai|anthropic|google-?ai|google-?genai|gemini)[/:]", re.IGNORECASE)
"""In front of a name: it is one of the maker's own API, and not somebody's deployment."""
_OTHER_MEDIA = regex(
    r"audio|embed|image|imagen|live|moderation|realtime|robotics|search|speech|transcribe|translate|tts|veo|vision|voice|computer|oss"
)
"""Models that are no concern of promptlint, which its table leaves out."""
_VERSION = regex(r"\d+(?:[.-]\d)?(?!\d)")


def check(context: Context) -> Iterator[Finding]:
    """Each declared name that is one slip away from a known model, or that its maker never gave to one."""
    if any(prompt.settings.model for prompt in context.document.prompts):
        for setting, prompt in declared(context):
            yield from _judged(context, prompt, setting.value)


def _judged(context: Context, prompt: Prompt, name: str) -> Iterator[Finding]:
    setting = prompt.settings.model
    bare = re.sub(r"[\s_]+", "-", bare_name(name))
    if setting is None or _is_known(context, name, bare):
        return
    agent = context.document.agent_file or from_editor(context.document)
    meant = misspelt(bare, (*_names(), *(_ALIASES if agent else ()), *context.models))
    qualified = _QUALIFIED.match(name.strip()) is not None
    if meant is None and qualified:
        meant = _same_but_marks(bare, _names())
    if meant is not None:
        if qualified or not served_by_others(context.document, prompt):
            severity = Severity.INFO if agent else None
            yield Finding(setting.location, _values(name, f" (did you mean '{meant}'?)"), severity=severity)
    elif qualified and not agent and _FAMILIES.match(bare) and not _OTHER_MEDIA.search(bare):
        # what is newer than the table may well exist
        confidence = Confidence.LOW if _is_newer(bare) else Confidence.MEDIUM
        yield Finding(setting.location, _values(name, ""), confidence, Severity.INFO)


def _values(name: str, guess: str) -> dict[str, str]:
    return {"model": name, "guess": guess, "date": data_date()}


def _is_known(context: Context, name: str, bare: str) -> bool:
    """Whether somebody has a model of that name; a name that is only known at run time is nothing to judge."""
    found = context.find_model(name)
    if found.every or bare in _ALIASES:
        return True
    if _FILLED_IN.search(name):
        return True
    return bool(context.find_model(bare).every) and not _QUALIFIED.match(name.strip())


@cache
def _names() -> tuple[str, ...]:
    """The names that bare names may mean, shortest first."""
    own = {model.id.lower().removesuffix("-latest") for model in makers_models() if ":" not in model.id}
    return tuple(sorted(own, key=lambda name: (len(name), name)))


def misspelt(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs from this one by a slip in a single word; None where numbers, words or marks differ.

    A name with another number is another version, one with another word another model or a deployment of somebody's own.
    """
    parts = _parts(name.removesuffix("-latest"))
    for each in known:
        others = _parts(each)
        if len(others) != len(parts):
            continue
        different = [(mine, its) for mine, its in zip(parts, others, strict=True) if mine != its]
        if len(different) == 1 and _slip(*different[0]):
            return each
    return None


@lru_cache(maxsize=1_000)
def _parts(name: str) -> Sequence[str]:
    """The words and numbers of a name."""
    return _PART.findall(name)


@cache
def _words() -> frozenset[str]:
    """Every word that is part of some model's name: one of these is meant as it stands."""
    return frozenset(part for model in models() for part in _PART.findall(model.id.lower()))


def _slip(written: str, meant: str) -> bool:
    """Whether a word is another one with two letters swapped, or one left out, added or changed."""
    if written.isdigit() or meant.isdigit() or written in _words():
        return False
    if sorted(written) == sorted(meant):
        swapped = [index for index, (one, two) in enumerate(zip(written, meant, strict=True)) if one != two]
        return len(swapped) == 2 and swapped[1] == swapped[0] + 1
    if max(len(written), len(meant)) < _LEAST or abs(len(written) - len(meant)) > 1:
        return False
    head = next((i for i, (one, two) in enumerate(zip(written, meant, strict=False)) if one != two), None)
    if head is None:
        return True  # a letter too many or too few at the end
    if len(written) == len(meant):
        return written[head + 1 :] == meant[head + 1 :]
    longer, shorter = (written, meant) if len(written) > len(meant) else (meant, written)
    return longer[head + 1 :] == shorter[head:]


def _same_but_marks(name: str, known: Iterable[str]) -> str | None:
    """The known name that has the same letters and digits (``gpt4o``), which an API does not take for it."""
    letters = re.sub(r"[^a-z0-9]", "", name)
    return next((each for each in known if re.sub(r"[^a-z0-9]", "", each) == letters), None)


def _is_newer(name: str) -> bool:
    """Whether the version in a name is not below the highest that the table has of its family."""
    family = _FAMILIES.match(name)
    if family is None:
        return True
    newest = max((_version(each) for each in _names() if each.startswith(family.group())), default=(0.0,))
    mine = _version(name)
    return mine >= newest and mine != (0.0,)


def _version(name: str) -> tuple[float, ...]:
    found = _VERSION.search(name)
    return (float(found.group().replace("-", ".")),) if found else (0.0,)
