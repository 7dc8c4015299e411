"""Data frames of pandas and polars, each by its fastest methods."""

import math
import sys

from .short import is_frame


def seen(value):
    """A wrapper of the frame; None for other values."""
    if not is_frame(value):
        return None
    if hasattr(value, "iloc") and hasattr(value, "dtypes"):
        return Pandas(value)
    if hasattr(value, "null_count") and hasattr(value, "to_series"):
        return Polars(value)
    return None


def steps(total, most):
    # Odd, because patterns in a column mostly repeat after an even number of rows.
    return max(1, math.ceil(total / most)) | 1


class Frame:
    def __init__(self, frame):
        self.frame = frame

    def columns(self):
        return [str(column) for column in self.frame.columns]

    def index(self):
        return []


class Pandas(Frame):
    def index(self):
        return ["" if name is None else str(name) for name in self.frame.index.names]

    def length(self):
        return len(self.frame)

    def rows(self, first, count, width):
        several = self.frame.index.nlevels > 1
        return [[*(index if several else [index]), *cells] for index, cells in self.indexed(first, count, width)]

    def indexed(self, first, count, width):
        """Pairs of index and cells."""
        part = self.frame.iloc[first : first + count, :width]
        return zip(part.index, part.itertuples(index=False, name=None))

    def sorted(self, at, descending):
        how = {"ascending": not descending, "kind": "stable"}
        if at < 0:
            return Pandas(self.frame.sort_index(**how))
        column = self.frame.iloc[:, at].reset_index(drop=True)
        try:
            order = column.sort_values(**how)
        except TypeError:  # mixed types
            order = column.sort_values(**how, key=lambda values: values.astype(str))
        return Pandas(self.frame.iloc[order.index])

    def filtered(self, text):
        is_word = not any(character.isdigit() for character in text) and text not in "nan<na>inf.-e+"
        index = self.frame.index
        keep = index.to_series().isna().reset_index(drop=True) & False
        for part in (Pandas(index.to_frame(index=False)), Pandas(self.frame.reset_index(drop=True))):
            for at in range(part.frame.shape[1]):
                if is_word and part.is_number(at):
                    continue  # formatting a million numbers takes a second
                keep |= part.frame.iloc[:, at].astype(str).str.casefold().str.contains(text, regex=False)
        return Pandas(self.frame[keep.to_numpy(dtype=bool, na_value=False)])

    def type(self, at):
        return str(self.frame.dtypes.iloc[at])

    def missing(self, at):
        return int(self.frame.iloc[:, at].isna().sum())

    def is_number(self, at):
        kind = self.frame.dtypes.iloc[at]
        return getattr(kind, "kind", "") in tuple("iuf") or getattr(kind, "_is_numeric", False) and kind.kind != "b"

    def range(self, at):
        column = self.frame.iloc[:, at].dropna()
        if not len(column):
            return None, None, None
        try:
            return column.min(), float(column.mean()) if self.is_number(at) else None, column.max()
        except TypeError:
            return None, None, None

    def sample(self, at, most):
        return self.frame.iloc[:: steps(len(self.frame), most), at].tolist()


class Polars(Frame):
    def length(self):
        return self.frame.height

    def rows(self, first, count, width):
        return [row[:width] for row in self.frame.slice(first, count).rows()]

    def indexed(self, first, count, width):
        return enumerate(self.rows(first, count, width), first)

    def sorted(self, at, descending):
        by = self.frame.columns[at]
        return Polars(self.frame.sort(by, descending=descending, nulls_last=True, maintain_order=True))

    def filtered(self, text):
        polars = sys.modules["polars"]
        has = []
        for name, kind in zip(self.frame.columns, self.frame.dtypes):
            column = polars.col(name)
            if kind.is_nested():  # as JSON, without the leading `{"":`
                column = polars.struct(column.alias("")).struct.json_encode().str.slice(4)
            written = column.cast(polars.String, strict=False)
            has.append(written.str.to_lowercase().str.contains(text, literal=True))
        return Polars(self.frame.filter(polars.any_horizontal(has)))

    def type(self, at):
        return str(self.frame.dtypes[at])

    def missing(self, at):
        return self.frame.to_series(at).null_count()

    def is_number(self, at):
        return self.frame.dtypes[at].is_numeric()

    def range(self, at):
        column = self.frame.to_series(at)
        if self.frame.dtypes[at].is_nested():
            return None, None, None
        return column.min(), column.mean() if self.is_number(at) else None, column.max()

    def sample(self, at, most):
        return self.frame.to_series(at).gather_every(steps(self.frame.height, most)).to_list()
