"""`subprocess` and `os.system`: no other programs can run, but they run the commands that `!` has."""

import io
import os
import shlex
import subprocess
import sys
from contextlib import chdir, nullcontext, redirect_stderr, redirect_stdout

from IPython.core.error import UsageError
from pyodide.webloop import WebLoop

from . import known_commands, shell_line
from .one_line import one_line

PIPE, STDOUT, DEVNULL = subprocess.PIPE, subprocess.STDOUT, subprocess.DEVNULL
ALONE = "Python in a browser is one process and cannot start another."


class Program:
    """Replaces Popen. It runs when it is created or, if its input is still to come, when that is complete."""

    pid = 1

    def __init__(self, args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None, *_, cwd=None, **how):
        self.args = args
        self.line = args if isinstance(args, str) else shlex.join(map(os.fsdecode, args))
        self.where = cwd
        self.returncode = None
        self.by_shell = bool(how.get("shell"))
        self.is_text = any(how.get(name) for name in ("text", "universal_newlines", "encoding", "errors"))
        self.into = stdout, stderr
        self.stdout = self.stderr = None
        self.stdin = self.stream() if stdin == PIPE else None
        if stdin != PIPE:
            self.go(stdin.read() if hasattr(stdin, "read") else "")

    def stream(self, text=""):
        return io.StringIO(text) if self.is_text else io.BytesIO(text.encode())

    def go(self, given):
        given = given if isinstance(given, str) else bytes(given or b"").decode(errors="replace")
        out, err = (None if target is None else io.StringIO() for target in self.into)
        if self.into[1] == STDOUT:
            err = out or sys.stdout
        place = nullcontext() if self.where is None else chdir(self.where)
        with place, redirect_stdout(out or sys.stdout), redirect_stderr(err or sys.stderr):
            self.returncode = run(self.line, given, self.by_shell)
        for name, target, written in zip(("stdout", "stderr"), self.into, (out, err)):
            if target == PIPE:
                setattr(self, name, self.stream(written.getvalue()))
            elif hasattr(target, "write"):
                text = written.getvalue()
                target.write(text if isinstance(target, io.TextIOBase) else text.encode())

    def communicate(self, input=None, timeout=None):
        if self.returncode is None:
            self.go(input if input is not None else self.stdin.getvalue())
        return tuple(None if each is None else each.read() for each in (self.stdout, self.stderr))

    def wait(self, timeout=None):
        return self.poll()

    def poll(self):
        if self.returncode is None:
            self.go(self.stdin.getvalue())
        return self.returncode

    def kill(self):
        """It has ended."""

    terminate = kill

    def send_signal(self, signal):
        """It has ended."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.poll()

    def __class_getitem__(cls, kind):
        return cls


def run(line, given="", by_shell=True):
    """Its exit code."""
    if not by_shell and not known_commands.is_known(name := os.path.basename(shlex.split(line)[0])):
        raise one_line(FileNotFoundError, known_commands.why_not(name))
    try:
        return shell_line.run(line, given)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2


def system(command):
    return run(command) << 8


def refused(*_, **__):
    raise one_line(OSError, ALONE)


async def refused_later(*_, **__):
    raise one_line(NotImplementedError, f"{ALONE} Commands such as !ls are run by subprocess.run.")


def install():
    subprocess.Popen = Program
    os.system = system
    for name in ("fork", "forkpty", "execv", "execve", "posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            setattr(os, name, refused)
    WebLoop.subprocess_exec = WebLoop.subprocess_shell = refused_later
