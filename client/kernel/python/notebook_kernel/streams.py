"""stdout and stderr: printed text is collected and sent about every 50 ms.

The first text after a pause is sent at once. The rest is sent by the worker's timer while Python awaits, or by its alarm
while Python is busy; until then `write` is StringIO's own, which is many times faster than one in Python. Code that keeps
a reference to that `write` never requests a flush, so the worker also raises an alarm every second.
"""

import codecs
import io
from contextvars import ContextVar
from time import monotonic

from notebook_bridge import flush_later, post_text

INTERVAL = 0.05  # seconds
RUN = ContextVar("run")  # the number of the cell's run, which the tasks that it creates inherit
LATEST = 0


class Batch:
    """Unsent text of one stream; one batch for both streams, so that their order is kept."""

    def __init__(self):
        self.run = LATEST  # whose text and other outputs come now
        self.stream = None
        self.streams = []
        self.rested = 0.0  # earliest time of the next flush, on the monotonic clock

    def of(self, run):
        """What comes from now on is of this run."""
        if run != self.run:
            self.flush()
            self.run = run

    def begin(self):
        if monotonic() >= self.rested:
            self.flush()
        else:
            self.stream.write = self.stream.kept.write
            flush_later(INTERVAL * 1000)

    def flush(self):
        for stream in self.streams:
            stream.__dict__.pop("write", None)
            text = stream.kept.getvalue()
            if not text:
                continue
            stream.kept.seek(0)
            stream.kept.truncate()
            try:
                text.encode()
            except UnicodeEncodeError:  # a document cannot contain lone surrogates
                text = text.encode("utf-8", "replace").decode()
            post_text(stream.channel, text, self.run)
            self.rested = monotonic() + INTERVAL


batch = Batch()


def handing_over(frame):
    """Whether text is being sent in this frame or by its caller: an exception would lose it, another flush repeat it."""
    return any(each is not None and each.f_code is Batch.flush.__code__ for each in (frame, frame and frame.f_back))


class Stream(io.TextIOBase):
    encoding = "utf-8"
    errors = "replace"

    def __init__(self, channel):
        super().__init__()
        self.channel = channel
        self.name = f"<{channel}>"
        self.buffer = Bytes(self)
        self.kept = io.StringIO()
        batch.streams.append(self)

    def writable(self):
        return True

    def fileno(self):
        """Text that C code writes there is shown too, see interpreter.ts."""
        return {"stdout": 1, "stderr": 2}[self.channel]

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if batch.stream is not self:
            batch.flush()
            batch.stream = self
        self.kept.write(text)
        batch.begin()
        return len(text)

    def flush(self):
        batch.flush()

    def close(self):
        """A cell that closes stdout must not silence the cells after it."""


class Bytes(io.BufferedIOBase):
    """The stream's `buffer`, for code that writes bytes."""

    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self.stream.write(self.decoder.decode(data))
        return len(data)

    def flush(self):
        batch.flush()
