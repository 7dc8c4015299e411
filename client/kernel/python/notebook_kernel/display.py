"""What a cell shows besides text: `display` and its relatives, with IPython's names and arguments.

Imports are few: each start of Python waits for them.
"""

import base64
import json
import os
from pathlib import Path

from notebook_bridge import post

from .formats import bundle, jsonable, representation
from .streams import batch

__all__ = [
    "HTML",
    "JSON",
    "SVG",
    "DisplayHandle",
    "DisplayObject",
    "Image",
    "Javascript",
    "Latex",
    "Markdown",
    "Math",
    "Pretty",
    "clear_output",
    "display",
    "publish_display_data",
    "update_display",
]


def send(event):
    """Hand an event to the page, after what was printed before it."""
    batch.flush()
    post(json.dumps(event))


def display(*objs, include=None, exclude=None, metadata=None, raw=False, display_id=None, clear=False):
    """Show each object in its richest form. With `display_id` (True: a new one) it can be updated later."""
    if clear:
        clear_output(wait=True)
    identifier = os.urandom(16).hex() if display_id is True else display_id
    show_all(objs, include, exclude, metadata, raw, {"type": "display"}, identifier)
    return None if identifier is None else DisplayHandle(identifier)


def update_display(obj, *, display_id, include=None, exclude=None, metadata=None, raw=False):
    show_all([obj], include, exclude, metadata, raw, {"type": "update-display"}, display_id)


def show_all(objs, include, exclude, metadata, raw, event, identifier):
    if identifier is not None:
        event = {**event, "displayId": str(identifier)}
    for obj in objs:
        if not raw and (method := representation(obj, "_ipython_display_")) is not None:
            method()
            continue
        data, extra = (jsonable(obj), {}) if raw else bundle(obj, include, exclude)
        if data:
            send({**event, "data": data, "metadata": {**extra, **jsonable(metadata or {})}})


def publish_display_data(data, metadata=None, *, transient=None, update=False, **_):
    identifier = (transient or {}).get("display_id")
    show_all([data], None, None, metadata, True, {"type": "update-display" if update else "display"}, identifier)


def clear_output(wait=False):
    """Remove what the cell has put out; with `wait`, only when something new comes."""
    send({"type": "clear", "wait": bool(wait)})


class DisplayHandle:
    def __init__(self, display_id=None):
        self.display_id = display_id or os.urandom(16).hex()

    def __repr__(self):
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, obj, **kwargs):
        display(obj, display_id=self.display_id, **kwargs)

    def update(self, obj, **kwargs):
        update_display(obj, display_id=self.display_id, **kwargs)


class DisplayObject:
    """Something that is already in the form to be shown; given itself, or the name of a file with it."""

    mime = "text/plain"

    def __init__(self, data=None, url=None, filename=None, metadata=None):
        if isinstance(data, Path):
            data, filename = None, data
        if filename is not None:
            data = self.load(Path(filename))
        self.data = data
        self.url = url
        self.filename = filename
        self.metadata = metadata or {}

    def load(self, path):
        return path.read_text(encoding="utf-8")

    def __repr__(self):
        return f"<{type(self).__module__.replace('notebook_kernel', 'IPython.core')}.{type(self).__name__} object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self.data}, ({self.mime: self.metadata} if self.metadata else {})


class Pretty(DisplayObject):
    pass


class HTML(DisplayObject):
    mime = "text/html"

    def __html__(self):
        return self.data


class Markdown(DisplayObject):
    mime = "text/markdown"


class Latex(DisplayObject):
    mime = "text/latex"


class Math(Latex):
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: f"$\\displaystyle {self.data.strip('$')}$"}


class SVG(DisplayObject):
    mime = "image/svg+xml"


class Javascript(DisplayObject):
    mime = "application/javascript"


class JSON(DisplayObject):
    mime = "application/json"

    def __init__(self, data=None, url=None, filename=None, metadata=None, expanded=False, root="root", **kwargs):
        super().__init__(data, url, filename, {**(metadata or {}), "expanded": expanded, "root": root, **kwargs})
        if isinstance(self.data, str):
            self.data = json.loads(self.data)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


class Image(DisplayObject):
    """An image from bytes, a file or an address. Sizes are in CSS pixels."""

    def __init__(self, data=None, url=None, filename=None, format=None, width=None, height=None, alt=None, metadata=None, **_):
        if isinstance(data, str):
            if data.startswith(("http:", "https:", "data:")):
                data, url = None, data
            else:
                data, filename = None, data
        super().__init__(data, url, filename, metadata)
        self.width, self.height, self.alt = width, height, alt
        self.format = format

    def load(self, path):
        return path.read_bytes()

    def _mime(self):
        if self.format is not None:
            return {"jpg": "image/jpeg", "svg": "image/svg+xml"}.get(self.format.lower(), f"image/{self.format.lower()}")
        if self.data.startswith(b"\xff\xd8"):
            return "image/jpeg"
        if self.data.startswith(b"GIF8"):
            return "image/gif"
        if self.data[8:12] == b"WEBP":
            return "image/webp"
        return "image/svg+xml" if str(self.filename).endswith(".svg") else "image/png"

    def _repr_mimebundle_(self, include=None, exclude=None):
        sizes = {key: getattr(self, key) for key in ("width", "height", "alt") if getattr(self, key) is not None}
        if self.data is None:
            attributes = {"src": self.url or "", **sizes}
            parts = (f' {key}="{escaped(str(value))}"' for key, value in attributes.items())
            return {"text/html": f"<img{''.join(parts)}/>"}
        mime = self._mime()
        body = self.data.decode() if mime == "image/svg+xml" else base64.b64encode(self.data).decode()
        return {mime: body}, {mime: {**self.metadata, **sizes}} if self.metadata or sizes else {}
