"""Uses once what a notebook's first cells use, so that the snapshot of Python's memory contains it."""

import gc
import io
from contextlib import redirect_stderr, redirect_stdout

from . import comms, complete, frames, hint, imports, run, table, variables  # noqa: F401
from .shell import shell

CELLS = [
    "6 * 7",
    "def f(x):\n    return 1 / x\nf(0)",
    "f?",
    "1 +",
    "%%capture\nprint(1)\ndisplay(2)",
    "%timeit -n 1 -r 1 1",
    "%time 1",
    "import asyncio\nawait asyncio.sleep(0)",
]


def warm():
    shell.display_pub.publish = shell.displayhook.write_format_data = shell._showtraceback = lambda *_, **__: None
    names = set(shell.user_ns)
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        for source in CELLS:
            coroutine = shell.run_cell_async(source, transformed_cell=shell.transform_cell(source))
            try:
                coroutine.send(None)
            except StopIteration:
                continue
            coroutine.close()
        for text in ("pri", "gc.col", "import os.pa", "f(", '"'):
            complete.complete(text, True)
        hint.hint("print(", False)
        variables.variables()
    for name in set(shell.user_ns) - names:
        del shell.user_ns[name]
    del shell.display_pub.publish, shell.displayhook.write_format_data, shell._showtraceback
    description = shell.user_ns["__doc__"]
    shell.reset(new_session=True)
    shell.user_ns.update(_="", __="", ___="", __doc__=description)  # as in a new IPython
    gc.collect()
    return shown.getvalue()
