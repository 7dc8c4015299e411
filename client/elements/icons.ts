// Lucide's icons (ISC) at 16 px in the text colour.
import { html, type TemplateResult } from 'lit'
import { unsafeSVG } from 'lit/directives/unsafe-svg.js'
import {
  ArrowDown,
  ArrowUp,
  Braces,
  Check,
  ChevronLeft,
  ChevronRight,
  Columns2,
  Download,
  Ellipsis,
  Eye,
  FolderOpen,
  FolderPlus,
  GripVertical,
  History,
  House,
  Keyboard,
  Menu,
  MessageSquare,
  Package,
  Pencil,
  Play,
  Plus,
  Redo2,
  RotateCw,
  Search,
  SlidersHorizontal,
  Square,
  TableOfContents,
  Trash2,
  Undo2,
  X,
  type IconNode,
} from 'lucide'

const icon = (nodes: IconNode): TemplateResult => {
  const shapes = nodes.map(([tag, attributes]) => {
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value ?? ''}"`)
    return `<${tag} ${written.join(' ')}/>`
  })
  return html`<svg
    viewBox="0 0 24 24"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${unsafeSVG(shapes.join(''))}
  </svg>`
}

export const icons = {
  run: icon(Play),
  stop: icon(Square),
  close: icon(X),
  check: icon(Check),
  back: icon(ChevronLeft),
  right: icon(ChevronRight),
  up: icon(ArrowUp),
  down: icon(ArrowDown),
  trash: icon(Trash2),
  plus: icon(Plus),
  undo: icon(Undo2),
  redo: icon(Redo2),
  restart: icon(RotateCw),
  home: icon(House),
  menu: icon(Menu),
  split: icon(Columns2),
  history: icon(History),
  variables: icon(Braces),
  settings: icon(SlidersHorizontal),
  keys: icon(Keyboard),
  download: icon(Download),
  files: icon(FolderOpen),
  newFolder: icon(FolderPlus),
  packages: icon(Package),
  comment: icon(MessageSquare),
  eye: icon(Eye),
  search: icon(Search),
  outline: icon(TableOfContents),
  grip: icon(GripVertical),
  pencil: icon(Pencil),
  more: icon(Ellipsis),
} as const
