"""Regular expressions that strangers write: only those are taken whose matching is surely linear in the length of the text.

Python's engine backtracks, so a careless pattern can take hours on one line. It cannot when every match is short and there
are few ways to try at each place; both can be read off the parsed pattern.
"""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from typing import Any, Final

__all__ = ["MAX_LENGTH", "MAX_WAYS", "MAX_WIDTH", "PatternError", "compiled"]

MAX_LENGTH: Final = 500
"""Code points that a pattern may have."""

MAX_WIDTH: Final = 1_000
"""Code points that a match may have."""

MAX_WAYS: Final = 2_000
"""Ways in which a pattern may be tried at one place of a text."""


class PatternError(Exception):
    """A pattern is refused. `offset` is where in it, as far as that is known."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason)
        self.offset = offset


def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern.

    Raises:
        PatternError: it is no regular expression, may take more than linear time, or matches where there is nothing.
    """
    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"the pattern is longer than {MAX_LENGTH} characters")
    # the parser is what re.compile itself uses; it has no public name
    parser: Any = import_module("re._parser")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sets such as [[a], which mean what they meant
            tree = parser.parse(pattern)
            ways = _ways(tree, repeated=False)
            low, high = tree.getwidth()
            if high > MAX_WIDTH:
                raise PatternError(
                    f"a match may be longer than {MAX_WIDTH:,} characters: give the repetitions lower bounds"
                )
            if ways > MAX_WAYS:
                raise PatternError(
                    f"there are more than {MAX_WAYS:,} ways to try the pattern at one place: bound repetitions lower"
                )
            if low == 0:
                raise PatternError("the pattern matches where there is nothing")
            return re.compile(pattern)
    except re.error as error:
        raise PatternError(f"not a regular expression: {error.msg}", error.pos) from None
    except (OverflowError, RecursionError):
        raise PatternError("the pattern is nested too deeply, or a number in it is too large") from None


_PLAIN: Final = frozenset(("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "FAILURE"))
_REPEATS: Final = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))
_REFUSED: Final = {
    "ASSERT": "lookahead and lookbehind are not taken",
    "ASSERT_NOT": "lookahead and lookbehind are not taken",
    "GROUPREF": "references to groups are not taken",
    "GROUPREF_EXISTS": "references to groups are not taken",
    "GROUPREF_IGNORE": "references to groups are not taken",
}


def _ways(tree: Any, *, repeated: bool) -> int:
    """An upper bound of the ways in which a part of a pattern can match at one place, capped just above MAX_WAYS.

    `repeated`: it stands in a repetition, in which there must be no other.
    """
    total = 1
    for operation, argument in tree:
        total = min(total * _ways_of(str(operation), argument, repeated=repeated), MAX_WAYS + 1)
    return total


def _ways_of(operation: str, argument: Any, *, repeated: bool) -> int:
    if operation in _PLAIN:
        return 1
    if operation in _REFUSED:
        raise PatternError(_REFUSED[operation])
    if operation == "SUBPATTERN":
        return _ways(argument[-1], repeated=repeated)
    if operation == "ATOMIC_GROUP":
        return _ways(argument, repeated=repeated)
    if operation == "BRANCH":
        return min(sum(_ways(branch, repeated=repeated) for branch in argument[1]), MAX_WAYS + 1)
    if operation in _REPEATS:
        low, high, body = int(argument[0]), int(argument[1]), argument[2]
        if high > MAX_WIDTH:
            raise PatternError(f"every repetition needs a bound of at most {MAX_WIDTH:,}: not '+' or '*' but {{1,20}}")
        if repeated and low != high and high > 1:
            raise PatternError("a repetition stands in another one")
        inner = _ways(body, repeated=repeated or high > 1)
        if inner == 1:
            return high - low + 1
        return min(sum(int(inner**times) for times in range(low, min(high, low + 20) + 1)), MAX_WAYS + 1)
    raise PatternError("the pattern holds something that is not known to be linear")
