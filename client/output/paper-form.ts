// The printed form of an output that is shown in a frame. A frame may not be loaded when the browser prints, and cannot
// be split between pages.
import DOMPurify from 'dompurify'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import type { ShownForm } from './mime.ts'
import { mayRun } from './output-dependencies.ts'

/** Nothing in it runs, loads or overlaps other content. */
const inert = (html: string): DocumentFragment =>
  DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'audio',
      'video',
      'picture',
      'source',
    ],
    FORBID_ATTR: ['style', 'srcset', 'name', 'id', 'class'],
    ALLOWED_URI_REGEXP: /^data:image\//,
    RETURN_DOM_FRAGMENT: true,
  })

/** Has the class `nb-instead` if the frame is better, where that is loaded. */
export const paperForm = (form: ShownForm, output: ShownOutput & { type: 'rich' }): HTMLElement => {
  const place = document.createElement('div')
  place.className = 'nb-on-paper'
  if (form.type === 'framed' && form.mime === 'text/html' && !mayRun(form.mime, form.content)) {
    place.classList.add('nb-table')
    place.append(inert(form.content))
    return place
  }
  place.classList.add('nb-instead')
  if (form.type === 'framed' && form.mime === 'image/svg+xml') {
    const image = document.createElement('img')
    image.alt = 'Image output'
    image.src = `data:image/svg+xml,${encodeURIComponent(form.content)}`
    place.append(image)
    return place
  }
  const plain = output.data['text/plain']
  const text = document.createElement('pre')
  text.textContent =
    typeof plain === 'string' && plain !== '' ? plain : 'An output that was not ready for printing.'
  place.classList.add('nb-text')
  place.append(text)
  return place
}
