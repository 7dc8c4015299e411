"""Patches modules when they are imported, so that they can show outputs and reach the network here."""

import shlex
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from types import SimpleNamespace

import notebook_packages

from . import absent
from .send import send

SETTINGS = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PLOTLY_RENDERER": "plotly_mimetype",
}


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        after = AFTER.get(name)
        return None if after is None else followed(PathFinder.find_spec(name, path, target), after)


def followed(spec, after):
    """The spec of a module that `after` patches once it is loaded."""
    if spec is not None:
        spec.loader = Followed(spec.loader, after)
    return spec


class Followed:
    """Wraps the loader of one module; other modules may share that loader."""

    def __init__(self, loader, after):
        self.loader = loader
        self.after = after

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        self.loader.exec_module(module)
        self.after(module)


def with_nbformat(module):
    """`figure.show()` only needs the version of nbformat."""
    if getattr(module, "nbformat", None) is None:
        module.nbformat = SimpleNamespace(__version__="5.10.4")


def as_spec(module):
    """By default Altair writes a page that loads scripts from other servers."""
    if hasattr(module, "renderers"):
        module.renderers.enable("mimetype")


def by(module, function):
    """Imports the patch only when it is needed."""
    return lambda changed: getattr(import_module(module), function)(changed)


def without_processes(module):
    module._check_system_limits = absent.no_pool


def in_a_tab(module):
    """The page opens the URL, or shows it as a link if the browser forbids that."""

    def open(url, new=0, autoraise=True):
        send({"type": "open", "url": str(url)})
        return True

    module.open = open


def by_our_installer(module):
    """`micropip.install` is `%pip install`, so that the notebook keeps its packages."""

    async def install(requirements, keep_going=False, deps=True, credentials=None, pre=False, index_urls=(), **how):
        words = [requirements] if isinstance(requirements, str) else requirements
        indexes = [index_urls] if isinstance(index_urls, str) else index_urls or ()
        options = [f"--index-url={each}" for each in indexes if "{" not in each]
        flags = {"--no-deps": not deps, "--pre": pre, "--force-reinstall": how.get("reinstall")}
        options += [flag for flag, wanted in flags.items() if wanted]
        await notebook_packages.pip(shlex.join(["install", "-q", *options, *words]))

    module.install = install


AFTER = {
    "aiohttp.connector": by("notebook_packages.aiohttp_client", "use_browser"),
    "altair": as_spec,
    "concurrent.futures.process": without_processes,
    "httpx._transports.default": by("notebook_packages.http_clients", "use_browser"),
    "micropip": by_our_installer,
    "multiprocessing.pool": absent.only_threads,
    "plotly.io._renderers": with_nbformat,
    "urllib.request": by("notebook_kernel.network", "use_browser"),
    "webbrowser": in_a_tab,
}
sys.meta_path.insert(0, Finder)
