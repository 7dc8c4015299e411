"""Runs scripts with `# %%` cells as notebooks, natively, and writes each as a trusted .ipynb: SOURCES OUT."""

import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sources, out = (Path(argument).resolve() for argument in sys.argv[1:])


def cells(script):
    for kind, body in re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n?)*)", script, re.MULTILINE):
        if "[markdown]" in kind:
            yield new_markdown_cell(re.sub(r"^# ?", "", body, flags=re.MULTILINE).strip())
        else:
            yield new_code_cell(body.strip())


def run(script):
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = new_notebook(cells=list(cells(script.read_text())), metadata={"kernelspec": kernel})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    client = NotebookClient(notebook, timeout=240, allow_errors=True, resources={"metadata": {"path": str(out)}})
    client.execute()
    # JupyterLab runs the scripts only of what was signed.
    NotebookNotary().sign(notebook)
    nbformat.write(notebook, out / f"{script.stem}.ipynb")


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(run, sorted(sources.glob("*.py"))))
