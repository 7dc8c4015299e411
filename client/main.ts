// The one place of the page where things are put together.
import './style/tokens.css'
import './style/page.css'
import './style/cell.css'
import './style/text.css'
import './style/history.css'
import './style/language.css'
import './output/output.css'
import { type NotebookContext } from './commands/context.ts'
import { Keyboard } from './commands/keyboard.ts'
import { Selection } from './commands/selection.ts'
import { loadIdentity } from './document/identity.ts'
import { OpenNotebook } from './document/open.ts'
import { applyTheme, loadTheme } from './document/theme.ts'
import { Carets } from './editor/carets.ts'
import { Mounting } from './editor/mounting.ts'
import './elements/nb-app.ts'
import { type OpenSession } from './elements/nb-page.ts'
import { startAhead } from './kernel/ahead.ts'
import { pythonInsight } from './kernel/insight.ts'
import { Kernel } from './kernel/kernel.ts'
import { KernelPeer } from './kernel/peer.ts'
import { keepPage } from './offline/register.ts'

const server = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sync`

const openSession: OpenSession = (path, identity, page) => {
  const notebook = new OpenNotebook(path, identity)
  const selection = new Selection()
  const carets = new Carets(notebook.doc, notebook.observer, notebook.presence)
  const mounting = new Mounting()
  const python = new KernelPeer(notebook.doc, notebook.observer, new Kernel(), notebook.executor, page.person)
  const keyboard = new Keyboard()
  const context: NotebookContext = {
    notebook,
    selection,
    carets,
    mounting,
    python,
    insight: pythonInsight(python.kernel, notebook.doc),
    frameHeights: new Map(),
    ...page,
    press: (event, mode) => keyboard.press(event, mode, context),
  }
  selection.onChange(() => notebook.setCell(selection.cell))
  let closed = false
  let notAhead = (): void => undefined
  const begin = async (): Promise<void> => {
    await notebook.open(server)
    if (!closed) notAhead = startAhead(python.kernel)
  }
  void begin()
  return {
    context,
    close: () => {
      closed = true
      notAhead()
      python.destroy()
      mounting.destroy()
      carets.destroy()
      notebook.close()
    },
  }
}

applyTheme(loadTheme())
const app = document.createElement('nb-app')
app.openSession = openSession
app.identity = loadIdentity()
document.body.append(app)
void keepPage()
