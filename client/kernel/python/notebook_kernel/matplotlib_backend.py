"""The matplotlib backend of this notebook: Agg, whose figures figures.py shows as outputs."""

from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas  # noqa: F401

from .figures import show_open


def show(block=None, close=None):
    """plt.show()"""
    show_open()
