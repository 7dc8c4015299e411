"""%%html, %%javascript and their like: a cell in another language; %%capture; what is accepted and needs nothing."""

import io
import json
from contextlib import ExitStack, redirect_stderr, redirect_stdout

from . import display as displays
from .cell_code import CellCode
from .magics import magic
from .namespace import namespace


@magic("%%", "html", "HTML")
def html(_, body):
    displays.display(displays.HTML(body))


@magic("%%", "javascript", "js")
def javascript(_, body):
    displays.display(displays.Javascript(body))


@magic("%%", "markdown")
def markdown(_, body):
    displays.display(displays.Markdown(body))


@magic("%%", "latex")
def latex(_, body):
    displays.display(displays.Latex(body))


@magic("%%", "svg", "SVG")
def svg(_, body):
    displays.display(displays.SVG(body))


@magic("%", "matplotlib")
def matplotlib(_):
    """Figures are shown in the notebook as it is."""


@magic("%%", "capture")
async def capture(argument, body):
    words = argument.split()
    captured = Captured()
    names = [word for word in words if not word.startswith("-")]
    with ExitStack() as stack:
        if "--no-stdout" not in words:
            stack.enter_context(redirect_stdout(captured.out))
        if "--no-stderr" not in words:
            stack.enter_context(redirect_stderr(captured.err))
        if "--no-display" not in words:
            stack.enter_context(captured)
        value = await CellCode(body, skipped=1).run()
        if value is not None:
            displays.display(value)
    if names:
        namespace[names[0]] = captured


class Captured:
    def __init__(self):
        self.out, self.err, self.events = io.StringIO(), io.StringIO(), []

    def __enter__(self):
        self.post = displays.post
        displays.post = lambda text: self.events.append(json.loads(text))

    def __exit__(self, *_):
        displays.post = self.post

    @property
    def stdout(self):
        return self.out.getvalue()

    @property
    def stderr(self):
        return self.err.getvalue()

    @property
    def outputs(self):
        return [event["data"] for event in self.events if "data" in event]

    def show(self):
        print(self.stdout, end="")
        for event in self.events:
            displays.send(event)

    __call__ = show

    def __str__(self):
        return self.stdout
