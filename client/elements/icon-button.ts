import { html, type TemplateResult } from 'lit'

export const iconButton = (label: string, title: string, icon: unknown, action: () => void): TemplateResult =>
  html`<button type="button" class="nb-icon" aria-label=${label} title=${title} @click=${action}>
    ${icon}
  </button>`
