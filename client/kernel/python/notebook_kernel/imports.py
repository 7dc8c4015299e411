"""Imports that mean something of this notebook's, whatever is installed."""

import os
from importlib.machinery import PathFinder
from types import SimpleNamespace

ROOT = os.path.dirname(os.path.dirname(__file__))
# The real ones look for a Jupyter kernel, and would show nothing here.
OURS = {"IPython", "comm", "matplotlib_inline"}
SETTINGS = {
    "MPLBACKEND": "module://notebook_kernel.matplotlib_backend",
    "PLOTLY_RENDERER": "plotly_mimetype",
}


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in OURS:
            return PathFinder.find_spec(name, [ROOT], target)
        after = AFTER.get(name)
        return None if after is None else followed(PathFinder.find_spec(name, path, target), after)


def followed(spec, after):
    """The module, changed by `after` once it is there."""
    if spec is not None:
        spec.loader = Followed(spec.loader, after)
    return spec


class Followed:
    """A loader of its own for one module: others may share the one it stands for."""

    def __init__(self, loader, after):
        self.loader = loader
        self.after = after

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        self.loader.exec_module(module)
        self.after(module)


def with_nbformat(module):
    """`figure.show()` asks for nbformat's version, and for nothing else of it."""
    if getattr(module, "nbformat", None) is None:
        module.nbformat = SimpleNamespace(__version__="5.10.4")


def over_browser(module):
    from .network import use_browser  # here, as few notebooks need it

    use_browser(module)


AFTER = {"plotly.io._renderers": with_nbformat, "urllib.request": over_browser}
