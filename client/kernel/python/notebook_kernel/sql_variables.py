"""Variables as tables: data frames and lists of dicts, each copied when a query names it."""

import json
import math
from datetime import date, datetime

from .short import is_frame
from .sql_text import names

MISSING = ("NaTType", "NAType")


class Parameters(dict):
    """`:name` in a query is the variable of that name."""

    def __init__(self, namespace):
        super().__init__()
        self.namespace = namespace

    def __missing__(self, name):
        return plain(self.namespace[name])


class Variables:
    """A variable's copy is behind a view, because a change of the copy would not change the variable."""

    def __init__(self, database, namespace):
        self.database = database
        self.namespace = namespace
        self.brought = set()

    def bring(self, statement):
        """Creates tables for the variables that the statement, or a view of the person, names."""
        master = self.database.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        views = [sql for name, kind, sql in master if kind == "view" and name not in self.brought]
        taken = {name for name, *_ in master} - self.brought
        for name in sorted(names(" ".join([statement, *views])) - taken):
            table = table_of(self.namespace.get(name))
            if name in self.brought:
                self.drop(name)
            if table is not None:
                self.copy(name, *table)

    def copy(self, name, columns, rows):
        hidden = quoted(f"{name} of Python")
        self.brought |= {name, f"{name} of Python"}
        self.database.execute(f"CREATE TABLE {hidden} ({', '.join(map(quoted, columns))})")
        places = ", ".join("?" * len(columns))
        self.database.executemany(f"INSERT INTO {hidden} VALUES ({places})", (list(map(plain, row)) for row in rows))
        self.database.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {hidden}")

    def drop(self, name):
        self.database.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
        self.database.execute(f"DROP TABLE IF EXISTS {quoted(f'{name} of Python')}")
        self.brought -= {name, f"{name} of Python"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def table_of(value):
    """Columns and rows; None if it is no table."""
    if is_frame(value):
        if hasattr(value, "to_pylist"):  # Arrow
            return table_of(value.to_pylist())
        columns, rows = frame_parts(value)
    elif isinstance(value, (list, tuple)) and value and all(isinstance(row, dict) for row in value):
        keys = list(dict.fromkeys(key for row in value for key in row))
        columns, rows = keys, ([row.get(key) for key in keys] for row in value)
    else:
        return None
    return (different(columns), rows) if columns else None


def frame_parts(frame):
    if hasattr(frame, "rows"):  # polars
        return list(frame.columns), frame.iter_rows()
    if any(name is not None for name in frame.index.names):  # as after a groupby
        frame = frame.reset_index()
    return list(frame.columns), frame.itertuples(index=False, name=None)


def different(columns):
    """Unique names as text, ignoring case as SQL does."""
    taken, made = set(), []
    for column in columns:
        name = plain_name = " ".join(map(str, column)) if isinstance(column, tuple) else str(column)
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{plain_name}_{number}"
        taken.add(name.lower())
        made.append(name)
    return made


def plain(value):
    """For SQLite: times as ISO 8601, missing values as NULL, lists and dicts as JSON, other values as text."""
    match value:
        case None | str() | bytes():
            return value
        case bool():
            return int(value)
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case float():
            return None if math.isnan(value) else value
        case _ if type(value).__name__ in MISSING:
            return None
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case list() | dict() | tuple():
            return json.dumps(value, default=str)
        case _ if hasattr(value, "item") and getattr(value, "shape", None) == ():  # NumPy's numbers
            return plain(value.item())
        case _:
            return str(value)
