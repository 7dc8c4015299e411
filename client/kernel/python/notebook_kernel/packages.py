"""Packages. What a cell imports of Pyodide's distribution is loaded before it runs; `%pip install` and micropip get the
rest from a package index. Both come through the relay, as the page may connect nowhere else."""

import importlib
import json
import shlex
import sys
from importlib.machinery import PathFinder

import notebook_bridge
from notebook_bridge import load_packages, packages_with, show_progress, take_refusals
from pyodide.code import find_imports

WITHOUT_VALUE = {
    "-q": {},
    "--quiet": {},
    "-U": {"reinstall": True},
    "--upgrade": {"reinstall": True},
    "--force-reinstall": {"reinstall": True},
    "--pre": {"pre": True},
    "--no-deps": {"deps": False},
}


class InstallError(Exception):
    """A package could not be installed; the message says which and why."""

    __module__ = "builtins"  # tracebacks name others with their module


async def pip(args):
    command, _, rest = args.strip().partition(" ")
    if command != "install":
        raise InstallError(f"pip {command} is not available in this notebook; pip install is")
    await install(rest)


async def install(args):
    """Install what a `pip install` line names."""
    names, options = parse(args)
    problems = await load(["micropip"])
    if problems:
        raise InstallError("\n".join(problems))
    import micropip

    before = installed()
    take_refusals()
    show_progress(f"installing {', '.join(names)}")
    try:
        await micropip.install(names, **options)
    except Exception as error:
        reasons = json.loads(take_refusals()) or [str(error)]
        raise InstallError("\n".join([f"Could not install {', '.join(names)}:", *reasons])) from None
    finally:
        show_progress("")
    new = [f"{name}-{version}" for name, version in installed().items() if before.get(name) != version]
    print(f"Successfully installed {' '.join(new)}" if new else f"Requirement already satisfied: {', '.join(names)}")


def parse(args):
    names, options = [], {}
    words = iter(shlex.split(args, comments=True))
    for word in words:
        if word in WITHOUT_VALUE:
            options |= WITHOUT_VALUE[word]
        elif word in ("-r", "--requirement"):
            with open(next(words, "")) as file:
                lines = (line.partition(" #")[0].strip() for line in file)
                names += [line for line in lines if line and not line.startswith("#")]
        elif word.startswith("-"):
            raise InstallError(f"pip install {word} is not available in this notebook")
        else:
            names.append(word)
    if not names:
        raise InstallError("pip install needs the name of a package")
    return names, options


def installed():
    from importlib.metadata import distributions  # here, as a start without the snapshot would wait for it

    importlib.invalidate_caches()
    return {found.name: found.version for found in distributions()}


async def load_imports(source):
    """Load what the cell imports. Where that fails its import will; the reason is told here."""
    modules = [name for name in find_imports(source) if not is_there(name)]
    names = json.loads(packages_with(json.dumps(modules))) if modules else []
    if names:
        for line in await load(names):
            print(line, file=sys.stderr)


def is_there(module):
    """Whether it needs no package: the person has a file of that name, or we bring it (IPython)."""
    top = module.partition(".")[0]
    if top in sys.modules:
        return True
    found = PathFinder.find_spec(top)
    return found is not None and found.loader is not None  # a mere folder has none


async def load(names):
    """Why it failed, in lines, if so."""
    problems = json.loads(await load_packages(json.dumps(names)))
    if "micropip" in names and not problems:
        use_relay()
    return problems


def use_relay():
    """Make the relay's index micropip's usual one, for which it looks into the distribution first."""
    import micropip

    micropip.package_index.DEFAULT_INDEX_URLS[:] = [notebook_bridge.worker.index_url]
    micropip.set_index_urls([notebook_bridge.worker.index_url])
