"""Frames that outputs show, by the ids that their outputs have, for as long as the notebook's code holds them."""

import os
import weakref

from .frame_kinds import seen

shown = weakref.WeakValueDictionary()


def identify(value):
    """The id by which the page may ask for it; None where it cannot be asked for."""
    try:
        if seen(value) is None:
            return None
        for name, known in shown.items():
            if known is value:
                return name
        name = os.urandom(8).hex()
        shown[name] = value
        return name
    except Exception:  # of its own code, or because it takes no weak references
        return None
