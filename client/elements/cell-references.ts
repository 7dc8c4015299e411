// What a prompt referred to in a kernel when it ran, as the model was told.
import { html, nothing, type TemplateResult } from 'lit'
import type { Leaves } from '../../shared/notebook/notebook.ts'
import type { Reference } from '../../shared/notebook/references.ts'
import { isRecord } from '../../shared/record.ts'

const parametersOf = (parameters: Leaves): string => {
  const { properties } = parameters
  return isRecord(properties) ? Object.keys(properties).join(', ') : ''
}

const row = (reference: Reference): TemplateResult => {
  if ('value' in reference)
    return html`<li ?data-failed=${reference.failed === true}>
      <code>${reference.value}</code> <samp>${reference.text}</samp>
    </li>`
  if ('refused' in reference)
    return html`<li data-failed>
      <code>${reference.name}</code> <span>not offered: ${reference.refused}</span>
    </li>`
  const { name, parameters, description } = reference
  return html`<li>
    <code>${name}(${parametersOf(parameters)})</code>
    <span title=${description}>${description.split('\n', 1)[0]}</span>
  </li>`
}

export const cellReferences = (
  references: readonly Reference[],
  position: number,
): TemplateResult | typeof nothing =>
  references.length === 0
    ? nothing
    : html`<ul class="nb-references" aria-label=${`References of cell ${position}`}>
        ${references.map(row)}
      </ul>`
