"""What the end of unfinished code lies in: a string, a comment, the brackets that are open."""

import re

TOKEN = re.compile(r"""#[^\n]*|(?P<prefix>(?:\b[A-Za-z]{1,2})?)(?P<quote>\"{3}|'{3}|["'])|[()\[\]{}]|\w+|.""", re.S)
# The name, attribute or item that stands at the end.
EXPRESSION = r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[(?:\"[^\"\n]*\"|'[^'\n]*'|-?\d+)\])*"
AT_END = re.compile(rf"(?<![\w.\])])({EXPRESSION})$")


class CodeBefore:
    def __init__(self, text):
        self.text = text
        self.comment = False
        self.string = None  # where the text of an open string begins
        self.quote = ""
        self.brackets = []  # of the open ones, where they are
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
                    return self.inside(at, quote, token["prefix"])
                at = end
            elif first in "([{":
                self.brackets.append(token.start())
            elif first in ")]}" and self.brackets:
                self.brackets.pop()

    def inside(self, at, quote, prefix):
        """In an open string; in the braces of an f-string it is code again."""
        hole = self.text.rfind("{", at) if {"f", "t"} & set(prefix.lower()) else -1
        if hole > self.text.rfind("}", at) and self.text[hole - 1] != "{":
            self.brackets.append(hole)
            return self.scan(hole + 1)
        self.string, self.quote = at, quote

    @property
    def owner(self):
        """Where the open string is an item's key: whose."""
        code = re.sub(r"[A-Za-z]{0,2}$", "", self.text[: self.string - len(self.quote)])
        return expression_at_end(code[:-1]) if code.endswith("[") else None

    @property
    def called(self):
        """What is called where the arguments are being written, and where its bracket is."""
        for at in reversed(self.brackets):
            if self.text[at] == "(" and (found := expression_at_end(self.text[:at])):
                return found, at
        return None


def string_end(text, at, quote):
    """Behind the closing quote; None where the string is open. A short one that is not closed ends with its line."""
    body = r"(?:\\.|[^\\])*?" if len(quote) == 3 else r"(?:\\.|[^\\\n])*?"
    if found := re.compile(body + quote, re.S).match(text, at):
        return found.end()
    newline = text.find("\n", at)
    return None if len(quote) == 3 or newline < 0 else newline


def expression_at_end(code):
    found = AT_END.search(code[-500:])
    return found[1] if found else None
