"""Sends events to the page, in order with printed text, and converts values to JSON."""

import base64
import json
import math

from notebook_bridge import post

from .streams import batch

LONGEST_TEXT = 1_000_000  # characters of a repr


def send(event):
    """Sends an event to the page, after the text printed before it."""
    batch.flush()
    post(json.dumps(event), batch.run)


def as_text(text, longest=LONGEST_TEXT):
    """Fit for a document: not too long, without lone surrogates."""
    if len(text) > longest:
        text = f"{text[:longest]}… ({len(text) - longest} more characters)"
    return text.encode("utf-8", "replace").decode()


def bundle(data):
    """Representations by media type."""
    return {mime: as_text(part) if mime == "text/plain" else jsonable(part) for mime, part in data.items()}


def jsonable(value):
    """`value` as JSON: bytes in base64, NaN and infinities as null, anything unknown as text."""
    try:
        json.dumps(value, allow_nan=False)
        return value
    except (TypeError, ValueError, RecursionError):
        return cleaned(value, 100)


def cleaned(value, depth):
    match value:
        case _ if depth == 0:
            return str(value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(value).decode()
        case dict():
            return {str(key): cleaned(part, depth - 1) for key, part in value.items()}
        case list() | tuple():
            return [cleaned(part, depth - 1) for part in value]
        case _ if hasattr(value, "tolist"):  # NumPy's arrays and scalars
            return cleaned(value.tolist(), depth - 1)
        case _:
            return str(value)
