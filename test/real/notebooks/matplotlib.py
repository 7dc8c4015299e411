# %% [markdown]
# # A decaying oscillation
# %%
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
t = np.linspace(0, 10, 400)
signal = np.exp(-t / 4) * np.cos(3 * t)
print(f"{t.size} samples, peak {signal.max():.3f}")
# %%
plt.plot(t, signal)
plt.title("Damped")
# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3))
axes[0].hist(rng.normal(size=2000), bins=40, color="tab:orange")
axes[1].scatter(rng.random(80), rng.random(80), c=rng.random(80), cmap="viridis")
fig.tight_layout()
plt.show()
# %%
%config InlineBackend.figure_formats = ["svg"]
fig, ax = plt.subplots(figsize=(5, 3))
ax.bar(["a", "b", "c"], [3, 1, 2])
ax.set_ylabel("count")
plt.show()
# %%
%config InlineBackend.figure_formats = ["retina"]
plt.figure(figsize=(4, 3))
plt.imshow(np.outer(np.sin(t[:40]), np.cos(t[:40])))
plt.colorbar()
plt.show()
# %%
plt.get_cmap("plasma")
# %%
from matplotlib.animation import FuncAnimation
from IPython.display import HTML

fig, ax = plt.subplots(figsize=(3, 2), dpi=60)
(line,) = ax.plot(t, signal)
film = FuncAnimation(fig, lambda i: line.set_data(t[: i * 100], signal[: i * 100]), frames=4)
plt.close(fig)
HTML(film.to_jshtml())
