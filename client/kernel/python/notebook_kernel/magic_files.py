"""%run, %%writefile, %pwd, %cd, %ls: files of the machine that Python sees."""

import os
import shlex
import sys

from .cell_code import CellCode
from .magics import UsageError, magic
from .namespace import namespace


@magic("%", "run")
def run(argument):
    """A program in variables of its own, which the notebook then has; with -i in the notebook's."""
    inside, *words = shlex.split(argument) or [""]
    if inside != "-i":
        inside, words = "", [inside, *words]
    if not words or not words[0]:
        raise UsageError("%run needs the name of a file")
    path = os.path.expanduser(words[0])
    if not os.path.exists(path) and os.path.exists(path + ".py"):
        path += ".py"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    variables = namespace if inside else {"__name__": "__main__", "__file__": path}
    before = sys.argv
    sys.argv = [path, *words[1:]]
    try:
        exec(compile(text, path, "exec"), variables)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    finally:
        sys.argv = before
        if not inside:
            namespace.update({name: value for name, value in variables.items() if not name.startswith("__")})


@magic("%%", "writefile", "file")
def writefile(argument, body):
    words = shlex.split(argument)
    append = "-a" in words or "--append" in words
    names = [word for word in words if word not in ("-a", "--append")]
    if len(names) != 1:
        raise UsageError("%%writefile needs the name of one file")
    path = os.path.expanduser(names[0])
    doing = "Appending to" if append else "Overwriting" if os.path.exists(path) else "Writing"
    with open(path, "a" if append else "w", encoding="utf-8") as file:
        file.write(body if body.endswith("\n") else body + "\n")
    print(doing, names[0])


@magic("%", "pwd")
def pwd(_):
    return os.getcwd()


@magic("%", "cd")
def cd(argument):
    os.chdir(os.path.expanduser(argument.strip("\"'") or "~"))
    print(os.getcwd())


@magic("%", "ls")
def ls(argument):
    with os.scandir(os.path.expanduser(argument or ".")) as entries:
        names = sorted(entry.name + "/" * entry.is_dir() for entry in entries if not entry.name.startswith("."))
    print("\n".join(names))
