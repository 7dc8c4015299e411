"""Commands that run programs, and small ones used in scripts."""

import os
import shlex
import sys
import time

from IPython import get_ipython
from IPython.core.error import UsageError
from IPython.display import clear_output

from . import python_programs
from .known_commands import command


@command("true", "set", "chmod", "sync")
def true(*_):
    """Nothing to do here."""


@command("false")
def false(*_):
    return 1


@command("sleep")
def sleep(_, rest, __):
    time.sleep(float(rest[0].rstrip("s")))


@command("date")
def date(_, rest, __):
    form = next((word[1:] for word in rest if word.startswith("+")), "%a %b %e %H:%M:%S %Z %Y")
    print(time.strftime(form))


@command("export")
def export(_, rest, __):
    for word in rest:
        name, sign, value = word.partition("=")
        if sign:
            os.environ[name] = value


@command("env", "printenv")
def env(_, rest, __):
    for name, value in os.environ.items():
        if not rest:
            print(f"{name}={value}")
        elif name in rest:
            print(value)


@command("test", "[")
def test(_, rest, __):
    match [word for word in rest if word != "]"]:
        case ["-f" | "-e" | "-d" | "-s" as which, path]:
            there = {"-f": os.path.isfile, "-d": os.path.isdir}.get(which, os.path.exists)(path)
            return 0 if there and (which != "-s" or os.path.getsize(path)) else 1
        case ["-z" | "-n" as which, text]:
            return 0 if (text == "") == (which == "-z") else 1
        case [left, "=" | "==" | "!=" as sign, right]:
            return 0 if (left == right) == (sign != "!=") else 1
    raise UsageError("only -f, -d, -e, -s, -z, -n, = and != are known")


@command("clear")
def clear(*_):
    clear_output()


@command("pip", "pip3")
def pip(_, rest, __):
    get_ipython().run_line_magic("pip", shlex.join(rest))


@command("uv")
def uv(_, rest, __):
    if rest[:1] != ["pip"]:
        raise UsageError("only uv pip is known")
    pip(None, rest[1:], None)


@command("python", "python3")
def python(_, rest, given):
    match rest:
        case ["-m", "pip", *words]:
            return pip(None, words, None)
        case ["--version" | "-V"]:
            return print("Python", sys.version.partition(" ")[0])
        case ["-c", text, *words]:
            return python_programs.text(text, ["-c", *words])
        case ["-m", module, *words]:
            return python_programs.module(module, words)
        case [path, *words] if path not in ("-", "-u", "-i"):
            with open(path, encoding="utf-8") as file:
                return python_programs.text(file.read(), [path, *words])
        case ["-u", *words]:
            return python(None, words, given)
        case ["-"] | [] if given:
            return python_programs.text(given, ["-"])
    raise UsageError("!python runs a file, as in !python program.py; cells run the rest")
