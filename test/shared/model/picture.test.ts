import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { plainCell } from '../../support/replicas.ts'
import { Table } from './table.ts'

describe('an image cell', () => {
  const picture = cellId('picture')
  const cells = [plainCell('picture', 'image', ' a cat '), plainCell('raw', 'raw', 'x')]
  const png = 'iVBORw0KGgo='.padStart(40_000, 'A')

  test('is answered by a picture, which is stored before it is shown', async () => {
    const table = new Table(cells)
    const kept: string[] = []
    table.keepBlob = ({ ref }) => {
      expect(table.result(picture).outputs).toEqual([])
      kept.push(ref.$blob)
      return Promise.resolve()
    }
    table.peer()
    table.ask('r', picture)
    expect(table.result(picture)).toMatchObject({ status: 'running', reply: null })
    const answer = table.provider.picture(0)
    expect(answer.request).toEqual({ model: '', prompt: 'a cat' })
    await answer.emit({ type: 'picture', mime: 'image/png', value: png })
    await answer.emit({ type: 'end', reason: 'done' })
    const { status, outputs } = table.result(picture)
    expect(status).toBe('done')
    expect(outputs).toMatchObject([
      {
        leaf: {
          output_type: 'display_data',
          data: { 'image/png': { $blob: kept[0] }, 'text/plain': ['[A picture: a cat]'] },
        },
      },
    ])
  })

  test('can be stopped, and reports a picture that could not be stored', async () => {
    const table = new Table(cells)
    table.peer()
    table.ask('r', picture)
    apply(table.replicas.get(1), { type: 'request-stop', id: picture })
    table.replicas.sync()
    expect(table.result(picture).status).toBe('interrupted')
    expect(table.provider.picture(0).signal.aborted).toBe(true)
    table.keepBlob = () => Promise.reject(new Error('disk full'))
    table.peer()
    table.ask('s', picture, 'r')
    await table.provider.picture(1).emit({ type: 'picture', mime: 'image/png', value: png })
    expect(table.result(picture)).toMatchObject({ status: 'error' })
    expect(JSON.stringify(table.result(picture).outputs)).toContain('could not store the image')
  })

  test('reports a provider that generates no images', () => {
    const table = new Table(cells)
    delete table.provider.image
    table.peer()
    table.ask('r', picture)
    expect(table.result(picture).status).toBe('error')
    expect(JSON.stringify(table.result(picture).outputs)).toContain('scripted does not generate images')
  })
})
