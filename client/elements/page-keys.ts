// Which of a page's key presses outside a text are commands, and where they act.
import type { NotebookContext } from '../commands/context.ts'
import { allowedKeys } from '../commands/key-target.ts'
import { commandOf } from '../commands/table.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { isTyped } from '../keymap/keys.ts'
import { staysOpen } from '../panels/panel.ts'
import { isEarlyField } from './early-field.ts'

/** The target is in a panel: no key may act on the selected cell. */
const isForPanel = (target: EventTarget | undefined, { panels }: NotebookContext): boolean => {
  if (!panels.open.every(staysOpen)) return true
  const within = (selector: string): boolean => target instanceof Element && target.closest(selector) !== null
  return within('nb-panel') || (panels.open.length > 0 && !within('nb-notebook'))
}

/** What leads elsewhere, from a place without a notebook, too. */
const ways: readonly CommandId[] = ['new-tab', 'close-tab', 'next-tab', 'previous-tab', 'split-view']

/**
 * In fields, dialogs and menus, whose keys the page may never see: there the browser would save the page itself, or open
 * its tools.
 */
export const pressAnywhere = (event: KeyboardEvent, context: NotebookContext): void => {
  const [target] = event.composedPath()
  if (context.notebook.notOpened !== null || isTyped(event) || !(target instanceof Element)) return
  const isDialog = target.closest('[role="dialog"], [role="alertdialog"], dialog, [role="menu"]') !== null
  const isField = target.matches('input, textarea, select') && target.closest('nb-key-field') === null
  if (isField || isDialog)
    context.press(event, ['panel'], null, (id) => id === 'save' || (!isDialog && id === 'palette'))
}

export const pressOnPage = (event: KeyboardEvent, context: NotebookContext): void => {
  if (context.notebook.notOpened !== null)
    return void context.press(event, ['command'], null, (id) => ways.includes(id))
  const [target] = event.composedPath()
  if (isForPanel(target, context)) {
    // Keys for what is loading are taken before they come here; others are commands.
    const writes =
      (target instanceof HTMLTextAreaElement && !isEarlyField(target)) ||
      (target instanceof HTMLInputElement && target.type !== 'range')
    context.press(event, ['panel'], null, (id) => !writes || id === 'close-panel')
    return
  }
  const { presented } = context.notebook
  const reach = allowedKeys(event, context.selection.takesLetters || presented)
  if (reach === 'nothing') return
  const everything = reach === 'letters' || !isTyped(event)
  const places = presented ? (['view', 'command'] as const) : (['command'] as const)
  context.press(event, places, null, (id) => everything || commandOf(id).harmless === true)
}
