# %%
import pandas as pd
from great_tables import GT, loc, md, style

islands = pd.DataFrame({"name": ["Africa", "Asia", "Java"], "size": [11506, 16988, 49], "share": [0.31, 0.457, 0.001]})
GT(islands)
# %%
(
    GT(islands, rowname_col="name")
    .tab_header(title="Large land masses", subtitle=md("from *islands*"))
    .fmt_number(columns="size", decimals=0)
    .fmt_percent(columns="share", decimals=1)
    .tab_source_note("Source: The World Almanac")
    .tab_spanner("Numbers", ["size", "share"])
)
# %%
GT(islands).data_color(columns="size", palette=["white", "steelblue"]).tab_style(style.text(weight="bold"), loc.body(columns="name"))
# %%
GT(islands, groupname_col="name").fmt_currency(columns="size", currency="EUR").cols_align("left").opt_row_striping()
