// What an import that failed lacked, as a package that could be installed.
import type { ShownOutput } from '../../shared/notebook/output/output.ts'

/** Projects whose module has another name, by the module. */
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

/** Of Python itself and not in a browser, or the folder of many projects: no package of that name is meant. */
const none = new Set(
  `curses dbm ensurepip fcntl google grp idlelib lzma msvcrt nt posixshmem pwd pyodide_js readline resource syslog
   termios tkinter turtle turtledemo venv winreg winsound`.split(/\s+/),
)

/** The project that has what the last error says is missing; null where there is none to offer. */
export const missingPackage = (outputs: readonly ShownOutput[]): string | null => {
  const error = outputs.findLast((output) => output.type === 'error')
  if (error?.ename !== 'ModuleNotFoundError') return null
  const [, module = ''] = /^No module named '([A-Za-z]\w*)'$/.exec(error.evalue) ?? []
  if (module === '' || none.has(module)) return null
  return Object.hasOwn(projects, module) ? (projects[module] ?? null) : module.replaceAll('_', '-')
}

/** Of what Python says when another version of what it has loaded was installed. */
export const restartMime = 'application/vnd.llm-notebook.restart+json'

export const wantsRestart = (outputs: readonly ShownOutput[]): boolean =>
  outputs.some((output) => output.type === 'rich' && restartMime in output.data)
