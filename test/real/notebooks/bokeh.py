# %%
from bokeh.io import output_notebook, show
from bokeh.layouts import row
from bokeh.models import ColumnDataSource, DataTable, TableColumn
from bokeh.plotting import figure
from bokeh.resources import INLINE

output_notebook(resources=INLINE)
# %%
plot = figure(width=400, height=300, title="Squares", tools="pan,wheel_zoom,reset")
plot.line(list(range(10)), [x * x for x in range(10)], line_width=2)
show(plot)
# %%
other = figure(width=250, height=250)
other.scatter([1, 2, 3], [3, 1, 2], size=15, color="firebrick")
third = figure(width=250, height=250)
third.vbar(x=[1, 2, 3], top=[3, 1, 2], width=0.8)
show(row(other, third))
# %%
source = ColumnDataSource({"name": ["a", "b", "c"], "n": [1, 2, 3]})
show(DataTable(source=source, columns=[TableColumn(field=f, title=f) for f in ("name", "n")], width=300, height=150))
