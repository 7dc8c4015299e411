"""Rows of a value as text: data frames, arrays, lists of dicts or lists, dicts, and other sequences."""

from itertools import chain, islice

from .frame_kinds import seen
from .frames import COLUMNS, ROWS
from .shell import shell
from .short import cut, is_frame, short

LOOKED_AT = 1000  # rows of a list that determine its columns


def has_table(value):
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return len(value) > 0
    return seen(value) is not None if is_frame(value) else len(shape_of(value)) > 0


def shape_of(value):
    try:
        shape = () if isinstance(value, type) else getattr(value, "shape", ())
    except Exception:  # of its own code
        return ()
    return shape if isinstance(shape, tuple) else ()


def table(name, first):
    """`first` is the index of the first row returned."""
    columns, total, rows = parts(shell.user_ns[name], first)
    return {
        "columns": [cell(column) for column in columns[:COLUMNS]],
        "columnsLeftOut": max(0, len(columns) - COLUMNS),
        "total": total,
        "rows": [[cell(index), *map(cell, islice(row, COLUMNS))] for index, row in rows],
    }


def cell(value):
    return cut(value, 200) if isinstance(value, str) else short(value, 200)


def parts(value, first):
    """Names of the columns, the number of all rows, and some rows as pairs of index and cells."""
    window = slice(first, first + ROWS)
    if is_frame(value):
        frame = seen(value)
        return list(value.columns), frame.length(), frame.indexed(first, ROWS, COLUMNS)
    if isinstance(value, dict):
        return ["value"], len(value), ((key, [each]) for key, each in islice(value.items(), first, window.stop))
    if hasattr(value, "iloc") and hasattr(value, "index"):  # a column of a frame
        part = value.iloc[window]
        return [getattr(value, "name", None) or "value"], len(value), zip(part.index, zip(part))
    part = list(islice(value, first, window.stop) if isinstance(value, (set, frozenset)) else value[window])
    known = value[:LOOKED_AT] if isinstance(value, (list, tuple)) else [None]
    if all(isinstance(row, dict) for row in known):
        columns = list(dict.fromkeys(chain(*known)))
        part = [[row.get(key, "") for key in columns] if isinstance(row, dict) else [row] for row in part]
    elif all(isinstance(row, (list, tuple)) for row in known):
        columns = range(max(map(len, known)))
    elif len(shape_of(value)) == 2:
        columns = range(value.shape[1])
    else:
        columns, part = ["value"], zip(part)
    return columns, len(value), enumerate(part, first)
