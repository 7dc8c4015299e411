"""`%config`, of which there is what concerns figures."""

import ast

from . import figures
from .magics import UsageError, magic


@magic("%", "config")
def config(line):
    option, equals, value = line.partition("=")
    owner, _, name = option.strip().partition(".")
    if owner != "InlineBackend" or not equals:
        raise UsageError("%config InlineBackend.figure_formats = 'svg' and its like are what there is in this notebook")
    try:
        figures.configure(name, ast.literal_eval(value.strip()))
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"%config: {error}") from None
