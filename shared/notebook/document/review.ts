// Undecided changes by models. Each change is one value of a flat map, and deciding removes it, so that two concurrent
// decisions agree.
//
//   changes   Y.Map<group/cell/id, Leaf {by, user?, at, what, proposed?, puts?, drops?, to?, seen?}>
//
// A group is all changes of one reply. An entry has the action that is still possible: reverting a change that was made,
// or making a proposed one. A proposed cell is in the notebook as a deleted one.
import type * as Y from 'yjs'
import { isRecord } from '../../record.ts'
import { newRequestId } from '../ids.ts'
import { applyEdits, hunkEdits } from '../merge/text-edits.ts'
import { cellId, type CellId, type KindName, type Leaf } from '../notebook.ts'
import { byOf, type By } from '../person.ts'
import { isThreadId, readBy } from '../thread.ts'
import { apply, placement } from './apply.ts'
import { changesMap, reviewFirstKey } from './changes.ts'
import { forgetEditRequest } from './edit-request.ts'
import { cellMap } from './layout.ts'
import { done, noCell, type After, type Outcome } from './operations.ts'
import { isKey } from './order.ts'
import type { Origin } from './origin.ts'
import { cellSource, isDeleted, notebookMetaValue, readSource } from './read.ts'
import { editsOf, joined, makeSwap, meet, readSwap, spansOf, swapLeaf, swapOf, type Swap } from './swap.ts'

const origin: Origin = 'model'

const kindsOfChange = ['edited', 'added', 'moved', 'deleted'] as const
export type ChangeKind = (typeof kindsOfChange)[number]

/** The author of a change: a model, and the person who asked it. */
export interface Maker extends By {
  /** The run or question that asked for it. */
  readonly group: string
  readonly at: number
}

export interface Change extends Maker {
  readonly key: string
  readonly cell: CellId
  readonly what: ChangeKind
  readonly proposed: boolean
  /** Of an edit; of an added cell, its original characters. */
  readonly swap: Swap
  /** Of a move: the order key to set, and the one the cell must still have. */
  readonly to: string
  readonly seen: string
}

const none: Swap = { puts: [], drops: [] }

const readChange = (key: string, value: unknown): Change | null => {
  const [group = '', cell = '', id, ...more] = key.split('/')
  if (!isThreadId(group) || !isThreadId(id) || cell === '' || more.length > 0 || !isRecord(value)) return null
  const { at, to, seen, proposed } = value
  const what = kindsOfChange.find((kind) => kind === value['what'])
  const by = readBy(value)
  if (by === null || what === undefined || typeof at !== 'number' || !Number.isFinite(at)) return null
  const swap = 'puts' in value ? readSwap(value) : none
  const isMove = typeof to === 'string' && isKey(to) && typeof seen === 'string'
  if (swap === null || (what === 'moved' && !isMove)) return null
  return {
    ...by,
    group,
    at,
    key,
    cell: cellId(cell),
    what,
    proposed: proposed === true,
    swap,
    to: isMove ? to : '',
    seen: isMove ? seen : '',
  }
}

/** Whether acting on the change shows or hides the cell; null if neither. */
const reveals = ({ what, proposed }: Change): boolean | null =>
  what === 'added' ? proposed : what === 'deleted' ? !proposed : null

/** Whether it is still undecided: people may have made or reverted it by hand. */
const isOpen = (doc: Y.Doc, change: Change): boolean => {
  const [map, text] = [cellMap(doc, change.cell), cellSource(doc, change.cell)]
  if (map === undefined || text === undefined) return false
  const shown = reveals(change)
  if (shown !== null) return isDeleted(map) === shown
  if (isDeleted(map)) return false
  return change.what === 'moved'
    ? map.get('order') === change.seen
    : editsOf(doc, text, [change.swap]).length > 0
}

/** Oldest first. */
export const listChanges = (doc: Y.Doc): readonly Change[] =>
  [...changesMap(doc)]
    .flatMap(([key, value]) => readChange(key, value) ?? [])
    .filter((change) => isOpen(doc, change))
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))

/** The source after acting on the changes: without the model's edits, or with its proposals. */
export const sourceWith = (doc: Y.Doc, cell: CellId, changes: readonly Change[]): string => {
  const text = cellSource(doc, cell)
  if (text === undefined) return ''
  const edits = changes.filter((change) => change.cell === cell && change.what === 'edited')
  const swaps = edits.map(({ swap }) => swap)
  return applyEdits(text.toString(), editsOf(doc, text, swaps))
}

const proposes = (doc: Y.Doc): boolean => notebookMetaValue(doc, reviewFirstKey) === true

const record = (
  doc: Y.Doc,
  cell: CellId,
  maker: Maker,
  leaf: { readonly what: ChangeKind; readonly [key: string]: Leaf },
  proposed: boolean,
  key = `${maker.group}/${cell}/${newRequestId()}`,
): void => {
  const { at } = maker
  changesMap(doc).set(key, { ...byOf(maker), at, ...leaf, ...(proposed ? { proposed } : {}) })
}

const forget = (doc: Y.Doc, changes: readonly Change[]): void => {
  for (const { key } of changes) changesMap(doc).delete(key)
}

/** The source as the model of the group sees it: with its own proposals. */
export const sourceFor = (doc: Y.Doc, cell: CellId, group: string): string =>
  sourceWith(
    doc,
    cell,
    listChanges(doc).filter((change) => change.proposed && change.group === group),
  )

/** Makes or proposes a new source, changing only the characters that differ. */
export const reviseSource = (doc: Y.Doc, cell: CellId, source: string, maker: Maker): Outcome => {
  const text = cellSource(doc, cell)
  if (text === undefined) return noCell
  const open = changesOf(doc, cell)
  const added = addition(open, maker)
  const edits = open.filter(({ what }) => what === 'edited')
  const isProposal = added === undefined && proposes(doc)
  doc.transact(() => {
    if (isProposal) forget(doc, mine(edits, maker))
    const undecided = isProposal ? [] : edits.filter(({ proposed }) => !proposed)
    const owned = joined(
      [...undecided, ...(added === undefined ? [] : [added])].map(({ swap }) => swap),
    ).drops
    // From the end, so that earlier offsets stay valid.
    for (const hunk of hunkEdits(text.toString(), source.replace(/\r\n?/g, '\n')).reverse()) {
      const swaps = hunk.map((edit) => swapOf(doc, text, edit, owned))
      const make = joined(swaps.map((swap) => swap.make))
      const back = joined(swaps.map((swap) => swap.back))
      if (isProposal) {
        record(doc, cell, maker, { what: 'edited', ...swapLeaf(make) }, true)
        continue
      }
      makeSwap(doc, text, make)
      if (added !== undefined) {
        const all = joined([...readOpen(doc, [added]).map(({ swap }) => swap), { ...back, puts: [] }])
        record(doc, cell, maker, { what: 'added', ...swapLeaf(all) }, added.proposed, added.key)
        continue
      }
      // Changes of the same characters are decided together.
      const touched = readOpen(doc, undecided).filter(({ swap }) => meet(swap, make))
      forget(doc, touched)
      const all = joined([...touched.map(({ swap }) => swap), back])
      record(doc, cell, maker, { what: 'edited', ...swapLeaf(all) }, false)
    }
  }, origin)
  return done
}

const mine = (changes: readonly Change[], { group }: Maker): readonly Change[] =>
  changes.filter((change) => change.proposed && change.group === group)

/** The changes as recorded now. */
const readOpen = (doc: Y.Doc, changes: readonly Change[]): readonly Change[] =>
  changes.flatMap(({ key }) => readChange(key, changesMap(doc).get(key)) ?? [])

export interface AddedCell {
  readonly id: CellId
  readonly kind: KindName
  readonly after: After
  readonly source: string
}

export const addCell = (doc: Y.Doc, { id, ...cell }: AddedCell, maker: Maker): Outcome =>
  doc.transact(() => {
    const outcome = apply(doc, { type: 'insert-cell', id, ...cell }, origin)
    const text = outcome.ok ? cellSource(doc, id) : undefined
    if (text === undefined) return outcome
    const proposed = proposes(doc)
    if (proposed) apply(doc, { type: 'delete-cell', id, by: maker.by, at: maker.at }, origin)
    record(doc, id, maker, { what: 'added', ...swapLeaf({ puts: [], drops: spansOf(text) }) }, proposed)
    return done
  }, origin)

const changesOf = (doc: Y.Doc, id: CellId): readonly Change[] =>
  listChanges(doc).filter(({ cell }) => cell === id)

/** The change by which the same reply added the cell: the cell is decided as a whole. */
const addition = (changes: readonly Change[], maker: Maker): Change | undefined =>
  changes.find(({ what, group }) => what === 'added' && group === maker.group)

export const moveCell = (doc: Y.Doc, id: CellId, after: After, maker: Maker): Outcome =>
  doc.transact(() => {
    const map = cellMap(doc, id)
    const was = map?.get('order')
    if (map === undefined || typeof was !== 'string') return noCell
    const open = changesOf(doc, id)
    const moves = open.filter(({ what }) => what === 'moved')
    if (addition(open, maker) !== undefined) return apply(doc, { type: 'move-cell', id, after }, origin)
    if (proposes(doc)) {
      const placed = placement(doc, after, id)
      if (placed === null) return noCell
      forget(doc, mine(moves, maker))
      record(doc, id, maker, { what: 'moved', to: placed.key, seen: was }, true)
      return done
    }
    const outcome = apply(doc, { type: 'move-cell', id, after }, origin)
    const now = map.get('order')
    if (!outcome.ok || typeof now !== 'string' || now === was) return outcome
    const [earlier] = moves.filter(({ proposed }) => !proposed)
    if (earlier !== undefined) forget(doc, [earlier])
    record(doc, id, maker, { what: 'moved', to: earlier?.to ?? was, seen: now }, false)
    return done
  }, origin)

export const deleteCell = (doc: Y.Doc, id: CellId, maker: Maker): Outcome =>
  doc.transact(() => {
    const map = cellMap(doc, id)
    const added = addition(changesOf(doc, id), maker)
    if (map === undefined || (isDeleted(map) && added === undefined)) return noCell
    const proposed = proposes(doc) && added === undefined
    if (!proposed && !isDeleted(map))
      apply(doc, { type: 'delete-cell', id, by: maker.by, at: maker.at }, origin)
    if (added === undefined) record(doc, id, maker, { what: 'deleted' }, proposed)
    else forget(doc, [added])
    return done
  }, origin)

/** The person who decides. */
export interface Decider extends By {
  readonly at: number
}

/** Makes a proposal or reverts a change. */
const act = (doc: Y.Doc, change: Change, who: Decider): void => {
  const { cell: id, swap, to } = change
  const [map, text] = [cellMap(doc, id), cellSource(doc, id)]
  if (map === undefined || text === undefined || !isOpen(doc, change)) return
  switch (reveals(change)) {
    case true:
      return void apply(doc, { type: 'restore-cell', id })
    case false: {
      const others = applyEdits(readSource(map), editsOf(doc, text, [swap]))
      // People have written in the added cell: their text stays.
      if (change.what === 'added' && others !== '') return makeSwap(doc, text, swap)
      return void apply(doc, { type: 'delete-cell', id, ...byOf(who), at: who.at })
    }
    case null:
      if (change.what === 'edited') return makeSwap(doc, text, swap)
      return void map.set('order', to)
  }
}

/** Latest first, so that each finds the text it refers to. */
const decide = (doc: Y.Doc, changes: readonly Change[], acting: boolean, who: Decider): void =>
  doc.transact(() => {
    for (const change of changes.toReversed()) if (change.proposed === acting) act(doc, change, who)
    forget(doc, changes)
    const open = new Set([...changesMap(doc).keys()].map((key) => key.split('/')[0]))
    for (const { group } of changes) if (!open.has(group)) forgetEditRequest(doc, group)
  }, 'command' satisfies Origin)

export const keepChanges = (doc: Y.Doc, changes: readonly Change[], who: Decider): void =>
  decide(doc, changes, true, who)

export const takeBackChanges = (doc: Y.Doc, changes: readonly Change[], who: Decider): void =>
  decide(doc, changes, false, who)
