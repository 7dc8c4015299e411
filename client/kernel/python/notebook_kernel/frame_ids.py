"""Data frames in outputs, by the ids in the outputs' metadata, as long as the notebook's code keeps them."""

import os
import weakref

from .frame_kinds import seen

shown = weakref.WeakValueDictionary()


def identify(value):
    """The id by which the page can ask about it; None if it cannot."""
    try:
        if seen(value) is None:
            return None
        for name, known in shown.items():
            if known is value:
                return name
        name = os.urandom(8).hex()
        shown[name] = value
        return name
    except Exception:  # raised by its own code, or it supports no weak references
        return None
