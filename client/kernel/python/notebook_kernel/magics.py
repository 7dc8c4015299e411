"""The magics that are this notebook's own, in the place of IPython's, which start processes."""

import asyncio
import re
import time

import notebook_packages
from IPython.core.async_helpers import _should_be_async
from IPython.core.error import UsageError
from IPython.core.magics.execution import _format_time

from . import commands
from .shell import shell


def wait(coroutine):
    return asyncio.get_event_loop().run_until_complete(coroutine)


def pip(line):
    """`%pip install NAME`, where a cell cannot await it: see notebook_packages.shell_lines."""
    wait(notebook_packages.pip(line))


def time_cell(line, cell, local_ns=None):
    """`%%time`, also of a cell that awaits, which IPython's cannot."""
    if not _should_be_async(cell):
        return stock_time(line, cell, local_ns)
    started = time.perf_counter()
    try:
        shell.run_cell(cell)
    finally:
        print(f"Wall time: {_format_time(time.perf_counter() - started)}")


def bash(line, cell):
    """Its lines, each as `!` would run it."""
    for each in re.sub(r"\\\n", " ", cell).splitlines():
        if each.strip() and not each.lstrip().startswith("#"):
            commands.run_line(each)


def sql(line, cell):
    """`%%sql`: as an SQL cell runs it, which has no such line."""
    from .sql import run  # few notebooks need it

    return run(cell, 1)


def sql_cell(line, cell):
    from .sql import run

    return run(cell, 0)


def python(line, cell):
    """A program in variables of its own."""
    commands.execute(cell, ["<cell>"])


def other(name):
    def magic(line, cell=None):
        raise UsageError(f"{name} is not available: Python runs in the browser, where no other program can be started")

    return magic


stock_time = shell.find_cell_magic("time")


def install():
    shell.loop_runner = wait
    shell.register_magic_function(time_cell, "cell", "time")
    shell.register_magic_function(pip, "line", "pip")
    for name in ("bash", "sh"):
        shell.register_magic_function(bash, "cell", name)
    shell.register_magic_function(sql, "cell", "sql")
    shell.register_magic_function(sql_cell, "cell", "notebook_sql")
    for name in ("python", "python3"):
        shell.register_magic_function(python, "cell", name)
    for name in ("script", "perl", "ruby", "pypy", "python2", "cython"):
        shell.register_magic_function(other("%%" + name), "cell", name)
    for name in ("conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(other(f"%{name} (%pip is what there is)"), "line", name)


install()
