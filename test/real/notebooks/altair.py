# %%
import altair as alt
import pandas as pd

cars = pd.DataFrame({"power": [90, 110, 150, 200, 75], "miles": [30, 26, 20, 14, 35], "origin": list("EUJUE")})
alt.Chart(cars).mark_point().encode(x="power", y="miles", color="origin")
# %%
bars = alt.Chart(cars).mark_bar().encode(x="origin", y="mean(miles)")
bars | bars.mark_line(point=True)
# %%
brush = alt.selection_interval()
alt.Chart(cars, title="Brush").mark_circle(size=80).encode(
    x="power", y="miles", color=alt.when(brush).then("origin").otherwise(alt.value("lightgray"))
).add_params(brush).properties(width=400, height=200)
# %% [markdown]
# As Altair 5 and JupyterLab say it between them:
# %%
alt.renderers.register("vegalite", lambda spec: {"application/vnd.vegalite.v5+json": spec, "text/plain": "a chart"})
alt.renderers.enable("vegalite")
bars.properties(width=200)
