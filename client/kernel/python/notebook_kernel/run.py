"""Runs one cell at a time, in a task of its own that catches every exception.

An interrupt is SIGINT. It raises KeyboardInterrupt if the cell is on the stack, cancels the task if the cell awaits,
and is repeated a moment later if our own code is between two steps. A task that the cell does not await is left alone,
unless it never yields, so that no cell could end or begin.
"""

import asyncio
import contextvars
import itertools
import os
import signal
import sys
import time
from asyncio import CancelledError
from pathlib import Path

import notebook_bridge
import notebook_packages
from IPython.core.debugger import Pdb
from notebook_bridge import (
    finished,
    interrupt_again,
    interrupt_age,
    interrupt_number,
    interrupt_taken,
    protect_stack,
    wait_for_interrupt,
)
from pyodide.ffi import ConversionError
from pyodide.webloop import WebLoop

from . import absent, comms, imports, magics, network, programs, prompt_input, queries, threads
from .send import send
from .shell import shell
from .streams import LATEST, RUN, Stream, batch, handing_over

__all__ = ["comm", "interrupt", "magics", "start", "start_python"]

CO_COROUTINE = 0x80
MOST_FRAMES = 10_000
PATIENCE = 500  # milliseconds for which a task may keep an interrupted cell from ending
current = None
context = contextvars.Context()  # of all cells: a variable of it, such as decimal's precision, keeps its value


class Run:
    def __init__(self, source, count, prelude):
        self.prelude = prelude
        self.source = source
        self.count = count
        self.status = "interrupted"  # until it ends otherwise
        self.cancelled = False
        self.heard = None  # the number of the interrupt that it was given, which may be signalled repeatedly
        self.struck = False  # a KeyboardInterrupt was raised in it
        self.failed = False
        self.blocking = []  # futures that the cell waits for without `await` (asyncio.run)
        # Code in which a KeyboardInterrupt may be raised: the cell's (see run_code), and the code that shows its error.
        self.interruptible = {type(shell).showtraceback.__code__}
        self.task = None

    async def body(self):
        try:
            protect_stack()  # here, because a task may have its own stack
            shell.count_from(self.count)
            shell.next_input = None
            source = shell.transform_cell(self.source)
            await notebook_packages.before(source, self.prelude)
            result = await shell.run_cell_async(self.source, store_history=True, transformed_cell=source)
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", shell.last_execution_result)
            if not self.failed and not result.success:
                self.fail(type(result.error_in_exec or result.error_before_exec))  # shown by a library (rich)
            if not self.failed:
                self.status = "done"
                if shell.next_input is not None:
                    send(shell.next_input)
        except BaseException:
            if not self.failed:
                shell.showtraceback()
        if self.struck or self.cancelled:
            interrupt_again(True)  # a task that the cell began and does not await any more may be next

    def known_as(self, error):
        """The exception as the person is shown it."""
        if isinstance(error, CancelledError) and self.cancelled:
            return KeyboardInterrupt().with_traceback(error.__traceback__)
        return network.refusal(error) or absent.known(error) or error

    def fail(self, kind):
        """An error of this class is about to be shown."""
        self.status = "interrupted" if issubclass(kind, KeyboardInterrupt) else "error"
        self.interruptible.clear()
        self.failed = True

    def cancel(self):
        self.heard = interrupt_number()
        self.cancelled = True
        (self.blocking[-1] if self.blocking else self.task).cancel()


def start(number, source, count, prelude):
    global current
    run = current = shell.run = Run(source, count, prelude)
    context.run(RUN.set, number)
    signal.signal(signal.SIGINT, on_interrupt)  # a debugger may have put its own there

    def settle(task):
        global current
        if task.cancelled() and not run.failed:  # before its first step
            shell.showtraceback((KeyboardInterrupt, KeyboardInterrupt(), None))
        current = shell.run = None
        batch.flush()
        finished(run.status)

    run.task = asyncio.get_event_loop().create_task(run.body(), context=context)
    run.task.add_done_callback(settle)


def interrupt():
    """Ends a run that awaits; the worker calls it while no Python code runs."""
    if current is not None:
        current.cancel()


def comm(message):
    """A widget was used while no cell runs. A copy, because the next cell may begin while a handler of it waits."""
    batch.of(LATEST)
    context.copy().run(comms.receive, message)
    batch.flush()


def on_interrupt(_, frame):
    run = current
    if handing_over(frame):
        return interrupt_again()
    if threads.current != threads.MAIN:
        return end_thread(run)
    asked = prompt_input.waiting(frame)
    heard = run is not None and run.heard == interrupt_number()
    in_coroutine = False
    while frame is not None:
        in_coroutine = in_coroutine or bool(frame.f_code.co_flags & CO_COROUTINE)
        if frame.f_code.co_name == "__del__":
            return after_destructor()  # Python would print an exception raised here and go on
        if frame.f_code is comms.Comm.handle_msg.__code__:
            interrupt_taken()
            raise KeyboardInterrupt
        if run is not None and not heard and frame.f_code in run.interruptible:
            interrupt_taken()
            run.heard = interrupt_number()
            run.struck = True
            raise KeyboardInterrupt
        frame = frame.f_back
    if run is not None:
        if asyncio.current_task() is run.task:
            return interrupt_again()  # just before or after the cell's own code
        if not heard:
            run.cancel()
    if in_coroutine and getattr(asyncio.current_task(), "_must_cancel", False):
        interrupt_taken()
        raise CancelledError  # a task the cell awaits, which may not reach its next await for long
    if asked:
        interrupt_taken()
        raise KeyboardInterrupt  # a separate task, which would keep waiting
    if in_coroutine and interrupt_age() > PATIENCE:
        interrupt_taken()
        if run is not None:
            interrupt_again(True)  # the next task may be like it
        raise CancelledError


def end_thread(run):
    """Ends a busy thread: nothing else could run until it yields."""
    interrupt_taken()
    if run is not None:
        run.cancel()
    raise KeyboardInterrupt


def after_destructor(pauses=itertools.cycle(range(0, 50, 7))):
    """Signals again. Python checks for signals every 50 steps, so in a loop it could do so inside a destructor each
    time: a varying number of steps here prevents that."""
    for _ in range(next(pauses)):
        pass
    interrupt_again()


def on_alarm(_, frame):
    if not handing_over(frame):
        batch.flush()
    queries.stop_if_late(frame)


def on_unraisable(unraisable, report=sys.unraisablehook):
    """A KeyboardInterrupt raised where nothing can catch it (in a weakref's callback) is signalled again."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt) and current is not None:
        current.heard = None
        interrupt_again()
    else:
        report(unraisable)


def sleep(seconds):
    """Sleeps until the time is over or an interrupt comes; only other threads run meanwhile."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    batch.flush()
    if threads.alive:
        return threads.Wait().stand(seconds)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        wait_for_interrupt(left * 1000)


def run_until_complete(loop, future, stock=WebLoop.run_until_complete):
    """Through JavaScript passes only that the future is done: its exception would be printed on the way."""
    run = current
    if run is None:
        return stock(loop, future)
    inner = asyncio.ensure_future(future)
    run.blocking.append(inner)
    run.struck = False
    try:
        stock(loop, asyncio.wait([inner]))
        return inner.result()
    except CancelledError:
        if run.cancelled:
            raise KeyboardInterrupt from None
        raise
    except ConversionError:
        if run.struck:  # JavaScript turned the KeyboardInterrupt into this while it took the future
            inner.cancel()
            raise KeyboardInterrupt from None
        raise
    finally:
        run.blocking.remove(inner)


def new_loop(loop, stock=WebLoop.__init__):
    """The browser has one loop: `asyncio.new_event_loop()` does not take the place of the running one."""
    running = asyncio._get_running_loop()
    stock(loop)
    asyncio._set_running_loop(running or loop)


def run_handle(handle, stock=asyncio.Handle._run):
    """What a task prints is of the cell that created it, whichever runs now.

    Drops the callback, because a frame of Pyodide's loop keeps the handle: a failed task would live until a garbage
    collection, and its exception would be reported no earlier."""
    batch.of(handle._context.get(RUN, LATEST))
    stock(handle)
    handle._callback = handle._args = None


def set_recursion_limit(limit, stock=sys.setrecursionlimit):
    """The traceback of a deeper recursion would take minutes."""
    if limit > MOST_FRAMES:
        print(f"The recursion limit is {MOST_FRAMES:,} here, the maximum for a browser's memory and stack.", file=sys.stderr)
    stock(min(limit, MOST_FRAMES))


def set_trace(*_, **__):
    """`breakpoint()` that leaves SIGINT to us."""
    Pdb(nosigint=True).set_trace(sys._getframe(1))


for each in (absent, programs):
    each.install()
threads.install(lambda: [] if current is None else current.blocking)


def start_python(worker):
    """Called once: sets up what a snapshot cannot contain."""
    notebook_bridge.worker = worker
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    for name, value in imports.SETTINGS.items():
        os.environ.setdefault(name, value)
    prompt_input.install(lambda: current is not None and not current.task.done())
    shell.user_ns["_dh"][:] = [Path.cwd()]  # where `%cd -` returns to
    sys.executable = "python"  # for `!{sys.executable} -m pip`
    sys.unraisablehook = on_unraisable
    sys.breakpointhook = set_trace
    sys.setrecursionlimit = set_recursion_limit
    signal.signal(signal.SIGINT, on_interrupt)
    signal.signal(signal.SIGALRM, on_alarm)
    time.sleep = sleep
    WebLoop.run_until_complete = run_until_complete
    WebLoop.__init__ = new_loop
    asyncio.Handle._run = run_handle
    # As in asyncio, a task's exception is reported once nobody can await the task any more; Pyodide does so at once.
    WebLoop._decrement_in_progress = lambda loop, _=None, stock=WebLoop._decrement_in_progress: stock(loop)
    WebLoop.default_exception_handler = asyncio.BaseEventLoop.default_exception_handler
    loop = asyncio.get_event_loop()
    # The loop reports exceptions of background tasks; they must not reach the page's script.
    loop._keyboard_interrupt_handler = lambda: None
    loop._system_exit_handler = lambda code: None
