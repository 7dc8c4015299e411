"""What browsers lack, and what to use instead: a message of one line in place of Python's own error."""

import socket
from types import SimpleNamespace

from .one_line import one_line
from .programs import ALONE

POOL = f"{ALONE} concurrent.futures.ThreadPoolExecutor and multiprocessing.pool.ThreadPool work; their threads take turns."
NO_WINDOWS = "there are no windows but the notebook's: ipywidgets has controls, and matplotlib draws into the output."
NO_TERMINAL = "a notebook is not a terminal: input() asks for a line."
MODULES = {
    "_multiprocessing": POOL,
    "_posixshmem": POOL,
    "tkinter": NO_WINDOWS,
    "_tkinter": NO_WINDOWS,
    "turtle": NO_WINDOWS,
    "curses": NO_TERMINAL,
    "_curses": NO_TERMINAL,
    "readline": NO_TERMINAL,
}
NO_SOCKETS = (
    "There are no sockets in a browser: requests, httpx, aiohttp and urllib.request reach servers by https where those "
    "allow it, and no server can run here."
)


def known(error):
    """The one-line error for a missing module of MODULES; None for any other error."""
    if isinstance(error, ModuleNotFoundError) and (why := MODULES.get(error.name)) is not None:
        return one_line(ModuleNotFoundError, f"{error.name.strip('_')} is not available: {why}")
    return None


def no_sockets(*_, **__):
    raise one_line(socket.gaierror, NO_SOCKETS)


def no_pool(*_):
    raise one_line(NotImplementedError, POOL)


def only_threads(pool):
    """Keeps ThreadPool of multiprocessing.pool working, which waits for threads by a queue between processes."""
    import queue  # few notebooks need it

    def updates(sentinels, change_notifier, timeout=None):
        change_notifier.get()

    pool.Pool._setup_queues = no_pool
    pool.Pool._wait_for_updates = staticmethod(updates)
    pool.get_context = lambda: SimpleNamespace(SimpleQueue=queue.SimpleQueue)
    pool.ThreadPool._get_sentinels = lambda self: ()


def install():
    for name in ("connect", "connect_ex", "listen"):
        setattr(socket.socket, name, no_sockets)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        setattr(socket, name, no_sockets)
