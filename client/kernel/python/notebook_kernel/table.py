"""Rows of a value as text: data frames, arrays, lists of dicts or lists, dicts, and other sequences."""

from itertools import islice

from .shell import shell
from .short import cut, is_frame, short

ROWS = 50
COLUMNS = 100
LOOKED_AT = 1000  # rows of a list that determine its columns


def has_table(value):
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return len(value) > 0
    return is_frame(value) or len(shape_of(value)) > 0


def shape_of(value):
    shape = getattr(value, "shape", ())
    return shape if isinstance(shape, tuple) and not isinstance(value, type) else ()


def table(name, first):
    """`first` is the index of the first row returned."""
    value = shell.user_ns[name]
    columns, total, rows = parts(value, slice(first, first + ROWS))
    return {
        "columns": [cell(column) for column in columns[:COLUMNS]],
        "columnsLeftOut": max(0, len(columns) - COLUMNS),
        "total": total,
        "rows": [[cell(index), *map(cell, row[:COLUMNS])] for index, row in rows],
    }


def cell(value):
    return cut(value, 200) if isinstance(value, str) else short(value, 200)


def parts(value, window):
    """Names of the columns, the number of all rows, and the rows in the window as (index, cells)."""
    if is_frame(value):
        return frame_parts(value, window)
    if isinstance(value, dict):
        pairs = islice(value.items(), window.start, window.stop)
        return ["value"], len(value), [(key, [each]) for key, each in pairs]
    if isinstance(value, (set, frozenset)):
        return ["value"], len(value), numbered(window, ([each] for each in islice(value, window.start, window.stop)))
    if hasattr(value, "iloc") and hasattr(value, "index"):  # a column of a frame
        part = value.iloc[window]
        return [getattr(value, "name", None) or "value"], len(value), [(i, [v]) for i, v in zip(part.index, part)]
    return list_parts(value, window)


def frame_parts(frame, window):
    columns = list(frame.columns)
    if hasattr(frame, "iloc"):
        part = frame.iloc[window]
        rows = [(index, list(cells)) for index, *cells in part.itertuples(index=True, name=None)]
    elif hasattr(frame, "rows") and hasattr(frame, "slice"):  # polars
        rows = numbered(window, frame.slice(window.start, window.stop - window.start).rows())
    else:
        cells = [list(frame[column][window]) for column in columns[:COLUMNS]]
        rows = numbered(window, zip(*cells))
    return columns, int(frame.shape[0]), rows


def list_parts(value, window):
    total = len(value)
    part = list(value[window])
    if all(isinstance(row, dict) for row in value[:LOOKED_AT]) and isinstance(value, (list, tuple)):
        columns = list(dict.fromkeys(key for row in value[:LOOKED_AT] for key in row))
        rows = ([row.get(key, "") for key in columns] if isinstance(row, dict) else [row] for row in part)
        return columns, total, numbered(window, rows)
    if len(shape_of(value)) == 2:
        return list(range(value.shape[1])), total, numbered(window, part)
    nested = isinstance(value, (list, tuple)) and all(isinstance(row, (list, tuple)) for row in value[:LOOKED_AT])
    if nested:
        width = max(map(len, value[:LOOKED_AT]))
        return list(range(width)), total, numbered(window, part)
    return ["value"], total, numbered(window, ([each] for each in part))


def numbered(window, rows):
    return [(window.start + at, list(row)) for at, row in enumerate(rows)]
