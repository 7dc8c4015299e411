"""What seaborn and others take from here to draw a figure as bytes."""

import base64 as encoding

from notebook_kernel.figures import printed


def print_figure(fig, fmt="png", bbox_inches="tight", base64=False, **_):
    content = printed(fig, fmt)
    if fmt == "svg":
        return content.decode()
    return encoding.b64encode(content).decode() if base64 else content
