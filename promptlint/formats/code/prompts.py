"""The prompts of a program's file: what its calls of SDKs send, and its constants that are prompts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from promptlint.diagnostic import Problem, Related
from promptlint.formats._format import UniqueNames
from promptlint.formats._tree_file import over, without_hidden
from promptlint.formats.code import constants, signatures, texts
from promptlint.formats.code.messages import Said, joined, said
from promptlint.formats.code.sdk import (
    Chains,
    Declares,
    Language,
    Sdk,
    Sending,
    ends_with,
    imports,
    is_sending,
    lead,
    names_called,
    sdks,
    sendings_at,
)
from promptlint.formats.code.settings import settings_of
from promptlint.formats.code.values import Binary, Call, Items, Module, Record, Site, Value
from promptlint.lazy import dataclass
from promptlint.prompt import Declaration, Lookup, Message, Prompt, Settings
from promptlint.source import Location, Source, Span

__all__ = ["Program", "read_program"]

_LANGUAGES = {
    "f-string": "braces",
    "jinja2": "jinja",
    "jinja": "jinja",
    "mustache": "mustache",
    "handlebars": "handlebars",
    "semantic-kernel": "semantic-kernel",
}
"""What SDKs call template languages."""


_SAYS_NOTHING = frozenset(
    (
        "r",
        "res",
        "resp",
        "response",
        "result",
        "results",
        "completion",
        "chat_completion",
        "output",
        "out",
        "stream",
        "message",
    )
)
"""Names of variables that tell one call from another as little as the name of the function does."""


@dataclass(frozen=True)
class Program:
    """What was found in a file: its prompts in their order, what is wrong with their template syntax, and the `extents`.

    The extents are ranges of the file that hold a prompt's text, each with the place whose line a comment for them stands at.
    """

    prompts: tuple[Prompt, ...]
    problems: tuple[Problem, ...]
    extents: tuple[tuple[int, Span], ...]


@dataclass
class Found:
    """A prompt that is being made: the value that it is made of, and the places of its known text."""

    prompt: Prompt
    name: str
    whole: Span
    places: frozenset[tuple[str, Span]]
    made_by: Span | None = None
    """The call that made what this one is called on: no prompt of its own."""
    problems: list[Problem] = field(default_factory=list)
    extents: list[tuple[int, Span]] = field(default_factory=list)


def read_program(source: Source, module: Module, language: Language, lookup: Lookup) -> Program:
    """The prompts of a file, each place of which is one of this file or of one that `lookup` gives."""
    reader = _Reader(source, module, language, lookup)
    found = reader.calls()
    found += reader.of_signatures()
    found = list(_outermost(found))
    reader.chain(found)
    found += reader.of_constants(found)
    found.sort(key=lambda each: (each.whole, each.name))
    names = UniqueNames()
    return Program(
        tuple(replace(each.prompt, name=names.of(each.name)) for each in found),
        tuple({(each.rule, each.location): each for one in found for each in one.problems}.values()),
        tuple(extent for each in found for extent in each.extents),
    )


def _outermost(found: Sequence[Found]) -> Iterator[Found]:
    """The prompts without those that are a part of another one (a template among the messages of a chat template)."""
    makers = {each.made_by for each in found}
    for each in found:
        if each.whole not in makers and not any(
            other.whole != each.whole and other.whole.contains(each.whole) and each.places <= other.places
            for other in found
        ):
            yield each


class _Reader:
    def __init__(self, source: Source, module: Module, language: Language, lookup: Lookup) -> None:
        self.source = source
        self.module = module
        self.language: Language = language
        self.lookup = lookup
        self.packages = module.packages
        self.sites = module.sites_named(names_called(language))
        self.resolved: dict[Span, Call] = {}

    def written(self, path: str, span: Span) -> str:
        """The text of a range of this file or of another one."""
        source = self.source if path == self.source.path else self.lookup(path)
        return source.slice(span) if source is not None else ""

    def call(self, site: Site) -> Call:
        if site.span not in self.resolved:
            self.resolved[site.span] = site.resolve()
        return self.resolved[site.span]

    # calls

    def calls(self) -> list[Found]:
        """What the calls of all SDKs send."""
        found: list[Found] = []
        for site in self.sites:
            for sdk, sending in sendings_at(site, self.packages, self.language):
                call = self.call(site)
                if not is_sending(call, sending):
                    continue
                made = list(self.sent(site, call, sdk, sending))
                found += made
                if made:
                    break
        return found

    def sent(self, site: Site, call: Call, sdk: Sdk, sending: Sending) -> Iterator[Found]:
        target = "" if site.target in _SAYS_NOTHING else site.target
        name = site.inside or target or ".".join(sending.callees[0].split(".")[-2:])
        if not sending.each:
            one = self.prompt(call, call, sdk, sending, name)
            if one is not None:
                yield one
            return
        for group, _ in lead(call, sending.each):
            for item in group.items if isinstance(group, Items) else ():
                one = self.prompt(item, call, sdk, sending, name)
                if one is not None:
                    yield one

    def prompt(self, root: Value, call: Call, sdk: Sdk, sending: Sending, name: str) -> Found | None:
        settings = settings_of(root, sending.declares, self.written)
        models = True
        if sending.chained and sdk.chains is not None:
            linked = self.linked(_linked(call.receiver), sdk.chains)
            settings = over(settings, linked)
            models = linked.model is not None
        template = self.template(root, sending)
        spoken: list[Said] = []
        keys: list[tuple[int, Span]] = []
        for slot in sending.slots:
            # a language that the call names goes before the usual one
            filled = replace(slot, template=template or slot.template, text=slot.text and models)
            for value, entry in lead(root, slot.at):
                if slot.at.isdigit() and isinstance(value, Record):
                    continue  # the variables of a chain, or the keywords themselves
                spoken += said(value, filled, self.source.path, self.written)
                if entry is not None and value.path == self.source.path and entry.key_span.end <= value.span.start:
                    keys.append((entry.key_span.start, value.span))
        if sending.joined is not None and spoken:
            spoken = [joined(spoken, self.source.path, sending.joined)]
        if not spoken or not (settings.model or any(_has_text(each.message) for each in spoken)):
            return None
        declared = self.declared(root, sending, spoken)
        whole = root.span if root.path == self.source.path else call.span
        made = Prompt(
            "",
            Location(self.source.path, whole),
            tuple(each.message for each in spoken),
            declared,
            settings,
            sending.kind,
        )
        result = self.found(made, name, whole, spoken, keys)
        if any(slot.at.startswith("self.") for slot in sending.slots) and isinstance(call.receiver, Call):
            result.made_by = call.receiver.span
        return result

    def found(
        self, prompt: Prompt, name: str, whole: Span, spoken: Sequence[Said], keys: Iterable[tuple[int, Span]]
    ) -> Found:
        places = frozenset(place for each in spoken if each.text is not None for place in texts.places(each.text))
        result = Found(prompt, name, whole, places)
        result.extents.append((whole.start, whole))
        result.extents += keys
        for each in spoken:
            result.problems += _problems(each, prompt.location)
        for each in (one for whole_message in spoken for one in (whole_message, *whole_message.blocks)):
            if each.path == self.source.path:
                result.extents.append((each.whole.start, each.whole))
            if each.text is not None and each.text.path == self.source.path:
                result.extents.append((each.text.span.start, each.text.span))
                if each.text.definition is not None:
                    result.extents.append((each.text.definition.start, each.text.definition))
        return result

    @staticmethod
    def template(root: Value, sending: Sending) -> str | None:
        """The template language that a call names."""
        for path in sending.template_at:
            for value, _ in lead(root, path):
                name = texts.constant(value)
                if name is not None:
                    return _LANGUAGES.get(name, "none")
        return None

    def declared(self, root: Value, sending: Sending, spoken: Sequence[Said]) -> tuple[Declaration, ...] | None:
        """The variables that the call declares, or those that it gives to the only text."""
        found: dict[str, Declaration] = {}
        told = False
        for path in sending.variables:
            for value, _ in lead(root, path):
                if not isinstance(value, Items | Record) or not value.complete:
                    return None
                told = True
                for name, where in _names(value):
                    if name is None:
                        return None
                    found.setdefault(name, Declaration(name, where))
        messages = [each.message for each in spoken]
        if told:
            # where the program fills in texts itself, it may use the variables there by other names
            known = not any(each.text is not None and texts.has_holes(each.text) for each in spoken)
            return without_hidden(found.values(), messages) if known else None
        text = spoken[0].text
        if len(spoken) > 1 or text is None or text.given is None or not texts.names_all(text):
            return None
        return tuple(Declaration(each.name, Location(text.path, each.span)) for each in text.given)

    # chains of templates and models

    def chain(self, found: Sequence[Found]) -> None:
        """Give templates the settings of the models that they are chained with."""
        for sdk in sdks():
            if sdk.chains is None or self.language not in sdk.languages or not imports(self.packages, sdk.packages):
                continue
            for site in self.sites:
                if not ends_with(site.callee, sdk.chains.callees):
                    continue
                call = self.call(site)
                linked = list(_linked(call.receiver))
                for path in sdk.chains.parts:
                    linked += (each for value, _ in lead(call, path) for each in _linked(value))
                spans = {each.span for each in linked if each.path == self.source.path}
                settings: Settings | None = None
                for each in found:
                    if each.whole in spans and each.whole != call.span:
                        if settings is None:
                            settings = self.linked(linked, sdk.chains)
                        each.prompt = replace(each.prompt, settings=over(each.prompt.settings, settings))

    def linked(self, calls: Iterable[Call], chains: Chains) -> Settings:
        """The settings of the only model in a chain, and of the schema that its answer is held to."""
        calls = list(calls)
        schema = Settings()
        models: list[Settings] = []
        for each in calls:
            if ends_with(each.callee, chains.structured):
                answer = Declares((), (), (), ("0", "schema"), ())
                schema = over(schema, settings_of(each, answer, self.written))
                continue
            settings = settings_of(each, chains.declares, self.written)
            if settings.model is not None:
                models.append(settings)
        return over(models[0], schema) if len(models) == 1 else schema

    # what is no call

    def of_signatures(self) -> list[Found]:
        """The classes that are prompts."""
        found: list[Found] = []
        for sdk in sdks():
            if sdk.signatures and imports(self.packages, sdk.packages):
                for each in self.module.classes:
                    if ends_with_any(each.bases, sdk.signatures):
                        spoken = list(signatures.said(each, self.source.path, self.written))
                        if any(_has_text(one.message) for one in spoken):
                            prompt = Prompt("", Location(each.path, each.span), tuple(one.message for one in spoken))
                            found.append(self.found(prompt, each.name, each.span, spoken, ()))
        return found

    def of_constants(self, found: Sequence[Found]) -> list[Found]:
        """The constants that are prompts and that none of the calls sends."""
        used = {place for each in found for place in each.places}
        made: list[Found] = []
        for each in constants.prompts(self.module, self.source.path, used):
            message, scan = texts.message(each.role, each.constant.value, self.source.path, each.template)
            whole = each.constant.statement
            speech = Said(message, scan.problems, each.constant.value, whole, self.source.path)
            given = each.constant.value.given
            declared = None
            if given is not None and texts.names_all(each.constant.value):
                declared = tuple(Declaration(one.name, Location(self.source.path, one.span)) for one in given)
            prompt = Prompt("", Location(self.source.path, whole), (message,), declared)
            made.append(self.found(prompt, each.constant.name, whole, [speech], ()))
        return made


def ends_with_any(names: Iterable[str], wanted: Sequence[str]) -> bool:
    """Whether one of the names has one of the wanted as its last names."""
    return any(ends_with(name, wanted) for name in names)


def _has_text(message: Message) -> bool:
    return bool(message.literal.strip())


def _problems(each: Said, fallback: Location) -> Iterator[Problem]:
    message = each.scanned or each.message
    for problem in each.problems:
        related = tuple(
            Related(place, text) for span, text in problem.related if (place := message.locate(span)) is not None
        )
        place = message.locate(problem.span) or fallback
        yield Problem(problem.rule, place, problem.detail, related=related)


def _names(value: Items | Record) -> Iterator[tuple[str | None, Location]]:
    if isinstance(value, Record):
        for entry in value.entries:
            yield entry.key, Location(value.path, entry.key_span)
    else:
        for item in value.items:
            yield texts.constant(item), Location(item.path, item.span)


def _linked(value: Value | None) -> Iterator[Call]:
    """The calls that are chained in a value: ``prompt | llm``, ``prompt.pipe(llm)``, ``llm.with_structured_output(...)``."""
    waiting = [value]
    seen = 0
    while waiting and seen < 100:
        each = waiting.pop()
        seen += 1
        if isinstance(each, Binary):
            waiting += [each.left, each.right]
        elif isinstance(each, Call):
            yield each
            waiting.append(each.receiver)
            if ends_with(each.callee, ("pipe", "from", "RunnableSequence")):
                waiting += each.arguments
        elif isinstance(each, Items):
            waiting += each.items
        elif isinstance(each, Record):
            waiting += [entry.value for entry in each.entries]
