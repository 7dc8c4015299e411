"""What can be expected to go wrong with packages."""


class InstallError(Exception):
    """A package could not be installed; the message says which and why, and is all there is to show."""

    __module__ = "builtins"  # tracebacks name others with their module

    def _render_traceback_(self):
        return [f"\x1b[0;31mInstallError\x1b[0m: {self}"]


class Refused(Exception):
    """A server did not give what was asked of it: what, which server and why. `missing` where it has no such thing."""

    def __init__(self, reason, missing=False):
        super().__init__(reason)
        self.missing = missing
