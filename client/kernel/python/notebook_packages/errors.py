"""Expected failures."""


class InstallError(Exception):
    """A package could not be installed; only the message is shown, which says which and why."""

    __module__ = "builtins"  # else tracebacks show its module

    def _render_traceback_(self):
        return [f"\x1b[0;31mInstallError\x1b[0m: {self}"]


class Refused(Exception):
    """A server refused a request; the message says which, what and why. `missing`: it does not have it."""

    def __init__(self, reason, missing=False):
        super().__init__(reason)
        self.missing = missing
