# %%
import base64, struct, zlib
from pathlib import Path

import numpy as np
from IPython.display import HTML, IFrame, JSON, SVG, Audio, Code, FileLink, Image, Javascript, Latex, Markdown, Video, display


def png(width, height, colour):
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


Path("teal.png").write_bytes(png(120, 60, (0, 128, 128)))
Image("teal.png")
# %%
Image("teal.png", width=240)
# %%
Image(url="teal.png")
# %%
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><circle cx="40" cy="40" r="30" fill="gold"/><rect x="80" y="20" width="30" height="40"/></svg>')
# %%
Audio(np.sin(2 * np.pi * 440 * np.linspace(0, 0.2, 1600)), rate=8000)
# %%
Markdown("**Bold**, `code`, $e^{i\\pi}$\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n![beside](teal.png)")
# %%
JSON({"name": "Ana", "tags": ["x", "y"], "deep": {"n": 1}}, expanded=True)
# %%
HTML('<details open><summary>More</summary><p style="color: purple">inside</p></details>')
# %%
Javascript("element.append(Object.assign(document.createElement('b'), { textContent: 'made by a script' }))")
# %%
Code("def f(x):\n    return x + 1\n", language="python")
# %%
FileLink("teal.png")
# %%
IFrame("data:text/html,<h1>framed</h1>", width=300, height=100)
# %%
display({"text/plain": "plain", "text/html": "<i>rich</i>"}, raw=True)
print("to stdout")
import sys; print("to stderr", file=sys.stderr)
# %%
Video(base64.b64decode("AAAAHGZ0eXBNNFYgAAACAGlzb21pc28yYXZjMQ=="), embed=True, mimetype="video/mp4", width=200)
# %%
raise ValueError("as people see it")
# %%
HTML("<p>$\\gamma + 1$ costs $5 or so</p>")
# %%
Latex(r"Words and $a_1$ and \begin{equation} x = 1 \end{equation}")
