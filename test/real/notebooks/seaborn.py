# %%
import numpy as np
import pandas as pd
import seaborn as sns

sns.set_theme()
rng = np.random.default_rng(3)
flowers = pd.DataFrame(
    {
        "length": np.r_[rng.normal(5, 0.4, 50), rng.normal(6, 0.5, 50)],
        "width": np.r_[rng.normal(3.4, 0.3, 50), rng.normal(2.8, 0.3, 50)],
        "kind": ["setosa"] * 50 + ["versicolor"] * 50,
    }
)
flowers.groupby("kind").mean()
# %%
sns.scatterplot(flowers, x="length", y="width", hue="kind")
# %%
sns.pairplot(flowers, hue="kind", height=1.8);
# %%
sns.heatmap(flowers.corr(numeric_only=True), annot=True)
# %%
sns.displot(flowers, x="length", col="kind", kde=True, height=3)
# %%
sns.color_palette("rocket")
# %%
sns.color_palette("crest", as_cmap=True)
