/**
 * received: an update arrived, not yet acknowledged as stored · changed: the document changed · applied: everything
 * received is in the document, or pending there; possibly nothing new · moved: the notebook was renamed, deleted or
 * restored.
 */
export type RoomEvent = 'received' | 'changed' | 'applied' | 'moved'
