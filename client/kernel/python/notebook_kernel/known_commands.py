"""`!ls` and other commands that make sense on the notebook's files. There is no shell.

Each gets the letters of its options, its other words and the piped text. It prints, and returns its exit code unless that is 0.
"""

import os
import re
import sys

from IPython.core.error import UsageError

from . import python_programs

# These parse their options themselves.
WHOLE = {"pip", "pip3", "uv", "python", "python3", "wget", "curl", "unzip", "head", "tail", "echo", "find", "tar", "test", "[",
         "set", "date"}
NOT_FOUND = 127
TABLE = {}


def command(*names):
    def add(function):
        for name in names:
            TABLE[name] = function
        return function

    return add


def program(words, given):
    """Its exit code; errors are printed to stderr, as by programs."""
    name = os.path.basename(words[0])
    if words[0] == sys.executable:
        name = "python"
    function = TABLE.get(name)
    if function is None and (of_package := python_programs.package_command(name)) is not None:
        return of_package(words[1:])
    if function is None:
        print(why_not(name), file=sys.stderr)
        return NOT_FOUND
    options = [word for word in words[1:] if re.match("-.", word) and name not in WHOLE]
    rest = [word for word in words[1:] if word not in options]
    try:
        # Its letters are not options: --force is not -r.
        if long := next((word for word in options if re.match("--.", word)), None):
            raise UsageError(f"{long} is not known; there are options of one letter, such as -r")
        return function("".join(options), rest, given) or 0
    except OSError as error:
        print(*filter(None, (name, error.filename, error.strerror or str(error))), sep=": ", file=sys.stderr)
    except IndexError:
        print(f"{name}: an argument is missing", file=sys.stderr)
    except (UsageError, ValueError, re.error) as error:
        print(f"{name}: {error}", file=sys.stderr)
    return 1


def is_known(name):
    return name in TABLE or python_programs.package_command(name) is not None


def why_not(name):
    known = ", ".join(sorted(TABLE))
    return f"!{name} is not available: Python runs in the browser, without a shell. Available: {known}"


from . import archive_commands, file_commands, program_commands, text_commands  # noqa: E402, F401
