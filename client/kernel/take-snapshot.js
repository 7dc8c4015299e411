// Writes Python's memory after its start to stdout. A separate program, because it occupies a core for some seconds;
// plain JavaScript, because the build runs it directly. Argument: the file of library.js.
import { readFile } from 'node:fs/promises'
import { loadPyodide } from 'pyodide'
import { standInForStackSwitching, standInForTrampoline } from './as-in-browsers.js'
import { libraryFolder, mountLibrary } from './library.js'

// Modules that most notebooks import, besides the kernel's; in the snapshot they cost no start time. Nothing that uses
// `js`.
const modules = `
  abc ast asyncio base64 bisect builtins calendar collections colorsys contextlib copy csv dataclasses datetime
  decimal difflib enum fractions functools getpass glob hashlib heapq html importlib.metadata inspect io itertools
  json keyword linecache locale logging math numbers operator os pathlib pickle platform pprint random re
  secrets shlex shutil signal statistics string struct sys tempfile textwrap time timeit tokenize
  traceback types typing unicodedata urllib.parse uuid warnings weakref zipfile _pyodide._base pyodide.code`

standInForStackSwitching()
standInForTrampoline()

// The hash secret, and dictionaries made with it, are in the memory: all who restore it have the same. Without
// randomisation Python reports that itself (`sys.flags.hash_randomization`).
const options = { _makeSnapshot: true, _sysExecutable: 'python', env: { PYTHONHASHSEED: '0' } }
const pyodide = await loadPyodide(options)
mountLibrary(pyodide.FS, new Uint8Array(await readFile(process.argv[2] ?? '')))
const names = modules.trim().split(/\s+/).join(', ')
const start = `
import sys
sys.path.append(${JSON.stringify(libraryFolder)})
import ${names}
from notebook_kernel.warm import warm
warm()`
try {
  pyodide.runPython(start, { globals: pyodide.runPython('{}') })
  process.stdout.write(pyodide.makeMemorySnapshot())
} catch (error) {
  // Node's default would print a line of Pyodide that is a megabyte long.
  process.stderr.write(String(error))
  process.exitCode = 1
}
