"""Packages: those a cell imports, those of `%pip`, and those a notebook keeps. All come through the relay, because the
page may connect nowhere else. The installer is imported when it is first needed."""

import json
import sys

from .cell_imports import load_imports
from .shell_lines import goes_beyond, register  # noqa: F401


async def pip(line):
    """Runs `pip` with these arguments."""
    __tracebackhide__ = True
    from .pip_line import pip

    await pip(line)


async def before(source, prelude):
    """Installs what a cell needs: the notebook's packages, those requested by name, those it imports."""
    prelude = json.loads(prelude)
    problems = []
    if lacking := [each for each in prelude["kept"] if each["name"] not in tried]:
        from .install import bring_back

        problems = await bring_back(lacking)
        tried.update(each["name"] for each in lacking)
    if prelude["install"]:
        import shlex

        await pip(f"install -q {shlex.join(prelude['install'])}")
    for line in [*problems, *await load_imports(source)]:
        print(line, file=sys.stderr)


tried = set()  # restored once by this Python; if uninstalled since, they are not restored again

