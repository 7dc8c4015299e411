"""Compiles and runs a part of a cell in the notebook's variables, at the lines it has in the cell."""

import ast

from .magic_lines import to_python
from .magics import awaiting_call, calling_line
from .namespace import namespace

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class CellCode:
    """`skipped`: lines of the cell from the calling one to the first of `source`."""

    def __init__(self, source, skipped=0):
        filename, line = calling_line()
        source = "\n" * (line - 1 + skipped) + to_python(source, awaiting_call)
        tree = compile(source, filename, "exec", FLAGS | ast.PyCF_ONLY_AST)
        quiet = source.rstrip().endswith(";")
        self.last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not quiet:
            expression = ast.Expression(tree.body.pop().value)
            self.last = compile(expression, filename, "eval", FLAGS)
        self.first = compile(tree, filename, "exec", FLAGS)

    async def run(self):
        """The value of the last expression."""
        value = None
        for code in (self.first, self.last):
            if code is None:
                continue
            value = eval(code, namespace)
            if code.co_flags & 0x80:
                value = await value
        return value if self.last is not None else None
