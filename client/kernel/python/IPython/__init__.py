"""As much of IPython as libraries ask for in order to show themselves."""

from . import display  # the module, as in IPython

__all__ = ["display", "get_ipython", "version_info"]
__version__ = "9.0.0"
version_info = (9, 0, 0, "")


def get_ipython():
    """None, as outside of IPython: there is no shell to hook into."""
    return None
