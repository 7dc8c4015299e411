import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Insight } from '../kernel/insight.ts'
import type { Kernel, KernelStatus } from '../kernel/kernel.ts'
import type { Table, Variable, Variables } from '../kernel/answers.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import { keepFocusInPanel } from './nb-panel.ts'

/** Milliseconds until a slow kernel is asked again. */
const retryDelay = 1_000

const number = new Intl.NumberFormat('en')

/** The variables of the kernel; a frame, list or dict opens as a table. Refreshed when a run has ended. */
@customElement('nb-variables')
export class NbVariables extends LightElement {
  @property({ attribute: false }) kernel!: Pick<Kernel, 'status' | 'onChange' | 'ask'>
  @property({ attribute: false }) insight!: Pick<Insight, 'silence'>
  @state() private variables: Variables | null = null
  /** The variable that is open as a table, and the index of its first row shown. */
  @state() private open: { readonly name: string; readonly first: number } | null = null
  @state() private table: Table | null = null
  @state() private status: KernelStatus = 'off'
  readonly follow = new Follow(this, () => {
    this.check()
    return [this.kernel.onChange(() => this.check())]
  })

  private check(): void {
    const before = this.status
    this.status = this.kernel.status
    if (this.status === before) return
    if (this.status === 'idle') void this.refresh()
    else if (this.status !== 'busy') this.variables = this.table = this.open = null
  }

  private async refresh(): Promise<void> {
    const variables = await this.kernel.ask({ type: 'variables' })
    if (variables !== null) this.variables = variables
    // No answer: the kernel is busy again and the last answer stays, or it was too slow and is asked again.
    else if (this.status === 'idle' && this.isConnected) setTimeout(() => void this.refresh(), retryDelay)
    if (this.open !== null) await this.show(this.open.name, this.open.first)
  }

  private async show(name: string, first: number): Promise<void> {
    this.open = { name, first }
    const table = await this.kernel.ask({ type: 'table', name, first })
    if (this.open?.name !== name || this.open.first !== first) return
    if (table !== null || this.status === 'idle') this.table = table
  }

  private back(): void {
    this.open = this.table = null
    keepFocusInPanel(this)
  }

  private list({ rows, more }: Variables): TemplateResult {
    if (rows.length === 0) return html`<p class="nb-empty">No variables yet.</p>`
    const name = (row: Variable): TemplateResult =>
      row.table
        ? html`<button type="button" title="Open as a table" @click=${() => void this.show(row.name, 0)}>
            ${row.name}
          </button>`
        : html`${row.name}`
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Size</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${name(row)}</th>
                <td>${row.type}</td>
                <td>${row.size}</td>
                <td class="nb-variable-value">${row.value}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${more === 0 ? nothing : html`<p class="nb-empty">${number.format(more)} more</p>`}`
  }

  private rows(table: Table): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <td></td>
          ${table.columns.map((column) => html`<th scope="col">${column}</th>`)}
          ${table.columnsLeftOut === 0 ? nothing : html`<th scope="col">… ${number.format(table.columnsLeftOut)} more</th>`}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(
          ([index, ...cells]) =>
            html`<tr>
              <th scope="row">${index}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`
  }

  private pager({ name, first }: { name: string; first: number }, table: Table): TemplateResult {
    const last = first + table.rows.length
    const page = (label: string, to: number, off: boolean): TemplateResult =>
      html`<button type="button" ?disabled=${off} @click=${() => void this.show(name, Math.max(0, to))}>
        ${label}
      </button>`
    return html`<span class="nb-variables-pages">
      <span role="status"
        >${table.total === 0 ? 'No rows' : `Rows ${number.format(first + 1)}–${number.format(last)} of ${number.format(table.total)}`}</span
      >
      ${page('Previous', first - 50, first === 0)} ${page('Next', last, last >= table.total)}
    </span>`
  }

  private body(): TemplateResult {
    if (this.open !== null)
      return this.table === null
        ? html`<p class="nb-empty">${this.insight.silence ?? 'This value cannot be shown as a table.'}</p>`
        : this.rows(this.table)
    if (this.variables !== null) return this.list(this.variables)
    return html`<p class="nb-empty">${this.insight.silence ?? 'Loading…'}</p>`
  }

  protected override render(): TemplateResult {
    const { open, table, status, variables } = this
    const isOld = status === 'busy' && variables !== null
    return html`<div class="nb-variables-head">
        ${
          open === null
            ? nothing
            : html`<button type="button" class="nb-text-button" @click=${() => this.back()}>
                  All variables
                </button>
                <h3>${open.name}</h3>`
        }
        ${isOld ? html`<span class="nb-variables-note">from before this run</span>` : nothing}
        ${open !== null && table !== null ? this.pager(open, table) : nothing}
      </div>
      <div class="nb-variables-body" role="group" aria-label="Values" tabindex="0">${this.body()}</div>`
  }
}
