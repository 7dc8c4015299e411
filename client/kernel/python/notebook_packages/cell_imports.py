"""Installs what a cell imports before it runs."""

import ast
import importlib
import re
import sys
import warnings
from importlib.machinery import PathFinder

from notebook_bridge import new_names

from .errors import InstallError

# Namespaces of several projects: the module that the distribution's entry means.
SHARED = {"google": "google.protobuf"}
SCRIPT = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def imported(source):
    """The full names of imported modules."""
    try:
        with warnings.catch_warnings(action="ignore"):  # running the cell gives them
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names += [f"{node.module}.{each.name}" for each in node.names]
    return list(dict.fromkeys(names))


def is_there(module):
    """Whether it needs no package: it is a file of the notebook, or part of Python or of the kernel."""
    top = module.partition(".")[0]
    if top in sys.modules and top not in SHARED:
        return True
    found = PathFinder.find_spec(top)
    return found is not None and found.loader is not None  # a plain folder has none


def named_like(module):
    """The package of the distribution with this module; None if there is none."""
    from .wheels import distribution

    for name, entry in distribution().items():
        for has in entry["imports"]:
            has = SHARED.get(has, has)
            if module == has or module.startswith(has + "."):
                return name
    return None


def script_dependencies(source):
    """The dependencies in a script's metadata (PEP 723)."""
    if "# /// script" not in source or (found := SCRIPT.search(source)) is None:
        return []
    import tomllib

    lines = found["content"].splitlines(keepends=True)
    try:
        said = tomllib.loads("".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))
    except tomllib.TOMLDecodeError as error:
        raise InstallError(f"The script block of this cell is not valid: {error}") from None
    return [each for each in said.get("dependencies", []) if isinstance(each, str)]


def installed_by(source):
    """The words of its `pip install` lines, which install them in their own versions."""
    lines = re.findall(r"\bpip3?\W+install\s+(.*)", source)
    return {word.lower().replace("_", "-") for line in lines for word in re.findall(r"[\w.-]+", line)}


async def load_imports(source):
    """Returns messages about failures; the imports themselves fail later."""
    modules = imported(source)
    if any(module.partition(".")[0] not in sys.modules for module in modules) and new_names():
        importlib.invalidate_caches()
    lacking = [module for module in modules if not is_there(module)]
    named = dict.fromkeys(filter(None, map(named_like, lacking))) if lacking else {}
    names = [name for name in named if name not in installed_by(source)]
    said = script_dependencies(source)
    if not names and not said:
        return []
    from packaging.requirements import InvalidRequirement, Requirement

    from .index import Indexes
    from .install import install

    problems = []
    if said:
        try:
            await install([Requirement(each) for each in said], Indexes())
        except InvalidRequirement as error:
            raise InstallError(f"The script block of this cell is not valid: {error}") from None
    for name in names:
        try:
            await install([Requirement(name)], Indexes(), keep=False)
        except InstallError as error:
            problems += [f"Could not load {name}:", str(error)]
    return problems
