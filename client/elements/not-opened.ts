// What a page shows at a path where there is no notebook that it could show.
import { basePath } from '../base-path.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { noSuchNotebook } from '../../shared/protocol.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Refusal } from '../document/refusal.ts'
import { createNotebook } from '../document/notebooks-api.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import { nameOf, withoutEnding } from '../notebooks/notebook-path.ts'
import { icons } from './icons.ts'

export interface Ways {
  /** Out of the bin. */
  readonly restore: () => void
  /** Tries once more. */
  readonly openAgain: () => void
}

const sentence = (reason: string): string =>
  `${reason.replace(/^./u, (letter) => letter.toUpperCase()).replace(/\.$/, '')}.`

const words = (refusal: Refusal, path: string): readonly [title: string, about: string] => {
  switch (refusal.type) {
    case 'in-bin':
      return ['This notebook is in the bin', path]
    case 'not-allowed':
      return ['The relay rejected this page', refusal.reason]
    case 'no-such-notebook':
      if (refusal.reason !== noSuchNotebook)
        return ['This notebook cannot be opened', sentence(refusal.reason)]
      return ['There is no such notebook', `Nothing is at ${path}. It may have been renamed or moved.`]
    // Followed by the page, unless nobody knows where to.
    case 'another-epoch':
    case 'renamed':
      return ['This notebook cannot be opened', 'It is at another path now.']
    default:
      return refusal satisfies never
  }
}

const create = async ({ notebook, showError }: NotebookContext, openAgain: () => void): Promise<void> => {
  const made = await createNotebook(notebook.path)
  if (made.ok) markCreatedHere(made.path)
  // Somebody else may have made it meanwhile.
  if (made.ok || made.status === 409) openAgain()
  else showError(`${notebook.path} could not be created: ${made.reason}.`)
}

const way = (context: NotebookContext, refusal: Refusal, ways: Ways): TemplateResult | typeof nothing => {
  if (!context.notebook.grant.allows('write')) return nothing
  if (refusal.type === 'in-bin')
    return html`<button type="button" class="nb-primary" @click=${ways.restore}>Restore it</button>`
  if (refusal.type !== 'no-such-notebook' || refusal.reason !== noSuchNotebook) return nothing
  const name = withoutEnding(nameOf(context.notebook.path))
  return html`<button type="button" class="nb-primary" @click=${() => void create(context, ways.openAgain)}>
    Create ${name}
  </button>`
}

export const notOpened = (context: NotebookContext, refusal: Refusal, ways: Ways): TemplateResult => {
  const { path } = context.notebook
  const [title, about] = words(refusal, path)
  return html`<header class="nb-header">
      <a class="nb-icon" href=${basePath} aria-label="All notebooks" title="All notebooks">${icons.home}</a>
      <h1 title=${path}>${nameOf(path)}</h1>
    </header>
    <main>
      <div class="nb-not-opened" role="alert">
        <h2>${title}</h2>
        <p>${about}</p>
        <p>${way(context, refusal, ways)} <a href=${basePath}>All notebooks</a></p>
      </div>
    </main>`
}
