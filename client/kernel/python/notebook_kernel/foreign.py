"""Values of libraries that would show themselves only to IPython, or only with scripts from elsewhere."""

import json
import re


def figure(value):
    from .figures import figure_bundle

    return figure_bundle(value)


def altair(value):
    spec = value.to_dict()
    version = re.search(r"vega-lite/v(\d+)", spec.get("$schema", ""))
    return {f"application/vnd.vegalite.v{version[1] if version else 5}+json": spec}, {}


def plotly(value):
    return {"application/vnd.plotly.v1+json": json.loads(value.to_json())}, {}


# By the package and name of a class or one that it inherits from.
MAKERS = {
    ("matplotlib", "Figure"): figure,
    ("altair", "TopLevelMixin"): altair,
    ("plotly", "BaseFigure"): plotly,
}


def maker(value):
    """The function that gives (data, metadata) for values of this kind; None for all others."""
    for kind in type(value).__mro__:
        if (found := MAKERS.get((kind.__module__.partition(".")[0], kind.__name__))) is not None:
            return found
    return None
