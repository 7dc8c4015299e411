// What a reply cost and how it ended: kept beside the reply, and in a file at its end, in the block in which Solveit
// writes a reply's usage.
import { isRecord } from '../record.ts'

/**
 * done: as the model meant it · stopped: by a person · broken: the connection or the relay ended early · length: at the
 * output limit · steps: at the limit of steps with tool calls · refused: the model or its provider declined · failed: with
 * an error.
 */
export const replyEnds = ['done', 'stopped', 'broken', 'length', 'steps', 'refused', 'failed'] as const
export type ReplyEnd = (typeof replyEnds)[number]

export interface Receipt {
  /** provider/model */
  readonly model: string
  /** Missing while the reply is written. */
  readonly end?: ReplyEnd
  /** Tokens; what was read from a cache is input too, thinking is output too. */
  readonly input?: number
  readonly output?: number
  /** The input as estimated beforehand; not in the file. */
  readonly estimated?: number
  readonly cached?: number
  readonly thinking?: number
  /** From the request to the first token. */
  readonly milliseconds?: number
  /** US dollars, by the prices that the relay was given. */
  readonly cost?: number
  /** The model's reason where it refused. */
  readonly reason?: string
  /** A word on caps that are nearly reached. */
  readonly notice?: string
}

const numbers = ['input', 'output', 'estimated', 'cached', 'thinking', 'milliseconds', 'cost'] as const
const texts = ['reason', 'notice'] as const

/** Null where it is none; fields of another type are left out. */
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

/** The names in the file, in their order. A notice is for whoever asked and not kept. */
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

/** A reply as a file has it. */
export const withReceipt = (reply: string, receipt: Receipt | undefined): string => {
  if (receipt?.end === undefined) return reply
  return reply === '' ? blockOf(receipt) : `${reply}\n\n${blockOf(receipt)}`
}

/** Takes the receipt off a file's reply. A block that we would write otherwise is Solveit's or a person's: it is text. */
export const splitReceipt = (text: string): { readonly reply: string; readonly receipt?: Receipt } => {
  const [whole, block, json = ''] = blockAtEnd.exec(text) ?? []
  if (whole === undefined) return { reply: text }
  const receipt = parseBlock(json)
  if (receipt?.end === undefined || blockOf(receipt) !== block) return { reply: text }
  return { reply: text.slice(0, text.length - whole.length), receipt }
}

/** What a cell's run has come to, by how its reply ended. */
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
