"""Wheels from Pyodide's distribution, the relay's package index, or their own URL."""

import asyncio
import base64
import functools
import io
import sys
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from notebook_bridge import get_package

from .errors import Refused


@dataclass(frozen=True)
class Wheel:
    name: str  # in PEP 503's form
    version: str
    file: str
    sha256: str | None
    path: str  # at the relay, or a URL elsewhere
    source: str  # distribution, index, url, file, git or sdist


@dataclass(frozen=True)
class Content:
    wheel: Wheel  # the one it really is, if built or replaced
    data: bytes

    @functools.cached_property
    def metadata(self):
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for name in archive.namelist():
                if name.count("/") == 1 and name.endswith(".dist-info/METADATA"):
                    return BytesHeaderParser().parsebytes(archive.read(name))
        raise Refused(f"{self.wheel.file} is not a wheel: it has no METADATA")


@functools.cache
def distribution():
    """The packages of the distribution, by name."""
    from pyodide_js import _api

    return _api.lockfile_packages.to_py()


def known(name):
    """The distribution's wheel, if it has one."""
    if (entry := distribution().get(name)) is not None and entry["package_type"] == "package":
        file = entry["file_name"]
        yield Wheel(name, entry["version"], file, entry["sha256"], f"/pyodide/packages/{file}", "distribution")


async def ask(path, sha256=None):
    """The bytes at this path of the relay; raises Refused."""
    integrity = f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}" if sha256 else ""
    answer = await get_package(path, integrity)
    if answer.status == 200:
        return answer.content.to_bytes()
    raise Refused(answer.reason, missing=answer.status == 404)


async def ask_elsewhere(address):
    """Directly, if the notebook may use the network and the server allows it (CORS)."""
    from notebook_kernel.network import UNREACHED
    from pyodide.ffi import JsException
    from pyodide.http import pyfetch

    try:
        answer = await pyfetch(address)
    except (OSError, JsException) as error:
        raise Refused(f"{address} {UNREACHED}: {error}") from None
    if answer.status != 200:
        raise Refused(f"{address} answered {answer.status}", missing=answer.status == 404)
    return await answer.bytes()


async def fetch(wheel, indexes):
    """Its content. The index's wheel of the same version replaces one of the distribution that cannot be fetched."""
    if wheel.source == "url" or wheel.file.endswith(".tar.gz"):
        from .source import content_of  # few packages need it

        data = await (ask_elsewhere(wheel.path) if wheel.source == "url" else ask(wheel.path, wheel.sha256))
        check(wheel, data)
        return await content_of(wheel, data)
    try:
        return Content(wheel, await ask(wheel.path, wheel.sha256))
    except Refused as refused:
        if wheel.source != "distribution":
            raise
        try:
            others = await indexes.same_version(wheel)
        except Refused:
            others = []
        for other in others:
            return Content(other, await ask(other.path, other.sha256))
        raise Refused(f"{refused}; the package index has no {wheel.name} {wheel.version} for this Python") from None


def check(wheel, data):
    import hashlib

    came = hashlib.sha256(data).hexdigest()
    if wheel.sha256 is not None and came != wheel.sha256:
        raise Refused(f"{wheel.file} has different content (sha256 {came}, not {wheel.sha256})")


def this_python():
    import sysconfig

    platform = sysconfig.get_config_var("PYEMSCRIPTEN_PLATFORM_VERSION")
    return f"this Python (cp{sys.version_info.major}{sys.version_info.minor}, pyemscripten_{platform}_wasm32)"


async def together(*coroutines):
    """`gather` that cancels the others if one fails."""
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
