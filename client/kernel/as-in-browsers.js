// Python detects WebAssembly features at its start and keeps them in its memory. A snapshot taken in Node is restored
// in browsers: these stand-ins for features this Node lacks leave the memory as in a browser.

/** Stack switching: only its presence is checked; nothing switches while the snapshot is taken. */
export const standInForStackSwitching = () => {
  if ('Suspending' in WebAssembly) return
  WebAssembly.Suspending = function Suspending(callback) {
    return callback
  }
  WebAssembly.promising = (callback) => callback
}

const text = (word) => [word.length, ...Buffer.from(word)]
const section = (id, ...content) => [id, content.length, ...content]
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const name = 'trampoline_call'
/** A module that re-exports its import `e.c`, of type five numbers → number. */
const passing = new Uint8Array([
  ...header,
  ...section(1, 1, 0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f),
  ...section(2, 1, ...text('e'), ...text('c'), 0, 0),
  ...section(7, 1, ...text(name), 0, 0),
])

/**
 * CPython calls functions of unknown signature through a tiny module that needs WebAssembly GC. Its index in the
 * function table is in the memory; without it, calls go through JavaScript, and no stack can be switched across them.
 */
export const standInForTrampoline = () => {
  const { Module, Instance, CompileError } = WebAssembly
  const ours = new WeakSet()
  WebAssembly.Module = new Proxy(Module, {
    construct(_, [bytes]) {
      try {
        return new Module(bytes)
      } catch (error) {
        if (!(error instanceof CompileError) || !Buffer.from(bytes).includes(name)) throw error
        const module = new Module(passing)
        ours.add(module)
        return module
      }
    },
  })
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, [module, imports]) {
      if (!ours.has(module)) return new Instance(module, imports)
      const { memory, __indirect_function_table: table } = imports.env
      const c = (success, callee, ...args) => {
        new DataView(memory.buffer).setInt32(success, 1, true)
        return table.get(callee)(...args)
      }
      return new Instance(module, { e: { c } })
    },
  })
}
