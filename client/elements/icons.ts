// Icons on a 16 px grid in the text colour.
import { svg, type SVGTemplateResult } from 'lit'

const icon = (path: string): SVGTemplateResult => svg`<svg
  viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path}></path></svg>`

export const icons = {
  run: icon('M5 3.2v9.6L12.5 8z'),
  stop: icon('M4.5 4.5h7v7h-7z'),
  close: icon('M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6'),
  up: icon('M8 12.5v-9M4.2 7 8 3.2 11.8 7'),
  down: icon('M8 3.5v9M4.2 9 8 12.8 11.8 9'),
  trash: icon('M3 4.5h10M6.5 4.5v-1.5h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5'),
  plus: icon('M8 3.5v9M3.5 8h9'),
  undo: icon('M6 3.5 3 6.5l3 3M3 6.5h6.2a3.3 3.3 0 0 1 0 6.6H6.5'),
  redo: icon('M10 3.5l3 3-3 3M13 6.5H6.8a3.3 3.3 0 0 0 0 6.6h2.7'),
  restart: icon('M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.9 2.2v2.9H10'),
  sun: icon(
    'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M3.5 12.5l.8-.8M11.7 4.3l.8-.8',
  ),
  moon: icon('M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z'),
  system: icon('M2.5 3.5h11v7h-11zM6 13.5h4M8 10.5v3'),
  home: icon('M2.8 7.4 8 3l5.2 4.4M4.3 6.4v6.6h7.4V6.4'),
  history: icon('M8 4.6V8l2.4 1.5M3.2 8a4.8 4.8 0 1 1 1.5 3.5M3.1 2.9v2.9H6'),
  variables: icon('M2.5 3.5h11v9h-11zM2.5 6.5h11M6 6.5v6M2.5 9.5h11'),
  settings: icon(
    'M2.5 4.5h6M12.5 4.5h1M2.5 11.5h1M7.5 11.5h6M10.5 2.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zM5.5 9.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  ),
  keys: icon('M1.8 4.5h12.4v7H1.8zM4.2 7h.01M6.7 7h.01M9.2 7h.01M11.7 7h.01M5 9.3h6'),
  download: icon('M8 2.8v7.4M4.8 7.2 8 10.4l3.2-3.2M3 13.2h10'),
  files: icon('M2.5 4.2v8.3h11V5.7H8L6.6 4.2zM2.5 7.6h11'),
  packages: icon('M8 2 13.5 4.8v6.4L8 14l-5.5-2.8V4.8zM2.5 4.8 8 7.6l5.5-2.8M8 7.6V14'),
  comment: icon('M2.5 3.5h11v7.5H8L5 13.5V11H2.5z'),
  eye: icon(
    'M1.8 8S4 4 8 4s6.2 4 6.2 4-2.2 4-6.2 4-6.2-4-6.2-4zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z',
  ),
  search: icon('M7 3.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM9.8 9.8l3.4 3.4'),
  outline: icon('M2.8 4h7M5 8h8.2M5 12h6'),
  grip: icon('M6 4.5h.01M6 8h.01M6 11.5h.01M10 4.5h.01M10 8h.01M10 11.5h.01'),
  more: icon('M3.5 8h.01M8 8h.01M12.5 8h.01'),
  split: icon('M2.5 3.5h11v9h-11zM8 3.5v9'),
  right: icon('M6 3.8 10.2 8 6 12.2'),
  pencil: icon('M3 13l.6-2.7 7.2-7.2 2.1 2.1-7.2 7.2z'),
} as const
