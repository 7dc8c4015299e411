// Notices over a notebook that stay while their condition holds.
import { html, nothing, type TemplateResult } from 'lit'
import { apply } from '../../shared/notebook/document/apply.ts'
import { readOnlyKey } from '../../shared/notebook/read-only.ts'
import { checkSchema } from '../../shared/notebook/document/schema.ts'
import { dismissRecovered, recoveredNotices } from '../document/recovered.ts'
import { showThread } from '../commands/comment.ts'
import { notebookUrl } from '../notebooks/notebook-path.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Mention } from '../comments/comments.ts'

const allowEditing = ({ doc }: NotebookContext['notebook']): void => {
  apply(doc, { type: 'set-notebook-meta', key: readOnlyKey, value: undefined })
}

interface NoticeParts {
  readonly binned: boolean
  readonly restore: () => void
  readonly saveCopy: () => void
}

export const noticeBar = (content: unknown): TemplateResult =>
  html`<div class="nb-bar" role="alert">${content}</div>`

export const recoveryBar = (path: string, failure: string | null): TemplateResult | typeof nothing =>
  failure === null
    ? nothing
    : noticeBar(
        `Edits in this browser to an earlier ${path} could not be sent to the relay: ${failure}. They stay stored here, and sending is retried.`,
      )

export const recoveredBars = (path: string, onDismissed: () => void): readonly TemplateResult[] =>
  recoveredNotices(path).map(
    (notice) =>
      html`<div class="nb-bar" role="status">
        ${
          notice.copy === null
            ? 'The relay had lost some of your edits. They were restored in place.'
            : html`The relay had lost some of your edits. They are in
                <a href=${notebookUrl(notice.copy)}>${notice.copy}</a>.`
        }
        <button
          type="button"
          @click=${() => {
            dismissRecovered(path, notice)
            onDismissed()
          }}
        >
          Dismiss
        </button>
      </div>`,
  )

const mentionBar = (context: NotebookContext, mention: Mention): TemplateResult => {
  const { comments } = context
  const { thread, message } = mention
  return html`<div class="nb-bar" role="status">
    ${message.by || 'Somebody'} mentioned you on ${comments.placeOf(thread)}: “${message.text.slice(0, 200)}”
    <button type="button" @click=${() => showThread(context, thread)}>Show</button>
    <button type="button" @click=${() => comments.dismiss(mention)}>Dismiss</button>
  </div>`
}

export const pageNotices = (
  context: NotebookContext,
  { binned, restore, saveCopy }: NoticeParts,
): TemplateResult => {
  const { notebook, python, choice } = context
  const refusal = notebook.refusal
  const schema = checkSchema(notebook.doc)
  const mayWrite = notebook.grant.allows('write')
  return html`${context.comments.mentioned.map((mention) => mentionBar(context, mention))}
    <nb-craft .context=${context}></nb-craft>
    ${
      choice.notice === ''
        ? nothing
        : html`<div class="nb-bar" role="status">
            ${choice.notice} <button type="button" @click=${() => choice.dismiss()}>OK</button>
          </div>`
    }
    ${
      schema.writable
        ? nothing
        : noticeBar(
            'This notebook was written by a newer version. You can read it here; reload the page to get the update.',
          )
    }
    ${
      notebook.readOnly
        ? html`<div class="nb-bar" role="status">
            This is a read-only copy.
            ${mayWrite ? html`<button type="button" @click=${() => allowEditing(notebook)}>Allow editing</button>` : nothing}
          </div>`
        : nothing
    }
    ${
      binned || refusal?.type === 'in-bin'
        ? noticeBar(
            html`This notebook is in the bin. ${binned ? 'Edits are still stored.' : nothing}
            ${mayWrite ? html`<button type="button" @click=${restore}>Restore it</button>` : nothing}`,
          )
        : nothing
    }
    ${
      refusal?.type === 'no-such-notebook'
        ? noticeBar(
            html`This notebook cannot be opened: ${refusal.reason}. What you see is stored in this browser.
            ${mayWrite ? html`<button type="button" @click=${saveCopy}>Write file again</button>` : nothing}`,
          )
        : nothing
    }
    ${refusal?.type === 'not-allowed' ? noticeBar(`The relay rejected this page: ${refusal.reason}`) : nothing}
    ${
      python.kernel.stuck
        ? noticeBar(
            html`The kernel does not respond to the interrupt.
              <button type="button" @click=${() => void python.restart()}>Stop kernel</button> Its variables
              are lost.`,
          )
        : nothing
    }`
}
