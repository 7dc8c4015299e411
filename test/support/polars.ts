/** Python code that replaces polars, which tests cannot download: the parts of a DataFrame that the kernel uses. */
export const polars = `import sys
from types import SimpleNamespace

class Kind:
    def __init__(self, of):
        self.of = of
    def is_nested(self):
        return self.of in (list, dict)
    def is_numeric(self):
        return self.of in (int, float)
    def __str__(self):
        return {int: "Int64", float: "Float64", str: "String"}.get(self.of, self.of.__name__)

class Series:
    def __init__(self, values):
        self.values = values
        self.known = [value for value in values if value is not None]
    def null_count(self):
        return len(self.values) - len(self.known)
    def min(self):
        return min(self.known, default=None)
    def max(self):
        return max(self.known, default=None)
    def mean(self):
        return sum(self.known) / len(self.known) if self.known else None
    def gather_every(self, n):
        return Series(self.values[::n])
    def to_list(self):
        return self.values

class Expression:
    def __init__(self, of):
        self.of = of  # a record, as a dict
        self.str = self
    def after(self, function):
        return Expression(lambda record: None if (value := self.of(record)) is None else function(value))
    def cast(self, kind, strict):
        return self.after(kind)
    def to_lowercase(self):
        return self.after(str.lower)
    def contains(self, text, literal):
        return self.after(lambda value: text in value)

class DataFrame:
    def __init__(self, columns, records):
        self.columns, self.records = columns, records
        self.height = len(records)
        self.shape = self.height, len(columns)
    @property
    def dtypes(self):
        return [Kind(type(next(filter(None, self.to_series(at).values), None))) for at in range(len(self.columns))]
    def null_count(self):
        return DataFrame(self.columns, [[self.to_series(at).null_count() for at in range(len(self.columns))]])
    def to_series(self, at=0):
        return Series([record[at] for record in self.records])
    def rows(self):
        return self.records
    def slice(self, first, count):
        return DataFrame(self.columns, self.records[first : first + count])
    def sort(self, by, descending, nulls_last, maintain_order):
        at = self.columns.index(by)
        known = [record for record in self.records if record[at] is not None]
        known.sort(key=lambda record: record[at], reverse=descending)
        return DataFrame(self.columns, known + [record for record in self.records if record[at] is None])
    def filter(self, wanted):
        return DataFrame(self.columns, [each for each in self.records if wanted.of(dict(zip(self.columns, each)))])

sys.modules["polars"] = SimpleNamespace(
    String=str,
    col=lambda name: Expression(lambda record: record[name]),
    any_horizontal=lambda all: Expression(lambda record: any(each.of(record) for each in all)),
)
`
