"""What is installed, and how it comes and goes."""

import importlib
import json
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path
from site import getsitepackages

from .wheels import canonical, distribution

SITE = Path(getsitepackages()[0])
came = {}  # by name, the wheels that were installed in this life of Python


def installed():
    """By name, what Python finds first of each."""
    importlib.invalidate_caches()
    found = {}
    for each in distributions():
        found.setdefault(canonical(each.name), each)
    return found


def is_ours(found):
    """It is a part of what runs the notebook. Another version may stand beside it, and is found before it."""
    return Path(str(found.locate_file(""))) != SITE


async def put(content):
    from pyodide.ffi import to_js
    from pyodide_js import _api

    wheel = content.wheel
    await load_libraries(wheel)
    marks = {"INSTALLER": "pip", "PYODIDE_SOURCE": wheel.source, "PYODIDE_SHA256": wheel.sha256 or ""}
    await _api.install(to_js(content.data), wheel.file, str(SITE), marks)
    came[wheel.name] = wheel
    importlib.invalidate_caches()


async def load_libraries(wheel):
    """What it is linked with in the distribution, which are no packages of Python."""
    if wheel.source != "distribution":
        return
    from notebook_bridge import load_packages

    from .errors import Refused

    known = distribution()
    libraries = [name for name in known[wheel.name]["depends"] if known[name]["package_type"] == "shared_library"]
    if libraries and (problems := json.loads(await load_packages(json.dumps(libraries)))):
        raise Refused("; ".join(problems))


def remove(found):
    name = canonical(found.name)  # read from what is about to go
    root = Path(str(found.locate_file("")))
    folders = set()
    for file in found.files or []:
        path = root / file
        path.unlink(missing_ok=True)
        folders |= {parent for parent in path.parents if root in parent.parents}
    shutil.rmtree(found._path, ignore_errors=True)
    for folder in sorted(folders, reverse=True):
        for compiled in folder.glob("__pycache__/*"):
            compiled.unlink()
        for empty in (folder / "__pycache__", folder):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
    came.pop(name, None)
    importlib.invalidate_caches()


def modules_of(found):
    """Its modules that were imported, by the files they come from."""
    files = {str(Path(str(found.locate_file(file)))) for file in found.files or []}
    return [name for name, module in sys.modules.items() if getattr(module, "__file__", None) in files]
