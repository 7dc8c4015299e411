"""Finds IPython's lines in a cell (`%time f()`, `!ls`, `name?`) and puts a call in place of each, line for line, so
that tracebacks count right.

A cell that Python understands is never changed. In one that it does not, a line is IPython's only where a statement
could begin: never inside a string, brackets or a continued line. The tokenizer knows: it asks for its lines one by one.
"""

import ast
import re
import warnings

MAYBE = re.compile(r"^[ \t]*[%!?]|\?[ \t\r]*$|=[ \t]*[%!]", re.M)
CELL = re.compile(r"(\s*)%%([^\W\d]\w*)[ \t]*([^\n]*)\n?(.*)", re.S)
LINE = re.compile(r"([ \t]*(?:[^\W\d][\w.,* \t]*=[ \t]*)?)(%|!!?)(?!%)[ \t]*([^\s;?]+)[ \t]*(.*)", re.S)
OBJECT = r"(%{0,2}[^\W\d][\w.]*(?:\[[^\[\]]*\])*)"
HELP = re.compile(rf"([ \t]*)(?:(\?\??)[ \t]*{OBJECT}|{OBJECT}[ \t]*(\?\??))[ \t]*;?[ \t]*")


def to_python(source, call):
    """The source as Python. `call` writes the call of a magic, from its kind, its name and what else it is given."""
    if not MAYBE.search(source) or parses(source):
        return source
    if found := CELL.fullmatch(source):
        blank, name, argument, body = found.groups()
        return "\n" * blank.count("\n") + call("%%", name, argument.strip(), body)
    return "".join(lines_of(source, lambda line: line_call(line, call)))


def parses(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the compiler warns anyway
            ast.parse(source)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def lines_of(source, replaced):
    import tokenize  # only now: the start of Python does not wait for it

    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    given = []  # to the tokenizer so far
    begins = True  # a statement, with the next line
    depth = 0

    def next_line():
        if len(given) == len(lines):
            return ""
        line = lines[len(given)]
        given.append(replaced(line) if begins else line)
        return given[-1]

    try:
        for token in tokenize.generate_tokens(next_line):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            begins = token.type == tokenize.NEWLINE or (token.type == tokenize.NL and depth <= 0)
    except (tokenize.TokenError, SyntaxError):
        pass  # the compiler will say it better
    return given + lines[len(given) :]


def line_call(line, call):
    bare = line.rstrip("\r\n")
    end = line[len(bare) :]
    if found := HELP.fullmatch(bare):
        indent, before, first, second, behind = found.groups()
        return indent + call("?", before or behind, first or second) + end
    if found := LINE.fullmatch(bare):
        start, kind, name, argument = found.groups()
        quiet = ";" if argument.rstrip().endswith(";") and "=" not in start else ""
        return start + call(kind[0], name, argument.strip()) + quiet + end
    return line

