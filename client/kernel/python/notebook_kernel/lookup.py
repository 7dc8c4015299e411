"""What a name stands for, and what there is to say of it: `name?`, `name??`, and the page's hints."""

import ast
import builtins
import inspect

from .magics import UsageError, magic, table
from .namespace import namespace
from .short import is_frame, short, size


def resolve(expression, careful=False):
    """The object; LookupError where there is none. `careful`: a property is not run, it stands for itself."""
    try:
        return value_of(ast.parse(expression, mode="eval").body, careful)
    except Exception as error:
        raise LookupError(expression) from error


def value_of(node, careful):
    match node:
        case ast.Name(name):
            return namespace[name] if name in namespace else getattr(builtins, name)
        case ast.Attribute(owner, name):
            found = value_of(owner, careful)
            if careful and isinstance(static := inspect.getattr_static(found, name), property):
                return static
            return getattr(found, name)
        case ast.Subscript(owner, index):
            found = value_of(owner, careful)
            if isinstance(found, (dict, list, tuple, str)) or (is_frame(found) and not careful):
                return found[ast.literal_eval(index)]
    raise LookupError


def signature(value):
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        return None


def documentation(value):
    """Its own, not that of its class."""
    if not (callable(value) or inspect.ismodule(value) or isinstance(value, property)):
        return ""
    text = inspect.getdoc(value)
    return text if isinstance(text, str) else ""


def described(expression):
    """The fields of the page's hint."""
    value = resolve(expression, careful=True)
    head = signature(value) if callable(value) else None
    name = expression.rpartition(".")[2]
    return {
        "title": name + head if head is not None else f"{name}: {type(value).__name__}",
        "value": "" if callable(value) or inspect.ismodule(value) else short(value),
        "size": size(value),
        "text": documentation(value)[:5000],
    }


@magic("?", "?")
def help_line(expression):
    show(expression, False)


@magic("?", "??")
def source_line(expression):
    show(expression, True)


def show(expression, with_source):
    value = magic_named(expression)
    if value is None:
        try:
            value = resolve(expression)
        except LookupError:
            raise UsageError(f"Object `{expression}` not found.") from None
    if callable(value) and (head := signature(value)) is not None:
        field("Signature", expression.rpartition(".")[2].lstrip("%") + head)
    field("Type", type(value).__name__)
    if not callable(value) and not inspect.ismodule(value):
        field("String form", short(value, 300))
        field("Size", size(value))
    source = source_of(value) if with_source else None
    if source:
        field("Source", "\n" + source.rstrip())
    else:
        field("Docstring", "\n" + doc if "\n" in (doc := documentation(value)) else doc)
    try:
        field("File", inspect.getfile(value))
    except (TypeError, OSError):
        pass


def magic_named(expression):
    if not expression.startswith("%"):
        return None
    name = expression.lstrip("%")
    kind = expression[: len(expression) - len(name)]
    found = table.get((kind, name))
    if found is None:
        raise UsageError(f"Object `{expression}` not found.")
    return found


def source_of(value):
    try:
        return inspect.getsource(value)
    except (TypeError, OSError):
        return None


def field(name, text):
    if text:
        print(f"\x1b[31m{name}:\x1b[39m {text}")
