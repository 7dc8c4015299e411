// Commands that belong together, as items of a menu.
import { html, nothing, type TemplateResult } from 'lit'
import type { Command } from '../commands/command.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { MenuGroup } from '../commands/menus.ts'
import { commandOf } from '../commands/table.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { icons } from './icons.ts'

/** What a person may not do, or not yet, is there but cannot be chosen. */
const isPossible = (context: NotebookContext, { id, harmless, may }: Command): boolean => {
  const { notebook, panels } = context
  if (may?.(context) === false) return false
  const panel = panels.all.find((each) => each.id === id)
  if (panel !== undefined) return notebook.loaded || !panel.needsNotebook
  return harmless === true || notebook.editable
}

const item = (context: NotebookContext, id: CommandId, choose: (id: CommandId) => void): TemplateResult => {
  const command = commandOf(id)
  const { title, about, checked } = command
  const keys = context.shortcuts.spoken(id)
  const isOn = checked?.(context)
  const icon = context.panels.all.find((panel) => panel.id === id)?.icon
  return html`<button
    type="button"
    role=${isOn === undefined ? 'menuitem' : 'menuitemcheckbox'}
    aria-checked=${isOn ?? nothing}
    aria-label=${title}
    aria-description=${[about, keys].filter(Boolean).join(', ') || nothing}
    tabindex="-1"
    ?disabled=${!isPossible(context, command)}
    @click=${() => choose(id)}
  >
    <span class="nb-menu-mark">${isOn === true ? icons.check : (icon ?? nothing)}</span>
    <span class="nb-menu-words">${title}</span>
    ${about === undefined ? nothing : html`<small aria-hidden="true" data-words=${about}></small>`}
    ${keys === null ? nothing : html`<kbd aria-hidden="true" data-words=${keys}></kbd>`}
  </button>`
}

export const commandGroup = (
  context: NotebookContext,
  ids: MenuGroup,
  choose: (id: CommandId) => void,
): TemplateResult => html`<div role="group">${ids.map((id) => item(context, id, choose))}</div>`
