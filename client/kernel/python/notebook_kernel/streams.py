"""stdout and stderr: what is printed is gathered and handed over about every 50 ms.

The first text after a pause goes at once. The rest goes with a later write, by the worker's timer while Python
awaits, or on the alarm that the worker raises while it is busy.
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
        self.parts = []
        self.waiting = False  # whether a flush is called for
        self.rested = 0.0  # when the next flush may be, on the monotonic clock

    def switch(self, stream):
        self.flush()
        self.stream = stream

    def begin(self):
        if monotonic() >= self.rested:
            self.flush()
        else:
            self.waiting = True
            flush_later(INTERVAL * 1000)

    def flush(self):
        self.waiting = False
        if not self.parts:
            return
        parts, self.parts = self.parts, []
        text = "".join(parts)
        try:
            text.encode()
        except UnicodeEncodeError:  # lone surrogates have no place in a document
            text = text.encode("utf-8", "replace").decode()
        post_text(self.stream.channel, text)
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

    def writable(self):
        return True

    # Called some times for each print: no clock is read here.
    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if batch.stream is not self:
            batch.switch(self)
        batch.parts.append(text)
        if not batch.waiting:
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
