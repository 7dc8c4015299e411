import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { efforts, type Effort } from '../../shared/model/provider.ts'
import {
  choiceFor,
  choiceLeaf,
  modelInBrowser,
  modelKey,
  ownChoice,
  splitModel,
  type ModelChoice,
} from '../../shared/notebook/model-choice.ts'
import { reviewFirstKey } from '../../shared/notebook/document/changes.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { onNotebookMeta } from '../../shared/notebook/document/observe.ts'
import { notebookMetaValue, readHead, readNotebookMeta } from '../../shared/notebook/document/read.ts'
import { act } from '../commands/cells.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { listModels } from '../document/models-api.ts'
import { isForInputMethod } from '../keymap/keys.ts'
import { localModelWords } from '../local-model/words.ts'
import { Dismiss } from './dismiss.ts'
import { Follow } from './follow.ts'
import { listen } from './listen.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'
import type * as LocalOptions from './local-model-options.ts'

export type ModelContext = CellContext & Pick<NotebookContext, 'localModel'>

export interface ModelOption {
  /** `provider/model`; null for what holds without a choice. */
  readonly model: string | null
  readonly name: string
  readonly about: string
  /** What choosing it does, where that is not only to choose this model. */
  readonly pick?: () => void
}

const effortWords: Readonly<Record<Effort, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  xhigh: 'Very high',
  max: 'Maximum',
}

let count = 0

/** Which model answers, for the notebook or for one of its prompts: its name, and a list to search when one goes there. */
@customElement('nb-model')
export class NbModel extends LightElement {
  @property({ attribute: false }) context!: ModelContext
  /** Null for the notebook. */
  @property({ attribute: false }) cell: CellId | null = null
  @state() private open = false
  @state() private query = ''
  @state() private active = 0
  /** Of the relay. */
  @state() private offered: readonly ModelOption[] = []
  @state() private files: readonly LocalOptions.ModelFile[] = []
  /** What the browser itself offers; loaded when the list is first opened. */
  @state() private local: typeof LocalOptions | null = null
  /** Why there is no list, or not all of it. */
  @state() private problem = ''
  private readonly listId = `nb-models-${count++}`
  /** As shown last. */
  private relayModel: string | null = null
  readonly dismiss = new Dismiss(
    this,
    () => this.open,
    () => this.close(),
  )

  readonly follow = new Follow(this, (changed) => {
    const { notebook, localModel } = this.context
    return [
      onNotebookMeta(notebook.doc, modelKey, changed),
      onNotebookMeta(notebook.doc, reviewFirstKey, changed),
      localModel.onChange(changed),
      notebook.presence.onPeople(() => {
        // Not for every caret that moves.
        if (this.relayModel !== notebook.presence.model()) changed()
      }),
      ...(this.cell === null ? [] : [notebook.observer.onCell(this.cell, changed)]),
      listen(window, ['scroll', 'resize'], this.place, { capture: true, passive: true }),
    ]
  })

  private get own(): ModelChoice {
    const { doc } = this.context.notebook
    return ownChoice(this.cell === null ? readNotebookMeta(doc) : (readHead(doc, this.cell)?.meta ?? {}))
  }

  /** What answers where nothing is chosen here. */
  private get inherited(): string {
    const { notebook } = this.context
    const { model } = this.cell === null ? { model: null } : choiceFor(readNotebookMeta(notebook.doc), {})
    return model === null ? (notebook.presence.model() ?? 'the relay’s model') : splitModel(model).id
  }

  private get shown(): string {
    const { model } = this.own
    return model === null ? this.inherited : splitModel(model).id
  }

  /** What comes later comes below: nothing moves away from under a pointer. */
  private get options(): readonly ModelOption[] {
    const use = (model: string): void => this.choose({ model })
    const { local: offers } = this
    if (offers === null) return this.offered
    const local = offers.localModelOptions(this.context, use)
    const [usual, ...others] = this.offered
    const first = usual === undefined ? local : [usual, ...local]
    return [...first, ...others, ...offers.folderModelOptions(this.context, this.files, use)]
  }

  private get found(): readonly ModelOption[] {
    const words = this.query.toLowerCase().split(/\s+/)
    return this.options.filter(({ model, name, about }) => {
      const text = `${model ?? ''} ${name} ${about}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
  }

  private async show(): Promise<void> {
    if (this.open || !this.context.notebook.editable) return
    ;[this.open, this.query, this.problem] = [true, '', '']
    const usual: ModelOption = {
      model: null,
      name: this.inherited,
      about: this.cell === null ? 'the relay’s' : 'the notebook’s',
    }
    this.offered = [usual]
    this.files = []
    this.active = 0
    await this.updateComplete
    this.querySelector('input')?.select()
    this.local ??= await import('./local-model-options.ts')
    const [answer, files] = await Promise.all([listModels(), this.local.folderModels(this.context)])
    this.files = files
    if (!answer.ok) {
      this.problem = `The relay’s models could not be listed: ${answer.reason}.`
      return
    }
    const { models } = answer
    this.problem = models
      .flatMap(({ label, problem }) => (problem === undefined ? [] : [`${label}: ${problem}`]))
      .join(' ')
    const listed = models
      .filter(({ id }) => id !== '')
      .map(({ id, name, provider }) => ({ model: `${provider}/${id}`, name, about: provider }))
    const { model } = this.own
    const isGone =
      model !== null && modelInBrowser(this.own) === null && listed.every((option) => option.model !== model)
    const gone = isGone ? [{ model, name: splitModel(model).id, about: 'not offered by this relay' }] : []
    this.offered = [usual, ...gone, ...listed]
    this.active = Math.max(
      0,
      this.found.findIndex((option) => option.model === model),
    )
  }

  private close(): void {
    this.open = false
    this.query = ''
  }

  private pick({ model, pick }: ModelOption): void {
    if (pick === undefined) this.choose({ model })
    else pick()
  }

  private choose(change: Partial<ModelChoice>): void {
    const { context, cell } = this
    const value = choiceLeaf({ ...this.own, ...change })
    act(
      context,
      cell === null
        ? { type: 'set-notebook-meta', key: modelKey, value }
        : { type: 'set-cell-meta', id: cell, key: modelKey, value },
    )
    if (change.model === undefined) return
    this.close()
    context.announce(`${this.shown} will answer${cell === null ? '' : ' this prompt'}.`)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // What is typed here is no command.
    if (event.key !== 'Escape') event.stopPropagation()
    if (isForInputMethod(event)) return
    const { found } = this
    const go = (to: number): void => {
      event.preventDefault()
      if (!this.open) void this.show()
      else this.active = (to + found.length) % Math.max(1, found.length)
    }
    if (event.key === 'ArrowDown') go(this.active + 1)
    else if (event.key === 'ArrowUp') go(this.active - 1)
    else if (event.key === 'Home' && this.query === '') go(0)
    else if (event.key === 'End' && this.query === '') go(-1)
    else if (event.key === 'Enter') {
      event.preventDefault()
      const option = found[this.active]
      if (!this.open) void this.show()
      else if (option !== undefined) this.pick(option)
    }
  }

  private readonly onInput = (event: Event): void => {
    if (!this.open) void this.show()
    this.query = (event.target as HTMLInputElement).value
    this.active = 0
  }

  private readonly onFocusOut = (event: FocusEvent): void => {
    if (leaves(this, event)) this.close()
  }

  /** In the top layer, as a cell clips what is in it: below the field, or above where there is more room. */
  private readonly place = (): void => {
    const popover = this.querySelector<HTMLElement>('.nb-models')
    const field = this.querySelector('input')
    if (popover === null || field === null) return
    const { top, bottom, left } = field.getBoundingClientRect()
    const [width, height] = [document.documentElement.clientWidth, innerHeight]
    const isAbove = top > height - bottom
    popover.style.left = `${Math.max(8, Math.min(left, width - popover.offsetWidth - 8))}px`
    popover.style.top = isAbove ? '' : `${bottom + 4}px`
    popover.style.bottom = isAbove ? `${height - top + 4}px` : ''
    popover.style.maxHeight = `${Math.max(120, (isAbove ? top : height - bottom) - 12)}px`
  }

  protected override updated(changed: PropertyValues): void {
    const popover = this.querySelector<HTMLElement>('.nb-models')
    if (popover !== null && !popover.matches(':popover-open')) popover.showPopover()
    this.place()
    if (changed.has('active'))
      this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }

  private reviewFirst(): TemplateResult {
    const { context } = this
    const checked = notebookMetaValue(context.notebook.doc, reviewFirstKey) === true
    return html`<label title="Models propose changes to cells, and somebody decides on each before it is made"
      >Review first
      <input
        type="checkbox"
        .checked=${checked}
        @keydown=${(event: Event) => event.stopPropagation()}
        @change=${() => act(context, { type: 'set-notebook-meta', key: reviewFirstKey, value: checked ? undefined : true })}
    /></label>`
  }

  private list(): TemplateResult {
    const { found, own, listId } = this
    return html`<div class="nb-models" popover="manual">
      <ul role="listbox" id=${listId} aria-label="Models">
        ${found.map(
          (option, index) =>
            html`<li
              role="option"
              id=${`${listId}-${index}`}
              aria-selected=${index === this.active}
              ?data-chosen=${option.pick === undefined && option.model === own.model}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => this.pick(option)}
            >
              <span>${option.name}</span> <small>${option.about}</small>
            </li>`,
        )}
      </ul>
      ${found.length === 0 ? html`<p>No matching model.</p>` : nothing}
      ${this.problem === '' ? nothing : html`<p class="nb-models-problem" role="status">${this.problem}</p>`}
      <label
        >Effort
        <select
          aria-label="Effort"
          .value=${own.effort ?? ''}
          @keydown=${(event: Event) => event.stopPropagation()}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement
            this.choose({ effort: efforts.find((effort) => effort === value) ?? null })
          }}
        >
          <option value="" ?selected=${own.effort === null}>
            ${this.cell === null ? 'Default of the model' : 'As in the notebook'}
          </option>
          ${efforts.map(
            (effort) =>
              html`<option value=${effort} ?selected=${effort === own.effort}>
                ${effortWords[effort]}
              </option>`,
          )}
        </select></label
      >
      ${this.cell === null ? this.reviewFirst() : nothing}
    </div>`
  }

  /** How far the model in this browser is, where it is the one that answers. */
  private localState(): TemplateResult | typeof nothing {
    const { notebook, localModel } = this.context
    const { doc } = notebook
    const own = this.cell === null ? {} : (readHead(doc, this.cell)?.meta ?? {})
    const name = modelInBrowser(choiceFor(readNotebookMeta(doc), own))
    const { state } = localModel
    if (name === null || state.status === 'none' || state.status === 'ready' || state.name !== name)
      return nothing
    const words = state.status === 'loading' ? `${Math.floor(state.share * 100)} %` : 'failed'
    return html`<small class="nb-local-model" title=${localModelWords(state)}>${words}</small>`
  }

  protected override willUpdate(): void {
    this.relayModel = this.context.notebook.presence.model()
  }

  protected override render(): TemplateResult {
    const { open, shown, listId, cell } = this
    const effort = this.own.effort
    return html`<div @focusout=${this.onFocusOut}>
      <input
        role="combobox"
        aria-label=${cell === null ? 'Model' : 'Model of this prompt'}
        title=${`${shown} answers${effort === null ? '' : `, effort: ${effortWords[effort].toLowerCase()}`}`}
        aria-autocomplete="list"
        aria-expanded=${open}
        aria-controls=${listId}
        aria-activedescendant=${open && this.found.length > 0 ? `${listId}-${this.active}` : nothing}
        autocomplete="off"
        spellcheck="false"
        ?readonly=${!this.context.notebook.editable}
        ?data-own=${this.own.model !== null}
        .value=${open ? this.query : shown}
        placeholder=${shown}
        @click=${() => void this.show()}
        @input=${this.onInput}
        @keydown=${this.onKey}
      />
      ${this.localState()} ${open ? this.list() : nothing}
    </div>`
  }
}
