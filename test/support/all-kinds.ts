import type { Leaf, Result } from '../../shared/notebook/notebook.ts'
import { notebookFile } from './notebook-file.ts'

const result = (outputs: readonly Leaf[], more: Partial<Result> = {}): { readonly result: Result } => ({
  result: {
    run: null,
    count: 1,
    status: 'done',
    outputs: outputs.map((leaf) => ({ live: false, leaf })),
    reply: null,
    thinking: null,
    calls: [],
    ...more,
  },
})

const display = (mime: string, value: Leaf): Leaf => ({
  output_type: 'display_data',
  data: { [mime]: value, 'text/plain': `<${mime}>` },
  metadata: {},
})

/** A PNG, in base64. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const note = `# A title

Some *words*, \`code\`, a [link](https://example.org), math $e^{i\\pi} = -1$ and

| left | right |
| --- | ---: |
| one | 1 |
| two | 2 |

- [ ] to do
- [x] done

> A quotation.

\`\`\`python
def f(x):
    return "text"  # comment
\`\`\`

![a picture from elsewhere](https://example.org/picture.png)
`

/** A notebook with cells of every kind and outputs of every type. */
export const allKinds = (): string =>
  notebookFile(
    ['note', note],
    [
      'code',
      'import math\n\nclass Circle:\n    """A circle."""\n    def area(self, r: float) -> float:\n        return math.pi * r**2  # the area\n\nprint(Circle().area(3), None, True)',
      result([
        {
          output_type: 'stream',
          name: 'stdout',
          text: 'plain \u001b[31mred\u001b[0m \u001b[1;34mblue\u001b[0m\n',
        },
        { output_type: 'stream', name: 'stderr', text: 'a warning\n' },
        { output_type: 'execute_result', execution_count: 1, data: { 'text/plain': '28.27' }, metadata: {} },
      ]),
    ],
    [
      'code',
      '1 / 0',
      result(
        [
          {
            output_type: 'error',
            ename: 'ZeroDivisionError',
            evalue: 'division by zero',
            traceback: [
              '\u001b[31m---------------------------------------------------------------------------\u001b[39m',
              '\u001b[31mZeroDivisionError\u001b[39m                         Traceback (most recent call last)',
              '\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[1]\u001b[39m\u001b[32m, line 1\u001b[39m\n\u001b[32m----> \u001b[39m\u001b[32m1\u001b[39m \u001b[32;43m1\u001b[39;49m / 0',
              '\u001b[31mZeroDivisionError\u001b[39m: division by zero',
            ],
          },
        ],
        { status: 'error' },
      ),
    ],
    ['code', 'picture', result([display('image/png', pixel)])],
    [
      'code',
      'table',
      result([display('text/html', '<table><tr><th>a</th></tr><tr><td>1</td></tr></table>')]),
    ],
    ['code', 'drawing', result([display('image/svg+xml', '<svg viewBox="0 0 9 9"><circle r="4"/></svg>')])],
    ['code', 'formula', result([display('text/latex', '$$x^2$$')])],
    ['code', 'words', result([display('text/markdown', '**strong** and\n\n- a list')])],
    ['code', 'tree', result([display('application/json', { a: [1, true, null], b: { c: 'text' } })])],
    [
      'code',
      'for i in range(500): print(i)',
      result([
        {
          output_type: 'stream',
          name: 'stdout',
          text: Array.from({ length: 500 }, (_, i) => `${i}\n`).join(''),
        },
      ]),
    ],
    ['prompt', 'What is this? See `x`.', result([], { reply: '# An answer\n\nwith **words** and `code`.' })],
    ['raw', 'raw text'],
    ['code', ''],
    ['note', ''],
    ['prompt', ''],
    ['sql', 'SELECT name, count(*) AS n -- of each\nFROM people\nGROUP BY name', result([])],
    ['image', 'A cat on a mat', result([display('image/png', pixel)])],
  )
