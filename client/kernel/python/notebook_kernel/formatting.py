"""A cell's code as Black writes it; magics and `!` lines stay as they are."""

import ast

from .shell import shell


def formatted(source):
    try:
        import black
        import tokenize_rt  # noqa: F401  Black needs it for cells
        from black.handle_ipynb_magics import PYTHON_CELL_MAGICS
    except ModuleNotFoundError as error:
        if error.name not in ("black", "tokenize_rt"):
            raise
        return {"outcome": "missing"}
    try:
        return {"outcome": "text", "text": black.format_cell(source, fast=False, mode=black.Mode(is_ipynb=True))}
    except black.NothingChanged:  # also if it cannot be parsed
        return fault(source, PYTHON_CELL_MAGICS) or {"outcome": "text", "text": source}
    except Exception as error:
        return {"outcome": "fault", "line": 1, "column": 1, "why": str(error)}


def fault(source, around_code):
    """The first syntax error; None if there is none."""
    first, _, rest = source.partition("\n")
    above = int(first.startswith("%%") and first[2:].split(maxsplit=1)[:1] in [[name] for name in around_code])
    try:
        ast.parse(shell.transform_cell(rest if above else source))
    except SyntaxError as error:
        return {"outcome": "fault", "line": (error.lineno or 1) + above, "column": error.offset or 1, "why": error.msg}
    return None
