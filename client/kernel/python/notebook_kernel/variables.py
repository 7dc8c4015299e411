"""The list of variables: what cells defined, except modules, functions and classes."""

import inspect

from .queries import OutOfTime, bounded
from .shell import shell
from .short import short, size
from .table import has_table

MOST = 500
PLAIN = (int, float, complex, bool, str, bytes, type(None))


def variables():
    namespace = shell.user_ns
    names = bounded(data_names)
    rows = []
    late = False
    for name in names[:MOST]:
        value = namespace.get(name)
        row = {"name": name, "type": type(value).__name__, "size": "", "value": "…", "table": False}
        rows.append(row)
        if type(value) in PLAIN:  # their code cannot be slow
            row.update(looks(value))
        elif not late:
            try:
                row.update(bounded(looks, value))
            except OutOfTime:
                late = True
    return {"rows": rows, "more": max(0, len(names) - MOST)}


def looks(value):
    return {"size": size(value), "table": has_table(value), "value": short(value)}


def data_names():
    """In the order of definition."""
    hidden = shell.user_ns_hidden
    return [
        name
        for name, value in list(shell.user_ns.items())
        if not (name.startswith("_") or (name in hidden and hidden[name] is value))
        and not (inspect.ismodule(value) or inspect.isroutine(value) or isinstance(value, type))
    ]
