"""What the installer itself is made of: wheels of the app, put in their place when they are first wanted."""

from importlib.util import find_spec

MADE_OF = ("packaging", "resolvelib", "micropip")


async def ready():
    lacking = [name for name in MADE_OF if find_spec(name) is None]
    if not lacking:
        return
    from .installed import put
    from .wheels import fetch, own, together

    for content in await together(*(fetch(own()[name], None) for name in lacking)):
        await put(content)
