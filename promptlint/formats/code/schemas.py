"""Schemas of answers that programs declare as classes, with zod, or as a dictionary, as JSON Schema whose parts know their places.

What is only known at run time allows everything (``{}``), so that no rule holds the schema against a prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from promptlint.formats._schemas import Converted, Path
from promptlint.formats.code.texts import constant
from promptlint.formats.code.values import (
    Binary,
    Call,
    Class,
    Field,
    Items,
    Name,
    Record,
    Scalar,
    Subscript,
    Text,
    Value,
)
from promptlint.source import Location, Span

__all__ = ["data_of", "last_name", "schema_of"]

_DEEPEST = 20
"""Classes that hold each other are followed so far."""

_TYPES = {
    "str": "string",
    "string": "string",
    "EmailStr": "string",
    "AnyUrl": "string",
    "HttpUrl": "string",
    "UUID": "string",
    "datetime": "string",
    "date": "string",
    "time": "string",
    "bytes": "string",
    "int": "integer",
    "PositiveInt": "integer",
    "NonNegativeInt": "integer",
    "float": "number",
    "Decimal": "number",
    "bool": "boolean",
    "list": "array",
    "List": "array",
    "dict": "object",
    "Dict": "object",
    "None": "null",
}
_LISTS = frozenset(
    (
        "list", "List", "Sequence", "Iterable", "Iterator", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple",
        "conlist", "Generator", "AsyncIterable",
    )
)  # fmt: skip
_MAPS = frozenset(("dict", "Dict", "Mapping", "MutableMapping", "defaultdict"))
_INSIDE = frozenset(
    ("Annotated", "Partial", "Maybe", "Required", "Final", "ClassVar", "Type", "type", "SkipValidation")
)
_ENUMS = frozenset(("Enum", "StrEnum", "IntEnum"))
_WRAPPERS = frozenset(
    (
        "object", "zodResponseFormat", "zodTextFormat", "zodSchema", "jsonSchema", "zodToJsonSchema", "toJsonSchema",
        "toJSONSchema", "zodFunction", "zodOutputFormat", "jsonSchemaOutputFormat", "betaZodOutputFormat",
        "ToolStrategy", "ProviderStrategy", "NativeOutput", "ToolOutput", "PromptedOutput", "TypeAdapter",
        "type_to_response_format_param", "ResponseSchema",
    )
)  # fmt: skip
"""Functions that take a schema and give it in another form."""
_METHODS = frozenset(("model_json_schema", "schema", "json_schema", "schema_json", "from_response_schema"))
"""Functions of a class that give its schema."""
_FORMATS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "pattern": "pattern",
}


def last_name(dotted: str) -> str:
    """The last of the names in a dotted name."""
    return dotted.removesuffix("()").rpartition(".")[2]


def schema_of(value: Value) -> Converted | None:
    """The JSON Schema that a value is or stands for; None where it is none, or nothing can be told about it."""
    maker = _Maker()
    schema = maker.schema(value, ())
    return Converted(schema, maker.places) if schema else None


def data_of(value: Value, places: dict[Path, Location], path: Path = ()) -> object:
    """A literal value as plain data, with the places of what is in it; names and calls as how they are written or called."""
    places[path] = Location(value.path, value.span)
    match value:
        case Text():
            return "".join(piece.text for piece in value.pieces)
        case Scalar():
            return value.value
        case Items():
            return [data_of(item, places, (*path, index)) for index, item in enumerate(value.items)]
        case Record():
            return {entry.key: data_of(entry.value, places, (*path, entry.key)) for entry in value.entries}
        case Name():
            return value.text
        case Class():
            return value.name
        case Call():
            return value.callee
        case Subscript():
            return value.base
        case Binary():
            return data_of(value.left, places, path)


Schema = dict[str, object]


class _Maker:
    def __init__(self) -> None:
        self.places: dict[Path, Location] = {}
        self.around: list[Span] = []

    def place(self, path: Path, where: Value) -> None:
        self.places.setdefault(path, Location(where.path, where.span))

    def schema(self, value: Value, path: Path) -> Schema:
        self.place(path, value)
        match value:
            case Class():
                return self.of_class(value, path)
            case Record():
                return self.of_record(value, path)
            case Call():
                return self.of_call(value, path)
            case Subscript():
                return self.of_subscript(value, path)
            case Binary():
                return self.union((value.left, value.right), path)
            case Scalar(value=None):
                return {"type": "null"}
            case Name():
                named = _TYPES.get(last_name(value.text))
                return {"type": named} if named else {}
            case _:
                return {}

    # classes of Python

    def of_class(self, value: Class, path: Path) -> Schema:
        if value.span in self.around or len(self.around) >= _DEEPEST:
            return {}
        if any(last_name(base) in _ENUMS for base in value.bases):
            return self.enum([each.default for each in value.fields])
        self.around.append(value.span)
        properties: Schema = {}
        required: list[str] = []
        for each in value.fields:
            if _is_left_out(each):
                continue
            properties[each.name] = self.field(each, (*path, "properties", each.name), value)
            if _is_required(each):
                required.append(each.name)
        self.around.pop()
        if not properties and not _holds_fields(value):
            return {}
        found: Schema = {"type": "object", "properties": properties}
        described = constant(value.doc)
        if described is not None and described.strip():
            found["description"] = " ".join(described.split())
        if required:
            found["required"] = required
        return found

    def field(self, field: Field, path: Path, owner: Class) -> Schema:
        self.places[path] = Location(owner.path, field.name_span)
        found = self.schema(field.annotation, path) if field.annotation is not None else {}
        says = [field.default] if isinstance(field.default, Call) else []
        if isinstance(field.annotation, Subscript) and last_name(field.annotation.base) == "Annotated":
            says += [item for item in field.annotation.items[1:] if isinstance(item, Call)]
            told = next((text for item in field.annotation.items[1:] if (text := constant(item)) is not None), None)
            if told is not None:
                found["description"] = told
        for each in says:
            self.constrain(found, each.keywords, path)
        return found

    def constrain(self, found: Schema, keywords: Record, path: Path) -> None:
        """What ``Field(description=..., max_length=...)`` adds."""
        entry = keywords.get("description")
        described = constant(entry.value) if entry is not None else None
        if entry is not None and described is not None:
            found["description"] = described
            self.place((*path, "description"), entry.value)
        renamed: dict[str, tuple[str, ...]]
        if found.get("type") == "array":
            renamed = {"minItems": ("min_items", "min_length"), "maxItems": ("max_items", "max_length")}
        else:
            renamed = {name: (key,) for name, key in _FORMATS.items()}
        for name, keys in renamed.items():
            for key in keys:
                entry = keywords.get(key)
                if entry is not None and isinstance(entry.value, Scalar) and entry.value.value is not None:
                    found[name] = entry.value.value
                    self.place((*path, name), entry.value)

    def of_subscript(self, value: Subscript, path: Path) -> Schema:
        base = last_name(value.base)
        if base == "Optional":
            return self.union((*value.items, None), path)
        if base == "Union":
            return self.union(value.items, path)
        if base == "Literal":
            return self.enum(value.items)
        if base in _LISTS:
            return {"type": "array", "items": self.schema(value.items[0], (*path, "items"))} if value.items else {}
        if base in _MAPS:
            return {"type": "object"}
        own = _own_schema(value)
        if own is not None:
            return self.schema(own, path)
        if base in _INSIDE or base.startswith(("NotRequired", "ReadOnly")):
            return self.schema(value.items[0], path) if value.items else {}
        return {}

    def union(self, values: Sequence[Value | None], path: Path) -> Schema:
        flat: list[Value | None] = []
        for value in values:
            flat += [value.left, value.right] if isinstance(value, Binary) else [value]
        flat = [value for value in flat if not _is_skipped(value)]
        known = [value for value in flat if value is not None and not _is_null(value)]
        nullable = len(known) < len(flat)
        if len(known) == 1:
            found = self.schema(known[0], path)
            if nullable:
                _allow_null(found)
            return found
        options: list[object] = [self.schema(each, (*path, "anyOf", index)) for index, each in enumerate(known)]
        if nullable:
            options.append({"type": "null"})
        return {"anyOf": options} if options else {}

    @staticmethod
    def enum(values: Sequence[Value | None]) -> Schema:
        """A choice of constants; of one that is not known nothing can be told."""
        found: list[object] = []
        for value in values:
            held = value.value if isinstance(value, Scalar) else constant(value)
            if held is None and not _is_null(value):
                return {}
            found.append(held)
        kinds = {str: "string", bool: "boolean", int: "integer", float: "number"}
        types = {kinds.get(type(each)) for each in found}
        named = types.pop() if len(types) == 1 else None
        if not found:
            return {}
        return {"type": named, "enum": found} if named else {"enum": found}

    # dictionaries

    def of_record(self, value: Record, path: Path) -> Schema:
        """A JSON Schema that is written out, itself or in what an interface wraps around it."""
        for key in ("json_schema", "schema", "jsonSchema", "element"):
            entry = value.get(key)
            if entry is not None and value.get("properties") is None:
                return self.schema(entry.value, path)
        if not any(value.get(key) for key in ("type", "properties", "anyOf", "oneOf", "$ref", "enum", "items")):
            return {}
        data = data_of(value, self.places, path)
        return data if isinstance(data, dict) else {}

    # calls: zod, and functions that take or give a schema

    def of_call(self, value: Call, path: Path) -> Schema:
        name = last_name(value.callee)
        first = value.arguments[0] if value.arguments else None
        if name in _METHODS and value.receiver is not None:
            return self.schema(value.receiver, path)
        make = _ZOD.get(name)
        if make is not None and _is_zod(value):
            return make(self, value, path)
        if name in ("constr", "conint", "confloat", "conlist"):
            found: Schema = {"type": {"constr": "string", "conint": "integer", "confloat": "number"}.get(name, "array")}
            self.constrain(found, value.keywords, path)
            return found
        entry = value.keywords.get("schema") or value.keywords.get("element") or value.keywords.get("json_schema")
        if entry is not None:
            inner = self.schema(entry.value, path)
            return {"type": "array", "items": inner} if name == "array" else inner
        if name in _WRAPPERS and first is not None:
            return self.schema(first, path)
        if isinstance(value.receiver, Call):
            return self.refined(self.schema(value.receiver, path), name, value, path)
        return {}

    def zod_object(self, value: Call, path: Path) -> Schema:
        properties: Schema = {}
        required: list[str] = []
        shape = value.arguments[0] if value.arguments else value.keywords
        if not isinstance(shape, Record):
            return {"type": "object"}
        for entry in shape.entries:
            inner = (*path, "properties", entry.key)
            self.places[inner] = Location(shape.path, entry.key_span)
            properties[entry.key] = self.schema(entry.value, inner)
            if not _is_optional(entry.value):
                required.append(entry.key)
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}

    def zod_array(self, value: Call, path: Path) -> Schema:
        held = value.arguments[0] if value.arguments else value.receiver
        return {"type": "array", "items": self.schema(held, (*path, "items")) if held is not None else {}}

    def zod_enum(self, value: Call, path: Path) -> Schema:  # noqa: ARG002 - the same for all of zod's functions
        first = value.arguments[0] if value.arguments else None
        if isinstance(first, Record):
            return self.enum([entry.value for entry in first.entries])
        return self.enum(first.items if isinstance(first, Items) else value.arguments)

    def zod_union(self, value: Call, path: Path) -> Schema:
        options = next((each.items for each in value.arguments if isinstance(each, Items)), ())
        return self.union(options, path) if options else {}

    def zod_inner(self, value: Call, path: Path) -> Schema:
        if value.arguments and not isinstance(value.receiver, Call):
            return self.refined(self.schema(value.arguments[0], path), last_name(value.callee), value, path)
        return self.refined(
            self.schema(value.receiver, path) if value.receiver else {}, last_name(value.callee), value, path
        )

    def refined(self, found: Schema, name: str, value: Call, path: Path) -> Schema:
        """What a method of zod adds to the schema that it is called on."""
        first = value.arguments[0] if value.arguments else None
        number = first.value if isinstance(first, Scalar) else None
        told = constant(first)
        if name == "describe" and told is not None:
            found["description"] = told
            self.places[*path, "description"] = Location(value.path, value.span)
        elif name in ("nullable", "nullish"):
            _allow_null(found)
        elif name == "int" and found.get("type") == "number":
            found["type"] = "integer"
        elif name in ("max", "min", "length", "lte", "gte") and isinstance(number, int | float):
            ends = {"string": "Length", "array": "Items"}.get(str(found.get("type")))
            for side in {"max": ("max",), "lte": ("max",), "min": ("min",), "gte": ("min",)}.get(name, ("min", "max")):
                key = f"{side}{ends}" if ends else f"{side}imum"
                found[key] = number
                self.places[*path, key] = Location(value.path, value.span)
        return found


_Zod = Callable[["_Maker", Call, Path], Schema]


def _plain(kind: str) -> _Zod:
    return lambda maker, value, path: {"type": kind}  # noqa: ARG005


_ZOD: Mapping[str, _Zod] = {
    "object": _Maker.zod_object,
    "strictObject": _Maker.zod_object,
    "looseObject": _Maker.zod_object,
    "array": _Maker.zod_array,
    "enum": _Maker.zod_enum,
    "nativeEnum": _Maker.zod_enum,
    "literal": _Maker.zod_enum,
    "union": _Maker.zod_union,
    "discriminatedUnion": _Maker.zod_union,
    "optional": _Maker.zod_inner,
    "nullable": _Maker.zod_inner,
    "nullish": _Maker.zod_inner,
    "record": _plain("object"),
    **{name: _plain("string") for name in ("string", "email", "url", "uuid", "date", "iso", "datetime")},
    **{name: _plain(name) for name in ("number", "boolean", "null")},
    "int": _plain("integer"),
}


def _is_zod(value: Call) -> bool:
    """Whether a function of zod's names is one of zod: called on the module, or on another one's result (``z.string().array()``)."""
    owner = value.callee.rpartition(".")[0]
    if isinstance(value.receiver, Call):
        return last_name(value.callee) in ("array", "optional", "nullable", "nullish")
    return owner in ("z", "zod", "Schema", "s", "v") or owner.endswith((".z", "zod")) or not owner


def _is_optional(value: Value) -> bool:
    while isinstance(value, Call):
        if last_name(value.callee) in ("optional", "nullish", "default", "catch"):
            return True
        if value.receiver is None:
            return False
        value = value.receiver
    return False


def _is_left_out(field: Field) -> bool:
    """Whether a field is no part of the schema: it has no type, is of the class itself or of the database, or is marked so."""
    annotation = field.annotation
    if annotation is None or (isinstance(field.default, Call) and last_name(field.default.callee) == "Relationship"):
        return True
    base = last_name(_written(annotation))
    says = annotation.items[1:] if isinstance(annotation, Subscript) and base == "Annotated" else ()
    return base == "ClassVar" or any(_is_skipped(each) for each in (annotation, *says))


def _is_skipped(value: Value | None) -> bool:
    """``SkipJsonSchema[...]`` or ``SkipJsonSchema()``."""
    if isinstance(value, Call):
        return last_name(value.callee) == "SkipJsonSchema"
    return value is not None and last_name(_written(value)) == "SkipJsonSchema"


def _own_schema(value: Subscript) -> Value | None:
    """The schema that ``Annotated[..., WithJsonSchema({...})]`` gives instead of that of the type."""
    if last_name(value.base) != "Annotated":
        return None
    for each in value.items[1:]:
        if isinstance(each, Call) and last_name(each.callee) == "WithJsonSchema":
            entry = each.keywords.get("json_schema")
            return each.arguments[0] if each.arguments else entry.value if entry is not None else None
    return None


def _is_required(field: Field) -> bool:
    """Whether a field has no default."""
    if isinstance(field.annotation, Subscript) and last_name(field.annotation.base) == "NotRequired":
        return False
    default = field.default
    if default is None or _written(default) in ("...", "Ellipsis"):
        return True
    if isinstance(default, Call) and last_name(default.callee) in ("Field", "field", "InputField", "OutputField"):
        if default.keywords.get("default") or default.keywords.get("default_factory"):
            return False
        return not default.arguments or _written(default.arguments[0]) in ("...", "Ellipsis")
    return False


def _holds_fields(value: Class) -> bool:
    return any(last_name(base) in ("BaseModel", "TypedDict", "Model") for base in value.bases)


def _written(value: Value) -> str:
    match value:
        case Name():
            return value.text
        case Subscript():
            return value.base
        case _:
            return ""


def _is_null(value: Value | None) -> bool:
    if value is None or (isinstance(value, Scalar) and value.value is None):
        return True
    return isinstance(value, Name) and value.text in ("None", "NoneType")


def _allow_null(found: Schema) -> None:
    if isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    if isinstance(choices := found.get("enum"), list):
        found["enum"] = [*choices, None]
