"""httpx by requests of the browser, as there are no sockets. (urllib3, and requests with it, know browsers themselves.)"""


def use_browser(module):
    """Gives httpx' two transports what sends here; `module` is the one that has them."""
    import httpx
    from notebook_kernel.network import OWN

    def failed(request, error):
        return httpx.ConnectError(str(error), request=request)

    def answer(status, headers, content):
        kept = [(name, value) for name, value in headers if name.lower() not in ("content-encoding", "content-length")]
        return httpx.Response(status, headers=kept, content=content)

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
        from js import AbortSignal, Object, fetch
        from pyodide.ffi import JsException, to_js

        body = await request.aread()
        sent = {name: value for name, value in request.headers.items() if name.lower() not in OWN}
        options = {"method": request.method, "headers": sent}
        if body:
            options["body"] = body
        if (limit := seconds(request)) is not None:
            options["signal"] = AbortSignal.timeout(int(limit * 1000))
        try:
            came = await fetch(str(request.url), to_js(options, dict_converter=Object.fromEntries))
            content = (await came.arrayBuffer()).to_bytes()
        except JsException as error:
            if error.name == "PermissionError":
                raise PermissionError(error.message) from None
            if error.name == "TimeoutError":
                raise httpx.ReadTimeout("timed out", request=request) from None
            reason = f"{request.url.host} cannot be reached, or does not allow pages of others to read this (CORS)"
            raise failed(request, reason) from None
        return answer(came.status, [tuple(each) for each in Object.fromEntries(came.headers).to_py().items()], content)

    module.HTTPTransport.handle_request = handle_request
    module.AsyncHTTPTransport.handle_async_request = handle_async_request


def seconds(request):
    return request.extensions.get("timeout", {}).get("read")
