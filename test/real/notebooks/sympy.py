# %% [markdown]
# Symbols with $x_1$ and $$\int_0^1 x^2\,dx = \tfrac{1}{3}$$
# %%
from sympy import *

init_printing()
x, y = symbols("x y")
Integral(sqrt(1 / x), x)
# %%
expand((x + y) ** 4)
# %%
Matrix([[1, x], [y, 0]])
# %%
solve([x + y - 3, x - y - 1], [x, y])
# %%
display(Eq(cos(x) ** 2 + sin(x) ** 2, 1))
series(exp(x), x, 0, 5)
# %%
Piecewise((x**2, x < 0), (x, True))
# %%
from IPython.display import Latex, Math

display(Math(r"F(k) = \int_{-\infty}^{\infty} f(x) e^{2\pi i k} dx"))
Latex(r"\begin{align} a &= b + c \\ d &= e \end{align}")
# %%
print(pretty(Integral(x**2, x)))
# %%
print(latex(Integral(x**2, x)))
