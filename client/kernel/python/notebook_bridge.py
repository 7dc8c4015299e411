"""What the page's worker does for Python: each name is a call that goes on to it.

The worker is set when Python starts, which it has not yet where the snapshot of its memory is taken.
"""

worker = None


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def call(*arguments):
        return getattr(worker, name)(*arguments)

    return call
