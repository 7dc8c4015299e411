"""%time, %timeit: how long code takes, in IPython's words."""

import re
import time

from .cell_code import CellCode
from .magics import UsageError, magic
from .namespace import namespace


@magic("%", "time")
async def time_line(argument):
    return await timed(CellCode(argument))


@magic("%%", "time")
async def time_cell(argument, body):
    if argument:
        await CellCode(argument).run()
    return await timed(CellCode(body, skipped=1))


async def timed(code):
    started = time.perf_counter()
    try:
        return await code.run()
    finally:
        print(f"Wall time: {duration(time.perf_counter() - started)}")


@magic("%", "timeit")
def timeit_line(argument):
    options, statement = options_of(argument)
    return measured(options, statement, "pass")


@magic("%%", "timeit")
def timeit_cell(argument, body):
    options, setup = options_of(argument)
    return measured(options, body, setup or "pass")


def options_of(text):
    """`-n5 -r 3 -q -o` before the statement."""
    options = {}
    while found := re.match(r"\s*-(?:([nr])\s*(\d+)|([qo])\b)", text):
        letter, number, flag = found.groups()
        options[letter or flag] = int(number) if number else True
        text = text[found.end() :]
    if re.match(r"\s*-[a-z]\b", text):
        raise UsageError(f"%timeit knows -n, -r, -q and -o, not {text.split()[0]}")
    return options, text.strip()


def measured(options, statement, setup):
    from timeit import Timer

    if not statement.strip():
        raise UsageError("%timeit needs something to run")
    timer = Timer(statement, setup, globals=namespace)
    loops = options.get("n") or timer.autorange()[0]
    times = [took / loops for took in timer.repeat(options.get("r") or 7, loops)]
    result = TimeitResult(times, loops)
    if "q" not in options:
        print(result)
    return result if "o" in options else None


class TimeitResult:
    def __init__(self, times, loops):
        self.timings, self.loops, self.repeat = times, loops, len(times)
        self.best, self.worst = min(times), max(times)
        self.average = sum(times) / len(times)
        self.stdev = (sum((each - self.average) ** 2 for each in times) / len(times)) ** 0.5

    def __str__(self):
        return (
            f"{duration(self.average)} ± {duration(self.stdev)} per loop (mean ± std. dev. of {self.repeat} "
            f"run{'s' * (self.repeat != 1)}, {self.loops:,} loop{'s' * (self.loops != 1)} each)"
        )

    def __repr__(self):
        return f"<TimeitResult : {self}>"


def duration(seconds):
    """Three digits that count, never with an exponent: rounded first, so that 999.6 ms is 1 s."""
    seconds = float(f"{seconds:.3g}")
    if seconds >= 60:
        minutes, left = divmod(round(seconds), 60)
        return f"{minutes}min {left}s"
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= scale:
            return f"{seconds / scale:.4g} {unit}"
    return f"{round(seconds * 1e9, 2):.4g} ns"
