"""What a prompt refers to: values as text, and functions as tool descriptions."""

import inspect
import types
import typing

from .queries import OutOfTime, bounded
from .shell import shell

LONGEST = 500  # characters of a value
LATE = "it took too long"
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
LISTS = (list, tuple, set, frozenset)


class Refused(Exception):
    """Why a function is not offered."""


def references(values, functions):
    late = False
    found = []
    for look, texts in ((value, values), (function, functions)):
        for text in texts:
            try:
                found.append(bounded(look, text) if not late else failure(look, text, LATE))
            except OutOfTime:
                late = True
                found.append(failure(look, text, LATE))
    return {"references": found}


def failure(look, text, why):
    return {"name": text, "refused": why} if look is function else {"value": text, "text": why, "failed": True}


def value(expression):
    try:
        text = repr(eval(compile(expression, "<reference>", "eval"), shell.user_ns))
    except Exception as error:
        return failure(value, expression, f"{type(error).__name__}: {error}"[:LONGEST])
    return {"value": expression, "text": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"}


def function(name):
    try:
        return described(name)
    except Refused as refused:
        return failure(function, name, str(refused))
    except Exception as error:
        return failure(function, name, f"it cannot be read: {type(error).__name__}: {error}"[:LONGEST])


def described(name):
    if not (name.isascii() and name.isidentifier() and len(name) <= 64):
        raise Refused("it is not the name of a function")
    if name not in shell.user_ns:
        raise Refused("the kernel has no function of this name")
    called = shell.user_ns[name]
    if not callable(called):
        raise Refused("it is not a function")
    text = inspect.getdoc(called)
    if not text or not text.strip():
        raise Refused("it has no docstring")
    properties = {}
    required = []
    hints = typing.get_type_hints(called.__init__ if isinstance(called, type) else called, include_extras=False)
    for parameter in inspect.signature(called).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise Refused(f"its parameter {parameter.name} cannot be given by name")
        if parameter.annotation is parameter.empty:
            raise Refused(f"its parameter {parameter.name} has no annotation")
        properties[parameter.name] = schema(hints.get(parameter.name, parameter.annotation), parameter.name)
        if parameter.default is parameter.empty:
            required.append(parameter.name)
        elif isinstance(parameter.default, tuple(PLAIN)):
            properties[parameter.name]["default"] = parameter.default
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    awaited = {"awaited": True} if inspect.iscoroutinefunction(called) else {}
    return {"name": name, "description": text, "parameters": parameters, **awaited}


def schema(hint, name):
    """The JSON Schema of an annotation."""
    if hint is typing.Any:
        return {}
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, args = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema(arg, name) for arg in args]}
    if origin in LISTS:
        items = [arg for arg in args if arg is not ...]
        return {"type": "array", "items": schema(items[0], name) if len(set(items)) == 1 else {}}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema(args[1], name) if len(args) == 2 else True}
    raise Refused(f"the annotation of its parameter {name} is not str, int, float, bool, list, dict, Optional or Literal")
