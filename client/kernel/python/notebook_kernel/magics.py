"""The table of magics. A module adds one with `@magic`; a cell reaches it through `run_magic`.

    @magic("%", "pwd")            a line: gets what stands behind the name
    @magic("%%", "writefile")     a cell: gets what stands behind the name, and the rest of the cell
    @magic("!", "pip")            a command of the shell, by its first word: gets the rest of the line
    @magic("?", "?")              help on a name

A function that is `async def` is awaited by the cell.
"""

import ast
import builtins
import sys
from importlib import import_module

from .magic_lines import MAYBE, to_python

# Loaded when a cell first has something like a magic in it.
MODULES = [
    "lookup", "magic_config", "magic_files", "magic_names", "magic_packages", "magic_shows", "magic_timing"
]
CO_COROUTINE = 0x80
RUN, RUN_NOW = "__notebook_magic__", "__notebook_magic_now__"  # what cells call, among the builtins
table = {}


def load():
    while MODULES:
        import_module("." + MODULES.pop(), __package__)


class UsageError(Exception):
    """As IPython names it."""

    __module__ = "builtins"  # tracebacks name others with their module


def magic(kind, *names):
    def add(function):
        for name in names:
            table[kind, name] = function
        return function

    return add


def is_awaited(kind, name):
    found = table.get((kind, name))
    return found is not None and bool(found.__code__.co_flags & CO_COROUTINE)


def awaiting_call(kind, name, *arguments):
    """The call of a magic as it stands in a cell that may await."""
    text = f"{RUN}({', '.join(map(repr, (kind, name, *arguments)))})"
    return f"(await {text})" if is_awaited(kind, name) else text


def call_now(kind, name, *arguments):
    """The same inside a function of the cell, which may not."""
    return f"{RUN_NOW}({', '.join(map(repr, (kind, name, *arguments)))})"


def to_cell(source):
    """A whole cell as Python. Its magics are awaited where they can be: not inside a function of the cell."""
    if not MAYBE.search(source):
        return source
    load()
    changed = to_python(source, awaiting_call)
    if changed == source:
        return source
    try:
        compile(changed, "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError) as error:
        if "await" in str(error):
            return to_python(source, call_now)
    return changed


def run_magic(kind, name, *arguments):
    found = table.get((kind, name))
    if found is None:
        raise UsageError(missing(kind, name))
    return found(*arguments)


def run_magic_now(kind, name, *arguments):
    result = run_magic(kind, name, *arguments)
    if not is_awaited(kind, name):
        return result
    try:
        result.send(None)
    except StopIteration as end:
        return end.value
    result.close()
    raise UsageError(f"{kind}{name} has to wait for something, which it cannot do inside a function")


def missing(kind, name):
    if kind == "!":
        return f"!{name} is not available in this notebook: Python runs in the browser, where there is no shell"
    known = ", ".join(sorted(known_kind + each for known_kind, each in table if known_kind == kind))
    return f"{kind}{name} is not available in this notebook; there are {known}"


def calling_line():
    """The file name and line of the cell's frame that is nearest."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("Cell["):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "Cell[?]", 1


@magic("%", "lsmagic")
def list_magics(_):
    for kind in ("%", "%%", "!"):
        names = sorted(name for known_kind, name in table if known_kind == kind)
        if names:
            print("  ".join(kind + name for name in names))


def install():
    setattr(builtins, RUN, run_magic)
    setattr(builtins, RUN_NOW, run_magic_now)
