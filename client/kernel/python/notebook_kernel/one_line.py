"""Errors shown in one line, because their message is complete and a traceback through libraries would not help."""


class OneLine:
    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


def one_line(kind, text):
    """An error that is caught as this kind and shown in one line."""
    return type(kind.__name__, (OneLine, kind), {"__module__": "builtins"})(text)
