"""Runs the cells of a notebook inside Pyodide. The page's side of it is worker.ts."""
