"""stdout and stderr: what is printed is gathered and handed over about every 50 ms.

The first text after a pause goes at once. The rest goes by the worker's timer while Python awaits, or on the alarm that
the worker raises while it is busy; until then `write` is StringIO's own, which is many times as fast as one in Python.
Who keeps that `write` for later calls for no flush, so the worker raises an alarm every second too.
"""

import codecs
import io
from time import monotonic

from notebook_bridge import flush_later, post_text

INTERVAL = 0.05  # seconds


class Batch:
    """Text of one stream that has not been handed over; one for both streams, which keeps their order."""

    def __init__(self):
        self.stream = None
        self.streams = []
        self.rested = 0.0  # when the next flush may be, on the monotonic clock

    def switch(self, stream):
        self.flush()
        self.stream = stream

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
            except UnicodeEncodeError:  # lone surrogates have no place in a document
                text = text.encode("utf-8", "replace").decode()
            post_text(stream.channel, text)
            self.rested = monotonic() + INTERVAL


batch = Batch()


def handing_over(frame):
    """Whether an exception in this frame would lose text."""
    return frame is not None and frame.f_code is Batch.flush.__code__


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
        """What C code writes there is shown too, see interpreter.ts."""
        return {"stdout": 1, "stderr": 2}[self.channel]

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if batch.stream is not self:
            batch.switch(self)
        self.kept.write(text)
        batch.begin()
        return len(text)

    def flush(self):
        batch.flush()

    def close(self):
        """A cell that closes stdout must not silence the cells after it."""


class Bytes(io.BufferedIOBase):
    """The stream's `buffer`, for who writes bytes."""

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
