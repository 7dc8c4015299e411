// Comments in a file: in the metadata of their cell or of the notebook. Invalid values are kept as unknown metadata.
import type { Cell } from '../notebook/notebook.ts'
import { readThreads, threadsLeaf } from '../notebook/thread.ts'
import type { Member } from './json-read.ts'

const commentsKey = 'llm_notebook_comments'

type Comments = Pick<Cell, 'comments'>

/** Separates the comments from the other metadata. */
export const takeComments = (
  meta: readonly Member[],
): { readonly comments: Comments; readonly others: readonly Member[] } => {
  const { threads, rest } = readThreads(new Map(meta).get(commentsKey) ?? null)
  if (threads.length === 0) return { comments: {}, others: meta }
  const others = meta.filter(([key]) => key !== commentsKey)
  return {
    comments: { comments: threads },
    others: rest.length === 0 ? others : [...others, [commentsKey, rest]],
  }
}

/** Adds the comments to the metadata. */
export const withComments = (meta: readonly Member[], { comments }: Comments): readonly Member[] => {
  if (comments === undefined || comments.length === 0) return meta
  const at = new Map(meta)
  return [...at.set(commentsKey, threadsLeaf(comments, at.get(commentsKey)))]
}
