// The parts of a reply, its tool calls as everybody sees them, and the question that only the person who ran the prompt is asked.
import type { LoadedImages } from '../output/remote-images.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { hasEnded, type Call, type Caller, type CallState } from '../../shared/notebook/document/calls.ts'
import { callTitle } from '../../shared/reply/call-text.ts'
import { withNestedFences } from '../../shared/reply/nested-fences.ts'
import type { ReplyPart } from '../../shared/reply/parts.ts'
import { runCellsName, runPythonName } from '../../shared/tools/tool-names.ts'
import type { Decision, ToolCalls } from '../kernel/tool-calls.ts'
import './nb-markdown.ts'

const stateWords: Readonly<Record<CallState, string>> = {
  pending: 'waiting for the browser that asked',
  asking: 'waiting for approval',
  running: 'running…',
  done: 'done',
  refused: 'refused',
  failed: 'failed',
  stopped: 'stopped',
}

const details = (
  title: string,
  state: CallState | null,
  words: string,
  given: string,
  result: string | null,
): TemplateResult =>
  html`<details class="nb-tool" data-call=${state ?? nothing}>
    <summary>
      <code>${title}</code>${words === '' ? nothing : html` <span class="nb-tool-state">${words}</span>`}
    </summary>
    ${given === '' ? nothing : html`<pre aria-label="Call">${given}</pre>`}
    ${result === null || result === '' ? nothing : html`<pre aria-label="Result">${result}</pre>`}
  </details>`

/** What was called, in full where the title may be cut. */
const given = ({ name, input, exact }: Call): string =>
  exact !== '' ? exact : `${name} ${JSON.stringify(input, null, 1)}`

/** A call in the reply's text; `call` is the document's record of it. */
const toolPart = (part: ReplyPart & { type: 'tool' }, call: Call | null): TemplateResult =>
  call === null
    ? details(part.call, null, '', '', part.result)
    : details(part.call, call.state, stateWords[call.state], given(call), part.result)

/** `calls`: the document's records of the calls. */
export const replyPart = (
  part: ReplyPart,
  calls: readonly Call[],
  grows: boolean,
  images: LoadedImages | null = null,
): TemplateResult => {
  switch (part.type) {
    case 'text':
      return html`<nb-markdown .text=${withNestedFences(part.text, grows)} .images=${images}></nb-markdown>`
    case 'thinking':
      return part.text === ''
        ? html`<p class="nb-part">The model was thinking.</p>`
        : html`<details class="nb-thinking">
            <summary>Thinking</summary>
            <div>${part.text}</div>
          </details>`
    case 'tool':
      return toolPart(part, calls.find(({ id }) => id === part.id) ?? null)
    case 'usage':
      return html`<p class="nb-part">Usage: ${part.text}</p>`
    case 'interrupted':
      return html`<p class="nb-part">The response was interrupted.</p>`
    default:
      return part satisfies never
  }
}

/** A call that is not in the text; `goesOn`: its run has not ended. */
export const openCall = (call: Call, goesOn: boolean): TemplateResult => {
  const words = goesOn || hasEnded(call) ? stateWords[call.state] : 'interrupted'
  return details(callTitle(call.name, call.input), call.state, words, given(call), call.text)
}

const wants = ({ name }: Call): string => {
  if (name === runPythonName) return 'The model wants to run this Python code in your browser:'
  if (name === runCellsName) return 'The model wants to run these cells in your browser:'
  return `The model wants to call ${name} in your browser:`
}

const decisions: readonly (readonly [Decision, string, string])[] = [
  ['once', 'Run once', 'Runs exactly this'],
  ['reply', 'Allow for this reply', 'Runs this and whatever else the model runs in this reply'],
  ['no', "Don't run", 'Nothing runs; the model learns that you did not allow it'],
]

export const approvals = (toolCalls: ToolCalls, caller: Caller): readonly TemplateResult[] =>
  toolCalls.askedIn(caller).map(
    // It takes no focus: a key meant for something else must not answer it.
    ([digest, call]) =>
      html`<div class="nb-approval" role="group" aria-label="Approval">
        <p>${wants(call)}</p>
        <pre tabindex="0">${call.exact}</pre>
        <p class="nb-approval-buttons">
          ${decisions.map(
            ([decision, name, title]) =>
              html`<button type="button" title=${title} @click=${() => toolCalls.decide(digest, decision)}>
                ${name}
              </button>`,
          )}
        </p>
      </div>`,
  )
