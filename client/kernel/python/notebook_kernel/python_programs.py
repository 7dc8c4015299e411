"""Python programs that `!` runs: files, modules and the commands of installed packages. Each is Python's main module while
it runs in this process, and shares no module of the notebook's files with the cells."""

import importlib
import runpy
import sys
import traceback
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

LIBRARIES = "/lib/"  # Python's, those of packages and the kernel
TERMINAL = {"ipython", "ipython3"}  # only for a terminal


def text(program, words):
    return reported(execute, program, words)


def module(name, words):
    return reported(execute_module, name, [name, *words])


def package_command(name):
    """The function behind a command that an installed package brings (pytest, black), given the words; or None."""
    found = () if name in TERMINAL else entry_points(group="console_scripts", name=name)
    return next((lambda words: reported(execute_entry, each, [name, *words]) for each in found), None)


def execute(program, words):
    with main_module(words) as variables:
        exec(compile(program, words[0], "exec"), variables)


def execute_module(name, words):
    with main_module(words):
        runpy.run_module(name, run_name="__main__", alter_sys=True)


def execute_entry(entry, words):
    with main_module(words):
        sys.exit(entry.load()())


@contextmanager
def main_module(words):
    """What it imports from the notebook's files is read anew, as by another process, and forgotten afterwards."""
    main = ModuleType("__main__")
    main.__file__ = words[0]
    argv, path, kept = sys.argv, sys.path[:], taken_out()
    loaded = packages()
    kept["__main__"] = sys.modules["__main__"]
    sys.modules["__main__"] = main
    sys.argv = words
    sys.path.insert(0, str(Path(words[0]).resolve().parent))
    importlib.invalidate_caches()
    try:
        yield vars(main)
    finally:
        sys.argv, sys.path[:] = argv, path
        taken_out()
        forget(packages() - loaded)
        sys.modules.update(kept)


def taken_out():
    """Removes the modules of the notebook's files from those that are loaded."""
    files = {name: getattr(each, "__file__", None) or LIBRARIES for name, each in sys.modules.items()}
    return {name: sys.modules.pop(name) for name, file in files.items() if not file.startswith(LIBRARIES)}


def packages():
    return {name.partition(".")[0] for name in sys.modules}


def forget(names):
    """Packages keep what they have read (pylint, of the files); compiled ones cannot be loaded twice."""
    of_each = {name: name.partition(".")[0] for name in sys.modules}
    files = {name: getattr(sys.modules[name], "__file__", None) or "" for name in of_each}
    names -= {package for name, package in of_each.items() if files[name].endswith(".so")}
    for name, package in of_each.items():
        if package in names and "/site-packages/" in files[name]:
            del sys.modules[name]


def reported(run, *arguments):
    """The exit code; an exception is printed to stderr, from the program's own code on."""
    try:
        run(*arguments)
    except SystemExit as end:
        if isinstance(end.code, (int, type(None))):
            return int(end.code or 0)
        print(end.code, file=sys.stderr)
        return 1
    except Exception as error:
        while is_ours(error.__traceback__) and error.__traceback__.tb_next:
            error.__traceback__ = error.__traceback__.tb_next
        traceback.print_exception(error)
        return 1
    return 0


def is_ours(trace):
    return trace.tb_frame.f_globals.get("__name__") in (__name__, "runpy", "importlib.metadata")
