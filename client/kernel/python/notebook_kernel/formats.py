"""What a value looks like: a bundle of representations by media type."""

import base64
import inspect
import json
import math
import sys

from .foreign import maker
from .tracebacks import describe

METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/pdf": "_repr_pdf_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
    "application/javascript": "_repr_javascript_",
}
LONGEST_TEXT = 1_000_000  # characters of a repr
WIDTH = 80
MOST_ITEMS = 1000  # of a container, as in IPython


def bundle(value, include=None, exclude=None):
    """The pair (data, metadata). A representation that fails tells so on stderr and is left out."""
    data, metadata = {}, {}

    def add(mime, result):
        if isinstance(result, tuple) and len(result) == 2:
            result, metadata[mime] = result[0], jsonable(result[1])
        if result is not None:
            data[mime] = jsonable(result)

    text = attempt(plain, value)
    if text is not None:
        data["text/plain"] = text
    make = maker(value)
    method = representation(value, "_repr_mimebundle_") if make is None else lambda **_: make(value)
    if method is not None:
        result = attempt(method, include=include, exclude=exclude)
        if isinstance(result, tuple) and len(result) == 2:
            result, extra = result
            metadata.update(jsonable(extra))
        for mime, part in (result or {}).items():
            add(mime, part)
    for mime, name in METHODS.items() if make is None else ():
        if mime not in data and (method := representation(value, name)) is not None:
            add(mime, attempt(method))
    if include is not None or exclude is not None:
        kept = set(data if include is None else include) - set(exclude or ())
        data = {mime: part for mime, part in data.items() if mime in kept}
        metadata = {mime: part for mime, part in metadata.items() if mime in kept or mime not in METHODS}
    return data, metadata


def representation(value, name):
    """The method, unless `value` is a class or answers to every name."""
    if inspect.isclass(value) or (name == "_ipython_display_" and maker(value) is not None):
        return None
    try:
        if getattr(value, "_ipython_canary_method_should_not_exist_", None) is not None:
            return None
        method = getattr(value, name, None)
    except Exception:
        return None  # an object whose attributes cannot be read has no representation but its repr
    return method if callable(method) else None


def attempt(method, *args, **kwargs):
    try:
        return method(*args, **kwargs)
    except NotImplementedError:
        return None  # IPython's way to say: not this one
    except Exception as error:
        print("\n".join(describe(error)["traceback"]), file=sys.stderr)
        return None


def plain(value):
    kind = type(value)
    if kind not in (list, tuple, set, frozenset, dict):
        text = repr(value)
    elif len(value) > MOST_ITEMS:
        items = value.items() if kind is dict else value
        head = spread(kind(item for item, _ in zip(items, range(MOST_ITEMS))))
        text = f"{head[:-1]},\n ... {len(value) - MOST_ITEMS} more{head[-1]}"
    else:
        text = spread(value)
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT} more characters)"
    return text.encode("utf-8", "replace").decode()


def spread(container):
    """On one line where it fits, else on several."""
    text = repr(container)
    if len(text) < WIDTH and "\n" not in text:
        return text
    import pprint  # here, as it would cost each start 50 ms

    return pprint.pformat(container, width=WIDTH, sort_dicts=False)


def jsonable(value):
    """`value` as JSON has it: bytes in base64, NaN and infinities as null, anything unknown as text."""
    try:
        json.dumps(value, allow_nan=False)
        return value
    except (TypeError, ValueError):
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
