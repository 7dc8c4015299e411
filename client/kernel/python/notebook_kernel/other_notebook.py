"""`%run other.ipynb`. IPython reads notebooks with nbformat, whose dependencies are compiled."""

import json
from pathlib import Path

from IPython.utils.syspathcontext import prepended_to_syspath


def code_cells(path):
    """The sources of a notebook's code cells; those of a kind of ours, such as SQL, are left out."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
        # Format 3 has its cells in sheets and their text under another name.
        cells = [*notebook.get("cells", ()), *(cell for sheet in notebook.get("worksheets", ()) for cell in sheet["cells"])]
        texts = [
            cell.get("source", cell.get("input", ""))
            for cell in cells
            if cell["cell_type"] == "code" and "llm_notebook_type" not in cell.get("metadata", {})
        ]
        return [text if isinstance(text, str) else "".join(text) for text in texts]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is not a notebook") from error


def run_notebook(shell, path, shell_futures, raise_exceptions):
    """As `InteractiveShell.safe_execfile_ipy`."""
    path = Path(path).expanduser().resolve()
    with prepended_to_syspath(str(path.parent)):
        for source in code_cells(path):
            result = shell.run_cell(source, silent=True, shell_futures=shell_futures)
            if raise_exceptions:
                result.raise_error()
            elif not result.success:
                return
