// Rows of what the model sees that are no cells.
import { html, nothing, type TemplateResult } from 'lit'
import type { Cell } from '../../shared/notebook/notebook.ts'
import { definitionTokens } from '../../shared/model/call-runner.ts'
import { functionTools } from '../../shared/tools/functions.ts'
import { offeredTools } from '../../shared/tools/offered-tools.ts'
import type { Tool } from '../../shared/tools/tool.ts'
import type { CraftUse } from '../../shared/context/craft.ts'
import type { PictureUse, PictureWhy } from '../../shared/context/pictures.ts'
import { notebookUrl } from '../notebooks/notebook-path.ts'

type Share = (tokens: number) => TemplateResult

const pictureReasons: Readonly<Record<PictureWhy, string>> = {
  sent: '',
  blind: 'not sent: this model does not see',
  unknown: 'not sent: nobody says whether this model sees',
  format: 'not sent: not in a format the model reads',
  large: 'not sent: too large for the model server',
  budget: 'left out: over the budget for images',
  missing: 'not sent: its data has not arrived',
}

/** An image of a cell. */
export const pictureRow = (
  { mime, size, tokens, why, picture }: PictureUse,
  nth: number,
  share: Share,
): TemplateResult => {
  const form = mime
    .replace(/^image\//, '')
    .replace(/\+.*/, '')
    .toUpperCase()
  const pixels = size === null ? form : `${size.width} × ${size.height} ${form}`
  const source = picture === null ? null : `data:${picture.mime};base64,${picture.base64}`
  return html`<li data-use=${why === 'sent' ? 'included' : 'omitted'} aria-label=${`Image ${nth}`}>
    ${source === null ? nothing : html`<img src=${source} alt="" />`}
    <span class="nb-context-image">Image ${nth}</span>
    ${why === 'sent' ? share(tokens) : nothing}
    <span class="nb-context-notes"
      >${[pixels, pictureReasons[why]].filter((word) => word !== '').join(' · ')}</span
    >
  </li>`
}

const craftReasons: Readonly<Record<CraftUse['use'], string>> = {
  included: 'Instructions of its folder',
  skipped: 'Skipped',
  omitted: 'Left out: over the budget',
}

/** What a folder tells the model; `toggle` is null for who may not change that. */
export const craftRow = (
  { craft: { path, from, notes }, tokens, use }: CraftUse,
  share: Share,
  toggle: (() => void) | null,
): TemplateResult =>
  html`<li data-use=${use} aria-label=${from}>
    <a class="nb-context-name" href=${notebookUrl(path)}>${from}</a>
    ${use === 'included' ? share(tokens) : nothing}
    <code>${notes.split('\n', 1)[0]?.slice(0, 120)}</code>
    <span class="nb-context-notes">${craftReasons[use]}</span>
    ${
      toggle === null
        ? nothing
        : html`<span class="nb-context-buttons"
            ><button
              type="button"
              aria-label=${`Skip ${from}`}
              aria-pressed=${use === 'skipped'}
              @click=${toggle}
            >
              Skip
            </button></span
          >`
    }
  </li>`

/** Here they are only described. */
const ofRelay = offeredTools({
  readText: () => Promise.reject(new Error('only the relay reads files')),
  notebooks: () => {
    throw new Error('only the relay reads notebooks')
  },
})

/** The tools of a prompt, with the functions that it referred to the last time. */
export const toolsOf = (prompt: Cell | undefined): readonly Tool[] => [
  ...functionTools(prompt?.result?.references ?? []),
  ...ofRelay,
]

export const toolsRow = (tools: readonly Tool[]): TemplateResult =>
  html`<li data-use="included" aria-label="Tools">
    <span class="nb-context-name">Tools</span>
    <span class="nb-context-share">${definitionTokens(tools).toLocaleString('en')}</span>
    <code>${tools.map(({ name }) => name).join(', ')}</code>
    <span class="nb-context-notes">Besides the text; what runs code asks you first</span>
  </li>`

export const toolsText = (tools: readonly Tool[]): TemplateResult =>
  html`<section aria-label="Tools in full">
    <h3>tools</h3>
    <pre>
${tools.map(({ name, description, parameters }) => `${name}: ${description}\n${JSON.stringify(parameters)}`).join('\n\n')}</pre>
  </section>`
