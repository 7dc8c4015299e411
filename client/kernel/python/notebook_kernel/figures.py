"""matplotlib's figures as outputs: shown at the end of the cell that drew them, and closed.

`%config InlineBackend.figure_formats` and matplotlib_inline's functions set what is set here. Nothing of matplotlib is
imported before a notebook does.
"""

import base64
import io
import sys

from .display import display

BACKEND = "module://notebook_kernel.matplotlib_backend"
MIMES = {"png": "image/png", "retina": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml", "pdf": "application/pdf"}
NAMES = {"jpg": "jpeg", "png2x": "retina"}

settings = {"figure_formats": ("png",), "close_figures": True, "print_figure_kwargs": {"bbox_inches": "tight"}}


def configure(name, value):
    """One option of IPython's InlineBackend; an unknown one, or a format that cannot be drawn, is a ValueError."""
    if name in ("figure_format", "figure_formats"):
        name, value = "figure_formats", (value,) if isinstance(value, str) else tuple(value)
        value = tuple(NAMES.get(form.lower(), form.lower()) for form in value)
        if unknown := [form for form in value if form not in MIMES]:
            raise ValueError(f"figures can be shown as {', '.join(MIMES)}, not as {', '.join(unknown)}")
    elif name not in settings:
        raise ValueError(f"InlineBackend has no option {name} here; it has {', '.join(settings)}")
    settings[name] = value


def printed(figure, form):
    """The figure as bytes."""
    keywords = {
        "format": "png" if form == "retina" else form,
        "dpi": figure.dpi * (2 if form == "retina" else 1),
        "facecolor": figure.get_facecolor(),
        "edgecolor": figure.get_edgecolor(),
        **settings["print_figure_kwargs"],
    }
    stream = io.BytesIO()
    if figure.canvas is None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        FigureCanvasAgg(figure)
    figure.canvas.print_figure(stream, **keywords)
    return stream.getvalue()


def figure_bundle(figure):
    """(data, metadata) in the chosen formats; none of an empty figure, as in IPython."""
    data, metadata = {}, {}
    if not figure.axes and not getattr(figure, "lines", None):
        return data, metadata
    for form in settings["figure_formats"]:
        content, mime = printed(figure, form), MIMES[form]
        data[mime] = content.decode() if form == "svg" else base64.b64encode(content).decode()
        if form == "retina":  # the width and height in a PNG's header, drawn at half their size
            metadata[mime] = {
                "width": int.from_bytes(content[16:20]) // 2,
                "height": int.from_bytes(content[20:24]) // 2,
            }
    return data, metadata


def show_open(but=None):
    """Shows the open figures, and closes them, where they are this backend's; `but` has been shown."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is None or sys.modules["matplotlib"].get_backend().lower() != BACKEND:
        return
    managers = helpers.Gcf.get_all_fig_managers()
    try:
        for manager in managers:
            if manager.canvas.figure is not but:
                display(manager.canvas.figure)
    finally:
        if managers and settings["close_figures"]:
            sys.modules["matplotlib.pyplot"].close("all")
