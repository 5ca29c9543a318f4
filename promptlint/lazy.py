"""Dataclasses, regular expressions and attributes whose making waits for their first use.

The methods of a dataclass take about 0.4 ms to make and an expression up to 1 ms to compile, and of the hundreds of each that
promptlint has, a short run needs a few. `dataclass` and `regex` stand for those of the standard library and do the same, only
later.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from promptlint.expressions import Expressions

__all__ = ["attribute", "compiled", "dataclass", "keep", "regex"]


# -- regular expressions ----------------------------------------------------------------------------------------------

_expressions: Expressions | None = None


class _Regex:
    """An expression that is compiled when something of the compiled one is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked for by copy, pickle and the like
            raise AttributeError(name)
        # What is found is kept as the instance's own, so that the next call does not come here.
        found = self.__dict__[name] = getattr(compiled(self.pattern, self._flags), name)
        return found

    def __reduce__(self) -> tuple[Callable[..., re.Pattern[str]], tuple[str, int]]:
        return regex, (self.pattern, self._flags)

    def __repr__(self) -> str:
        return f"regex({self.pattern!r}, {self._flags})"


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, without the work where it was done before (see `promptlint.expressions`)."""
    global _expressions  # noqa: PLW0603  # one for the process
    if _expressions is None:
        from promptlint.expressions import Expressions, place

        _expressions = Expressions(place())
    return _expressions.compiled(pattern, flags)


def keep() -> None:
    """Keep what was compiled for the next process."""
    if _expressions is not None:
        _expressions.keep()


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but the pattern is compiled, and a mistake in it raised, by the first use."""
    return cast("re.Pattern[str]", _Regex(pattern, flags))


# -- attributes -------------------------------------------------------------------------------------------------------


class _Attribute:
    """`functools.cached_property` without its lock, which takes longer than most of what is found out about a sentence."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._function(instance)
        return found


# -- dataclasses ------------------------------------------------------------------------------------------------------

_Fields = Mapping[str, "dataclasses.Field[Any]"]
_MISSING: Final = dataclasses.MISSING
_FIRST: Final = 12
"""Objects that are made one by one before it is worth compiling how."""
_ORDER: Final = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}


def _dataclass(
    cls: type | None = None,
    /,
    *,
    frozen: bool = False,
    eq: bool = True,
    order: bool = False,
    slots: bool = False,
    kw_only: bool = False,
) -> Any:
    """`dataclasses.dataclass` for modules whose annotations are text, without InitVar."""

    def decorated(cls: type) -> type:
        return _decorated(cls, frozen=frozen, eq=eq, order=order, slots=slots, kw_only=kw_only)

    return decorated if cls is None else decorated(cls)


def _decorated(cls: type, *, frozen: bool, eq: bool, order: bool, slots: bool, kw_only: bool) -> type:
    own = {
        name: _field(cls, name, kind, kw_only)
        for name, kind in cls.__annotations__.items()
        if not kind.startswith("ClassVar")
    }
    fields = {
        name: each
        for base in cls.__mro__[:0:-1]
        for name, each in base.__dict__.get("__dataclass_fields__", {}).items()
    } | own
    written = set(cls.__dict__)
    if cls.__dict__.get("__hash__", _MISSING) is None:  # which a class with an __eq__ gets by itself
        written.discard("__hash__")
    if slots:
        cls = _slotted(cls, own)
    else:
        for name, each in own.items():
            if each.default is not _MISSING:
                setattr(cls, name, each.default)
            elif name in written:
                delattr(cls, name)
    methods: dict[str, Any] = {
        "__dataclass_fields__": fields,
        "__match_args__": tuple(name for name, each in fields.items() if each.init and not each.kw_only),
        "__init__": _first_init(cls, fields),
        "__repr__": _repr(fields),
    }
    values = _getter(name for name, each in fields.items() if each.compare)
    if order:
        methods |= {f"__{name}__": _comparison(compare, values) for name, compare in _ORDER.items()}
    if eq:
        hashed = _getter(name for name, each in fields.items() if (each.compare if each.hash is None else each.hash))
        methods["__eq__"] = _comparison(operator.eq, values)
        methods["__hash__"] = (lambda self: hash(hashed(self))) if frozen else None
    if frozen:
        methods["__setattr__"], methods["__delattr__"] = _refusals(cls, fields)
        if slots:  # as pickle and copy would set the attributes
            methods["__getstate__"] = lambda self: [getattr(self, name) for name in fields]
            methods["__setstate__"] = _set_state(fields)
    for name, method in methods.items():
        if name not in written:
            setattr(cls, name, method)
    return cls


def _field(cls: type, name: str, kind: Any, kw_only: bool) -> dataclasses.Field[Any]:
    value = cls.__dict__.get(name, _MISSING)
    found: Any = value if isinstance(value, dataclasses.Field) else dataclasses.field(default=value)
    found.name, found.type = name, kind
    found._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001
    if found.kw_only is _MISSING:
        found.kw_only = kw_only
    return cast("dataclasses.Field[Any]", found)


def _slotted(cls: type, own: _Fields) -> type:
    """The same class with slots for its fields, which can only be had by making it anew."""
    inherited = {slot for base in cls.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
    dropped = {"__dict__", "__weakref__", *own}
    namespace = {name: value for name, value in cls.__dict__.items() if name not in dropped}
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


def _getter(names: Any) -> Callable[[Any], Any]:
    names = tuple(names)
    return operator.attrgetter(*names) if len(names) > 1 else lambda each: tuple(getattr(each, name) for name in names)


def _first_init(cls: type, fields: _Fields) -> Callable[..., None]:
    """An ``__init__`` that sets the fields of the first few objects one by one, then puts a compiled one in its place.

    Calls that are wrong are left to the compiled one, too, which raises what Python raises.
    """
    positional = [name for name, each in fields.items() if each.init and not each.kw_only]
    finishes = hasattr(cls, "__post_init__")
    left = _FIRST

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        nonlocal left
        left -= 1
        if left < 0 or not _set(self, fields, arguments, dict(zip(positional, arguments, strict=False)), named):
            cls.__init__ = init = _init(cls, fields)  # type: ignore[misc]
            init(self, *arguments, **named)
        elif finishes:
            self.__post_init__()

    return __init__


def _set(made: Any, fields: _Fields, arguments: Sequence[Any], given: dict[str, Any], named: Mapping[str, Any]) -> bool:
    """Set the fields of an object: `arguments` are those in `given`; False: it was called in a wrong way."""
    given.update(named)
    if len(given) != len(arguments) + len(named):  # too many, or one twice
        return False
    used = 0
    for name, each in fields.items():
        if each.init and name in given:
            value = given[name]
            used += 1
        elif each.default is not _MISSING:
            value = each.default
        elif each.default_factory is not _MISSING:
            value = each.default_factory()
        elif each.init:
            return False
        else:
            continue
        object.__setattr__(made, name, value)
    return used == len(given)


def _init(cls: type, fields: _Fields) -> Callable[..., None]:
    """The ``__init__`` of a class with these fields."""
    names: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": _MISSING}
    positional, named, body = ["self"], list[str](), list[str]()
    for name, each in fields.items():
        value = name
        if each.default_factory is not _MISSING:
            names[f"_make_{name}"] = each.default_factory
            value = f"_make_{name}() if {name} is _MISSING else {name}" if each.init else f"_make_{name}()"
        elif each.default is not _MISSING:
            names[f"_default_{name}"] = each.default
            value = name if each.init else f"_default_{name}"
        elif not each.init:
            continue
        slot = cls.__dict__.get(name)
        if type(slot) is MemberDescriptorType:  # the fastest way to set what is frozen
            names[f"_set_{name}"] = slot.__set__
            body.append(f" _set_{name}(self, {value})")
        else:
            body.append(f" _set(self, {name!r}, {value})")
        if each.init:
            default = (
                "=_MISSING" if f"_make_{name}" in names else f"=_default_{name}" if f"_default_{name}" in names else ""
            )
            (named if each.kw_only else positional).append(name + default)
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    parameters = ", ".join([*positional, "*", *named] if named else positional)
    exec(f"def __init__({parameters}):\n" + "\n".join(body or [" pass"]), names)  # noqa: S102  # as dataclasses does it
    init = cast("Callable[..., None]", names["__init__"])
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _repr(fields: _Fields) -> Callable[[Any], str]:
    names = [name for name, each in fields.items() if each.repr]

    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _comparison(compare: Callable[[Any, Any], bool], values: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compare(values(self), values(other))

    return method


def _refusals(cls: type, fields: _Fields) -> tuple[Callable[[Any, str, Any], None], Callable[[Any, str], None]]:
    """What a frozen class does when an attribute is set or deleted. Classes derived from it may have others of their own."""

    def __setattr__(self: Any, name: str, value: Any) -> None:  # noqa: N807
        if type(self) is cls or name in fields:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)  # type: ignore[arg-type]

    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is cls or name in fields:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)  # type: ignore[arg-type]

    return __setattr__, __delattr__


def _set_state(fields: _Fields) -> Callable[[Any, list[Any]], None]:
    def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
        for name, value in zip(fields, state, strict=True):
            object.__setattr__(self, name, value)

    return __setstate__


if TYPE_CHECKING:
    from dataclasses import dataclass
    from functools import cached_property as attribute
else:
    attribute = _Attribute
    dataclass = _dataclass
