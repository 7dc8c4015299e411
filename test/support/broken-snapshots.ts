import type { Plugin } from 'vite'

const broken: Readonly<Record<string, (snapshot: Uint8Array) => Uint8Array | null>> = {
  damaged: (snapshot) => snapshot.with(snapshot.length >> 1, 0xff ^ (snapshot[snapshot.length >> 1] ?? 0)),
  missing: () => null,
}

/** Serves the files of `/pyodide/` under `/pyodide-damaged/` and `/pyodide-missing/`, with a broken or missing snapshot. */
export const brokenSnapshots = (): Plugin => ({
  name: 'broken-snapshots',
  configureServer(server) {
    server.middlewares.use((request, response, pass) => {
      const [, how = '', name = ''] = /^\/pyodide-(\w+)\/([^?]*)/.exec(request.url ?? '') ?? []
      const change = broken[how]
      if (change === undefined) return pass()
      request.url = `/pyodide/${name}`
      if (!name.endsWith('.snapshot')) return pass()
      const answer = async (): Promise<void> => {
        const whole = await fetch(`http://${request.headers.host}/pyodide/${name}`)
        const content = change(new Uint8Array(await whole.arrayBuffer()))
        response.writeHead(content === null ? 404 : 200)
        response.end(content)
      }
      answer().catch(pass)
    })
  },
})
