# %%
import ipywidgets as widgets
from IPython.display import display

slider = widgets.IntSlider(value=7, min=0, max=10, description="Count:")
slider
# %%
widgets.VBox(
    [
        widgets.Text(value="Ana", description="Name:"),
        widgets.Checkbox(value=True, description="Agree"),
        widgets.Dropdown(options=["red", "green"], value="green", description="Colour:"),
        widgets.Button(description="Go", button_style="success", icon="check"),
    ]
)
# %%
out = widgets.Output()
with out:
    print("inside the output")
    display(slider.value * 6)
out
# %%
tab = widgets.Tab([widgets.HTML("<b>first</b> page"), widgets.FloatProgress(value=30, max=100)], titles=("One", "Two"))
tab
# %%
widgets.interact(lambda n=3, loud=False: print("hey " * n + ("!" if loud else "")));
# %%
widgets.HBox([widgets.FloatSlider(value=2.5, description="x"), widgets.IntText(value=12, description="n"), widgets.Label("$x^2$")])
# %%
widgets.Accordion([widgets.ToggleButtons(options=["slow", "fast"]), widgets.DatePicker()], titles=("Speed", "Day"), selected_index=0)
# %%
from tqdm.notebook import tqdm

total = 0
for n in tqdm(range(5), desc="Steps"):
    total += n
total
# %%
from IPython.display import Javascript, Latex, Markdown

rich = widgets.Output()
with rich:
    display(Markdown("**bold** of $x^2$\n\n| a | b |\n| - | - |\n| 1 | 2 |"))
    display(Latex(r"Words and $\frac{1}{2}$"))
    display(Javascript("element.append('by a script')"))
rich
# %%
widgets.HTMLMath(r"<b>so</b> $\alpha$")
