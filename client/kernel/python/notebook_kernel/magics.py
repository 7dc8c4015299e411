"""The magics that are this notebook's own, in the place of IPython's, which start processes."""

import asyncio
import re
import time

from IPython.core.async_helpers import _should_be_async
from IPython.core.error import UsageError
from IPython.core.magics.execution import _format_time
from pyodide.ffi import can_run_sync

from . import commands, packages
from .shell import shell


def wait(coroutine):
    return asyncio.get_event_loop().run_until_complete(coroutine)


def pip(line):
    """`%pip install NAME`"""
    installing = packages.pip(line)
    # Else the cell awaits it, see `awaiting`.
    return wait(installing) if can_run_sync() else installing


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


def python(line, cell):
    """A program in variables of its own."""
    commands.execute(cell, ["<cell>"])


def other(name):
    def magic(line, cell=None):
        raise UsageError(f"{name} is not available: Python runs in the browser, where no other program can be started")

    return magic


def awaiting(lines):
    """Where Python cannot wait inside of a call, `%pip` and `!pip` at the start of a line are awaited."""
    if can_run_sync():
        return lines
    call = r"^get_ipython\(\)\.(?:run_line_magic\('pip', |system\((?=')(?:'(?:python3? -m )?pip3? ))'?"
    return [re.sub(call, "await get_ipython().run_line_magic('pip', '", line) for line in lines]


stock_time = shell.find_cell_magic("time")


def install():
    shell.loop_runner = wait
    shell.register_magic_function(time_cell, "cell", "time")
    shell.register_magic_function(pip, "line", "pip")
    for name in ("bash", "sh"):
        shell.register_magic_function(bash, "cell", name)
    for name in ("python", "python3"):
        shell.register_magic_function(python, "cell", name)
    for name in ("script", "perl", "ruby", "pypy", "python2", "cython"):
        shell.register_magic_function(other("%%" + name), "cell", name)
    for name in ("conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(other(f"%{name} (%pip is what there is)"), "line", name)
    shell.input_transformers_post.append(awaiting)


install()
