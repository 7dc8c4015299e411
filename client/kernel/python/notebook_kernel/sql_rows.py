"""The result of a query: a list of dicts, shown as a table."""

from html import escape

from .sql_variables import different

SHOWN = 500
IN_TEXT = 50
LONGEST = 1_000  # characters of a value


class Rows(list):
    def __init__(self, columns, rows):
        self.names = different(columns)
        super().__init__(dict(zip(self.names, row)) for row in rows)

    def __repr__(self):
        rows = [self.names, *([text(row[name]) for name in self.names] for row in self[:IN_TEXT])]
        rows = [[" ".join(cell.split("\n")) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, self.size(IN_TEXT)])

    def _repr_html_(self):
        """As pandas writes it: the page makes such tables sortable."""
        heads = "".join(f"<th>{escape(name)}</th>" for name in self.names)
        body = "".join(
            "<tr>" + "".join(f"<td>{shown(row[name])}</td>" for name in self.names) + "</tr>\n" for row in self[:SHOWN]
        )
        return (
            '<table border="1" class="dataframe">\n'
            f'<thead><tr style="text-align: right;">{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n'
            f"<p>{self.size(SHOWN)}</p>"
        )

    def size(self, most):
        said = f"{len(self):,} row{'s' * (len(self) != 1)} × {len(self.names)} column{'s' * (len(self.names) != 1)}"
        return said if len(self) <= most else f"{said}; the first {most} are shown, all are in _sql"


def text(value):
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    said = str(value)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def shown(value):
    return '<i style="opacity: 0.6">null</i>' if value is None else escape(text(value))
