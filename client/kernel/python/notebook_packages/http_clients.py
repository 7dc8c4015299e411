"""httpx by requests of the browser, as there are no sockets. (urllib3, and so requests, supports browsers itself.)"""


def use_browser(module):
    """Patches both transports of httpx; `module` defines them."""
    import httpx

    def failed(request, error):
        return httpx.ConnectError(str(error), request=request)

    def answer(status, headers, content):
        return httpx.Response(status, headers=decoded(headers), content=content)

    def handle_request(self, request):
        import urllib.request
        from urllib.error import URLError

        from notebook_kernel.network import opened

        wanted = urllib.request.Request(
            str(request.url), request.read() or None, dict(request.headers), method=request.method
        )
        wanted.timeout = seconds(request)
        try:
            came = opened(urllib.request, wanted)
        except URLError as error:
            if error.reason == "timed out":
                raise httpx.ReadTimeout("timed out", request=request) from None
            raise failed(request, error.reason) from None
        return answer(came.status, came.headers.items(), came.read())

    async def handle_async_request(self, request):
        limit = seconds(request)
        try:
            body = await request.aread()
            came, headers = await fetched(request.method, str(request.url), request.headers, body, limit)
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        except PermissionError:
            raise
        except OSError as error:
            raise failed(request, error) from None
        return answer(came.status, headers, (await came.arrayBuffer()).to_bytes())

    module.HTTPTransport.handle_request = handle_request
    module.AsyncHTTPTransport.handle_async_request = handle_async_request


def seconds(request):
    return request.extensions.get("timeout", {}).get("read")


async def fetched(method, url, headers, body=b"", limit=None):
    """The browser's answer, and its headers as pairs; raises OSError if there is none."""
    from js import AbortSignal, Object, fetch
    from notebook_kernel.network import OWN, UNREACHED, refusal
    from pyodide.ffi import JsException, to_js

    sent = {name: value for name, value in headers.items() if name.lower() not in OWN}
    options = {"method": method, "headers": sent}
    if body:
        options["body"] = body
    if limit is not None:
        options["signal"] = AbortSignal.timeout(int(limit * 1000))
    try:
        came = await fetch(url, to_js(options, dict_converter=Object.fromEntries))
    except JsException as error:
        if error.name == "TimeoutError":
            raise TimeoutError("timed out") from None
        host = url.split("/")[2]
        raise refusal(error) or OSError(f"{host} {UNREACHED}") from None
    return came, decoded(Object.fromEntries(came.headers).to_py().items())


def decoded(headers):
    """The headers without those of the encoding, which the browser has removed."""
    return [(name, value) for name, value in headers if name.lower() not in ("content-encoding", "content-length")]
