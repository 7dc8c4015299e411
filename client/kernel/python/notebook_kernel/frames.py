"""Data frames in outputs: pages of their rows, sorted and filtered, profiles of their columns, and values for charts."""

import math

from .frame_ids import shown
from .frame_kinds import seen, steps
from .shell import shell
from .short import cut, short

ROWS = 50
COLUMNS = 100
SAMPLE = 2000  # values in a histogram
POINTS = 400  # of a chart
BINS = 12

arranged = (None, None)  # the arguments of the last arrangement, and its result


def rows(name, first, sort, text):
    """`sort`: [column, descending], columns counted from 0 and -1 for the index; or None."""
    frame = seen(shown[name])
    part = arrange(name, frame, sort, text)
    columns = frame.columns()[:COLUMNS]
    return {
        "index": [cell(each) for each in frame.index()],
        "columns": [cell(column) for column in columns],
        "columnsLeftOut": len(frame.columns()) - len(columns),
        "all": frame.length(),
        "total": part.length(),
        "rows": [[cell(each) for each in row] for row in part.rows(first, ROWS, len(columns))],
    }


def arrange(name, frame, sort, text):
    """Cached, because several pages of one arrangement follow each other."""
    global arranged
    if not (sort or text):
        return frame
    key = (name, sort and tuple(sort), text)
    if arranged[0] != key:
        part = frame.filtered(text.casefold()) if text else frame
        arranged = (key, part.sorted(*sort) if sort else part)
    return arranged[1]


def forget(*_):
    """Code is about to run, which may change the frame and needs the memory."""
    global arranged
    arranged = (None, None)


shell.events.register("pre_run_cell", forget)


def profile(name):
    frame = seen(shown[name])
    columns = enumerate(frame.columns()[:COLUMNS])
    return {
        "all": frame.length(),
        "columns": [{"name": cell(column), **describe(frame, at)} for at, column in columns],
    }


def describe(frame, at):
    least, mean, most = frame.range(at)
    return {
        "type": frame.type(at),
        "missing": frame.missing(at),
        "min": "" if least is None else cell(least),
        "mean": "" if mean is None else cell(mean),
        "max": "" if most is None else cell(most),
        "counts": counts(numbers(frame.sample(at, SAMPLE))) if frame.is_number(at) else [],
    }


def values(name, at):
    """Numbers of a column, about evenly spread over all rows; None for other values."""
    frame = seen(shown[name])
    return {"step": steps(frame.length(), POINTS), "values": [number(value) for value in frame.sample(at, POINTS)]}


def cell(value):
    if isinstance(value, str):
        return cut(value, 200)
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else f"{value:.6g}" if abs(value) < 1 else f"{round(value, 6):.15g}"
    if type(value).__str__ is not object.__str__ and type(value).__module__.partition(".")[0] in PLAIN:
        return cut(str(value), 200)
    return short(value, 200)


# Modules whose values `str` shows well.
PLAIN = ("builtins", "numpy", "pandas", "datetime", "decimal", "uuid")


def number(value):
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def numbers(values):
    return [value for value in map(number, values) if value is not None]


def counts(values):
    if not values:
        return []
    least, most = min(values), max(values)
    width = (most - least) / BINS
    if not (width > 0 and math.isfinite(width)):
        return [len(values)]
    found = [0] * BINS
    for value in values:
        found[min(BINS - 1, int((value - least) / width))] += 1
    return found
