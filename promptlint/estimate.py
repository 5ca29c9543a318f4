"""What one call of a prompt takes: tokens and money, each figure with what it rests on.

Exact where that is possible: literal text is counted, sample values are counted, caps and prices are looked up. Everything
else is an assumption, and every assumption is named in the Estimate. Pure: no clock, no network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from promptlint.analysis.labels import label_sets
from promptlint.analysis.length import answer_length
from promptlint.analysis.prefix import cacheable_prefix
from promptlint.basis import Basis, Size
from promptlint.lazy import attribute, dataclass
from promptlint.prices import Lookup, Model, Price
from promptlint.prompt import Control, Kind, Prompt, Setting, Text, Variable
from promptlint.scenarios import Chosen, Scenarios, Weight, forks, literal_tokens, scenarios
from promptlint.sizes import ASSUMED, Known, Rounds, Sizes, Value
from promptlint.tokens import Counting, counter

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = [
    "ASSUMED",
    "Basis",
    "Counted",
    "Estimate",
    "Filling",
    "InputTokens",
    "Money",
    "OutputTokens",
    "Size",
    "VariableSize",
    "counted",
    "estimate",
]

PER_MESSAGE: Final = 4
REPLY: Final = 3
"""Tokens around each message (3, and one for the role) and at the start of the reply, as OpenAI's cookbook counts them for chat models."""
_LONGEST: Final = 20_000
"""A stated length of more tokens is taken for one of something else: few models answer at such length."""
_LABEL: Final = 2
"""Tokens of an answer that is a number or yes or no."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The literal text of all messages of a prompt: its tokens, every branch and a loop's body once, and the model they are counted for."""

    model: str | None
    counting: Counting
    literal: int


@dataclass(frozen=True, slots=True)
class InputTokens:
    """The tokens that are sent.

    literal: the literal text of all messages; every branch counts once, and so does a loop's body. variables: what the
    variables hold in the call that is expected. schema, tools: definitions that are sent along. framing: what the chat format
    adds. minimum: every variable empty, the shorter branch, no loop run. expected: variables and loops of the declared, stated
    or assumed size, the longer branch. maximum: variables and loops of their largest size; None where nothing bounds it.
    cacheable_prefix: literal tokens before the first part that differs from call to call.

    minimum <= expected, and expected <= maximum where that is known.
    """

    literal: int
    variables: int
    schema: int
    tools: int
    framing: int
    minimum: int
    expected: int
    maximum: int | None
    cacheable_prefix: int


@dataclass(frozen=True, slots=True)
class OutputTokens:
    """The tokens of the answer, None where that is not known. `source` says what the figures rest on.

    `maximum` is a cap that the settings declare, where the provider stops. What a reasoning model thinks is paid as output
    and is not in `expected`.
    """

    expected: int | None
    maximum: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Money:
    """USD. None where the tokens or the price are not known.

    input, output: of the call that is expected; per_call: both. per_call_maximum: the expected prompt with an answer as long as
    the cap allows. Those per month need a number of calls.
    """

    input: float
    output: float | None
    per_call: float | None
    per_call_maximum: float | None
    input_per_month: float | None
    per_month: float | None


@dataclass(frozen=True, slots=True)
class VariableSize:
    """What one variable takes: tokens of one value, how often the value is expected to be filled in, and how that is known.

    `over` is the list that it is an item of, None where it is none.
    """

    name: str
    tokens: int
    times: int
    source: Known
    over: str | None = None

    @property
    def total(self) -> int:
        """Tokens per call."""
        return self.tokens * self.times

    @property
    def assumption(self) -> str | None:
        """What is assumed about its size, if anything is."""
        item = f" (each of {self.over})" if self.over else ""
        tokens = f"{self.tokens:,} token{'' if self.tokens == 1 else 's'}"
        match self.source:
            case "assumed":
                return f"'{self.name}'{item} has {tokens}"
            case "declared":
                return f"'{self.name}'{item} has {tokens}, as its declared length allows"
            case "schema":
                return f"'{self.name}' writes the schema of the answer, which is taken for minified JSON"
            case "sample":
                return f"'{self.name}'{item} is as long as its sample, {tokens}"
        return None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one call of one prompt takes.

    `model` is the name that is counted and paid for: what was asked for, else what the file declares. `found` is what the
    table knows by that name. `calls` are those per month, where a number is stated. `assumptions` are all of them.
    """

    model: str | None
    found: Model | None
    counting: Counting
    input: InputTokens
    output: OutputTokens
    usd: Money | None
    variables: tuple[VariableSize, ...]
    assumptions: tuple[str, ...]
    calls: float | None = None

    @property
    def literal(self) -> int:
        """The tokens of the literal text."""
        return self.input.literal

    @property
    def counted(self) -> Counted:
        """What `promptlint.estimate.counted` says of the prompt."""
        return Counted(self.model, self.counting, self.literal)


def counted(prompt: Prompt, basis: Basis | None = None) -> Counted:
    """What the literal text of a prompt takes, which an Estimate says too, among much else."""
    basis = Basis() if basis is None else basis
    model = _model(prompt, basis)
    counting = basis.counting(model)
    count = counter(counting.encoding).count
    return Counted(model, counting, sum(count(message.literal) for message in prompt.messages))


def _model(prompt: Prompt, basis: Basis) -> str | None:
    """The model that is counted and paid for: what was asked for, else what the file declares."""
    declared = prompt.settings.model
    return basis.model if basis.model is not None or declared is None else declared.value


def estimate(analysis: Analysis, basis: Basis | None = None) -> Estimate:
    """The Estimate of an analysed prompt."""
    basis = Basis() if basis is None else basis
    filling = Filling(analysis, basis)
    counting = filling.counting
    name = filling.model
    lookup = Lookup() if name is None else basis.find(name)
    notes = [] if counting.count == "exact" and name is not None else [counting.assumption]
    sent = filling.tokens
    notes += filling.assumptions
    answer, answer_notes = _output(analysis, lookup.model, filling.count)
    usd, money_notes = _money(name, lookup, sent, answer, basis.calls)
    return Estimate(
        model=name,
        found=lookup.model,
        counting=counting,
        input=sent,
        output=answer,
        usd=usd,
        variables=filling.variables,
        assumptions=tuple(dict.fromkeys((*notes, *answer_notes, *money_notes))),
        calls=basis.calls,
    )


# -- input ------------------------------------------------------------------------------------------------------------


class Filling:
    """What is sent in one call: the ways through each message, and what the variables hold."""

    def __init__(self, analysis: Analysis, basis: Basis) -> None:
        prompt = analysis.prompt
        self.model = _model(prompt, basis)
        self.counting = basis.counting(self.model)
        self.prompt = prompt
        # a text is counted once however often it is asked for; a method would tie what is made here into a knot
        self.count: Callable[[str], int] = cache(counter(self.counting.encoding).count)
        self._analysis, self._stated = analysis, basis.sizes

    @attribute
    def _sizes(self) -> Sizes:
        """What the variables hold."""
        schema = _defined(self.prompt.settings.schema, self.count)
        return Sizes(self._analysis, self._stated, self.count, schema)

    @attribute
    def _is_literal(self) -> bool:
        """Whether nothing is filled in and nothing chosen, as in most files for agents: then every way is the whole text."""
        return all(type(part) is Text for message in self.prompt.messages for part in message.parts)

    def value(self, message: int, part: int) -> Value | None:
        """What the variable with that number among the parts of a message holds."""
        return self._sizes.value(message, part)

    @attribute
    def ways(self) -> tuple[Scenarios, ...]:
        """The ways through each message."""
        return tuple(self._ways(index) for index in range(len(self.prompt.messages)))

    def _ways(self, index: int) -> Scenarios:
        message = self.prompt.messages[index]
        forked = forks(message)

        def weigh(number: int) -> Weight:
            part = message.parts[number]
            if isinstance(part, Text):
                tokens = self.count(part.text) if forked else 0  # without a fork there is nothing to choose between
                return tokens, tokens, tokens
            if isinstance(part, Variable):
                value = self.value(index, number)
                return (0, 0, 0) if value is None else (0, value.tokens, value.maximum)
            return 0, 0, None if part.kind == "include" else 0

        def rounds(number: int) -> Rounds:
            return self._sizes.rounds(index, number)

        return scenarios(message, weigh, rounds)

    @attribute
    def schema(self) -> int:
        """The tokens of the answer's schema, where it is not a part of the text."""
        in_text = not self._is_literal and self._sizes.holds_schema
        return 0 if in_text else _defined(self.prompt.settings.schema, self.count)

    @attribute
    def tools(self) -> int:
        """The tokens of the tools' definitions, as far as these are here."""
        return 0 if self._names_tools else _defined(self.prompt.settings.tools, self.count)

    @attribute
    def framing(self) -> int:
        """The tokens that the chat format adds."""
        messages = len(self.prompt.messages)
        return PER_MESSAGE * messages + REPLY if messages else 0

    @attribute
    def variables(self) -> tuple[VariableSize, ...]:
        """What each variable takes in the call that is expected; those that are not sent then are left out."""
        if self._is_literal:
            return ()
        times: dict[tuple[str, str | None], int] = {}
        values: dict[tuple[str, str | None], Value] = {}
        for index, ways in enumerate(self.ways):
            for number, often in ways.usual:
                if isinstance(self.prompt.messages[index].parts[number], Variable):
                    value = self.value(index, number)
                    if value is not None:
                        key = value.name, value.over
                        values[key] = value
                        times[key] = times.get(key, 0) + often
        return tuple(
            VariableSize(value.name, value.tokens, times[key], value.known, value.over) for key, value in values.items()
        )

    @attribute
    def tokens(self) -> InputTokens:
        """The tokens that are sent."""
        around = self.schema + self.tools + self.framing
        literal = sum(self.count(message.literal) for message in self.prompt.messages)
        if self._is_literal:
            sent = literal + around
            most = None if self._names_tools else sent
            return InputTokens(literal, 0, self.schema, self.tools, self.framing, sent, sent, most, literal)
        variables = sum(each.total for each in self.variables)
        usual = self._literal(ways.usual for ways in self.ways) + variables
        return InputTokens(
            literal=literal,
            variables=variables,
            schema=self.schema,
            tools=self.tools,
            framing=self.framing,
            # pieces of text may take a token more apart than together, so that what is shorter in parts need not be so as a whole
            minimum=min(self._literal(ways.least for ways in self.ways), usual) + around,
            expected=usual + around,
            maximum=self._maximum(usual, around),
            cacheable_prefix=sum(self.count(text) for text in cacheable_prefix(self.prompt.messages)),
        )

    def _maximum(self, usual: int, around: int) -> int | None:
        most = [ways.most for ways in self.ways]
        if self._names_tools or any(chosen is None for chosen in most):
            return None
        held = 0
        for index, chosen in enumerate(most):
            for number, often in chosen or ():
                value = self.value(index, number)
                held += often * (value.maximum or 0) if value is not None else 0
        literal = self._literal(chosen or () for chosen in most)
        return max(literal + held, usual) + around

    def _literal(self, chosen: Iterable[Chosen]) -> int:
        return sum(
            literal_tokens(message, each, self.count)
            for message, each in zip(self.prompt.messages, chosen, strict=True)
        )

    @attribute
    def _names_tools(self) -> bool:
        """Whether tools are only named here, and defined elsewhere."""
        setting = self.prompt.settings.tools
        value = None if setting is None else setting.value
        return isinstance(value, str) or (
            isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
        )

    @property
    def assumptions(self) -> Iterator[str]:
        """What the tokens rest on."""
        if self.framing:
            yield f"the chat format adds {PER_MESSAGE} tokens per message and {REPLY} for the reply"
        yield from (each.assumption for each in self.variables if each.assumption is not None)
        controls = [
            (index, number, part)
            for index, message in enumerate(() if self._is_literal else self.prompt.messages)
            for number, part in enumerate(message.parts)
            if isinstance(part, Control)
        ]
        for index, number, part in controls:
            if part.kind == "loop" and part.role == "open":
                rounds = self._sizes.rounds(index, number)
                if not rounds.known:
                    yield f"the loop over '{rounds.name}' runs {rounds.expected} times"
        kinds = {(part.kind, part.role) for _, _, part in controls}
        if ("branch", "open") in kinds:
            yield "of each branch the longer way is taken"
        if any(kind == "include" for kind, _ in kinds):
            yield "included files are not counted"
        if self._names_tools:
            yield "tools are defined elsewhere and not counted"
        if self.schema or self.tools:
            yield "schema and tools are sent as minified JSON"


def _defined(setting: Setting[object] | None, count: Callable[[str], int]) -> int:
    if setting is None or setting.value is None:
        return 0
    value = setting.value
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return 0  # a value that no request could carry
    return count(text)


# -- output -----------------------------------------------------------------------------------------------------------

_USUAL_INSTANCE: Final = (
    "an answer that follows a schema has eight words in each free text and three items in each list that says no more"
)
_STATED: Final = "an answer is as long as the prompt allows; a sentence has 16.5 words"


def _output(analysis: Analysis, model: Model | None, count: Callable[[str], int]) -> tuple[OutputTokens, list[str]]:
    """What the prompt and its settings say about the length of the answer, and what is assumed; nothing is guessed."""
    settings = analysis.prompt.settings
    cap = settings.max_output_tokens.value if settings.max_output_tokens is not None else None
    maximum = cap if isinstance(cap, int) and not isinstance(cap, bool) and cap > 0 else None
    if maximum is not None and model is not None and model.max_output is not None:
        maximum = min(maximum, model.max_output)
    expected, source, notes = _expected(analysis, count)
    if maximum is not None:
        source = f"{source}; cap of {maximum:,}" if source else f"settings: a cap of {maximum:,}, no length stated"
        expected = None if expected is None else min(expected, maximum)
    return OutputTokens(expected, maximum, source or _unknown(analysis)), notes


def _unknown(analysis: Analysis) -> str:
    if analysis.kind in (Kind.TASK, Kind.FRAGMENT):
        return "unknown: nothing says how long the answer is"
    return f"unknown: a {analysis.kind.value} prompt has many answers"


def _expected(analysis: Analysis, count: Callable[[str], int]) -> tuple[int | None, str, list[str]]:
    # elsewhere the text is not about one answer, and lines in standing instructions are those of files
    lengths = [
        each
        for each in (analysis.lengths if analysis.kind in (Kind.TASK, Kind.SYSTEM) else ())
        if analysis.kind is Kind.TASK or each.unit != "lines"
    ]
    stated = answer_length(lengths)
    if stated is not None and stated.tokens <= _LONGEST:
        return stated.tokens, f"text: {stated}", [] if stated.unit == "tokens" else [_STATED]
    schema = analysis.prompt.settings.schema
    if schema is not None:
        from promptlint.analysis.instance import minimal_instance, typical_instance

        usual, least = typical_instance(schema.value), minimal_instance(schema.value)
        if usual is not None:
            small = "" if least is None else f", the smallest has {count(least):,}"
            return count(usual), f"schema: an answer of usual size{small}", [_USUAL_INSTANCE]
    shape = analysis.shape
    if shape.limit == "bounded" and any(evidence.what == "label" for evidence in shape.limit_evidence):
        sets = [each for each in label_sets(analysis) if each.key is None]
        if len(sets) == 1:
            longest = max(sets[0].values, key=lambda label: (count(label), label))
            return count(longest), f"text: a label, at most '{longest}'", []
        return _LABEL, "text: a label", []
    return None, "", []


# -- money ------------------------------------------------------------------------------------------------------------


def _money(
    name: str | None, lookup: Lookup, sent: InputTokens, answer: OutputTokens, calls: float | None
) -> tuple[Money | None, list[str]]:
    """What the call costs, and what that rests on, or why it is not known."""
    if name is None:
        return None, ["no model is named, so there is no price"]
    if lookup.model is None:
        if lookup.hosts:
            hosts = ", ".join(sorted({host.provider for host in lookup.hosts}))
            return None, [f"'{name}' is sold by {hosts}: name the one that you pay"]
        close = f"; did you mean {' or '.join(lookup.suggestions[:2])}?" if lookup.suggestions else ""
        return None, [f"'{name}' is not in the table of prices{close}"]
    price = lookup.model.price
    if price is None:
        return None, [f"the price of '{name}' is not known"]
    notes = ["nothing is read from a cache"] if _caches(price, lookup.model, sent) else []
    if lookup.model.reasoning in ("always", "optional"):
        notes.append("what the model thinks is paid as output and is not in the figures")
    paid = price.cost(input_tokens=sent.expected)
    per_call = _whole(price, sent.expected, answer.expected)
    longest = _whole(price, sent.expected, answer.maximum)
    return Money(
        input=_usd(paid),
        output=None if per_call is None else _usd(per_call - paid),
        per_call=None if per_call is None else _usd(per_call),
        per_call_maximum=None if longest is None else _usd(longest),
        input_per_month=None if calls is None else _usd(paid * calls),
        per_month=None if per_call is None or calls is None else _usd(per_call * calls),
    ), notes


def _usd(amount: float) -> float:
    """An amount without the last digits, in which sums of binary fractions err."""
    return round(amount, 12)


def _caches(price: Price, model: Model, sent: InputTokens) -> bool:
    """Whether a part of the prompt might cost less because an earlier call has left it in the provider's cache."""
    cheaper = price.cached_read is not None and price.cached_read < price.input
    return cheaper and model.cache_minimum is not None and sent.cacheable_prefix >= model.cache_minimum


def _whole(price: Price, sent: int, answer: int | None) -> float | None:
    """USD for one call; None where the length or the price of the answer is not known."""
    if answer is None:
        return None
    try:
        return price.cost(input_tokens=sent, output_tokens=answer)
    except ValueError:
        return None
