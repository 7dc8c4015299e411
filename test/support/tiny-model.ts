// A llama with random weights, as a GGUF file of some 120 kB: it generates lowercase letters and never ends by itself.
import { Random } from './random.ts'

const u32 = 4
const f32 = 6
const text = 8
const array = 9
const i32 = 5
type Value =
  | readonly [typeof u32 | typeof f32 | typeof i32, number]
  | readonly [typeof text, string]
  | readonly [typeof array, typeof f32 | typeof i32, readonly number[]]
  | readonly [typeof array, typeof text, readonly string[]]

class Bytes {
  private readonly parts: Buffer[] = []
  length = 0

  add(part: Buffer): this {
    this.parts.push(part)
    this.length += part.length
    return this
  }
  number(kind: typeof u32 | typeof f32 | typeof i32, value: number): this {
    const part = Buffer.alloc(4)
    if (kind === f32) part.writeFloatLE(value)
    else part.writeInt32LE(value)
    return this.add(part)
  }
  long(value: number): this {
    const part = Buffer.alloc(8)
    part.writeBigUInt64LE(BigInt(value))
    return this.add(part)
  }
  text(value: string): this {
    const part = Buffer.from(value)
    return this.long(part.length).add(part)
  }
  pad(): this {
    return this.add(Buffer.alloc((32 - (this.length % 32)) % 32))
  }
  value(value: Value): this {
    this.number(u32, value[0])
    if (value[0] === text) return this.text(value[1])
    if (value[0] !== array) return this.number(value[0], value[1])
    this.number(u32, value[1]).long(value[2].length)
    if (value[1] === text) for (const each of value[2]) this.text(each)
    else for (const each of value[2]) this.number(value[1], each)
    return this
  }
  whole(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.parts))
  }
}

const width = 32
const hidden = 64
const letters = Array.from('abcdefghijklmnopqrstuvwxyz ')
/** Three control tokens, one for each byte, and the letters. */
const tokens = [
  '<unk>',
  '<s>',
  '</s>',
  ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  ...letters.map((letter) => (letter === ' ' ? '▁' : letter)),
]
const firstLetter = tokens.length - letters.length
const kinds = tokens.map((_, index) => (index === 0 ? 2 : index < 3 ? 3 : index < firstLetter ? 6 : 1))

/** `contextLength`: the number of tokens after which the context is full. */
export const tinyModel = (contextLength: number): Uint8Array<ArrayBuffer> => {
  const random = new Random(7)
  const weights = (rows: number, columns: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, () => (random.next() - 0.5) / Math.sqrt(columns))
  const ones = new Float32Array(width).fill(1)
  // The first number of every token’s embedding is the same and passes through the layer unchanged. With it, the output
  // only gives letters.
  const marked = (matrix: Float32Array, columns: number, first: (row: number) => number): Float32Array => {
    for (let row = 0; row * columns < matrix.length; row++) matrix[row * columns] = first(row)
    return matrix
  }
  const keepingFirst = (matrix: Float32Array, columns: number): Float32Array => matrix.fill(0, 0, columns)
  const tensors: readonly (readonly [name: string, columns: number, values: Float32Array])[] = [
    ['token_embd.weight', width, marked(weights(tokens.length, width), width, () => 4)],
    ['blk.0.attn_norm.weight', width, ones],
    ['blk.0.attn_q.weight', width, weights(width, width)],
    ['blk.0.attn_k.weight', width, weights(width, width)],
    ['blk.0.attn_v.weight', width, weights(width, width)],
    ['blk.0.attn_output.weight', width, keepingFirst(weights(width, width), width)],
    ['blk.0.ffn_norm.weight', width, ones],
    ['blk.0.ffn_gate.weight', width, weights(hidden, width)],
    ['blk.0.ffn_up.weight', width, weights(hidden, width)],
    ['blk.0.ffn_down.weight', hidden, keepingFirst(weights(width, hidden), hidden)],
    ['output_norm.weight', width, ones],
    [
      'output.weight',
      width,
      marked(weights(tokens.length, width), width, (row) => (row < firstLetter ? -30 : 0)),
    ],
  ]
  const metadata: readonly (readonly [key: string, value: Value])[] = [
    ['general.architecture', [text, 'llama']],
    ['general.name', [text, 'tiny']],
    ['general.alignment', [u32, 32]],
    ['llama.context_length', [u32, contextLength]],
    ['llama.embedding_length', [u32, width]],
    ['llama.block_count', [u32, 1]],
    ['llama.feed_forward_length', [u32, hidden]],
    ['llama.attention.head_count', [u32, 2]],
    ['llama.attention.head_count_kv', [u32, 2]],
    ['llama.rope.dimension_count', [u32, width / 2]],
    ['llama.attention.layer_norm_rms_epsilon', [f32, 1e-5]],
    ['llama.vocab_size', [u32, tokens.length]],
    ['tokenizer.ggml.model', [text, 'llama']],
    ['tokenizer.ggml.tokens', [array, text, tokens]],
    ['tokenizer.ggml.scores', [array, f32, tokens.map(() => 0)]],
    ['tokenizer.ggml.token_type', [array, i32, kinds]],
    ['tokenizer.ggml.bos_token_id', [u32, 1]],
    ['tokenizer.ggml.eos_token_id', [u32, 2]],
    ['tokenizer.ggml.unknown_token_id', [u32, 0]],
  ]
  const data = new Bytes()
  const head = new Bytes().add(Buffer.from('GGUF')).number(u32, 3).long(tensors.length).long(metadata.length)
  for (const [key, value] of metadata) head.text(key).value(value)
  for (const [name, columns, values] of tensors) {
    const rows = values.length / columns
    head.text(name)
    // A vector has one dimension; the values are plain floats.
    if (rows === 1) head.number(u32, 1).long(columns)
    else head.number(u32, 2).long(columns).long(rows)
    head.number(u32, 0).long(data.length)
    data.add(Buffer.from(values.buffer)).pad()
  }
  return new Uint8Array(Buffer.concat([head.pad().whole(), data.whole()]))
}
