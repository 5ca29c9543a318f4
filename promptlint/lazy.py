"""Dataclasses, regular expressions and attributes whose making waits for their first use.

The methods of a dataclass take about 0.4 ms to make and an expression up to 1 ms to compile, and of the hundreds of each that
promptlint has, a short run needs a few. `dataclass` and `regex` stand for those of the standard library and do the same, only
later.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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

_MISSING: Final = dataclasses.MISSING
_FIELDS: Final = "__dataclass_fields__"
_FIRST: Final = 12
"""Objects that are made one by one before it is worth compiling how."""
_ORDER: Final = {"__lt__": operator.lt, "__le__": operator.le, "__gt__": operator.gt, "__ge__": operator.ge}


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
    namespace = cls.__dict__
    own = {
        name: (kind, namespace.get(name, _MISSING))
        for name, kind in cls.__annotations__.items()
        if not kind.startswith("ClassVar")
    }
    shape = _Shape(own, kw_only)
    methods = _methods(shape, frozen=frozen, eq=eq, order=order, slots=slots)
    for name in methods.keys() & namespace.keys():
        if name != "__hash__" or namespace[name] is not None:  # which a class with an __eq__ gets by itself
            del methods[name]
    if slots:
        cls = _slotted(cls, own, methods)
    else:
        for name, (_, value) in own.items():
            if isinstance(value, dataclasses.Field):
                if value.default is _MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, value.default)
        for name, method in methods.items():
            setattr(cls, name, method)
    shape.cls = cls
    return cls


def _slotted(cls: type, own: Iterable[str], methods: Mapping[str, Any]) -> type:
    """The same class with its methods and with slots for its fields, which can only be had by making it anew."""
    inherited = {slot for base in cls.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
    dropped = {"__dict__", "__weakref__", *own}
    namespace = {name: value for name, value in cls.__dict__.items() if name not in dropped}
    namespace |= methods
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


class _Part:
    """What the methods of a class have to know of one of its fields."""

    __slots__ = ("compare", "default", "factory", "hash", "init", "kind", "kw_only", "repr", "value")

    def __init__(self, kind: Any, value: Any, kw_only: bool) -> None:
        self.kind, self.value = kind, value
        if isinstance(value, dataclasses.Field):
            self.default, self.factory = value.default, value.default_factory
            self.init, self.repr, self.compare = value.init, value.repr, value.compare
            self.hash = value.compare if value.hash is None else value.hash
            self.kw_only = kw_only if value.kw_only is _MISSING else value.kw_only
        else:
            self.default, self.factory = value, _MISSING
            self.init = self.repr = self.compare = self.hash = True
            self.kw_only = kw_only

    def field(self, name: str) -> dataclasses.Field[Any]:
        """The field as `dataclasses` knows it."""
        made: Any = self.value if isinstance(self.value, dataclasses.Field) else dataclasses.field(default=self.value)
        made.name, made.type, made.kw_only = name, self.kind, self.kw_only
        made._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001
        return cast("dataclasses.Field[Any]", made)


class _Shape:
    """What a class is made of, found out when it is asked for: of most classes a run needs nothing but the name."""

    cls: type
    """Set as soon as there is one."""

    def __init__(self, own: Mapping[str, tuple[Any, Any]], kw_only: bool) -> None:
        self._own = own
        self._kw_only = kw_only

    @_Attribute
    def parts(self) -> dict[str, _Part]:
        """The fields, those of the classes that it is derived from first."""
        inherited = {
            name: _Part(each.type, each, each.kw_only)
            for base in self.cls.__mro__[:0:-1]
            if _FIELDS in base.__dict__
            for name, each in getattr(base, _FIELDS).items()
        }
        return inherited | {name: _Part(kind, value, self._kw_only) for name, (kind, value) in self._own.items()}

    @_Attribute
    def positional(self) -> tuple[str, ...]:
        """The fields that need no name in a call."""
        return tuple(name for name, part in self.parts.items() if part.init and not part.kw_only)

    @_Attribute
    def fields(self) -> dict[str, dataclasses.Field[Any]]:
        """What `dataclasses` calls the fields of a class."""
        return {name: part.field(name) for name, part in self.parts.items()}

    @_Attribute
    def compared(self) -> Callable[[Any], Any]:
        """Gives the values by which objects are compared."""
        return _getter([name for name, part in self.parts.items() if part.compare])

    @_Attribute
    def hashed(self) -> Callable[[Any], Any]:
        """Gives the values that are hashed."""
        return _getter([name for name, part in self.parts.items() if part.hash])

    @_Attribute
    def shown(self) -> list[str]:
        """The fields that can be seen."""
        return [name for name, part in self.parts.items() if part.repr]

    @_Attribute
    def finishes(self) -> bool:
        """Whether the class has something to do when the fields are set."""
        return hasattr(self.cls, "__post_init__")


def _getter(names: Sequence[str]) -> Callable[[Any], Any]:
    return operator.attrgetter(*names) if len(names) > 1 else lambda each: tuple(getattr(each, name) for name in names)


class _Told:
    """An attribute of a class that tells something of its shape, from the first time that it is asked for."""

    def __init__(self, name: str, shape: _Shape, tell: str) -> None:
        self._name = name
        self._shape = shape
        self._tell = tell

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        told = getattr(self._shape, self._tell)
        setattr(self._shape.cls, self._name, told)
        return told


def _methods(shape: _Shape, *, frozen: bool, eq: bool, order: bool, slots: bool) -> dict[str, Any]:
    """What a class gets."""

    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shape.shown)})"

    methods: dict[str, Any] = {
        _FIELDS: _Told(_FIELDS, shape, "fields"),
        "__match_args__": _Told("__match_args__", shape, "positional"),
        "__init__": _first_init(shape),
        "__repr__": __repr__,
    }
    if order:
        methods |= {name: _comparison(compare, shape) for name, compare in _ORDER.items()}
    if eq:
        methods["__eq__"] = _comparison(operator.eq, shape)
        methods["__hash__"] = (lambda self: hash(shape.hashed(self))) if frozen else None
    if frozen:
        methods["__setattr__"], methods["__delattr__"] = _refusals(shape)
        if slots:  # as pickle and copy would set the attributes
            methods["__getstate__"] = lambda self: [getattr(self, name) for name in shape.parts]
            methods["__setstate__"] = _set_state(shape)
    return methods


def _first_init(shape: _Shape) -> Callable[..., None]:
    """An ``__init__`` that sets the fields of the first few objects one by one, then puts a compiled one in its place.

    Calls that are wrong are left to the compiled one, too, which raises what Python raises.
    """
    left = _FIRST

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        nonlocal left
        left -= 1
        if left < 0 or not _set(self, shape, arguments, named):
            shape.cls.__init__ = init = _init(shape)  # type: ignore[misc]
            init(self, *arguments, **named)
        elif shape.finishes:
            self.__post_init__()

    return __init__


def _set(made: Any, shape: _Shape, arguments: Sequence[Any], named: Mapping[str, Any]) -> bool:
    """Set the fields of an object; False: it was called in a wrong way."""
    given = dict(zip(shape.positional, arguments, strict=False))
    given.update(named)
    if len(given) != len(arguments) + len(named):  # too many, or one twice
        return False
    used = 0
    for name, part in shape.parts.items():
        if part.init and name in given:
            value = given[name]
            used += 1
        elif part.default is not _MISSING:
            value = part.default
        elif part.factory is not _MISSING:
            value = part.factory()
        elif part.init:
            return False
        else:
            continue
        object.__setattr__(made, name, value)
    return used == len(given)


def _init(shape: _Shape) -> Callable[..., None]:
    """The ``__init__`` of a class."""
    names: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": _MISSING}
    is_open = cast("Any", shape.cls).__setattr__ is object.__setattr__
    positional, named, body = ["self"], list[str](), list[str]()
    for name, part in shape.parts.items():
        value = name
        if part.factory is not _MISSING:
            names[f"_make_{name}"] = part.factory
            value = f"_make_{name}() if {name} is _MISSING else {name}" if part.init else f"_make_{name}()"
        elif part.default is not _MISSING:
            names[f"_default_{name}"] = part.default
            value = name if part.init else f"_default_{name}"
        elif not part.init:
            continue
        slot = shape.cls.__dict__.get(name)
        if is_open:
            body.append(f" self.{name} = {value}")
        elif type(slot) is MemberDescriptorType:  # the fastest way to set what is frozen
            names[f"_set_{name}"] = slot.__set__
            body.append(f" _set_{name}(self, {value})")
        elif any(type(vars(base).get(name)) is MemberDescriptorType for base in shape.cls.__mro__):
            body.append(f" _set(self, {name!r}, {value})")
        else:
            body.append(f" _own[{name!r}] = {value}")
        if part.init:
            default = (
                "=_MISSING" if f"_make_{name}" in names else f"=_default_{name}" if f"_default_{name}" in names else ""
            )
            (named if part.kw_only else positional).append(name + default)
    if any(line.startswith(" _own") for line in body):
        body.insert(0, " _own = self.__dict__")
    if shape.finishes:
        body.append(" self.__post_init__()")
    parameters = ", ".join([*positional, "*", *named] if named else positional)
    exec(f"def __init__({parameters}):\n" + "\n".join(body or [" pass"]), names)  # noqa: S102  # as dataclasses does it
    init = cast("Callable[..., None]", names["__init__"])
    init.__qualname__ = f"{shape.cls.__qualname__}.__init__"
    return init


def _comparison(compare: Callable[[Any, Any], bool], shape: _Shape) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = shape.compared
        return compare(values(self), values(other))

    return method


def _refusals(shape: _Shape) -> tuple[Callable[[Any, str, Any], None], Callable[[Any, str], None]]:
    """What a frozen class does when an attribute is set or deleted. Classes derived from it may have others of their own."""

    def __setattr__(self: Any, name: str, value: Any) -> None:  # noqa: N807
        if type(self) is shape.cls or name in shape.parts:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(shape.cls, self).__setattr__(name, value)  # type: ignore[arg-type]

    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is shape.cls or name in shape.parts:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(shape.cls, self).__delattr__(name)  # type: ignore[arg-type]

    return __setattr__, __delattr__


def _set_state(shape: _Shape) -> Callable[[Any, list[Any]], None]:
    def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
        for name, value in zip(shape.parts, state, strict=True):
            object.__setattr__(self, name, value)

    return __setstate__


if TYPE_CHECKING:
    from dataclasses import dataclass
    from functools import cached_property as attribute
else:
    attribute = _Attribute
    dataclass = _dataclass
