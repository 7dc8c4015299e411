"""The variables of the notebook, and which of them are the person's own."""

import sys

namespace = sys.modules["__main__"].__dict__
given = {}  # what was there before the first cell, by name


def remember_given():
    given.update(namespace)


def own_names():
    """What the cells defined, in the order of definition."""
    return [
        name
        for name, value in list(namespace.items())
        if not name.startswith("_") and not (name in given and given[name] is value)
    ]
