import type { CellKind } from './cell-kind.ts'
import { hasSeparator, joinPrompt, promptFlag, splitPrompt } from './prompt-text.ts'
import { questionText, replyTurns, user } from './turns.ts'

export const prompt: CellKind = {
  name: 'prompt',
  label: 'Prompt',
  language: 'markdown',
  hint: 'Ask the model; it sees the cells above',
  executor: { type: 'model', answer: 'text' },
  flags: ['outputs_hidden', 'use_thinking'],
  file: {
    cellType: 'markdown',
    accepts: (cellType) => cellType === 'markdown',
    mark: [promptFlag, true],
    besides: {},
    text: { read: splitPrompt, write: joinPrompt, matches: hasSeparator, hasReply: true },
  },
  references: ['$', '&'],
  given: 'earlier prompts and their replies as turns of this conversation',
  turns: (cell) => {
    const reply = cell.result?.reply?.trim() ?? ''
    const asked = questionText(cell)
    // A reply needs a prompt: roles alternate, and the first is the user's.
    return reply === ''
      ? user(asked)
      : [...user(asked === '' ? '[an empty prompt]' : asked), ...replyTurns(reply)]
  },
  html: ({ source, result }, write) => {
    const { reply = null, thinking = null, calls = [] } = result ?? {}
    if (source.trim() === '' && reply === null) return ''
    const asked = write.section('prompt markdown', write.markdown(source), 'Prompt')
    const thought = (thinking ?? '') === '' ? '' : write.folded('Thinking', thinking ?? '')
    const called = calls.map((call) => write.folded('Tool call', JSON.stringify(call, null, 2))).join('')
    if (reply === null && thought === '' && called === '') return asked
    return `${asked}${write.section('reply markdown', `${thought}${called}${write.reply(reply ?? '')}`, 'Reply')}`
  },
}
