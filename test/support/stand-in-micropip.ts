// micropip itself is a wheel of Pyodide's distribution and not on the machines that test. This one has what the
// kernel uses of its interface, and installs the one pure wheel that an index page names.
import { wheel, type Wheel } from './wheel.ts'

const init = `
import io, json, zipfile
from site import getsitepackages
from pyodide.http import pyfetch
from . import package_index

index_urls = package_index.DEFAULT_INDEX_URLS[:]

def set_index_urls(urls):
    index_urls[:] = urls

async def fetch(url, **kwargs):
    response = await pyfetch(url, **kwargs)
    response.raise_for_status()
    return await response.bytes()

async def install(requirements, keep_going=False, deps=True, credentials=None, pre=False, index_urls_=None, *,
                  constraints=None, reinstall=False, verbose=None):
    assert index_urls == package_index.DEFAULT_INDEX_URLS
    for name in requirements:
        headers = {"accept": "application/vnd.pypi.simple.v1+json"}
        try:
            page = json.loads(await fetch(f"{index_urls[0]}/{name}/", headers=headers))
        except Exception:
            raise ValueError(f"Can't fetch metadata for '{name}'.") from None
        content = await fetch(page["files"][-1]["url"])
        zipfile.ZipFile(io.BytesIO(content)).extractall(getsitepackages()[0])
`

export const standInMicropip: Wheel = wheel('micropip', {
  'micropip/__init__.py': init,
  'micropip/package_index.py': 'DEFAULT_INDEX_URLS = ["https://pypi.org/simple"]\n',
})
