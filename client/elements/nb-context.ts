import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { budgetFor, withinRoom } from '../../shared/context/budget.ts'
import {
  blobsGiven,
  buildContext,
  surroundings,
  type CellUse,
  type Context,
  type Surroundings,
} from '../../shared/context/build.ts'
import { isMode, modeLeaf, modes, type Mode } from '../../shared/context/mode.ts'
import { toggledCraft, type Craft } from '../../shared/context/craft.ts'
import type { OfferedModel } from '../../shared/api/routes.ts'
import { defaultSight, type Sight } from '../../shared/model/provider.ts'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import {
  cellReceipt,
  readHead,
  readNotebook,
  readNotebookMeta,
  visibleCells,
} from '../../shared/notebook/document/read.ts'
import {
  browserProvider,
  choiceFor,
  choiceLeaf,
  modelKey,
  ownChoice,
  sightFor,
  splitModel,
} from '../../shared/notebook/model-choice.ts'
import type { CellId, Notebook } from '../../shared/notebook/notebook.ts'
import { act, toggleFlag } from '../commands/cells.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { fetchCraft, listModels } from '../document/models-api.ts'
import { craftRow, pictureRow, toolsOf, toolsRow, toolsText } from './context-rows.ts'
import type { Tool } from '../../shared/tools/tool.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

export type LensContext = CellContext & Pick<NotebookContext, 'blobs' | 'localModel'>

/** Milliseconds within which changes are shown. */
const refreshDelay = 250

const modeNames: Readonly<Record<Mode, string>> = {
  learning: 'Learning',
  concise: 'Concise',
  standard: 'Standard',
}

const reasons: Readonly<Record<CellUse['why'], string>> = {
  asked: 'The question',
  pinned: 'Pinned',
  fits: '',
  budget: 'Left out: over the budget',
  marked: 'Skipped',
  empty: 'Empty',
  below: '',
}

const number = new Intl.NumberFormat('en')
const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 120) ?? ''

interface Seen {
  readonly prompt: CellId
  readonly notebook: Notebook
  readonly context: Context
  readonly budget: number
}

/** What the selected prompt, or the next one, would send to the model now: every part, its share, and what is left out. */
@customElement('nb-context')
export class NbContext extends LightElement {
  @property({ attribute: false }) context!: LensContext
  @state() private seen: Seen | null = null
  @state() private withText = false
  private prompt: CellId | null = null
  /** Null until the relay has answered. */
  private offered: readonly OfferedModel[] | null = null
  private craft: readonly Craft[] = []
  private timer: ReturnType<typeof setTimeout> | null = null
  private latest = 0

  readonly follow = new Follow(this, () => {
    const { notebook, selection } = this.context
    const soon = (): void => {
      this.timer ??= setTimeout(() => void this.refresh(), refreshDelay)
    }
    notebook.doc.on('update', soon)
    void this.refresh()
    void this.askRelay()
    return [
      () => notebook.doc.off('update', soon),
      selection.onChange(() => void this.refresh()),
      notebook.presence.onPeople(soon),
    ]
  })

  /** What is not in the notebook; unknown until it arrives. */
  private async askRelay(): Promise<void> {
    const [models, craft] = await Promise.all([listModels(), fetchCraft(this.context.notebook.path)])
    if (models.ok) this.offered = models.models
    if (craft.ok) this.craft = craft.craft
    await this.refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.latest++
  }

  private isPrompt(cell: CellId): boolean {
    const { executor } = kindNamed(readHead(this.context.notebook.doc, cell)?.kind ?? '')
    return executor?.type === 'model' && executor.answer === 'text'
  }

  /** The selected prompt; else the one shown, as its cells are selected; else the next one below, or the last. */
  private choose(): CellId | null {
    const { notebook, selection } = this.context
    const cells = visibleCells(notebook.doc)
    const { cell: selected } = selection
    if (selected !== null && this.isPrompt(selected)) return selected
    if (this.prompt !== null && cells.includes(this.prompt) && this.isPrompt(this.prompt)) return this.prompt
    const prompts = cells.filter((cell) => this.isPrompt(cell))
    const at = selected === null ? 0 : cells.indexOf(selected)
    return prompts.find((cell) => cells.indexOf(cell) > at) ?? prompts.at(-1) ?? null
  }

  private async refresh(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const turn = ++this.latest
    const { notebook: open, blobs } = this.context
    const prompt = (this.prompt = this.choose())
    if (prompt === null) {
      this.seen = null
      return
    }
    const around = this.surroundings(prompt)
    const notebook = readNotebook(open.doc)
    const find = await blobs.available(blobsGiven(notebook, prompt, around))
    if (turn !== this.latest) return
    const context = buildContext(notebook, prompt, around, find)
    this.seen = context === null ? null : { prompt, notebook, context, budget: around.budget }
  }

  private surroundings(prompt: CellId): Surroundings {
    const { doc, presence } = this.context.notebook
    const choice = choiceFor(readNotebookMeta(doc), readHead(doc, prompt)?.meta ?? {})
    const provider = choice.model === null ? null : splitModel(choice.model).provider
    const local = provider === browserProvider ? this.context.localModel : null
    const sight = sightFor(choice, this.sightOf(choice.model))
    const budget =
      local === null ? presence.budget(provider) : budgetFor(local.engine?.maxInputTokens ?? null)
    return surroundings(withinRoom(budget ?? budgetFor(null), sight.room), { sight, craft: this.craft })
  }

  private sightOf(model: string | null): Sight {
    const found = this.offered?.find(({ provider, id, usual }) =>
      model === null ? usual : `${provider}/${id}` === model,
    )
    return found?.sight ?? defaultSight
  }

  private toggle(cell: CellId, flag: CellFlag): void {
    toggleFlag(this.context, cell, flag)
    void this.refresh()
  }

  private toggleCraft(craft: Craft): void {
    const { doc } = this.context.notebook
    act(this.context, { type: 'set-notebook-meta', ...toggledCraft(readNotebookMeta(doc), craft) })
    void this.refresh()
  }

  private readonly onMode = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement
    if (!isMode(value)) return
    const { doc } = this.context.notebook
    act(this.context, { type: 'set-notebook-meta', ...modeLeaf(readNotebookMeta(doc), value) })
    void this.refresh()
  }

  private readonly onImages = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement
    const images = value === '' ? null : value === 'yes'
    const { doc } = this.context.notebook
    const leaf = choiceLeaf({ ...ownChoice(readNotebookMeta(doc)), images })
    act(this.context, { type: 'set-notebook-meta', key: modelKey, value: leaf })
    void this.refresh()
  }

  private share(tokens: number): TemplateResult {
    const total = this.seen?.context.tokens ?? 0
    return html`<span class="nb-context-share"
      >${number.format(tokens)}${total === 0 ? '' : ` · ${Math.round((100 * tokens) / total)} %`}</span
    >`
  }

  private tokensOf({ use, tokens }: CellUse): TemplateResult {
    if (use === 'included') return this.share(tokens)
    return html`<s class="nb-context-share">${tokens === 0 ? nothing : number.format(tokens)}</s>`
  }

  private flagButton(use: CellUse, position: number, flag: 'skipped' | 'pinned'): TemplateResult {
    const word = flag === 'skipped' ? 'Skip' : 'Pin'
    const isOn = readHead(this.context.notebook.doc, use.id)?.meta[flag] === true
    return html`<button
      type="button"
      aria-label=${`${word} cell ${position}`}
      aria-pressed=${isOn}
      @click=${() => this.toggle(use.id, flag)}
    >
      ${word}
    </button>`
  }

  private cell({ notebook, prompt }: Seen, use: CellUse, index: number): TemplateResult {
    const { kind, source } = notebook.cells[index] ?? { kind: '', source: '' }
    const position = index + 1
    return html`<li data-use=${use.use} aria-label=${`Cell ${position}`}>
      <span class="nb-context-name">${position} ${kindNamed(kind).label}</span>
      ${this.tokensOf(use)} ${firstLine(source) === '' ? nothing : html`<code>${firstLine(source)}</code>`}
      <span class="nb-context-notes">${reasons[use.why]}</span>
      ${
        use.id === prompt || !this.context.notebook.editable
          ? nothing
          : html`<span class="nb-context-buttons"
              >${this.flagButton(use, position, 'skipped')}${this.flagButton(use, position, 'pinned')}</span
            >`
      }
      ${
        use.use === 'included' && use.pictures.length > 0
          ? html`<ul aria-label=${`Images of cell ${position}`}>
              ${use.pictures.map((picture, nth) => pictureRow(picture, nth + 1, (tokens) => this.share(tokens)))}
            </ul>`
          : nothing
      }
    </li>`
  }

  private head({ prompt, notebook, context, budget }: Seen): TemplateResult {
    const position = notebook.cells.findIndex(({ id }) => id === prompt) + 1
    const taken = cellReceipt(this.context.notebook.doc, prompt)?.input
    const { tokens, correction, mode } = context
    return html`<div class="nb-context-head">
      <p>
        <strong>Prompt cell ${position}</strong>: about ${number.format(tokens)} of ${number.format(budget)}
        tokens
      </p>
      <meter min="0" max=${budget} value=${Math.min(tokens, budget)} aria-label="Share of the budget"></meter>
      <p class="nb-context-notes">
        ${correction === null ? 'Estimated.' : 'Estimated, and corrected by what the provider counted for a reply.'}
        ${taken === undefined ? nothing : `The last reply here took ${number.format(taken)} tokens in.`}
      </p>
      <label
        >Mode
        <select aria-label="Mode" ?disabled=${!this.context.notebook.editable} @change=${this.onMode}>
          ${modes.map((each) => html`<option value=${each} ?selected=${each === mode}>${modeNames[each]}</option>`)}
        </select></label
      >
      <label
        >Images
        <select aria-label="Images" ?disabled=${!this.context.notebook.editable} @change=${this.onImages}>
          ${this.imageChoices().map(
            ([value, word, isChosen]) => html`<option value=${value} ?selected=${isChosen}>${word}</option>`,
          )}
        </select></label
      >
    </div>`
  }

  /** By default the model's server decides. */
  private imageChoices(): readonly (readonly [value: string, word: string, isChosen: boolean])[] {
    const { images } = ownChoice(readNotebookMeta(this.context.notebook.doc))
    return [
      ['', 'If the model sees', images === null],
      ['yes', 'Always sent', images === true],
      ['no', 'Never sent', images === false],
    ]
  }

  private tools({ notebook, prompt }: Seen): readonly Tool[] {
    return toolsOf(notebook.cells.find(({ id }) => id === prompt))
  }

  private text(seen: Seen): TemplateResult {
    const { context } = seen
    const messages = [{ role: 'system', text: context.system }, ...context.messages]
    return html`${toolsText(this.tools(seen))}${messages.map(
      ({ role, text }) =>
        html`<section aria-label=${`Message of the ${role}`}>
          <h3>${role}</h3>
          <pre>${text}</pre>
        </section>`,
    )}`
  }

  protected override render(): TemplateResult {
    const { seen, withText } = this
    if (seen === null) return html`<p class="nb-empty">This notebook has no prompt.</p>`
    const { context } = seen
    const shown = context.uses.filter(({ why }) => why !== 'below')
    const below = context.uses.length - shown.length
    return html`${this.head(seen)}
      <div class="nb-context-body">
        <ol aria-label="Parts">
          <li data-use="included" aria-label="System prompt">
            <span class="nb-context-name">System prompt</span> ${this.share(context.systemTokens)}
            <span class="nb-context-notes">${modeNames[context.mode]}</span>
          </li>
          ${toolsRow(this.tools(seen))}
          ${context.craft.map((use) =>
            craftRow(
              use,
              (tokens) => this.share(tokens),
              this.context.notebook.editable ? () => this.toggleCraft(use.craft) : null,
            ),
          )}
          ${this.craft.flatMap(({ from, problem }) => (problem === null ? [] : html`<li data-use="skipped" aria-label=${from}><span class="nb-context-name">${from}</span><span class="nb-context-notes">Cannot be read: ${problem}</span></li>`))}
          ${repeat(
            shown,
            ({ id }) => id,
            (use, index) => this.cell(seen, use, index),
          )}
        </ol>
        ${
          below === 0
            ? nothing
            : html`<p class="nb-context-notes">
                ${below === 1 ? '1 cell' : `${below} cells`} below the prompt: never sent.
              </p>`
        }
        <button type="button" aria-expanded=${withText} @click=${() => (this.withText = !withText)}>
          ${withText ? 'Hide text' : 'Show text'}
        </button>
        ${withText ? this.text(seen) : nothing}
      </div>`
  }
}
