"""A short text for any value: fast, on one line, never an exception."""

import reprlib

LONGEST = 100  # characters


ITEMS = dict.fromkeys(["maxlist", "maxtuple", "maxset", "maxfrozenset", "maxdeque", "maxdict"], 12)
BRIEF = reprlib.Repr(maxlevel=3, maxstring=LONGEST, maxother=LONGEST, maxlong=LONGEST, **ITEMS)


def short(value, longest=LONGEST):
    try:
        if is_frame(value):
            return cut(", ".join(str(column) for column in list(value.columns)[:20]), longest)
        return cut(BRIEF.repr(value), longest)
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"


def cut(text, longest=LONGEST):
    """On one line, and not too long."""
    text = " ".join(text[: 4 * longest].split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_frame(value):
    """A data frame of any library. A property may raise anything, as that of a closed file does."""
    try:
        return not isinstance(value, type) and hasattr(value, "columns") and hasattr(value, "shape")
    except Exception:
        return False


def size(value):
    """The shape or the number of items; empty if it has neither."""
    try:
        shape = getattr(value, "shape", None) if not isinstance(value, type) else None
        if isinstance(shape, tuple):
            return " × ".join(map(str, shape)) or "scalar"
        if isinstance(value, (str, bytes, bytearray)):
            return f"{len(value):,} {'characters' if isinstance(value, str) else 'bytes'}"
        if hasattr(type(value), "__len__") and not isinstance(value, type):
            return f"{len(value):,} item{'s' * (len(value) != 1)}"
    except Exception:
        return "?"
    return ""
