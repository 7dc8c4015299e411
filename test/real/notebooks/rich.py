# %%
from rich import print
from rich.console import Console
from rich.table import Table

print("[bold red]Alert[/] and [green]fine[/], [link=https://example.org]a link[/link]")
# %%
table = Table(title="Films")
table.add_column("Year", style="cyan")
table.add_column("Title", style="magenta")
table.add_row("1977", "A New Hope")
table.add_row("1980", "The Empire")
table
# %%
from rich.panel import Panel
from rich.syntax import Syntax

Panel("In a [yellow]panel[/]")
# %%
Console(force_jupyter=False, force_terminal=True, width=60, color_system="truecolor").print(Syntax("def f(x):\n    return x + 1", "python"))
# %%
from rich.progress import track

sum(n for n in track(range(20), description="Adding"))
# %%
from rich.markdown import Markdown
from rich.tree import Tree

tree = Tree("root")
tree.add("leaf")
display(tree)
Markdown("# Heading\n\n- one\n- two")
# %%
%load_ext rich
# %%
{"numbers": list(range(5)), "nested": {"a": True, "b": None}}
# %%
1 / 0
