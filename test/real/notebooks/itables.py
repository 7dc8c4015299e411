# %%
import pandas as pd
from itables import init_notebook_mode, show

init_notebook_mode(all_interactive=True)
# %%
pd.DataFrame({"city": ["Ulm", "Bern", "Graz", "Lyon"], "people": [126000, 134000, 292000, 522000]})
# %%
show(pd.DataFrame({"n": range(40), "square": [n * n for n in range(40)]}), paging=True, pageLength=5)
# %%
from itables import to_html_datatable
from IPython.display import HTML

HTML(to_html_datatable(pd.DataFrame({"a": [3, 1, 2]}), connected=False))
