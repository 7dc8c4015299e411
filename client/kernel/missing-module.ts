// The package that would fix a failed import.
import type { ShownOutput } from '../../shared/notebook/output/output.ts'

/** Projects named differently from their module, by module. */
const projects: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'pymupdf',
  jwt: 'pyjwt',
  PIL: 'pillow',
  pptx: 'python-pptx',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'pyyaml',
}

/** Parts of Python that browsers lack, and namespaces of many projects: no single package provides them. */
const none = new Set(
  `curses dbm ensurepip fcntl google grp idlelib lzma msvcrt nt posixshmem pwd pyodide_js readline resource syslog
   termios tkinter turtle turtledemo venv winreg winsound`.split(/\s+/),
)

/** The project that provides the module missing in the last error; null if none is known. */
export const missingPackage = (outputs: readonly ShownOutput[]): string | null => {
  const error = outputs.findLast((output) => output.type === 'error')
  if (error?.ename !== 'ModuleNotFoundError') return null
  const [, module = ''] = /^No module named '([A-Za-z]\w*)'$/.exec(error.evalue) ?? []
  if (module === '' || none.has(module)) return null
  return Object.hasOwn(projects, module) ? (projects[module] ?? null) : module.replaceAll('_', '-')
}

/** Output of the packages module after another version of a loaded package was installed. */
const restartMime = 'application/vnd.llm-notebook.restart+json'

export const wantsRestart = (outputs: readonly ShownOutput[]): boolean =>
  outputs.some((output) => output.type === 'rich' && restartMime in output.data)
