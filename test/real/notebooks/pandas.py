# %%
import numpy as np
import pandas as pd

rng = np.random.default_rng(1)
sales = pd.DataFrame(
    {
        "day": pd.date_range("2026-01-01", periods=90),
        "shop": rng.choice(["north", "south", "east <br> & west"], 90),
        "units": rng.integers(0, 50, 90),
        "price": rng.normal(10, 2, 90).round(2),
    }
)
sales
# %%
sales.head()
# %%
sales.info()
# %%
sales.describe()
# %%
sales["units"].head()
# %%
monthly = sales.pivot_table(index=["shop", sales.day.dt.month], values=["units", "price"], aggfunc=["sum", "mean"])
monthly
# %%
sales.head(6).style.background_gradient(subset=["units"]).format({"price": "{:.1f} €"}).hide(axis="index").set_caption("First days")
# %%
sales.head(6).style.bar(subset=["units"], color="#5fba7d").highlight_max(subset=["price"])
# %%
display(sales.dtypes.to_frame("type").T)
pd.DataFrame(np.arange(60).reshape(2, 30))
# %%
sales["missing"]
