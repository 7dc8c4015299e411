// Downloads an output as a file, or copies it to the clipboard.

import { download } from '../files/download.ts'
import { plainText, type MimeBundle, type ShownOutput } from '../../shared/notebook/output/output.ts'
import { bytesOf } from './pdf.ts'
import { richestForm, type ShownForm } from './mime.ts'

interface OutputFile {
  /** Without the dot. */
  readonly suffix: string
  readonly type: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

const json = (value: unknown): OutputFile => ({
  suffix: 'json',
  type: 'application/json',
  content: JSON.stringify(value, null, 2),
})
const text = (content: string): OutputFile => ({ suffix: 'txt', type: 'text/plain', content })

const framedSuffixes: Readonly<Record<string, string>> = {
  'text/html': 'html',
  'image/svg+xml': 'svg',
  'application/javascript': 'js',
}

const formFile = (form: ShownForm, data: MimeBundle): OutputFile => {
  switch (form.type) {
    case 'framed': {
      const suffix = framedSuffixes[form.mime]
      return suffix === undefined ? json(data[form.mime]) : { suffix, type: form.mime, content: form.content }
    }
    case 'image': {
      const content = bytesOf(form.base64)
      return { suffix: form.mime.replace('image/', ''), type: form.mime, content }
    }
    case 'pdf':
      return { suffix: 'pdf', type: 'application/pdf', content: bytesOf(form.base64) }
    case 'markdown':
      return { suffix: 'md', type: 'text/markdown', content: form.text }
    case 'latex':
      return { suffix: 'tex', type: 'text/plain', content: form.text }
    case 'json':
      return json(form.value)
    case 'text':
    case 'widget':
      return text(form.text)
    case 'none':
    case 'blob':
      return json(data)
    default:
      return form satisfies never
  }
}

/** The shown representation as a file. */
const outputFile = (output: ShownOutput): OutputFile =>
  output.type === 'rich' ? formFile(richestForm(output.data), output.data) : text(plainText(output))

export const saveOutput = (output: ShownOutput, name: string): void => {
  const { suffix, type, content } = outputFile(output)
  download(new Blob([content], { type }), `${name}.${suffix}`)
}

/** Copies images as images if the clipboard supports the type, everything else as text. Returns whether it succeeded. */
export const copy = async (output: ShownOutput): Promise<boolean> => {
  const { clipboard } = navigator
  const form = output.type === 'rich' ? richestForm(output.data) : null
  try {
    if (form?.type === 'image' && 'ClipboardItem' in window && ClipboardItem.supports(form.mime)) {
      const { content, type } = outputFile(output)
      await clipboard.write([new ClipboardItem({ [type]: new Blob([content], { type }) })])
    } else await clipboard.writeText(plainText(output))
    return true
  } catch (error) {
    console.warn('The output could not be copied:', error)
    return false
  }
}
