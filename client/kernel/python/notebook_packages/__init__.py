"""Packages: what a cell imports, `%pip`, and what a notebook keeps. Everything comes through the relay, as the page may
connect nowhere else. What installs is loaded when a package is first wanted."""

import json
import sys

from .cell_imports import load_imports
from .shell_lines import goes_beyond, register  # noqa: F401


async def pip(line):
    """What stands behind `pip` in a line."""
    __tracebackhide__ = True
    from .pip_line import pip

    await pip(line)


async def before(source, prelude):
    """Brings what a cell is to find: what the notebook keeps, what was asked for by name, what it imports."""
    prelude = json.loads(prelude)
    problems = []
    if any(each["name"] not in tried for each in prelude["kept"]):
        problems = await bring_back(prelude["kept"])
    if prelude["install"]:
        import shlex

        await pip(f"install -q {shlex.join(prelude['install'])}")
    for line in [*problems, *await load_imports(source)]:
        print(line, file=sys.stderr)


tried = set()  # brought back once in this life of Python; uninstalled since then, they stay away


async def bring_back(kept):
    from .index import Indexes
    from .install import bring_back

    lacking = [each for each in kept if each["name"] not in tried]
    problems = await bring_back(lacking, Indexes())
    tried.update(each["name"] for each in lacking)
    return problems
