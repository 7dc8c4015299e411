"""IPython's shell, connected to this notebook. Created once, before the snapshot of Python's memory."""

import builtins
import importlib.util
import io
import os
import sys
import traceback
import warnings
from codeop import PyCF_ALLOW_INCOMPLETE_INPUT
from contextlib import redirect_stderr, redirect_stdout
from types import TracebackType

import notebook_packages
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.events import EventManager
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import clear_output, update_display
from IPython.lib.display import YouTubeVideo
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

from . import colours, shell_line
from .frame_ids import identify
from .other_notebook import run_notebook
from .send import as_text, bundle, jsonable, send

MOST_FRAMES = 1200
LONGEST_MESSAGE = 10_000  # characters of a line of a traceback
# What shows figures in windows, or in widgets that call a notebook server.
WINDOWS = {"notebook", "nbagg", "widget", "ipympl", "qt", "qt4", "qt5", "qt6", "tk", "gtk", "gtk3", "gtk4", "wx", "osx"}
OURS = ("notebook_kernel", "notebook_bridge")


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):
        event = {"type": "update-display" if update else "display"}
        if (identifier := (transient or {}).get("display_id")) is not None:
            event["displayId"] = str(identifier)
        # `display(display_id=True)` shows nothing yet: the place for what its handle will show.
        if data or "displayId" in event:
            send({**event, "data": bundle(data), "metadata": jsonable(metadata or {})})

    def clear_output(self, wait=False):
        send({"type": "clear", "wait": bool(wait)})


class Formatter(DisplayFormatter):
    def format(self, obj, include=None, exclude=None):
        data, metadata = super().format(obj, include=include, exclude=exclude)
        if "text/html" in data and (frame := identify(obj)) is not None:
            metadata = {**metadata, "llm_notebook": {"frame": frame}}
        return data, metadata


class ResultHook(DisplayHook):
    def write_output_prompt(self):
        """The page shows the number elsewhere."""

    def write_format_data(self, format_dict, md_dict=None):
        send({"type": "result", "data": bundle(format_dict), "metadata": jsonable(md_dict or {})})

    def finish_displayhook(self):
        self._is_active = False


# By this name rich, tqdm, pandas and others know that they are in a notebook.
class ZMQInteractiveShell(InteractiveShell):
    displayhook_class = Type(ResultHook)
    display_pub_class = Type(Publisher)
    run = None  # the current one, see run.py
    next_input = None

    def init_display_formatter(self):
        self.display_formatter = Formatter(parent=self)
        self.configurables.append(self.display_formatter)

    def transform_cell(self, raw_cell):
        """Keeps empty lines at the start, which IPython removes: errors have the right line numbers."""
        begin = raw_cell[: len(raw_cell) - len(raw_cell.lstrip())]
        return "\n" * begin.count("\n") + super().transform_cell(raw_cell)

    def count_from(self, count):
        """The page counts: sets the number of the next cell, and pads `In` up to it."""
        for inputs in (self.history_manager.input_hist_parsed, self.history_manager.input_hist_raw):
            inputs.extend([""] * (count - len(inputs)))
        self.execution_count = count

    def safe_execfile_ipy(self, fname, shell_futures=False, raise_exceptions=False):
        if str(fname).endswith(".ipynb"):
            return run_notebook(self, fname, shell_futures, raise_exceptions)
        return super().safe_execfile_ipy(fname, shell_futures, raise_exceptions)

    async def run_code(self, code_obj, result=None, *, async_=False):
        if self.run is not None:
            # An event before it would swallow an interrupt, and the cell would run on.
            self.run.interruptible |= {code_obj, EventManager.trigger.__code__}
        return await super().run_code(code_obj, result, async_=async_)

    def _get_exc_info(self, exc_tuple=None):
        kind, error, trace = super()._get_exc_info(exc_tuple)
        known = error if self.run is None else self.run.known_as(error)
        return (kind, error, trace) if known is error else (type(known), known, trace)

    def showtraceback(
        self, exc_tuple=None, filename=None, tb_offset=None, exception_only=False, running_compiled_code=False
    ):
        try:
            kind, error, trace = self._get_exc_info(exc_tuple)
        except ValueError:
            print("No traceback available to show.")
            return
        if exc_tuple is not None and any(isinstance(each, KeyboardInterrupt) for each in before(error)):
            raise KeyboardInterrupt  # IPython's printer fails in a `finally` if interrupted, and the cell would run on
        try:
            # First, because IPython would ignore an interrupt of it.
            message(error)
            trace = shortened(trace, kind)
            lines = self.lines_of(kind, error, trace, filename, tb_offset, exception_only, running_compiled_code)
        except BaseException:
            # Its own message failed: only its name is shown.
            lines = [kind.__name__]
            error = None
        if exc_tuple is None:
            self._showtraceback(kind, error, lines)
        else:  # in a representation, which does not end the cell
            print("\n".join(lines), file=sys.stderr)
        if self.call_pdb:
            self.debugger(force=True)

    def lines_of(self, kind, error, trace, filename, tb_offset, exception_only, running_compiled_code):
        if issubclass(kind, SyntaxError):
            if filename:
                error.filename = filename
            stack = traceback.extract_tb(trace) if running_compiled_code else []
            return "\n".join(self.SyntaxTB.structured_traceback(kind, error, stack)).rstrip("\n").split("\n")
        if issubclass(kind, UsageError):
            return [f"UsageError: {error}"]
        if exception_only:
            hint = "An exception has occurred, use %tb to see the full traceback.\n"
            return [hint, *self.InteractiveTB.get_exception_only(kind, error)]
        if hasattr(error, "_render_traceback_"):
            return error._render_traceback_()
        if has_group(error):  # not supported by IPython's tracebacks
            while trace is not None and trace.tb_frame.f_code.co_filename not in self.compile._filename_map:
                trace = trace.tb_next
            return "".join(traceback.format_exception(kind, error, trace)).rstrip("\n").split("\n")
        return self.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset)

    def _format_exception_for_storage(self, *_, **__):
        """Used only for IPython's own notebook files; would format each traceback a second time."""
        return {}

    def showsyntaxerror(self, filename=None, running_compiled_code=False):
        self.showtraceback(filename=filename, running_compiled_code=running_compiled_code)

    def _showtraceback(self, etype, evalue, stb):
        evalue = "" if evalue is None else as_text(message(evalue), LONGEST_MESSAGE)
        lines = [as_text(line, LONGEST_MESSAGE) for line in stb]
        if self.run is not None:
            self.run.fail(etype)
        send({"type": "error", "ename": etype.__name__, "evalue": evalue, "traceback": lines})

    def show_usage_error(self, exc):
        self._showtraceback(type(exc), exc, [f"UsageError: {exc}"])

    def system(self, cmd):
        with redirect_stderr(sys.stdout):
            self.user_ns["_exit_code"] = shell_line.run(self.var_expand(cmd, depth=1))

    system_raw = system_piped = system

    def getoutput(self, cmd, split=True, depth=0):
        with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
            self.user_ns["_exit_code"] = shell_line.run(self.var_expand(cmd, depth=depth + 1))
        return SList(printed.getvalue().splitlines()) if split else LSString(printed.getvalue())

    def set_next_input(self, s, replace=False):
        """The last call counts; sent to the page when the cell is done."""
        self.next_input = {"type": "next-input", "text": as_text(s), "replace": bool(replace)}

    def enable_matplotlib(self, gui=None):
        if gui in WINDOWS:  # old notebooks begin with it, and their figures can be seen here too
            print(f"%matplotlib {gui} has no windows here: figures are shown as by %matplotlib inline.", file=sys.stderr)
        elif gui not in (None, "auto", "inline", "agg"):
            raise UsageError(f"%matplotlib {gui} is not available: figures are shown in the output, by %matplotlib inline")
        if importlib.util.find_spec("matplotlib") is None:  # once installed, it draws into the output anyway
            return "inline", os.environ["MPLBACKEND"]
        return super().enable_matplotlib("inline")

    def enable_gui(self, gui=None):
        """There are no windows: everything is drawn into the output."""

    def ask_exit(self):
        raise SystemExit


def shortened(trace, kind):
    """Of a deep recursion, both ends: each frame takes IPython about a millisecond, even if it is omitted. Of an
    interrupt, neither the kernel's own frames at its end nor any of an installation."""
    stopped = issubclass(kind, KeyboardInterrupt)
    frames = []
    while trace is not None and not (stopped and is_of(trace, "notebook_packages")):
        frames.append(trace)
        trace = trace.tb_next
    while stopped and frames and is_of(frames[-1], OURS):
        frames.pop()
    if len(frames) > MOST_FRAMES:
        frames[MOST_FRAMES // 2 : -MOST_FRAMES // 2] = []
    rest = None
    for each in reversed(frames):
        rest = TracebackType(rest, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return rest


def is_of(trace, modules):
    return (trace.tb_frame.f_globals.get("__name__") or "").startswith(modules)


def message(error):
    try:
        return str(error)
    except Exception:
        return "<the message could not be made>"


def before(error):
    """The errors during whose handling it was raised."""
    while (error := error.__context__) is not None:
        yield error


def has_group(error):
    return any(isinstance(each, BaseExceptionGroup) for each in (error, *before(error)))


def in_pager(_, data, start=0, screen_lines=0):
    """The text of `name?` is printed."""
    print((data["text/plain"] if isinstance(data, dict) else data).rstrip("\n"))


def make():
    colours.install()
    del YouTubeVideo._repr_jpeg_  # downloads a picture that the player hides
    config = Config()
    config.HistoryManager.enabled = False  # no database; history in memory works without
    config.IPCompleter.use_jedi = False
    config.IPKernelApp.name = "notebook"  # tells tqdm.auto and others that this is not a terminal
    shell = ZMQInteractiveShell.instance(config=config, user_module=sys.modules["__main__"], ipython_dir="/tmp/ipython")
    shell.set_hook("show_in_pager", in_pager, 1)
    # IPython's flag for a terminal, where a line may follow: "incomplete input" instead of what is not closed.
    shell.compile.flags &= ~PyCF_ALLOW_INCOMPLETE_INPUT
    sys.modules["__main__"].__doc__ = "Automatically created module for IPython interactive environment"
    warnings.filterwarnings("ignore", message="To exit: use")
    notebook_packages.register(shell)
    # IPython does this for `display` only.
    builtins.clear_output, builtins.update_display = clear_output, update_display
    return shell


shell = make()
