"""Packages that were imported before another version was installed: only a restarted kernel uses that."""

from dataclasses import dataclass

from IPython.display import display


@dataclass(frozen=True)
class Loaded:
    name: str
    before: str
    version: str
    ours: bool  # part of the kernel, which loads its own version


def report(loaded):
    for each in loaded:
        if each.ours:
            print(
                f"{each.name} {each.before} is part of the notebook itself and stays loaded; "
                f"{each.version} was installed in addition."
            )
    names = ", ".join(f"{each.name} {each.version}" for each in loaded if not each.ours)
    if names:
        text = f"{names}: another version is loaded. Restart the kernel to use this one."
        data = {"text/plain": text, "application/vnd.llm-notebook.restart+json": {"text": text}}
        display(data, raw=True)
