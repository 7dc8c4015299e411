// `llm-notebook convert IN OUT`, run as a program.
import { link, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { convert } from '../../relay/convert.ts'
import { allKinds } from '../support/all-kinds.ts'
import { Program } from '../support/program.ts'
import { newFolder, TestRelay } from '../support/relay.ts'

let folder: string
beforeEach(async () => {
  folder = await newFolder()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const text = (name: string): Promise<string> => readFile(at(name), 'utf8')
const run = async (...args: string[]): Promise<{ code: number | null; output: string; errors: string }> => {
  const program = new Program(['convert', ...args])
  const { code } = await program.ended
  return { code, output: program.output, errors: program.errors }
}
const done = async (from: string, to: string): Promise<string> => {
  const converted = await convert([at(from), at(to)])
  if (!converted.ok) expect.fail(converted.problem)
  expect(converted.value).toMatch(/^wrote [^\n]+$/)
  return converted.value
}

describe('convert', () => {
  test('writes every format from a notebook, and reads notebooks from them', async () => {
    await writeFile(at('a.ipynb'), allKinds())
    await done('a.ipynb', 'same.ipynb')
    expect(await text('same.ipynb')).toBe(allKinds())
    expect(await done('a.ipynb', 'a.py')).toContain(', without 12 outputs, which .py cannot contain')
    expect(await text('a.py')).toMatch(/^# ---\n# jupyter:\n[\s\S]*\n# %%.*\nimport math\n/)
    await done('a.ipynb', 'a.MD')
    expect(await text('a.MD')).toContain('\n```python\nimport math\n')
    await done('a.ipynb', 'a.html')
    expect(await text('a.html')).toMatch(/^<!doctype html>\n[\s\S]*<title>a<\/title>[\s\S]*<h1>A title<\/h1>/)
    await done('a.py', 'b.ipynb')
    await done('b.ipynb', 'b.py')
    expect(await text('b.py')).toBe(await text('a.py'))
    await done('a.MD', 'c.ipynb')
    const { cells } = JSON.parse(await text('c.ipynb')) as { cells: { source: string[] }[] }
    expect(cells.map(({ source }) => source.join('')).join('\n')).toContain('##### 🤖Reply🤖')
    expect((await readdir(folder)).sort()).toEqual(
      ['a.MD', 'a.html', 'a.ipynb', 'a.py', 'b.ipynb', 'b.py', 'c.ipynb', 'same.ipynb'].sort(),
    )
  })

  test('puts the images beside a notebook into its page, and no other file', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3])
    const outside = await newFolder()
    await mkdir(at('figs'))
    for (const path of [at('figs/a b.png'), join(outside, 'far.png')]) await writeFile(path, png)
    await symlink(join(outside, 'far.png'), at('link.png'))
    await writeFile(at('text.png'), 'secret')
    const urls = ['figs/a%20b.png', 'link.png', 'text.png', `../${basename(outside)}/far.png`, 'none.png']
    await writeFile(
      at('a.md'),
      `${urls.map((url) => `![${url}](${url})`).join('\n\n')}\n\n<img src="figs/a%20b.png" width="9">\n`,
    )
    await done('a.md', 'a.html')
    const html = await text('a.html')
    expect(html.match(/<img [^>]+>/g)).toEqual([
      `<img src="data:image/png;base64,${png.toString('base64')}" alt="figs/a%20b.png">`,
      `<img src="data:image/png;base64,${png.toString('base64')}" alt="" width="9">`,
    ])
    expect(html.match(/not in this file/g)).toHaveLength(4)
    await rm(outside, { recursive: true })
  })

  test('replaces an existing output file, but never the input file', async () => {
    await writeFile(at('a.py'), '# %%\n1\n')
    await writeFile(at('b.md'), 'old')
    await done('a.py', 'b.md')
    expect(await text('b.md')).toContain('```python\n1\n```')
    await symlink(at('a.py'), at('symlink.py'))
    await link(at('a.py'), at('hard.py'))
    for (const same of [at('a.py'), `${folder}/./a.py`, at('symlink.py'), at('hard.py')]) {
      expect(await convert([at('a.py'), same])).toEqual({
        ok: false,
        problem: `${same} is the input file; nothing was written`,
      })
    }
    expect(await text('a.py')).toBe('# %%\n1\n')
  })

  test('works while a relay runs on the folder', async () => {
    const relay = await TestRelay.start({ 'a.py': '# %%\n1\n' })
    const made = join(relay.folder, 'made.ipynb')
    const { code, output } = await run(join(relay.folder, 'a.py'), made)
    expect([code, output]).toEqual([0, `wrote ${made}\n`])
    expect(await relay.file('made.ipynb')).toContain('"1"')
    await relay.stop()
  })

  test('reports an error in one line, exits with 2 and writes nothing', async () => {
    await writeFile(at('broken.ipynb'), '{\n "cells": [\n')
    await writeFile(at('binary.py'), new Uint8Array([0xff, 0xfe, 0x00]))
    await writeFile(at('a.py'), '1')
    await mkdir(at('folder.md'))
    const wrong: [string[], RegExp][] = [
      [[], /usage: llm-notebook convert/],
      [[at('a.py')], /usage: llm-notebook convert/],
      [[at('a.py'), at('b.md'), at('c.md')], /usage: llm-notebook convert/],
      [['--to', at('a.py'), at('b.md')], /unknown option --to/],
      [[at('a.txt'), at('b.md')], /a\.txt: the input must be \.ipynb \.py \.md$/m],
      [[at('a.py'), at('b.pdf')], /b\.pdf: the output must be \.ipynb \.py \.md \.html$/m],
      [[at('a.html'), at('b.md')], /a\.html: the input must be/],
      [[at('none.py'), at('b.md')], /none\.py cannot be read: no such file/],
      [[at('folder.md'), at('b.md')], /folder\.md cannot be read: it is a folder/],
      [[at('broken.ipynb'), at('b.md')], /broken\.ipynb: line 2, column 12: the file ends in the middle/],
      [[at('binary.py'), at('b.md')], /binary\.py: not UTF-8 text/],
      [[at('a.py'), at('nowhere/b.md')], /nowhere\/b\.md cannot be written: no such file or folder/],
      [[at('a.py'), at('folder.md')], /folder\.md cannot be written/],
    ]
    for (const [args, line] of wrong) {
      const converted = await convert(args)
      if (converted.ok) expect.fail(converted.value)
      expect(converted.problem).toMatch(/^[^\n]+$/)
      expect(converted.problem).toMatch(line)
    }
    const { code, output, errors } = await run(at('none.py'), at('b.md'))
    expect([code, output]).toEqual([2, ''])
    expect(errors).toMatch(/^llm-notebook: [^\n]+\n$/)
    expect((await readdir(folder)).sort()).toEqual(['a.py', 'binary.py', 'broken.ipynb', 'folder.md'])
  })
})
