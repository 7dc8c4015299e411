// What a reply cost and how it ended: stored with the reply, and in a file at its end, in Solveit's usage block.
import { isRecord } from '../record.ts'

/**
 * done: complete · stopped: by a person · broken: the connection or the relay ended early · length: at the
 * output limit · steps: at the limit of steps with tool calls · refused: the model or its provider declined · failed: with
 * an error.
 */
const replyEnds = ['done', 'stopped', 'broken', 'length', 'steps', 'refused', 'failed'] as const
export type ReplyEnd = (typeof replyEnds)[number]

export interface Receipt {
  /** provider/model */
  readonly model: string
  /** Missing while the reply is written. */
  readonly end?: ReplyEnd
  /** Tokens. Input includes cached ones, output includes thinking. */
  readonly input?: number
  readonly output?: number
  /** The input as estimated beforehand; not in the file. */
  readonly estimated?: number
  readonly cached?: number
  readonly thinking?: number
  /** From the request to the first token. */
  readonly milliseconds?: number
  /** US dollars, by the relay's prices. */
  readonly cost?: number
  /** The model's reason where it refused. */
  readonly reason?: string
  /** A note on caps that are nearly reached, or on what the model lacks. */
  readonly notice?: string
}

const numbers = ['input', 'output', 'estimated', 'cached', 'thinking', 'milliseconds', 'cost'] as const
const texts = ['reason', 'notice'] as const

/** Null if invalid; invalid fields are omitted. */
export const readReceipt = (value: unknown): Receipt | null => {
  if (!isRecord(value) || typeof value['model'] !== 'string') return null
  const end = replyEnds.find((name) => name === value['end'])
  const fields = [
    ...numbers.map((name) => [name, value[name]] as const).filter(([, number]) => isAmount(number)),
    ...texts.map((name) => [name, value[name]] as const).filter(([, text]) => typeof text === 'string'),
  ]
  return {
    model: value['model'],
    ...(end === undefined ? {} : { end }),
    ...(Object.fromEntries(fields) as Partial<Receipt>),
  }
}

const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

/** The names in the file, in order. Notices are not stored there. */
const namesInFile = {
  model: 'model',
  input: 'input_tokens',
  output: 'output_tokens',
  cached: 'cached_tokens',
  thinking: 'thinking_tokens',
  milliseconds: 'first_token_ms',
  cost: 'cost_usd',
  end: 'end',
  reason: 'reason',
} as const satisfies Partial<Record<keyof Receipt, string>>

const blockAtEnd = /(?:^|\n\n)(```json \{\.usage\}\n(\{"model": .*\})\n```)$/

const blockOf = (receipt: Receipt): string => {
  const members = Object.entries(namesInFile).flatMap(([key, name]) => {
    const value = receipt[key as keyof typeof namesInFile]
    return value === undefined ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(value)}`]
  })
  return `\`\`\`json {.usage}\n{${members.join(', ')}}\n\`\`\``
}

const parseBlock = (json: string): Receipt | null => {
  try {
    const found: unknown = JSON.parse(json)
    if (!isRecord(found)) return null
    return readReceipt(
      Object.fromEntries(Object.entries(namesInFile).map(([key, name]) => [key, found[name]])),
    )
  } catch {
    return null
  }
}

/** A reply as in a file. */
export const withReceipt = (reply: string, receipt: Receipt | undefined): string => {
  if (receipt?.end === undefined) return reply
  return reply === '' ? blockOf(receipt) : `${reply}\n\n${blockOf(receipt)}`
}

/** Separates the receipt from a file's reply. A block that we would write differently is Solveit's, and stays text. */
export const splitReceipt = (text: string): { readonly reply: string; readonly receipt?: Receipt } => {
  const [whole, block, json = ''] = blockAtEnd.exec(text) ?? []
  if (whole === undefined) return { reply: text }
  const receipt = parseBlock(json)
  if (receipt?.end === undefined || blockOf(receipt) !== block) return { reply: text }
  return { reply: text.slice(0, text.length - whole.length), receipt }
}

export const statusOfEnd = (end: ReplyEnd): 'done' | 'error' | 'interrupted' => {
  switch (end) {
    case 'done':
      return 'done'
    case 'stopped':
    case 'broken':
    case 'length':
    case 'steps':
      return 'interrupted'
    case 'refused':
    case 'failed':
      return 'error'
    default:
      return end satisfies never
  }
}
