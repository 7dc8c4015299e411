"""What could be written next: names, attributes, keys, columns, arguments, modules, files, magics.

Each option is a pair of the text and what it is, in the words of the page's icons.
"""

import builtins
import inspect
import keyword
import os
import pkgutil
import re
import sys

from .code_before import CodeBefore, expression_at_end
from .lookup import resolve
from .magics import load, table
from .namespace import namespace
from .short import is_frame

MOST = 500
IMPORTED = re.compile(r"^[ \t]*(?:import[ \t]+(?:.*,[ \t]*)?|from[ \t]+)([\w.]*)$")
FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(?.*[,( \t])?(\w*)$")
LONGEST = 1000  # characters of a line that are looked at
MAGIC = re.compile(r"^[ \t]*(%%?)(\w*)$")


def complete(before, asked):
    """`asked`: by a key, and not just by writing. The text that is replaced, and the options."""
    code = CodeBefore(before)
    if code.comment:
        return answer("", [])
    if code.string is not None:
        return in_string(code, asked)
    line = before[before.rfind("\n") + 1 :]
    if len(line) > LONGEST:
        line = ""  # patterns that go back and forth in it are not for the rest
    if found := MAGIC.search(line):
        load()
        return answer(found[2], [(name, "keyword") for kind, name in table if kind == found[1]])
    if found := FROM.search(line):
        return answer(found[2], members(sys.modules.get(found[1])) + submodules(found[1]))
    if found := IMPORTED.search(line):
        package, _, last = found[1].rpartition(".")
        return answer(last, submodules(package) if package else modules())
    word = re.search(r"\w*$", before[-LONGEST:])[0]
    rest = before[: len(before) - len(word)]
    if rest.rstrip().endswith("."):
        return answer(word, attributes(rest.rstrip()[:-1]))
    if word[:1].isdigit():
        return answer("", [])
    if rest.endswith("[") and (owner := expression_at_end(rest[:-1])):
        keys = [(repr(key), "text") for key in keys_of(owner) if isinstance(key, (str, int))]
    else:
        keys = []
    return answer(word, arguments(code) + keys + names()) if word or asked or keys else answer("", [])


def answer(prefix, options):
    begins = prefix.lower()
    fitting = {
        label: kind
        for label, kind in reversed(options)
        if label.lower().startswith(begins) and (prefix[:1] == "_" or not label.startswith("_"))
    }
    return {"prefix": prefix, "options": sorted(fitting.items())[:MOST]}


def names():
    own = [(name, kind_of(value)) for name, value in list(namespace.items())]
    given = [(name, kind_of(getattr(builtins, name))) for name in dir(builtins)]
    return own + given + [(word, "keyword") for word in keyword.kwlist + keyword.softkwlist]


def kind_of(value):
    if isinstance(value, type):
        return "class"
    if inspect.ismodule(value):
        return "namespace"
    return "function" if callable(value) else "variable"


def attributes(code):
    if code.endswith(("'", '"')):
        return members("")
    expression = expression_at_end(code)
    if expression is None:
        return []
    try:
        return members(resolve(expression))
    except LookupError:
        return submodules(expression) if expression in sys.modules else []


def members(value):
    if value is None:
        return []
    found = []
    for name in dir(value):
        try:
            static = inspect.getattr_static(value, name)
        except AttributeError:
            static = None
        kind = kind_of(static)
        found.append((name, "property" if kind == "variable" else "method" if kind == "function" else kind))
    return found


def keys_of(expression):
    try:
        value = resolve(expression)
        keys = value.columns if is_frame(value) else value.keys() if hasattr(type(value), "keys") else ()
        return [key for _, key in zip(range(MOST), keys)]
    except Exception:
        return []


def in_string(code, asked):
    text = code.text[code.string :]
    if owner := code.owner:
        if keys := [key for key in keys_of(owner) if isinstance(key, str)]:
            escape = {ord("\\"): "\\\\", ord("\n"): "\\n", ord(code.quote[0]): "\\" + code.quote[0]}
            return answer(text, [(key.translate(escape), "text") for key in keys])
    folder, slash, last = text.rpartition("/")
    if not (asked or slash) or "\n" in text:
        return answer("", [])
    try:
        with os.scandir(os.path.expanduser(folder + slash) or ".") as entries:
            return answer(last, [(entry.name + "/" * entry.is_dir(), "text") for entry in entries])
    except OSError:
        return answer("", [])


def arguments(code):
    if (found := code.called) is None:
        return []
    try:
        parameters = inspect.signature(resolve(found[0])).parameters.values()
    except (LookupError, TypeError, ValueError):
        return []
    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [(parameter.name + "=", "variable") for parameter in parameters if parameter.kind in named]


def modules():
    found = set(sys.stdlib_module_names) | {name.partition(".")[0] for name in sys.modules}
    folders = [path for path in sys.path if not path.endswith(".zip")]
    found.update(module.name for module in pkgutil.iter_modules(folders))
    return [(name, "namespace") for name in found]


def submodules(package):
    path = getattr(sys.modules.get(package), "__path__", None)
    return [(module.name, "namespace") for module in pkgutil.iter_modules(path)] if path else []
