// A notebook that tries, in every part of it, to run a script (`hit`) or to load something from `evil.test`.
const attacks = [
  '<script>hit("script")</script>',
  '<img src="https://evil.test/image" onerror="hit(1)">',
  '"><script>hit(2)</script>',
  "'><img src=x onerror=hit(3)>",
  '</pre></code></style></title></iframe><script>hit(4)</script>',
  '--><script>hit(5)</script><!--',
  '<svg onload="hit(6)"><script>hit(7)</script><image href="https://evil.test/svg"/></svg>',
  '<iframe src="https://evil.test/frame"></iframe><iframe srcdoc="<script>parent.hit(8)</script>"></iframe>',
  '<link rel="stylesheet" href="https://evil.test/style"><style>@import "https://evil.test/import"; body{background:url(https://evil.test/url)}</style>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test/refresh"><base href="https://evil.test/">',
  '<form action="https://evil.test/form"><button autofocus onfocus="hit(9)">x</button></form>',
  '<a href="javascript:hit(10)">x</a><object data="https://evil.test/object"></object><embed src="https://evil.test/embed">',
  '<video src="https://evil.test/video" autoplay></video><audio src="https://evil.test/audio"></audio>',
]
const links = [
  '[x](javascript:hit(11))',
  '[x](JaVaScRiPt&colon;hit(12))',
  '[x](data:text/html,<script>hit(13)</script>)',
  '[x]( "onmouseover=hit(14)")',
  '[x](https://evil.test/"onmouseover="hit(15))',
  '![x](https://evil.test/markdown-image)',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImhpdCgxNikiLz4=)',
  '![x](data:image/png;base64,AAAA"onerror="hit(17))',
  '![x](attachment:a.png)',
  '![x](attachment:__proto__)',
  '<javascript:hit(18)>',
  '```python"><script>hit(19)</script>\nx\n```',
  '```"onload="hit(20)\nx\n```',
  String.raw`$\href{javascript:hit(21)}{x} \includegraphics{https://evil.test/tex} \htmlData{a=b}{x} \url{https://evil.test}$`,
  '| a |\n|:-:|\n| <script>hit(22)</script> |',
  '[x]: javascript:hit(23) "><script>hit(24)</script>"\n\n[x]',
]
const escape = '\u001b'
const terminal = `${escape}[38;2;1;2;3"onload=hit(25)m<script>hit(26)</script>${escape}[0m ${escape}]8;;javascript:hit(27)${escape}\\link${escape}]8;;${escape}\\`

const words = [...attacks, ...links, terminal].join('\n\n')
const mimes = [
  'text/html',
  'image/svg+xml',
  'text/markdown',
  'text/latex',
  'text/plain',
  'application/json',
  'application/javascript',
  'image/png',
  'image/jpeg',
  'image/"><script>hit(28)</script>',
]
const size = { 'image/png': { width: '"><script>hit(29)</script>', height: 1e9 } }

export const hostileNotebook = (): string =>
  JSON.stringify({
    cells: [
      ...['markdown', 'raw', 'code', attacks[0]].map((cell_type) => ({
        cell_type,
        metadata: { [attacks[2] ?? '']: words },
        source: words,
        ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {}),
        ...(cell_type === 'markdown'
          ? { attachments: { 'a.png': { 'image/png': 'AAAA"onerror="hit(30)' } } }
          : {}),
      })),
      {
        cell_type: 'markdown',
        metadata: { solveit_ai: true, llm_notebook: { thinking: words, calls: [{ [words]: words }] } },
        source: `${words}\n\n##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n\n${words}`,
      },
      {
        cell_type: 'code',
        execution_count: '<script>hit(31)</script>',
        metadata: {},
        source: words,
        outputs: [
          ...attacks.flatMap((attack) => [
            {
              output_type: 'display_data',
              data: { 'text/html': attack.replaceAll('<script', '<scripT/x') },
              metadata: {},
            },
            {
              output_type: 'display_data',
              data: { 'image/svg+xml': `<svg width="9" height="9">${attack}</svg>` },
              metadata: {},
            },
          ]),
          ...mimes.map((mime) => ({ output_type: 'display_data', data: { [mime]: words }, metadata: size })),
          { output_type: 'stream', name: words, text: words },
          { output_type: 'error', ename: words, evalue: words, traceback: [words] },
          { output_type: words, [words]: words },
          words,
        ],
      },
    ],
    metadata: { kernelspec: { language: words, name: words, display_name: words }, title: words },
    nbformat: 4,
    nbformat_minor: 4,
  })
