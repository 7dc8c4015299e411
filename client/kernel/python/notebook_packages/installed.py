"""The installed packages: lists, adds and removes them."""

import importlib
import json
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path
from site import getsitepackages

from notebook_bridge import load_packages
from packaging.utils import canonicalize_name

from .errors import Refused
from .wheels import distribution

SITE = Path(getsitepackages()[0])
came = {}  # wheels that this Python has installed, by name


def installed():
    """By name, the one that Python finds first."""
    importlib.invalidate_caches()
    found = {}
    for each in distributions():
        found.setdefault(canonicalize_name(each.name), each)
    return found


def is_ours(found):
    """It is part of the kernel. Another version can be installed in addition, and is found before it."""
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
    """Loads the shared libraries of the distribution that it is linked with."""
    if wheel.source != "distribution":
        return
    known = distribution()
    libraries = [name for name in known[wheel.name]["depends"] if known[name]["package_type"] == "shared_library"]
    if libraries and (problems := json.loads(await load_packages(json.dumps(libraries)))):
        raise Refused("; ".join(problems))


def remove(found):
    name = canonicalize_name(found.name)  # read before it is deleted
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
    """Its imported modules."""
    files = {str(Path(str(found.locate_file(file)))) for file in found.files or []}
    return [name for name, module in sys.modules.items() if getattr(module, "__file__", None) in files]
