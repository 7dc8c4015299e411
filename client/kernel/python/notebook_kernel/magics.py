"""Magics that replace those of IPython that start processes."""

import asyncio
import io
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CalledProcessError

import notebook_packages
from IPython.core.async_helpers import _should_be_async
from IPython.core.error import UsageError
from IPython.core.magic_arguments import parse_argstring
from IPython.core.magics.execution import _format_time
from IPython.core.magics.script import ScriptMagics
from IPython.external.pickleshare import PickleShareDB

from . import program_commands, shell_line
from .shell import shell


NO_PROGRAM = "Python runs in the browser, where no other program can be started"


def wait(coroutine):
    return asyncio.get_event_loop().run_until_complete(coroutine)


def pip(line):
    """`%pip install NAME` where it cannot be awaited, see notebook_packages.shell_lines."""
    if notebook_packages.goes_beyond(line):
        shell_line.run(f"pip {line}")
    else:
        wait(notebook_packages.pip(line))


def uv(line):
    shell_line.run(f"uv {line}")


def time_cell(line, cell, local_ns=None):
    """`%%time` that also works for a cell that awaits."""
    if not _should_be_async(cell):
        return stock_time(line, cell, local_ns)
    started = time.perf_counter()
    try:
        shell.run_cell(cell)
    finally:
        print(f"Wall time: {_format_time(time.perf_counter() - started)}")


def bash(line, cell):
    """Runs each line as `!` does; `--out` and `--err` capture, as in IPython."""
    args = parse_argstring(ScriptMagics.shebang, line)
    texts = io.StringIO(), io.StringIO()
    with redirect_stdout(texts[0] if args.out else sys.stdout), redirect_stderr(texts[1] if args.err else sys.stderr):
        code = shell_line.run(cell)
    shell.user_ns.update((name, text.getvalue()) for name, text in zip((args.out, args.err), texts) if name)
    if code and args.raise_error:
        raise CalledProcessError(code, cell.strip())


def script(line, cell):
    name, _, rest = line.strip().partition(" ")
    if name in ("python", "python3"):
        return python(rest, cell)
    if name not in ("bash", "sh"):
        raise UsageError(f"%%script {name} is not available: {NO_PROGRAM}")
    bash(rest, cell)


def sql(lines_before):
    """`lines_before` is 1 for the magic, whose line counts, and 0 for an SQL cell."""

    def magic(line, cell):
        from .sql import run  # few notebooks need it

        return run(cell, lines_before)

    return magic


def python(line, cell):
    """A program with its own variables."""
    program_commands.execute(cell, ["<cell>"])


def other(name):
    def magic(line="", cell=None, *_):
        raise UsageError(f"{name} is not available: {NO_PROGRAM}")

    return magic


def store(line):
    """Stores into the notebook's files, because IPython's own folder is lost when Python ends."""
    shell.db = PickleShareDB(os.path.expanduser("~/.ipython-store"))
    shell.extension_manager.load_extension("storemagic")
    shell.run_line_magic("store", line)


stock_time = shell.find_cell_magic("time")


def install():
    shell.loop_runner = wait
    shell.set_hook("editor", other("%edit"))
    line = {"pip": pip, "uv": uv, "store": store}
    line |= {name: other(f"%{name} (use %pip)") for name in ("conda", "mamba", "micromamba")}
    cell = {"time": time_cell, "bash": bash, "sh": bash, "python": python, "python3": python, "script": script}
    cell |= {"sql": sql(1), "notebook_sql": sql(0)}
    cell |= {name: other("%%" + name) for name in ("perl", "ruby", "pypy", "python2", "cython")}
    for kind, magics in (("line", line), ("cell", cell)):
        for name, magic in magics.items():
            shell.register_magic_function(magic, kind, name)


install()
