"""input(), getpass() and stdin: the page shows a field under the cell, and Python waits for what is typed there.

The text comes through memory shared with the page, because a blocked worker receives no messages.
"""

import builtins
import getpass
import io
import itertools
import sys

from IPython.core.error import StdinNotImplementedError
from notebook_bridge import no_input, typed_line, wait_for_interrupt

from .send import send

SLICE = 50  # milliseconds between looks at the memory
numbers = itertools.count(1)
cell_runs = None


def read_line(prompt="", password=False):
    # A task that outlives its cell would block the worker for ever.
    if not cell_runs():
        raise StdinNotImplementedError("input() is available only in a running cell")
    if reason := no_input():
        raise StdinNotImplementedError(reason)
    print(prompt, end="", flush=True)
    number = next(numbers)
    send({"type": "input", "id": number, "prompt": str(prompt), "password": password})
    while (text := typed_line(number)) is None:
        wait_for_interrupt(SLICE)
    print("········" if password else text)
    return text


def read_password(prompt="Password: ", stream=None, *, echo_char=None):
    return read_line(prompt, password=True)


def waiting(frame):
    """Whether this frame or a caller of it waits for a line."""
    while frame is not None:
        if frame.f_code is read_line.__code__:
            return True
        frame = frame.f_back
    return False


class FieldInput(io.TextIOBase):
    """stdin, a line at a time."""

    name = "<stdin>"
    encoding = "utf-8"

    def readable(self):
        return True

    def readline(self, size=-1):
        return read_line() + "\n"

    def read(self, size=-1):
        raise StdinNotImplementedError("stdin never ends in a notebook: use input() or sys.stdin.readline()")


def install(running):
    """`running` returns whether a cell runs."""
    global cell_runs
    cell_runs = running
    sys.stdin = FieldInput()
    builtins.input = lambda prompt="", /: read_line(prompt)
    builtins.input.__name__ = "input"
    getpass.getpass = getpass.unix_getpass = getpass.fallback_getpass = read_password
