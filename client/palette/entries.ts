// Everything the palette finds: commands, headings of this notebook, settings and notebooks.
import type { EditorView } from '@codemirror/view'
import { outlineOf } from '../../shared/notebook/document/outline.ts'
import type { NotebookContext } from '../commands/context.ts'
import { goToHeading } from '../commands/go-to-heading.ts'
import type { Command } from '../commands/command.ts'
import { commands } from '../commands/table.ts'
import { textCommandTitles } from '../editor/text-command-titles.ts'
import { settingId, settingLabels, type SettingLabel } from '../settings/labels.ts'
import type { Titled } from './rank.ts'
import { withoutEnding } from '../notebooks/notebook-path.ts'

export interface Entry extends Titled {
  readonly id: string
  readonly type: 'Command' | 'Heading' | 'Setting' | 'Notebook'
  /** As printed on the keys. */
  readonly keys: string | null
  /** `text` is the editor the person came from. */
  readonly run: (text: EditorView | null) => void
}

const isInText = ({ id }: Command): boolean => Object.hasOwn(textCommandTitles, id) || id === 'split'

/** `inText`: the person came from an editor. */
const isOffered = (context: NotebookContext, command: Command, inText: boolean): boolean => {
  const { shortcuts, notebook } = context
  if (command.may?.(context) === false) return false
  const places = shortcuts.keymap.placesOf(command.id)
  if (notebook.presented && command.harmless !== true) return false
  if (command.id === 'palette' || !(places.includes('command') || places.includes('edit'))) return false
  // Those of the arrow keys apply only at the edge of a text.
  return command.id !== 'go-above' && command.id !== 'go-below' && (inText || !isInText(command))
}

export const commandEntries = (context: NotebookContext, inText: boolean): readonly Entry[] =>
  commands
    .filter((command) => isOffered(context, command, inText))
    .map((command) => ({
      id: `command-${command.id}`,
      type: 'Command',
      title: command.title,
      keys: context.shortcuts.spoken(command.id),
      run: (text) => void command.run(context, text),
    }))

export const headingEntries = (context: NotebookContext): readonly Entry[] =>
  outlineOf(context.notebook.doc)
    .filter(({ text }) => text !== '')
    .map((heading, i) => ({
      id: `heading-${i}`,
      type: 'Heading',
      title: heading.text,
      keys: null,
      run: () => goToHeading(context, heading),
    }))

/** `show` opens the settings at a control. */
export const settingEntries = (show: (id: string) => void): readonly Entry[] =>
  (Object.keys(settingLabels) as SettingLabel[]).map((name) => ({
    id: `setting-${name}`,
    type: 'Setting',
    title: settingLabels[name],
    also: 'setting',
    keys: null,
    run: () => show(settingId(name)),
  }))

export const notebookEntries = (
  paths: readonly string[],
  present: string,
  visit: (path: string) => void,
): readonly Entry[] =>
  paths
    .filter((path) => path !== present)
    .map((path) => ({
      id: `notebook-${path}`,
      type: 'Notebook',
      title: withoutEnding(path),
      keys: null,
      run: () => visit(path),
    }))
