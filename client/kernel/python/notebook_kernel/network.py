"""`urlopen` by requests of the browser, as there are no sockets; and the error where the notebook may not use the network."""

import io

from pyodide.ffi import JsException, to_js

from .one_line import one_line
from .streams import batch

UNREACHED = "cannot be reached, or does not allow other pages to read it (CORS)"
# Headers that the browser sets itself, or that few servers allow (CORS).
OWN = {"host", "connection", "accept-encoding", "content-length", "user-agent"}


def refusal(error):
    """A PermissionError if a request was not permitted, whatever a library made of that; else None."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, JsException) and error.name == "PermissionError":
            return one_line(PermissionError, error.message)
        error = error.__cause__ or error.__context__
    return None


def use_browser(request):
    """Replaces the handlers of `urllib.request` for http and https."""

    class BrowserHandler(request.HTTPHandler):
        def http_open(self, wanted):
            return opened(request, wanted)

        https_open = http_open
        https_request = request.HTTPHandler.http_request

    request.HTTPHandler = request.HTTPSHandler = BrowserHandler


def opened(request, wanted):
    from email import message_from_string  # few notebooks need them
    from http.client import HTTPMessage

    from js import XMLHttpRequest

    batch.flush()  # nothing can be shown while it blocks
    sent = XMLHttpRequest.new()
    sent.open(wanted.get_method(), wanted.full_url, False)
    sent.responseType = "arraybuffer"
    if isinstance(wanted.timeout, (int, float)):
        sent.timeout = int(wanted.timeout * 1000)
    for name, value in wanted.header_items():
        if name.lower() not in OWN:
            sent.setRequestHeader(name, value)
    try:
        sent.send(None if wanted.data is None else to_js(contents(wanted.data)))
    except JsException as error:
        raise refusal(error) or request.URLError(reason(wanted, error)) from None
    headers = message_from_string(sent.getAllResponseHeaders(), HTTPMessage)
    body = sent.response.to_bytes()
    del headers["content-encoding"], headers["content-length"]  # the browser has decoded the body
    headers["Content-Length"] = str(len(body))
    response = request.addinfourl(io.BytesIO(body), headers, sent.responseURL or wanted.full_url, sent.status)
    response.msg = sent.statusText
    return response


def contents(data):
    if isinstance(data, (bytes, bytearray, memoryview)):
        return data
    return data.read() if hasattr(data, "read") else b"".join(data)


def reason(wanted, error):
    if error.name == "TimeoutError":
        return "timed out"
    if wanted.type == "http":
        return "only https addresses can be reached from a notebook"
    return f"{wanted.host} {UNREACHED}"
