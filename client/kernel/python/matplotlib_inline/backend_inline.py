from notebook_kernel.figures import configure
from notebook_kernel.figures import show_open as flush_figures  # noqa: F401


def set_matplotlib_formats(*formats, **print_options):
    """As `set_matplotlib_formats("svg")` or `("png", "svg")`."""
    configure("figure_formats", formats)
    if print_options:
        configure("print_figure_kwargs", {"bbox_inches": "tight", **print_options})


def set_matplotlib_close(close=True):
    configure("close_figures", close)
