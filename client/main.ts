// The one place of the page where things are put together.
import './style/tokens.css'
import './style/base.css'
import './style/header.css'
import './style/menus.css'
import './style/status.css'
import './style/notebook-list.css'
import './style/keys.css'
import './style/settings.css'
import './style/notifications.css'
import './style/cell.css'
import './style/controls.css'
import './style/reply.css'
import './style/model.css'
import './style/text.css'
import './style/panel.css'
import './style/history.css'
import './style/files.css'
import './style/packages.css'
import './style/comments.css'
import './style/change.css'
import './style/context.css'
import './style/variables.css'
import './style/language.css'
import './style/palette.css'
import './style/path.css'
import './style/beside.css'
import './style/not-opened.css'
import './style/tabs.css'
import './style/people.css'
import './style/find.css'
import './output/json.css'
import './output/output.css'
import './output/markdown.css'
import './style/paper.css'
import { reportBasePath, toBrowserPath } from './base-path.ts'
import { RequestedTexts } from '../shared/notebook/document/requested-texts.ts'
import { Comments } from './comments/comments.ts'
import { NotebookBlobs } from './blobs/notebook-blobs.ts'
import { BlobDatabase } from './blobs/blob-database.ts'
import type { NotebookContext } from './commands/context.ts'
import { Keyboard } from './commands/keyboard.ts'
import { loadCellCommands } from './commands/cell-commands.ts'
import { CellSelection } from './commands/selection.ts'
import { CurrentGrant } from './document/grant.ts'
import { commandOf, isCommandId } from './commands/table.ts'
import { browserHome } from './settings/browser-store.ts'
import { loadFileFormat } from './document/file-format.ts'
import { askBeforeLeaving } from './document/before-unload.ts'
import { Edits } from './document/edits.ts'
import { OpenNotebook } from './document/open.ts'
import { recoverySteps } from './document/recover.ts'
import { scriptedOutputs } from './document/scripted.ts'
import { Unseen } from './document/unseen.ts'
import { documentWidgets } from './document/widgets.ts'
import { folderOf } from './files/folder.ts'
import { Find } from './find/find.ts'
import { Carets } from './editor/carets.ts'
import { loadEditor } from './editor/load.ts'
import { Mounting } from './editor/mounting.ts'
import { loadAfterPaint } from './load-script.ts'
import './elements/nb-app.ts'
import type { OpenSession } from './elements/nb-page.ts'
import { notebookPanels } from './elements/notebook-panels.ts'
import { startAhead } from './kernel/prestart.ts'
import { KernelChoice } from './kernel/choice.ts'
import { endEarlierRuns } from './kernel/earlier-runs.ts'
import { pythonInsight } from './kernel/insight.ts'
import { readKeptPackages } from './kernel/kept-packages.ts'
import { Kernel } from './kernel/kernel.ts'
import { KernelPeer } from './kernel/peer.ts'
import { Permission } from './kernel/permission.ts'
import { RunningKernels, showInIcon } from './kernel/running-kernels.ts'
import type { Place } from './kernel/protocol.ts'
import { ToolCalls } from './kernel/tool-calls.ts'
import { answerHere } from './local-model/answer-here.ts'
import { LocalModel } from './local-model/local-model.ts'
import { keepPage } from './offline/register.ts'
import { OutputDependencies } from './output/output-dependencies.ts'
import { OutputHosts } from './output/hosts.ts'
import { watchPaper } from './output/paper.ts'
import type { FrameHeights } from './output/frame.ts'
import { LoadedImages } from './output/remote-images.ts'
import { Review } from './review/review.ts'
import { Panels } from './panels/panels.ts'
import { PageView } from './presentation/page-view.ts'
import { keepLook } from './settings/look.ts'
import { Shortcuts } from './settings/shortcuts.ts'
import { SettingsStore } from './settings/store.ts'

const server = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${toBrowserPath('/sync')}`

const blobDatabase = new BlobDatabase()
const grant = new CurrentGrant()

const settings = new SettingsStore(browserHome)
const shortcuts = new Shortcuts(settings)
const localModel = new LocalModel()
const running = new RunningKernels()

const loadCraft = (): Promise<unknown> => import('./elements/nb-craft.ts')

const openSession: OpenSession = (path, identity, page) => {
  const notebook = new OpenNotebook(path, identity, grant)
  const view = new PageView()
  const followView = (): void => void (notebook.presented = view.current !== 'notebook')
  view.onChange(followView)
  followView()
  const selection = new CellSelection()
  const carets = new Carets(notebook.doc, notebook.observer, notebook.presence)
  const comments = new Comments({
    notebook,
    person: page.person,
    names: () => notebook.presence.people().map(({ name }) => name),
    announce: page.announce,
  })
  const review = new Review(notebook, page.showError)
  const edits = new Edits(notebook, page.person)
  const unseen = new Unseen(notebook, (cells) =>
    page.announce(`${cells === 1 ? 'One cell is' : `${cells} cells are`} new since your last visit.`),
  )
  const mounting = new Mounting()
  const blobs = new NotebookBlobs(notebook.doc, notebook.observer, blobDatabase)
  const stay = askBeforeLeaving(() => notebook.hasUnsavedData || blobs.hasUnsavedData)
  notebook.on(() => blobs.setConnected(notebook.connected))
  const place = (): Place | null =>
    notebook.docId === null ? null : { docId: notebook.docId, folder: folderOf(notebook.path) }
  const permission = new Permission(() =>
    notebook.docId === null ? null : { docId: notebook.docId, path: notebook.path },
  )
  const kernel = new Kernel({ place, permission, kept: () => readKeptPackages(notebook.doc) })
  const { doc, observer, executor } = notebook
  const { person } = page
  const requestedTexts = new RequestedTexts(doc, observer)
  const python = new KernelPeer({
    doc,
    observer,
    requestedTexts,
    kernel,
    executor,
    person,
    keepBlob: (blob) => blobs.keep(blob),
  })
  const toolCalls = new ToolCalls({
    doc,
    observer,
    presence: notebook.presence,
    requestedTexts,
    ownAnswers: () => comments.ownAnswers(),
    person,
    executors: async () =>
      (await import('./kernel/call-executors.ts')).callExecutors({ doc, observer, python }),
  })
  const stopAnswering = answerHere(localModel, { notebook, requestedTexts, blobs })
  const choice = new KernelChoice(notebook.presence, notebook.executor, () => notebook.connected)
  const keyboard = new Keyboard(() => shortcuts.keymap)
  const frameHeights: FrameHeights = new Map()
  const context: NotebookContext = {
    notebook,
    selection,
    carets,
    comments,
    review,
    edits,
    unseen,
    mounting,
    find: new Find(() => context),
    view,
    requestedTexts,
    python,
    toolCalls,
    localModel,
    blobs,
    choice,
    insight: pythonInsight(python.kernel, notebook.doc),
    frameHeights,
    widgets: documentWidgets(notebook),
    hosts: new OutputHosts(() => notebook.docId),
    images: new LoadedImages(() => notebook.docId, frameHeights),
    earlier: new OutputDependencies(scriptedOutputs(notebook.doc, observer), blobs),
    ...page,
    settings,
    shortcuts,
    panels: new Panels(notebookPanels, settings),
    press: (event, places, text = null, may = () => true) =>
      keyboard.press(event, places, {
        may: (id) => isCommandId(id) && may(id) && (!notebook.presented || commandOf(id).harmless === true),
        run: (id) => isCommandId(id) && commandOf(id).run(context, text) !== false,
      }),
  }
  let chosen = false
  selection.onChange(() => {
    // Where the page put its person before they went anywhere is nothing to tell the others.
    chosen ||= selection.takesLetters
    if (chosen) notebook.setCell(selection.cell)
  })
  const settled = endEarlierRuns(notebook)
  const opened = notebook.open(server)
  // What is not needed to show the notebook does not delay its coming on a slow network.
  const loaded = opened.then(() => notebook.whenLoaded())
  for (const load of [loadEditor, loadFileFormat, loadCellCommands, loadCraft])
    void loaded.then(() => loadAfterPaint(load))
  const notAhead = startAhead(python.kernel, loaded)
  const notRunning = running.follow(kernel, () => notebook.path)
  return {
    context,
    close: () => {
      stay()
      notAhead()
      notRunning()
      settled()
      stopAnswering()
      toolCalls.destroy()
      python.destroy()
      requestedTexts.destroy()
      permission.destroy()
      blobs.close()
      choice.destroy()
      mounting.destroy()
      comments.destroy()
      review.destroy()
      edits.destroy()
      unseen.destroy()
      carets.destroy()
      notebook.close()
    },
  }
}

const showRole = (): void => void (document.documentElement.dataset['role'] = grant.role)
grant.onChange(showRole)
showRole()
keepLook(settings)
watchPaper()
showInIcon(running)
const app = document.createElement('nb-app')
app.openSession = openSession
app.grant = grant
app.settings = settings
app.shortcuts = shortcuts
app.running = running
app.recoverySteps = recoverySteps
document.getElementById('boot')?.remove()
document.body.append(app)
if (!reportBasePath()) void keepPage()
