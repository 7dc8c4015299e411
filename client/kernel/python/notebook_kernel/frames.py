"""Frames that outputs show: pages of their rows, sorted and filtered, what is in their columns, and values to draw."""

import math
from itertools import islice

from .frame_ids import shown
from .frame_kinds import kind_of, steps
from .shell import shell
from .short import cut, short

ROWS = 50
COLUMNS = 100
SAMPLE = 2000  # values that a histogram is made of
POINTS = 400  # of a chart
BINS = 12

arranged = (None, None)  # how the last page was arranged, and the frame that came of it


def rows(name, first, sort, text):
    """`sort`: [column, descending], columns counted from 0 and -1 for the index; or None."""
    frame, kind = found(name)
    part = arrange(name, frame, kind, sort, text)
    columns = kind.columns(frame)[:COLUMNS]
    return {
        "index": [cell(each) for each in kind.index(frame)],
        "columns": [cell(column) for column in columns],
        "columnsLeftOut": len(kind.columns(frame)) - len(columns),
        "all": kind.length(frame),
        "total": kind.length(part),
        "rows": [[cell(each) for each in row] for row in kind.rows(part, first, ROWS, len(columns))],
    }


def arrange(name, frame, kind, sort, text):
    """Kept, as the pages of one arrangement are looked at one after the other."""
    global arranged
    if not (sort or text):
        return frame
    key = (name, sort and tuple(sort), text)
    if arranged[0] != key:
        part = kind.filtered(frame, text.casefold()) if text else frame
        arranged = (key, kind.sorted(part, *sort) if sort else part)
    return arranged[1]


def forget(*_):
    """Other code runs: the frame may be another then, and needs the memory."""
    global arranged
    arranged = (None, None)


shell.events.register("pre_run_cell", forget)


def profile(name):
    frame, kind = found(name)
    return {
        "all": kind.length(frame),
        "columns": [
            {"name": cell(column), **describe(frame, kind, at)}
            for at, column in enumerate(islice(kind.columns(frame), COLUMNS))
        ],
    }


def describe(frame, kind, at):
    about = {"type": kind.type(frame, at), "missing": kind.missing(frame, at)}
    least, mean, most = kind.range(frame, at)
    sample = numbers(kind.sample(frame, at, SAMPLE))
    return {
        **about,
        "min": "" if least is None else cell(least),
        "mean": "" if mean is None else cell(mean),
        "max": "" if most is None else cell(most),
        "counts": counts(sample) if kind.is_number(frame, at) else [],
    }


def values(name, at):
    """Of a column of numbers, about evenly spread over all rows; None where there is none."""
    frame, kind = found(name)
    total = kind.length(frame)
    return {"step": steps(total, POINTS), "values": [number(value) for value in kind.sample(frame, at, POINTS)]}


def found(name):
    frame = shown[name]
    return frame, kind_of(frame)


def cell(value):
    if isinstance(value, str):
        return cut(value, 200)
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else f"{value:.6g}"
    if type(value).__str__ is not object.__str__ and type(value).__module__.partition(".")[0] in PLAIN:
        return cut(str(value), 200)
    return short(value, 200)


# Of whose values people know what `str` gives.
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
