"""Frames of pandas, of polars, and of whoever has `columns`, `shape` and rows, each asked in the way that is quick there."""

import math
import sys

from .short import is_frame


def kind_of(value):
    if not is_frame(value):
        return None
    if hasattr(value, "iloc") and hasattr(value, "dtypes"):
        return Pandas
    if hasattr(value, "null_count") and hasattr(value, "to_series"):
        return Polars
    if hasattr(value, "rows") and hasattr(value, "slice"):
        return Rows
    return None


def steps(total, most):
    # Odd, as what repeats in a column mostly does so after an even number of rows.
    return max(1, math.ceil(total / most)) | 1


def columns_of(frame):
    return [column if isinstance(column, str) else str(column) for column in frame.columns]


class Pandas:
    columns = staticmethod(columns_of)

    @staticmethod
    def index(frame):
        return ["" if name is None else str(name) for name in frame.index.names]

    @staticmethod
    def length(frame):
        return len(frame)

    @staticmethod
    def rows(frame, first, count, width):
        part = frame.iloc[first : first + count, :width]
        several = part.index.nlevels > 1
        return [
            [*(index if several else [index]), *cells]
            for index, cells in zip(part.index, part.itertuples(index=False, name=None))
        ]

    @staticmethod
    def sorted(frame, at, descending):
        if at < 0:
            return frame.sort_index(ascending=not descending, kind="stable")
        column = frame.iloc[:, at].reset_index(drop=True)
        try:
            order = column.sort_values(ascending=not descending, kind="stable")
        except TypeError:  # of several types
            order = column.sort_values(ascending=not descending, kind="stable", key=lambda values: values.astype(str))
        return frame.iloc[order.index]

    @staticmethod
    def filtered(frame, text):
        is_word = not any(character.isdigit() for character in text) and text not in "nan<na>inf.-e+"
        keep = frame.index.to_series().isna().reset_index(drop=True) & False
        for part in (frame.index.to_frame(index=False), frame.reset_index(drop=True)):
            for at in range(part.shape[1]):
                if is_word and Pandas.is_number(part, at):
                    continue  # to write out a million numbers takes a second
                keep |= part.iloc[:, at].astype(str).str.casefold().str.contains(text, regex=False)
        return frame[keep.to_numpy(dtype=bool, na_value=False)]

    @staticmethod
    def type(frame, at):
        return str(frame.dtypes.iloc[at])

    @staticmethod
    def missing(frame, at):
        return int(frame.iloc[:, at].isna().sum())

    @staticmethod
    def is_number(frame, at):
        kind = frame.dtypes.iloc[at]
        return getattr(kind, "kind", "") in tuple("iuf") or getattr(kind, "_is_numeric", False) and kind.kind != "b"

    @staticmethod
    def range(frame, at):
        column = frame.iloc[:, at].dropna()
        try:
            least, most = column.min(), column.max()
        except TypeError:
            return None, None, None
        if not len(column):
            return None, None, None
        return least, float(column.mean()) if Pandas.is_number(frame, at) else None, most

    @staticmethod
    def sample(frame, at, most):
        return frame.iloc[:: steps(len(frame), most), at].tolist()


class Polars:
    columns = staticmethod(columns_of)

    @staticmethod
    def index(frame):
        return []

    @staticmethod
    def length(frame):
        return frame.height

    @staticmethod
    def rows(frame, first, count, width):
        return [row[:width] for row in frame.slice(first, count).rows()]

    @staticmethod
    def sorted(frame, at, descending):
        return frame.sort(frame.columns[at], descending=descending, nulls_last=True, maintain_order=True)

    @staticmethod
    def filtered(frame, text):
        polars = sys.modules["polars"]
        has = []
        for name, kind in zip(frame.columns, frame.dtypes):
            column = polars.col(name)
            if kind.is_nested():  # as JSON, without the `{"":` around it
                column = polars.struct(column.alias("")).struct.json_encode().str.slice(4)
            written = column.cast(polars.String, strict=False)
            has.append(written.str.to_lowercase().str.contains(text, literal=True))
        return frame.filter(polars.any_horizontal(has))

    @staticmethod
    def type(frame, at):
        return str(frame.dtypes[at])

    @staticmethod
    def missing(frame, at):
        return frame.to_series(at).null_count()

    @staticmethod
    def is_number(frame, at):
        return frame.dtypes[at].is_numeric()

    @staticmethod
    def range(frame, at):
        column = frame.to_series(at)
        if frame.dtypes[at].is_nested():
            return None, None, None
        return column.min(), column.mean() if Polars.is_number(frame, at) else None, column.max()

    @staticmethod
    def sample(frame, at, most):
        return frame.to_series(at).gather_every(steps(frame.height, most)).to_list()


class Rows:
    """Through Python's own lists."""

    columns = staticmethod(columns_of)

    @staticmethod
    def index(frame):
        return []

    @staticmethod
    def length(frame):
        return len(frame) if isinstance(frame, list) else int(frame.shape[0])

    @staticmethod
    def all(frame):
        return frame if isinstance(frame, list) else list(frame.slice(0, Rows.length(frame)).rows())

    @staticmethod
    def rows(frame, first, count, width):
        return [list(row)[:width] for row in Rows.all(frame)[first : first + count]]

    @staticmethod
    def sorted(frame, at, descending):
        rows = Rows.all(frame)
        known = [row for row in rows if row[at] is not None]
        try:
            known.sort(key=lambda row: row[at], reverse=descending)
        except TypeError:
            known.sort(key=lambda row: str(row[at]), reverse=descending)
        return known + [row for row in rows if row[at] is None]

    @staticmethod
    def filtered(frame, text):
        return [row for row in Rows.all(frame) if any(text in str(value).casefold() for value in row)]

    @staticmethod
    def values(frame, at):
        return [row[at] for row in Rows.all(frame)]

    @staticmethod
    def type(frame, at):
        return " | ".join(sorted({type(value).__name__ for value in Rows.values(frame, at) if value is not None}))

    @staticmethod
    def missing(frame, at):
        return sum(value is None for value in Rows.values(frame, at))

    @staticmethod
    def is_number(frame, at):
        known = [value for value in Rows.values(frame, at) if value is not None]
        return bool(known) and all(type(value) in (int, float) for value in known)

    @staticmethod
    def range(frame, at):
        known = [value for value in Rows.values(frame, at) if value is not None]
        try:
            return min(known), sum(known) / len(known) if Rows.is_number(frame, at) else None, max(known)
        except (TypeError, ValueError):
            return None, None, None

    @staticmethod
    def sample(frame, at, most):
        return Rows.values(frame, at)[:: steps(Rows.length(frame), most)]
