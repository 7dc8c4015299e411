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
        if name == "plotly.io._renderers":
            return with_nbformat(PathFinder.find_spec(name, path, target))
        return None


def with_nbformat(spec):
    """`figure.show()` asks for nbformat's version, and for nothing else of it."""
    if spec is None:
        return None
    load = spec.loader.exec_module

    def exec_module(module):
        load(module)
        if getattr(module, "nbformat", None) is None:
            module.nbformat = SimpleNamespace(__version__="5.10.4")

    spec.loader.exec_module = exec_module
    return spec
