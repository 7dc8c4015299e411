"""The package matplotlib_inline as far as notebooks call it."""

from . import backend_inline

__all__ = ["backend_inline"]
