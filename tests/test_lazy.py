"""What is made later is the same as what the standard library makes at once."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, field
from typing import ClassVar

import pytest

from promptlint import lazy
from promptlint.lazy import _FIRST, regex

MAKERS = {"standard": dataclasses.dataclass, "lazy": lazy.dataclass}


@pytest.fixture(params=list(MAKERS))
def dataclass(request):
    """Every test runs with both, so that it says what the standard library does."""
    return MAKERS[request.param]


@pytest.fixture(params=[1, _FIRST + 2], ids=["first", "later"])
def repeated(request):
    """Calls once, or so often that the compiled method answers in the end."""

    def call(make, *arguments, **named):
        for _ in range(request.param):
            made = make(*arguments, **named)
        return made

    return call


def shapes(dataclass):
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2
        tags: list[str] = field(default_factory=list, compare=False, repr=False)
        kind: ClassVar[str] = "point"

    @dataclass(frozen=True, slots=True)
    class Named(Point):
        name: str = field(kw_only=True)
        secret: str = field(default="s", init=False)

    return Point, Named


def test_construction(dataclass, repeated):
    point, named = shapes(dataclass)
    assert dataclasses.astuple(repeated(point, 1)) == (1, 2, [])
    assert dataclasses.astuple(repeated(point, 1, y=3, tags=["a"])) == (1, 3, ["a"])
    assert dataclasses.astuple(repeated(named, 1, 5, name="n")) == (1, 5, [], "n", "s")
    assert point(1).tags is not point(1).tags
    assert point.kind == "point"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((1,), {"kind": "p"})],
)
def test_wrong_calls(dataclass, arguments, named):
    point, _ = shapes(dataclass)
    for _ in range(_FIRST + 2):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            point(*arguments, **named)


def test_what_is_said_of_a_class(dataclass):
    point, named = shapes(dataclass)
    assert [each.name for each in dataclasses.fields(named)] == ["x", "y", "tags", "name", "secret"]
    assert dataclasses.is_dataclass(point)
    assert (point.__match_args__, named.__match_args__) == (("x", "y", "tags"), ("x", "y", "tags"))
    assert (point.__slots__, named.__slots__) == (("x", "y", "tags"), ("name", "secret"))
    assert point.__qualname__.endswith("shapes.<locals>.Point") and not hasattr(point(1), "__dict__")


def test_fields_are_those_of_the_standard_library():
    kinds = ("name", "type", "default", "default_factory", "init", "repr", "hash", "compare", "kw_only", "_field_type")
    said = [
        [[getattr(each, kind) for kind in kinds] for each in dataclasses.fields(made)]
        for maker in MAKERS.values()
        for made in shapes(maker)
    ]
    assert said[:2] == said[2:] and [len(each) for each in said] == [3, 5, 3, 5]


def test_matching(dataclass):
    point, named = shapes(dataclass)
    for made in (point(1, 5), named(1, 5, name="n")):
        match made:
            case point(1, y):
                assert y == 5
            case _:
                pytest.fail("does not match")


def test_a_class_derived_before_anything_was_asked_of_the_other(dataclass):
    @dataclass(kw_only=True)
    class Base:
        a: int = field(default=1, repr=False)
        b: str = "b"

    @dataclass
    class Derived(Base):
        c: int = 0
        b: str = "c"  # in the place of the other

    assert [each.name for each in dataclasses.fields(Derived)] == ["a", "b", "c"]
    assert repr(Derived("x", 3, a=2)).endswith("Derived(b='x', c=3)")
    assert (Derived().b, Base().b, Derived() == Derived(a=2), Base() == Base()) == ("c", "b", False, True)
    assert (Derived.__match_args__, Base.__match_args__) == (("b", "c"), ())


def test_comparison_and_text(dataclass, repeated):
    point, named = shapes(dataclass)
    assert repeated(point, 1) == point(1, tags=["a"]) != point(2)
    assert hash(point(1)) == hash(point(1, tags=["a"])) == hash((1, 2))
    assert (point(1) == named(1, name="n")) is False and point(1) != (1, 2)
    assert repr(point(1)).endswith("Point(x=1, y=2)")
    assert repr(named(1, name="n")).endswith("Named(x=1, y=2, name='n', secret='s')")


def test_replacing_and_copying(dataclass, repeated):
    point, named = shapes(dataclass)
    assert dataclasses.replace(repeated(point, 1), y=7) == point(1, 7)
    assert dataclasses.asdict(named(1, name="n"))["name"] == "n"
    assert copy.copy(named(1, name="n")) == named(1, name="n")
    assert copy.deepcopy(point(1, tags=["a"])).tags == ["a"]
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(named(1, name="n"), secret="x")


def test_frozen(dataclass, repeated):
    point, named = shapes(dataclass)
    for made in (repeated(point, 1), repeated(named, 1, name="n")):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
            made.x = 3
        with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
            del made.x


def test_without_slots(dataclass, repeated):
    @dataclass
    class Open:
        a: int = field(default=1)
        b: dict[str, int] = field(default_factory=dict)

        def __post_init__(self) -> None:
            self.sum = self.a + len(self.b)

    made = repeated(Open, 2)
    assert (made.sum, Open.a, hasattr(Open, "b")) == (2, 1, False)
    made.a = 5
    assert made == Open(5) and Open.__hash__ is None


def test_methods_of_its_own_stay(dataclass, repeated):
    @dataclass(frozen=True)
    class Own:  # noqa: PLW1641  # what comes of that is tested
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    assert repeated(Own, 1) == Own(2) and repr(Own(1)) == "own" and hash(Own(1)) == hash((1,))


def test_identity(dataclass):
    @dataclass(frozen=True, eq=False)
    class Thing:
        a: int

    assert Thing(1) != Thing(1) and len({Thing(1), Thing(1)}) == 2


def test_order(dataclass):
    @dataclass(frozen=True, slots=True, order=True)
    class Span:
        start: int
        end: int

    spans = [Span(2, 3), Span(1, 9), Span(1, 2)]
    assert sorted(spans) == [Span(1, 2), Span(1, 9), Span(2, 3)] and Span(1, 2) <= Span(1, 2) < Span(1, 3) > Span(0, 9)
    with pytest.raises(TypeError, match="not supported"):
        assert Span(1, 2) < (1, 3)


def test_a_class_derived_without_the_decorator(dataclass, repeated):
    point, _ = shapes(dataclass)

    class Labelled(point):
        def __init__(self, label: str) -> None:
            super().__init__(1)
            object.__setattr__(self, "label", label)

    assert repeated(Labelled, "l").label == "l" and Labelled("l").x == 1


@lazy.dataclass(frozen=True, slots=True)
class Pickled:
    a: int
    b: re.Pattern[str] = regex("b+")


def test_pickling():
    made = pickle.loads(pickle.dumps(Pickled(1)))
    assert made.a == 1 and made.b.pattern == "b+" and made.b.search("abb")[0] == "bb"


# -- regular expressions ----------------------------------------------------------------------------------------------


def test_an_expression_is_that_of_re():
    made = regex(r"(?P<word>\w+)(\d)", re.IGNORECASE)
    same = re.compile(r"(?P<word>\w+)(\d)", re.IGNORECASE)
    assert made.search("-ab1").span() == same.search("-ab1").span()
    assert [each.group() for each in made.finditer("a1 b2")] == ["a1", "b2"]
    assert (made.sub("x", "a1 b2"), made.split("a1b", 1)) == (same.sub("x", "a1 b2"), same.split("a1b", 1))
    assert (made.groups, made.groupindex, made.flags, made.pattern) == (
        same.groups,
        same.groupindex,
        same.flags,
        same.pattern,
    )


def test_an_expression_is_compiled_by_its_first_use(monkeypatch):
    compiled = []
    monkeypatch.setattr(lazy, "compiled", lambda *each: compiled.append(each) or re.compile(*each))
    made = regex("x(y)?")
    assert (made.pattern, repr(made), compiled) == ("x(y)?", "regex('x(y)?', 0)", [])
    assert made.match("xy") and made.match("x")
    assert compiled == [("x(y)?", 0)]


def test_a_mistake_is_raised_by_the_first_use():
    made = regex("(")
    with pytest.raises(re.error, match="missing"):
        made.match("")


def test_every_expression_of_the_package_compiles():
    code = (
        "import gc, pkgutil, importlib, promptlint\n"
        "for each in pkgutil.walk_packages(promptlint.__path__, 'promptlint.'):\n"
        "    if not each.name.endswith('__main__') and '.server' not in each.name: importlib.import_module(each.name)\n"
        "from promptlint.lazy import _Regex\n"
        "found = [each for each in gc.get_objects() if isinstance(each, _Regex)]\n"
        "print(len(found), [each.flags for each in found].count(0))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) > 300


class Counted:
    """Has an attribute that says how often it was made."""

    def __init__(self) -> None:
        self.made = 0

    @lazy.attribute
    def value(self) -> int:
        """What it is."""
        self.made += 1
        return 7


def test_an_attribute_is_made_once() -> None:
    counted = Counted()
    assert (counted.made, counted.value, counted.value, counted.made) == (0, 7, 7, 1)


def test_an_attribute_of_a_class_is_itself() -> None:
    assert Counted.value.__doc__ == "What it is."
