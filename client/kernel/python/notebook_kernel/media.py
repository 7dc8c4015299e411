"""Sound, film and pages in outputs, with IPython's names and arguments."""

import base64
import io
import mimetypes
import wave
from array import array
from pathlib import Path

from .display import DisplayObject, display, escaped

__all__ = ["Audio", "Code", "IFrame", "Video", "YouTubeVideo"]
__all__ += [f"display_{name}" for name in ("html", "javascript", "jpeg", "json", "latex", "markdown", "pdf", "png", "pretty", "svg")]


def is_address(text):
    return isinstance(text, str) and text.startswith(("http:", "https:", "data:"))


class Media(DisplayObject):
    """Bytes, the name of a file or an address; bytes and files are put into the output itself."""

    fallback = ""

    def __init__(self, data=None, url=None, filename=None, mimetype=None, metadata=None):
        if is_address(data):
            data, url = None, data
        elif isinstance(data, str):
            data, filename = None, data
        super().__init__(data, url, filename, metadata)
        if self.data is None and url is None:
            raise ValueError("no data, file or address was given")
        name = filename or (data if isinstance(data, Path) else None) or url or ""
        self.mimetype = mimetype or mimetypes.guess_type(str(name))[0] or self.fallback

    def load(self, path):
        return path.read_bytes()

    def source(self):
        if self.data is None:
            return escaped(self.url)
        return f"data:{self.mimetype};base64,{base64.b64encode(self.data).decode()}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._repr_html_()}


class Audio(Media):
    """Sound, also from samples with their `rate`: a list or array of numbers, or one such for each channel."""

    fallback = "audio/wav"

    def __init__(self, data=None, filename=None, url=None, embed=None, rate=None, autoplay=False, normalize=True, *, element_id=None):
        if data is not None and not isinstance(data, (bytes, bytearray, str, Path)):
            if rate is None:
                raise ValueError("rate must be specified when data is a numpy array or list of audio samples.")
            data = wav(data, rate, normalize)
        super().__init__(data, url, filename)
        self.autoplay, self.element_id = autoplay, element_id

    def _repr_html_(self):
        name = f' id="{escaped(self.element_id)}"' if self.element_id else ""
        auto = ' autoplay="autoplay"' if self.autoplay else ""
        source = f'<source src="{self.source()}" type="{escaped(self.mimetype)}" />'
        return f'<audio{name} controls="controls"{auto}>{source}</audio>'


def wav(data, rate, normalize):
    samples = data.tolist() if hasattr(data, "tolist") else list(data)
    channels = samples if samples and isinstance(samples[0], (list, tuple)) else [samples]
    loudest = max((abs(sample) for channel in channels for sample in channel), default=0)
    if not normalize and loudest > 1:
        raise ValueError("Audio data must be between -1 and 1 when normalize=False.")
    scale = 32767 / ((loudest or 1) if normalize else 1)
    frames = array("h", (int(sample * scale) for frame in zip(*channels) for sample in frame))
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames.tobytes())
    return stream.getvalue()


class Video(Media):
    fallback = "video/mp4"

    def __init__(self, data=None, url=None, filename=None, embed=False, mimetype=None, width=None, height=None, html_attributes="controls"):
        super().__init__(data, url, filename, mimetype)
        self.width, self.height, self.html_attributes = width, height, html_attributes

    def _repr_html_(self):
        sizes = "".join(f' {side}="{escaped(str(value))}"' for side in ("width", "height") if (value := getattr(self, side)))
        return f'<video src="{self.source()}" {self.html_attributes}{sizes}></video>'


class IFrame:
    """A page elsewhere. Outputs load none: its address is shown instead."""

    def __init__(self, src, width, height, extras=None, **params):
        self.src, self.width, self.height, self.extras, self.params = src, width, height, extras or [], params

    def _repr_html_(self):
        from urllib.parse import urlencode

        query = f"?{urlencode(self.params)}" if self.params else ""
        sizes = f'width="{escaped(str(self.width))}" height="{escaped(str(self.height))}"'
        return f'<iframe {sizes} src="{escaped(self.src + query)}" frameborder="0" allowfullscreen {" ".join(self.extras)}></iframe>'


class YouTubeVideo(IFrame):
    def __init__(self, id, width=400, height=300, **params):
        self.id = id
        super().__init__(f"https://www.youtube.com/embed/{id}", width, height, **params)


class Code(DisplayObject):
    """Source code, in a fence that says its language."""

    def __init__(self, data=None, url=None, filename=None, language=None):
        super().__init__(data, url, filename)
        suffix = Path(str(filename)).suffix.removeprefix(".") if filename else ""
        self.language = language or suffix or "python"

    def _repr_mimebundle_(self, include=None, exclude=None):
        fence = "`" * 3
        while fence in self.data:
            fence += "`"
        return {"text/markdown": f"{fence}{self.language}\n{self.data}\n{fence}", "text/plain": self.data}


MIMES = {"html": "text/html", "javascript": "application/javascript", "jpeg": "image/jpeg", "json": "application/json"} | {
    "latex": "text/latex",
    "markdown": "text/markdown",
    "pdf": "application/pdf",
    "png": "image/png",
    "pretty": "text/plain",
    "svg": "image/svg+xml",
}


def shower(mime):
    """IPython's `display_html` and its like: that representation alone, or with `raw` the data itself."""

    def show(*objs, raw=False, metadata=None):
        for obj in objs:
            if raw:
                display({mime: obj}, raw=True, metadata=metadata)
            else:
                display(obj, include={mime, "text/plain"}, metadata=metadata)

    return show


globals().update({f"display_{name}": shower(mime) for name, mime in MIMES.items()})
