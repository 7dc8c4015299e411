# %%
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

years = pd.DataFrame({"year": list(range(2015, 2025)) * 2, "value": np.r_[1:11, 10:0:-1], "land": ["A"] * 10 + ["B"] * 10})
px.line(years, x="year", y="value", color="land", title="Two lands")
# %%
px.bar(years, x="year", y="value", color="land", barmode="group", template="plotly_dark")
# %%
figure = go.Figure(go.Scatter(x=[1, 2, 3], y=[2, 1, 3], mode="markers", marker_size=[20, 40, 60]))
figure.update_layout(height=300, width=500)
figure.show()
# %%
go.Figure(go.Heatmap(z=np.arange(12).reshape(3, 4)))
# %%
import plotly.io as pio

pio.renderers.default = "notebook"
# %%
px.scatter(years, x="year", y="value", color="land", height=320)
# %%
from IPython.display import HTML

HTML(px.pie(years, names="land", values="value", height=300).to_html(include_plotlyjs=True, full_html=False))
