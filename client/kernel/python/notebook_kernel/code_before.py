"""Where the end of unfinished code is: in a string, in a comment, in which open brackets."""

import re

TOKEN = re.compile(r"""#[^\n]*|(?P<prefix>(?:\b[A-Za-z]{1,2})?)(?P<quote>\"{3}|'{3}|["'])|[()\[\]{}]|\w+|.""", re.S)
# A name, attribute or item.
EXPRESSION = r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[(?:\"[^\"\n]*\"|'[^'\n]*'|-?\d+)\])*"
AT_END = re.compile(rf"(?<![\w.\])])({EXPRESSION})$")


class CodeBefore:
    def __init__(self, text):
        self.text = text
        self.comment = False
        self.string = None  # where the open string begins
        self.brackets = []  # the positions of the open ones
        self.scan(0)

    def scan(self, at):
        text = self.text
        while at < len(text):
            token = TOKEN.match(text, at)
            at = token.end()
            first = token[0][0]
            if first == "#":
                self.comment = at == len(text)
            elif quote := token["quote"]:
                end = string_end(text, at, quote)
                if end is None:
                    return self.inside(at, token["prefix"])
                at = end
            elif first in "([{":
                self.brackets.append(token.start())
            elif first in ")]}" and self.brackets:
                self.brackets.pop()

    def inside(self, at, prefix):
        """The braces of an f-string contain code again."""
        hole = self.text.rfind("{", at) if {"f", "t"} & set(prefix.lower()) else -1
        if hole > self.text.rfind("}", at) and self.text[hole - 1] != "{":
            self.brackets.append(hole)
            return self.scan(hole + 1)
        self.string = at

    @property
    def called(self):
        """The function whose arguments are being written."""
        for at in reversed(self.brackets):
            if self.text[at] == "(" and (found := expression_at_end(self.text[:at])):
                return found
        return None


def string_end(text, at, quote):
    """The end of a string; None if it is open. An unclosed one with single quotes ends with its line."""
    body = r"(?:\\.|[^\\])*?" if len(quote) == 3 else r"(?:\\.|[^\\\n])*?"
    if found := re.compile(body + quote, re.S).match(text, at):
        return found.end()
    newline = text.find("\n", at)
    return None if len(quote) == 3 or newline < 0 else newline


def expression_at_end(code):
    found = AT_END.search(code[-500:])
    return found[1] if found else None
