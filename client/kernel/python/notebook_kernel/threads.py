"""Threads on one processor: while one waits, its stack is suspended and another runs.

A browser that cannot suspend a stack runs a thread when it is started, until it ends or waits.
"""

import _thread
import _threading_local
import itertools
import queue
import sys
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, thread

from notebook_bridge import protect_stack
from pyodide import ffi, webloop

from .streams import LATEST, batch

LONGEST = 2**31 - 1  # milliseconds of a timer
MAIN = threading.get_ident()
numbers = itertools.count(MAIN + 1)
current = MAIN
alive = 0
blocking = None  # returns the waits of the running cell, which an interrupt ends


def aside(awaitable, run_sync=ffi.run_sync):
    """`run_sync` that restores `current` afterwards, and whose outputs come."""
    global current
    me, current = current, MAIN
    run = batch.run
    try:
        return run_sync(awaitable)
    finally:
        current = me
        batch.of(run)


class Wait:
    """Suspends one stack until `go`."""

    def __init__(self):
        self.came = self.cancelled = False
        self.resolve = None

    def go(self):
        self.came = True
        if self.resolve is not None:
            self.resolve(None)

    def cancel(self):
        self.cancelled = True
        self.resolve(None)

    def stand(self, seconds=None):
        """Returns after `go` or after so many seconds."""
        if not ffi.can_run_sync():
            raise self.cannot(seconds)
        from js import Promise, clearTimeout, setTimeout  # not available while the snapshot is taken

        promise = Promise.withResolvers()
        self.resolve = promise.resolve
        timed = seconds is not None and seconds * 1000 < LONGEST
        timer = setTimeout(promise.resolve, seconds * 1000) if timed else None
        waits = blocking() if current == MAIN else []
        waits.append(self)
        try:
            aside(promise.promise)
        finally:
            waits.remove(self)
            if timed:
                clearTimeout(timer)
        if self.cancelled:
            raise KeyboardInterrupt

    def cannot(self, seconds):
        if current == MAIN:
            return RuntimeError("This waits for a thread, and none can go on meanwhile in this browser.")
        if seconds is None:
            print("A thread was ended because it would block, which is not possible in this browser.", file=sys.stderr)
        return SystemExit()


class Lock:
    def __init__(self):
        self.held = False
        self.waiting = deque()

    def acquire(self, blocking=True, timeout=-1):
        if not self.held:
            self.held = True
            return True
        if not blocking or timeout == 0:
            return False
        wait = Wait()
        self.waiting.append(wait)
        try:
            wait.stand(None if timeout < 0 else timeout)
        except BaseException:
            if wait.came:
                self.release()
            raise
        finally:
            if not wait.came:
                self.waiting.remove(wait)
        return wait.came

    def release(self):
        if not self.held:
            raise RuntimeError("release unlocked lock")
        if self.waiting:
            self.waiting.popleft().go()
        else:
            self.held = False

    def locked(self):
        return self.held

    __enter__ = acquire

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self.__init__()


class Handle:
    """A thread as `threading` refers to it."""

    def __init__(self):
        self.ident = None
        self.goes = Lock()

    def is_done(self):
        return self.ident is not None and not self.goes.held

    def join(self, timeout=None):
        if self.goes.acquire(True, -1 if timeout is None else timeout):
            self.goes.release()

    def _set_done(self):
        if self.goes.held:
            self.goes.release()

    def body(self, function):
        global current, alive
        before, current = current, self.ident
        alive += 1
        try:
            protect_stack()
            batch.of(LATEST)
            function()
        except (SystemExit, KeyboardInterrupt):
            pass
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            alive -= 1
            current = before if before != self.ident else MAIN
            self._set_done()


def start(function, handle=None, daemon=True):
    handle = handle or Handle()
    handle.ident = next(numbers)
    handle.goes.acquire()
    if ffi.can_run_sync():
        body = ffi.create_proxy(lambda: handle.body(function))
        run = batch.run
        body.callPromising().finally_(body.destroy)
        batch.of(run)
    else:
        handle.body(function)
    return handle


def start_new(function, args, kwargs=None):
    return start(lambda: function(*args, **(kwargs or {}))).ident


def submit(self, function, /, *args, stock=ThreadPoolExecutor.submit, **kwargs):
    """If stacks cannot be suspended, a pool runs each function at once."""
    if ffi.can_run_sync():
        return stock(self, function, *args, **kwargs)
    future = Future()
    try:
        future.set_result(function(*args, **kwargs))
    except Exception as error:
        future.set_exception(error)
    return future


def install(waits):
    """`waits` returns the list of what the running cell waits for."""
    global blocking
    blocking = waits
    ffi.run_sync = webloop.run_sync = aside
    names = {"Lock": Lock, "_allocate_lock": Lock, "_ThreadHandle": Handle, "_start_joinable_thread": start}
    for name, value in names.items():
        setattr(threading, name, value)
    threading._CRLock = None
    threading.get_ident = _thread.get_ident = threading.get_native_id = lambda: current
    threading.local = _threading_local.local
    _thread.allocate_lock, _thread.start_new_thread = Lock, start_new
    queue.SimpleQueue = queue._PySimpleQueue
    thread._global_shutdown_lock = Lock()
    ThreadPoolExecutor.submit = submit
