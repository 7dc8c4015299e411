"""aiohttp by requests of the browser: a transport makes the request and writes the answer as HTTP."""

from asyncio import Transport, ensure_future

from .http_clients import fetched

END = b"\r\n\r\n"
EMPTY = {204, 205, 304}


def use_browser(module):
    module.TCPConnector._create_connection = connect


async def connect(connector, request, traces, timeout):
    """Replaces that of TCPConnector."""
    protocol = connector._factory()
    protocol.connection_made(ByBrowser(request, protocol))
    return protocol


class ByBrowser(Transport):
    """For one request."""

    def __init__(self, request, protocol):
        super().__init__()
        self.request = request
        self.protocol = protocol
        self.written = b""
        self.task = None

    def write(self, data):
        self.written += data
        if self.task is None and (body := self.body()) is not None:
            self.task = ensure_future(self.answer(body))

    def body(self):
        """None until it is complete."""
        head, end, rest = self.written.partition(END)
        if not end:
            return None
        headers = self.request.headers
        if "chunked" in headers.get("Transfer-Encoding", ""):
            return unchunked(rest) if rest.endswith(b"0" + END) else None
        return rest if len(rest) >= int(headers.get("Content-Length", 0)) else None

    async def answer(self, body):
        failed = None
        try:
            headers = {name: value for name, value in self.request.headers.items() if name != "Transfer-Encoding"}
            await self.reply(*await fetched(self.request.method, str(self.request.url), headers, body))
        except OSError as error:
            failed = error
        if not self.is_closing():
            self.protocol.connection_lost(failed)

    async def reply(self, came, headers):
        """Sends the answer, its body in chunks."""
        whole = came.status in EMPTY
        lines = [f"HTTP/1.1 {came.status} {came.statusText or 'OK'}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers]
        lines += [] if whole else ["Transfer-Encoding: chunked"]
        self.protocol.data_received("\r\n".join(lines).encode() + END)
        if whole or came.body is None:
            return self.protocol.data_received(b"" if whole else b"0" + END)
        reader = came.body.getReader()
        while not (part := await reader.read()).done:
            data = part.value.to_bytes()
            self.protocol.data_received(b"%x\r\n%b\r\n" % (len(data), data))
        self.protocol.data_received(b"0" + END)

    def is_closing(self):
        return self.request is None

    def close(self):
        self.request = None
        if self.task is not None:
            self.task.cancel()

    abort = close

    def get_extra_info(self, name, default=None):
        return default

    def pause_reading(self):
        """Nothing to pause: chunks are read one by one."""

    resume_reading = pause_reading


def unchunked(data):
    parts = []
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        parts.append(data[:length])
        data = data[length + 2 :]
    return b"".join(parts)
