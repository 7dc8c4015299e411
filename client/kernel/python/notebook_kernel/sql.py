"""SQL cells, run by SQLite: on the file named in the first comment, or else on a database in memory that lives as long as
this Python, in which variables are tables."""

import sqlite3
from contextlib import closing
from os.path import exists

from .shell import shell
from .sql_rows import Rows
from .sql_text import error_offset, file_named, names, statements
from .sql_variables import Parameters, Variables

LOOK_EACH = 5_000  # steps of SQLite, some milliseconds
memory = None
variables = None


def run(text, lines_before):
    """The rows of the last statement that returns any, also in `_sql`. `lines_before`: lines of the cell above the text."""
    __tracebackhide__ = True
    if (named := file_named(text)) is not None:
        with closing(opened(*named, text, lines_before)) as database:
            return execute(database, text, lines_before)
    global memory, variables
    if memory is None:
        memory = connect(":memory:")
        variables = Variables(memory, shell.user_ns)
    return execute(memory, text, lines_before, variables.bring)


def execute(database, text, lines_before, prepare=lambda statement: None):
    rows, changed = None, 0
    for start, statement in statements(text):
        try:
            prepare(statement)
            before = database.total_changes
            cursor = database.execute(statement, Parameters(shell.user_ns))
            if cursor.description is not None:
                rows = Rows([each[0] for each in cursor.description], cursor.fetchall())
            changed += database.total_changes - before
        except sqlite3.Error as error:
            if str(error) == "interrupted":
                raise KeyboardInterrupt from None
            at = start + error_offset(database, statement, str(error))
            raise placed(error, text, text.count("\n", 0, at), lines_before) from None
    if changed > 0:
        print(f"{changed:,} row{'s' * (changed != 1)} changed")
    if rows is not None:
        shell.user_ns["_sql"] = rows
    return rows


def opened(file, at, text, lines_before):
    """A missing file is created only by a text that creates something."""
    if not exists(file) and "create" not in {name.lower() for name in names(text)}:
        error = FileNotFoundError(f"there is no file {file!r} in this notebook's folder")
        raise placed(error, text, text.count("\n", 0, at), lines_before)
    return connect(file)


def connect(file):
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA locking_mode = EXCLUSIVE")  # there is no shared memory for other kinds of locks
    database.set_progress_handler(look, LOOK_EACH)
    return database


def look():
    """Runs some steps of Python, in which it can notice an interrupt, which ends the statement."""
    try:
        for _ in range(60):
            pass
        return 0
    except KeyboardInterrupt:
        return 1


def placed(error, text, line, lines_before):
    """Shows where the error is as IPython does."""
    error.args = (f"{error}{hint(str(error))}",)
    number = lines_before + line + 1
    said = f"{type(error).__name__}: {error}"
    source = text.split("\n")[line]
    lines = [f"Cell In[{shell.run.count}], line {number}", f"----> {number} {source}", "", said]
    error._render_traceback_ = lambda: lines
    return error


def hint(message):
    """Explains names that are variables, which SQLite does not know."""
    name = message.rpartition(": ")[2]
    if message.startswith("no such table: ") and name in shell.user_ns:
        return f" ({name} is a variable, but neither a data frame nor a list of dicts)"
    name = (message.split() * 3)[2]
    if message.endswith("because it is a view") and variables is not None and name in variables.brought:
        return ", a copy of the variable of that name"
    return ""
