"""Magics that replace those of IPython that start processes."""

import asyncio
import io
import os
import shlex
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CalledProcessError

import notebook_packages
from IPython.core.async_helpers import _should_be_async
from IPython.core.error import UsageError
from IPython.core.magics.execution import _format_time
from IPython.core.magics.script import ScriptMagics
from IPython.external.pickleshare import PickleShareDB
from IPython.utils.process import arg_split

from . import known_commands, shell_line
from .one_line import OneLine
from .shell import shell


SHELLS = "bash", "sh"
NO_PROGRAM = "Python runs in the browser, where no other program can be started"


class Failed(OneLine, CalledProcessError):
    """What the command printed says why."""


Failed.__name__ = CalledProcessError.__name__


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


def script(program):
    """A shell runs each line of the cell as `!` does; another program is given the cell as its input. With the options of
    IPython, as `--out`."""

    def magic(line, cell):
        args, words = ScriptMagics.shebang.parser.parse_known_args(arg_split(f"{program} {line}"))
        name = words[0] if words else ""
        if name not in SHELLS and name not in known_commands.TABLE:
            raise UsageError(f"%%script {name} is not available: {NO_PROGRAM}")
        texts = io.StringIO(), io.StringIO()
        with redirect_stdout(texts[0] if args.out else sys.stdout), redirect_stderr(texts[1] if args.err else sys.stderr):
            code = shell_line.run(cell) if name in SHELLS else shell_line.run(shlex.join(words), cell)
        shell.user_ns.update((name, text.getvalue()) for name, text in zip((args.out, args.err), texts) if name)
        if code and args.raise_error:
            raise Failed(code, cell.strip())

    return magic


def sql(lines_before):
    """`lines_before` is 1 for the magic, whose line counts, and 0 for an SQL cell."""

    def magic(line, cell):
        from .sql import run  # few notebooks need it

        return run(cell, lines_before)

    return magic


def other(name):
    def magic(line="", cell=None, *_):
        raise UsageError(f"{name} is not available: {NO_PROGRAM}")

    return magic


def store(line):
    """Stores into the notebook's files, because IPython's own folder is lost when Python ends."""
    shell.db = PickleShareDB(os.path.expanduser("~/.ipython-store"))
    shell.extension_manager.load_extension("storemagic")
    shell.run_line_magic("store", line)


def autosave(line):
    """As Jupyter's, which notebooks begin with; a number of seconds has no effect."""
    print("Saved as you type: there is no interval to set.")


stock_time = shell.find_cell_magic("time")


def install():
    shell.loop_runner = wait
    shell.set_hook("editor", other("%edit"))
    line = {"pip": pip, "uv": uv, "store": store, "autosave": autosave}
    line |= {name: other(f"%{name} (use %pip)") for name in ("conda", "mamba", "micromamba")}
    cell = {"time": time_cell, "script": script("")}
    cell |= {name: script(name) for name in (*SHELLS, "python", "python3")}
    cell |= {"sql": sql(1), "notebook_sql": sql(0)}
    cell |= {name: other("%%" + name) for name in ("perl", "ruby", "pypy", "python2", "cython")}
    for kind, magics in (("line", line), ("cell", cell)):
        for name, magic in magics.items():
            shell.register_magic_function(magic, kind, name)


install()
