"""Runs one cell at a time, in a task of its own that takes every exception there is.

An interrupt is SIGINT. It is raised as KeyboardInterrupt where the cell is on the stack, cancels the task where the
cell awaits, waits a moment where our own code is between two steps, and does nothing while no cell runs.
"""

import ast
import asyncio
import builtins
import itertools
import os
import signal
import sys
import time
from asyncio import CancelledError

import notebook_packages
from _pyodide._base import CodeRunner
from notebook_bridge import finished, interrupt_again, interrupt_taken, wait_for_interrupt
from pyodide.ffi import ConversionError
from pyodide.webloop import WebLoop

from . import comms, figures, imports, magics, network, prompt_input, queries
from . import display as displays
from .display import display, send
from .formats import bundle, representation
from .namespace import namespace, remember_given
from .streams import Stream, batch, handing_over
from .tracebacks import describe

CO_COROUTINE = 0x80
current = None


class Run:
    def __init__(self, source, count, prelude):
        self.prelude = prelude
        self.source = source
        self.count = count
        self.status = "interrupted"  # unless it comes to another end
        self.cancelled = False
        self.struck = False  # a KeyboardInterrupt was raised in it
        self.told = False
        self.blocking = []  # futures that the cell waits for without `await` (asyncio.run)
        self.interruptible = {Run.show.__code__, Run.tell.__code__, figures.show_open.__code__}
        self.task = None

    async def body(self):
        try:
            source = magics.to_cell(self.source)
            await notebook_packages.before(source, self.prelude)
            runner = CodeRunner(
                source, filename=f"Cell[{self.count}]", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            ).compile()
            runner._source = self.source  # what tracebacks and inspect.getsource show
            if runner.code is not None:
                self.interruptible.add(runner.code)
            namespace["In"][self.count] = self.source
            value = await runner.run_async(namespace)
            if value is not None:
                self.show(value)
            figures.show_open(but=value)
            self.status = "done"
        except BaseException as error:
            self.fail(error)
            after_error(figures.show_open)

    def show(self, value):
        remember(value, self.count)
        if (method := representation(value, "_ipython_display_")) is not None:
            method()
            return
        data, metadata = bundle(value)
        if data:
            send({"type": "result", "data": data, "metadata": metadata})

    def fail(self, error):
        if isinstance(error, CancelledError) and self.cancelled:
            error = KeyboardInterrupt().with_traceback(error.__traceback__)
        error = network.refusal(error) or error
        self.status = "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
        try:
            self.tell(error)
        except BaseException:
            # The message itself could not be made, or was interrupted: the bare fact has to do.
            if not self.told:
                name = type(error).__name__
                send({"type": "error", "ename": name, "evalue": "", "traceback": [name]})

    def tell(self, error):
        event = {"type": "error", **describe(error)}
        self.interruptible.clear()
        self.told = True
        send(event)

    def cancel(self):
        self.cancelled = True
        (self.blocking[-1] if self.blocking else self.task).cancel()


def start(source, count, prelude):
    global current
    run = current = Run(source, count, prelude)

    def settle(task):
        global current
        if task.cancelled() and not run.told and run.status == "interrupted":
            run.fail(KeyboardInterrupt())  # cancelled before its first step
        current = None
        batch.flush()
        finished(run.status)

    run.task = asyncio.get_event_loop().create_task(run.body())
    run.task.add_done_callback(settle)


def interrupt():
    """For a run that awaits; the worker calls it when no Python is going on."""
    if current is not None:
        current.cancel()


def after_error(action):
    """What is still to be done when a cell has failed; should it fail too, the first error is the one to tell."""
    try:
        action()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)


def comm(message):
    """A widget was moved while no cell runs."""
    comms.receive(message)
    after_error(figures.show_open)
    batch.flush()


def on_interrupt(_, frame):
    run = current
    if run is None:
        return interrupt_taken()
    if handing_over(frame):
        return interrupt_again()
    asked = prompt_input.waiting(frame)
    in_coroutine = False
    while frame is not None:
        in_coroutine = in_coroutine or bool(frame.f_code.co_flags & CO_COROUTINE)
        if frame.f_code.co_name == "__del__":
            return after_destructor()  # Python would print an exception in it and go on
        if frame.f_code in run.interruptible:
            interrupt_taken()
            run.struck = True
            raise KeyboardInterrupt
        frame = frame.f_back
    if asyncio.current_task() is run.task:
        return interrupt_again()  # not yet in the cell, or just out of it
    run.cancel()
    interrupt_taken()
    if in_coroutine and getattr(asyncio.current_task(), "_must_cancel", False):
        raise CancelledError  # a task the cell awaits: it may not come to its next await for long
    if asked:
        raise KeyboardInterrupt  # a task of its own, which would go on waiting


def after_destructor(pauses=itertools.cycle(range(0, 50, 7))):
    """Signals anew. Python looks for signals at each 50th step: in step with a loop of destructors it could look
    inside of one each time, so some steps are made here."""
    for _ in range(next(pauses)):
        pass
    interrupt_again()


def on_alarm(*_):
    batch.flush()
    queries.stop_if_late()


def on_unraisable(unraisable, report=sys.unraisablehook):
    """A KeyboardInterrupt that fell where nothing can catch it (a weakref's callback) is not the end of it."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt) and current is not None:
        interrupt_again()
    else:
        report(unraisable)


def sleep(seconds):
    """Sleeps without letting anything else run, until the time is over or an interrupt comes."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    batch.flush()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        wait_for_interrupt(left * 1000)


def run_until_complete(loop, future, stock=WebLoop.run_until_complete):
    run = current
    if run is None:
        return stock(loop, future)
    inner = asyncio.ensure_future(future)
    run.blocking.append(inner)
    run.struck = False
    try:
        return stock(loop, inner)
    except CancelledError:
        if run.cancelled:
            raise KeyboardInterrupt from None
        raise
    except ConversionError:
        if run.struck:  # while the future was handed to JavaScript, which made this of it
            inner.cancel()
            raise KeyboardInterrupt from None
        raise
    finally:
        run.blocking.remove(inner)


def remember(value, count):
    """IPython's `_`, `__`, `___`, `_n` and `Out`, unless the cell uses `_` for something of its own."""
    kept = namespace["Out"]
    if value is kept:
        return
    if namespace.get("_", remember.last) is remember.last:
        namespace["___"], namespace["__"] = namespace.get("__"), remember.last
        namespace["_"] = remember.last = value
    namespace[f"_{count}"] = kept[count] = value


remember.last = None


def install():
    sys.meta_path.insert(0, imports.Finder)
    for name, value in imports.SETTINGS.items():
        os.environ.setdefault(name, value)
    namespace.update({"In": {}, "Out": {}, "_": None, "__": None, "___": None})
    for name in ("display", "clear_output", "update_display"):
        setattr(builtins, name, getattr(displays, name))
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    prompt_input.install(lambda: current is not None and not current.task.done())
    magics.install()
    sys.displayhook = lambda value: None if value is None else display(value)
    sys.unraisablehook = on_unraisable
    signal.signal(signal.SIGINT, on_interrupt)
    signal.signal(signal.SIGALRM, on_alarm)
    time.sleep = sleep
    WebLoop.run_until_complete = run_until_complete
    loop = asyncio.get_event_loop()
    # What a background task raises is reported by the loop; it must not unwind into the page's script.
    loop._keyboard_interrupt_handler = lambda: None
    loop._system_exit_handler = lambda code: None
    remember_given()
