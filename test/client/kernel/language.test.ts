// What the notebook’s Python adds to Python: magics and input().
import { afterAll, describe, expect, test } from 'vitest'
import { only, Session, tracebackOf, uncoloured, type Ran } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)
const { kernel } = session

/** Runs `code` and answers its `input()`s with `lines`, in order. */
const answering = (code: string, ...lines: string[]): Promise<Ran> =>
  run(code, (event) => {
    if (event.type === 'input') kernel.type(event.id, lines.shift() ?? '')
  })

const value = async (code: string): Promise<unknown> => only(await run(code), 'result').data['text/plain']

describe('magics', () => {
  test('%time and %timeit print durations and return the result', async () => {
    const line = await run('%time sum(range(10))')
    expect(line.stdout).toMatch(/^CPU times: .*\nWall time: [\d.e+]+ (ns|μs|ms|s)\n$/)
    expect(only(line, 'result').data).toEqual({ 'text/plain': '45' })
    const cell = await run('%%time\nimport asyncio\nslept = await asyncio.sleep(0.01, "awake")\nslept')
    expect(cell.stdout).toMatch(/^Wall time: [\d.e+]+ [μm]?s\n$/)
    expect(only(cell, 'result').data).toEqual({ 'text/plain': "'awake'" })
    expect((await run('def f():\n    %time 1\n    return 2\nf()')).stdout).toContain('Wall time')
    expect((await run('%time 1;')).events.filter(({ type }) => type === 'result')).toEqual([])
    expect((await run('%timeit -n 10 -r 3 sum(range(10))')).stdout).toMatch(
      /(?:^|\n)[\d.e+]+ [nμm]?s ± [\d.e+]+ [nμm]?s per loop \(mean ± std\. dev\. of 3 runs, 10 loops each\)\n$/,
    )
    expect(await value('best = %timeit -q -o -n 2 -r 2 1\nbest.loops')).toBe('2')
    expect((await run('%%timeit -n 1 -r 1 x = 5\nx + 1')).stdout).toContain('1 run, 1 loop each')
  })

  test('%who, %whos and %reset see only the user’s own variables', async () => {
    await run('%reset -f')
    await run('numbers = [1, 2]\nword = "é"\ndef greet(): pass')
    expect((await run('%who')).stdout).toBe('greet\t numbers\t word\t \n')
    expect((await run('%who str')).stdout).toBe('word\t \n')
    expect((await run('%whos')).stdout).toMatch(/\nnumbers +list +n=2\n/)
    expect(await answering('%reset', 'n')).toMatchObject({ outcome: { status: 'done' } })
    expect(await value('word')).toBe("'é'")
    await answering('%reset', 'y')
    expect((await run('%who')).stdout).toBe('Interactive namespace is empty.\n')
    expect(await value('1 + 1\n_ = 3\n_')).toBe('3')
  })

  test('%%writefile, %ls, %run and %cd work on files', async () => {
    expect((await run('%%writefile program.py\nimport sys\nfound = sys.argv[1:]\n')).stdout).toBe(
      'Writing program.py\n',
    )
    expect((await run('%%writefile -a program.py\nname = __name__')).stdout).toBe('Appending to program.py\n')
    expect((await run('%ls')).stdout.split('\n')).toContain('program.py')
    expect(await value('%run program.py a "b c"\nfound, name')).toBe("(['a', 'b c'], '__main__')")
    expect((await run('%%writefile broken.py\n\n1 / 0')).outcome).toEqual({ status: 'done' })
    expect(tracebackOf(await run('%run broken.py'))).toMatch(/File .*broken\.py:2\n/)
    expect(await value('%cd /lib\n%pwd')).toBe("'/lib'")
    await run('%cd')
  })

  test('%run of a notebook runs its code cells, up to one that fails', async () => {
    const cell = (source: string | readonly string[], metadata = {}): unknown => ({
      cell_type: 'code',
      source,
      metadata,
    })
    const other = {
      cells: [
        { cell_type: 'markdown', source: 'note = 1', metadata: {} },
        cell(['%cd -q .\n', 'shared = 41\n', 'shared']),
        cell('SELECT 1', { language: 'sql', llm_notebook_type: 'sql' }),
        cell('print("ran", __file__)'),
        cell('1 / 0'),
        cell('shared = None'),
      ],
    }
    await run(
      `import json\njson.dump(json.loads(${JSON.stringify(JSON.stringify(other))}), open("other.ipynb", "w"))`,
    )
    const ran = await run('%run other.ipynb')
    expect(ran.stdout).toBe('ran other.ipynb\n')
    expect(ran.events.filter(({ type }) => type === 'result')).toEqual([])
    // Its own and that of %run, as in Jupyter.
    expect(ran.events.flatMap((event) => (event.type === 'error' ? [event.ename] : []))).toEqual([
      'ZeroDivisionError',
      'ZeroDivisionError',
    ])
    expect(ran.outcome.status).toBe('error')
    expect(await value('shared + 1')).toBe('42')
    await run('open("broken.ipynb", "w").write("[1]")')
    expect(tracebackOf(await run('%run broken.ipynb'))).toMatch(
      /ValueError: broken\.ipynb is not a notebook$/,
    )
  })

  test('%%html and %%javascript are displayed, and %%capture keeps output', async () => {
    expect(only(await run('%%html\n<b>bold</b>'), 'display').data['text/html']).toBe('<b>bold</b>\n')
    expect(only(await run('%%javascript\nalert(1)'), 'display').data['application/javascript']).toBe(
      'alert(1)\n',
    )
    expect((await run('%%capture held\nprint("hidden")\ndisplay(1)\n2')).events).toEqual([])
    expect(await value('held.stdout, [shown.data for shown in held.outputs]')).toBe(
      "('hidden\\n', [{'text/plain': '1'}, {'text/plain': '2'}])",
    )
  })

  test('code without magics is never changed, even if it mentions pip', async () => {
    const sources = [
      'x = "%pip install a"',
      's = """\n%pip install a\n!pip list\n"""',
      'def pip(line): return line\npip("install a")',
      'await_pip = [1 % 2]\nif await_pip:\n    print("pip")',
      '# pip\n\nasync def f():\n    return 1 % 3',
    ]
    const changed = await value(
      `import json\n[s for s in json.loads(${JSON.stringify(JSON.stringify(sources))}) if get_ipython().transform_cell(s).strip() != s.strip()]`,
    )
    expect(changed).toBe('[]')
  })

  test('? and ?? describe a name', async () => {
    await run('def add(a, b=2):\n    """Adds."""\n    return a + b\nfigures = [1, 2]')
    for (const code of ['add?', '?add'])
      expect(uncoloured((await run(code)).stdout)).toMatch(/^Signature: add\(a, b=2\)\nDocstring: Adds\.\n/)
    expect(uncoloured((await run('add??')).stdout)).toContain('    return a + b')
    expect(uncoloured((await run('figures?')).stdout)).toMatch(/String form: \[1, 2\]\nLength: +2\n/)
    expect(uncoloured((await run('%timeit?')).stdout)).toContain('Docstring:')
    expect((await run('nowhere?')).stdout).toBe('Object `nowhere` not found.\n')
  })

  test.each([
    ['%foo 1', 'Line magic function `%foo` not found.'],
    ['%%foo\nany text', 'Cell magic `%%foo` not found.'],
    ['!for i in 1 2; do echo $i; done', 'for is not available: Python runs in the browser, without a shell'],
    ['a = !echo "open', '!echo "open: a quote is not closed'],
    ['%%perl\n1', '%%perl is not available'],
    ['%conda install x', '%conda (use %pip) is not available'],
    ['%matplotlib paper', '%matplotlib paper is not available: figures are shown in the output'],
  ])('%j is rejected with a one-line error', async (code, message) => {
    const { ename, evalue, traceback } = only(await run(code), 'error')
    expect(ename).toBe('UsageError')
    expect(evalue.slice(0, message.length)).toBe(message)
    expect(traceback).toEqual([`UsageError: ${evalue}`])
  })

  test('lines that old notebooks begin with do not end Run all', async () => {
    for (const line of ['%matplotlib notebook', '%matplotlib widget', '%matplotlib qt', '%autosave 60']) {
      const { outcome, stdout, stderr } = await run(line)
      expect([line, outcome.status]).toEqual([line, 'done'])
      expect(stdout + stderr).toMatch(/^[^\n]+ (?:as by %matplotlib inline|no interval to set)\.\n$/)
    }
  })

  test('shell commands work on the notebook’s files', async () => {
    await run('%cd')
    const files = await run(`%%bash
# its lines, one by one
mkdir -p made/inner
echo one two > made/a.txt
echo three >> made/a.txt
cp made/a.txt made/inner/
mv made/inner/a.txt made/b.txt
cat made/*.txt | wc -l
head -n 1 made/b.txt 2>&1
grep thr made/a.txt
rm -r made/inner
ls made`)
    expect(files.stdout).toBe('4\none two\nthree\na.txt\nb.txt\n')
    expect(await value('folder = "made"\nfound = !ls {folder}\nfound')).toBe("['a.txt', 'b.txt']")
    await run('import zipfile\nwith zipfile.ZipFile("z.zip", "w") as z: z.writestr("in.txt", "zipped")')
    expect((await run('!unzip -q z.zip && cat in.txt')).stdout).toContain('zipped')
    await run('%%writefile program.py\nimport sys\nprint(sys.argv, __name__)')
    expect((await run('!python program.py -x y')).stdout).toBe("['program.py', '-x', 'y'] __main__\n")
    expect((await run('import sys\n!{sys.executable} -c "print(6 * 7)"')).stdout).toBe('42\n')
    // As in Jupyter, a failing command reports in the output, and the cell continues.
    const failed = await run('!cat nowhere.txt || echo instead; git status\n_exit_code')
    expect(failed.stdout).toMatch(
      /^cat: nowhere\.txt: No such file or directory\ninstead\n!git is not available: Python runs in the browser, without a shell\. Available: /,
    )
    expect(only(failed, 'result').data['text/plain']).toBe('127')
    expect(await value('said = !ls nowhere.txt\nsaid')).toBe(
      `["ls: cannot access 'nowhere.txt': No such file or directory"]`,
    )
    const script = await run('%%bash\necho first\nfalse')
    const { ename, traceback } = only(script, 'error')
    expect(ename).toBe('CalledProcessError')
    expect(traceback).toEqual([
      "CalledProcessError: Command 'echo first\nfalse' returned non-zero exit status 1.",
    ])
    // Nothing is left of the last command: each line has a shell of its own.
    expect((await run('%%bash\n# only a remark')).events).toEqual([])
    // Quotes, variables, patterns and command substitution.
    await run('%env COLOUR=deep blue')
    const words = await run(
      `!echo $COLOUR '$COLOUR' "\${COLOUR}s" $NOTHING made/*.txt "made/*.txt" $(head -1 made/a.txt | wc -w) # no more`,
    )
    expect(words.stdout).toBe('deep blue $COLOUR deep blues made/a.txt made/b.txt made/*.txt 2\n')
    const kin = await run(`%%bash
X=made
mkdir -p $X/in && touch $X/in/c.csv && ls -R $X
find $X -name "*.csv"; grep -n o $X/a.txt
cat $X/a.txt $X/b.txt | sort | uniq -c
ls -l $X/a.txt
tar czf all.tgz $X && rm -r $X && tar xzf all.tgz && [ -f $X/in/c.csv ] && echo back; rm all.tgz`)
    expect(kin.stdout).toBe(
      `made:\na.txt\nb.txt\nin\n\nmade/in:\nc.csv\nmade/in/c.csv\n1:one two\n      2 one two\n      2 three\n${kin.stdout.match(/^-rw.*$/m)?.[0] ?? ''}\nback\n`,
    )
    expect(kin.stdout).toMatch(/^-rw[rwx-]{7} +14 \w{3} [ \d]\d \d\d:\d\d made\/a\.txt$/m)
    await run('!rm -rf made z.zip in.txt program.py')
  })

  test('a program that ! runs is the main module, reads the files as they are now, and may be of a package', async () => {
    const shout = (method: string) => `%%writefile shout.py\ndef shout(text):\n    return text.${method}()`
    await run(shout('lower'))
    await run(
      "%%writefile test_shout.py\nimport pickle, unittest, shout\nclass Known: pass\nclass TestShout(unittest.TestCase):\n    def test(self):\n        self.assertIsInstance(pickle.loads(pickle.dumps(Known())), Known)\n        self.assertEqual(shout.shout('a'), 'A')\nif __name__ == '__main__':\n    unittest.main()",
    )
    const failed = await run('import shout\n!python test_shout.py\n_exit_code')
    expect(failed.stdout).toContain("AssertionError: 'a' != 'A'")
    expect(failed.stdout).toMatch(/Ran 1 test in .*\n\nFAILED \(failures=1\)\n$/)
    expect(only(failed, 'result').data['text/plain']).toBe('1')
    await run(shout('upper'))
    expect((await run('!python test_shout.py')).stdout).toMatch(/Ran 1 test in .*\n\nOK\n$/)
    expect((await run('!python -m unittest -v test_shout')).stdout).toMatch(/^test \(.*\) \.\.\. ok\n/)
    // The cells have the module they imported.
    expect(await value('shout.shout("A"), __name__, __import__("sys").modules["shout"] is shout')).toBe(
      "('a', '__main__', True)",
    )
    await run(
      '!mkdir greet-1.0.dist-info\nwith open("greet-1.0.dist-info/entry_points.txt", "w") as file: file.write("[console_scripts]\\ngreet = greet:main\\n")\n!echo "Name: greet" > greet-1.0.dist-info/METADATA',
    )
    await run('%%writefile greet.py\nimport sys\ndef main():\n    print(sys.argv)\n    return 3')
    const greeted = await run(
      '!greet --loud you\nimport subprocess\nsubprocess.run(["greet", "me"]).returncode',
    )
    expect(greeted.stdout).toBe("['greet', '--loud', 'you']\n['greet', 'me']\n")
    expect(only(greeted, 'result').data['text/plain']).toBe('3')
    // A package that remembers: each program has it anew.
    await run(
      'import sysconfig\nkept = sysconfig.get_path("purelib") + "/remembers.py"\nwith open(kept, "w") as file: file.write("seen = []")',
    )
    const twice = await run(
      'for _ in 1, 2:\n    !python -c "from remembers import seen; seen += [1]; print(seen)"',
    )
    expect(twice.stdout).toBe('[1]\n[1]\n')
    await run('!rm -r greet-1.0.dist-info greet.py shout.py test_shout.py {kept}')
  })

  test('Python warns of a doubtful text once, as of the cell', async () => {
    const { stderr } = await run("import re\nre.findall('\\d', 'a1')")
    expect(stderr.match(/SyntaxWarning/g)).toHaveLength(1)
    expect(stderr).toMatch(/^<ipython-input-\d+-\w+>:2: SyntaxWarning: /)
  })

  test('%%script gives the cell to a command, as people do to skip one, and keeps what it prints', async () => {
    expect((await run('%%script echo skipped\nnowhere()')).stdout).toBe('skipped\n')
    expect(await run('%%script false --no-raise-error\nnowhere()')).toMatchObject({
      outcome: { status: 'done' },
      events: [],
    })
    expect(only(await run('%%script false\nnowhere()'), 'error').ename).toBe('CalledProcessError')
    expect((await run('%%script wc -l\na\nb')).stdout).toBe('2\n')
    expect((await run('%%script bash\necho $((1))x | wc -l\necho in')).stdout).toBe('1\nin\n')
    expect((await run('%%python\nimport sys\nown = 3\nprint(__name__, "own" in globals())')).stdout).toBe(
      '__main__ True\n',
    )
    expect(await value('"own" in globals()')).toBe('False')
    await run(
      '%%python3 --out said --err complaint\nimport sys\nprint("kept")\nprint("told", file=sys.stderr)',
    )
    expect(await value('said, complaint')).toBe("('kept\\n', 'told\\n')")
    const failed = await run('%%python\n1 / 0')
    expect(failed.stderr).toMatch(/ZeroDivisionError: division by zero\n$/)
    expect(only(failed, 'error').ename).toBe('CalledProcessError')
    expect(only(await run('%%script perl\nx'), 'error').evalue).toMatch(/^%%script perl is not available/)
  })

  test('commands read their options as in a shell, and say in one line what they do not take', async () => {
    await run('%cd\n!mkdir -p made/deep && echo -e "1\\n2\\n3" > made/got.txt')
    for (const [line, printed] of [
      ['tail -n +2 made/got.txt', '2\n3\n'],
      ['tail -n 0 made/got.txt', ''],
      ['tail -n -1 made/got.txt', '3\n'],
      ['tail -2 made/got.txt', '2\n3\n'],
      ['head -n -1 made/got.txt', '1\n2\n'],
      ['echo -e "é\\t日"', 'é\t日\n'],
      ['echo -e ".\\n1.2.3\\n-4" | sort -n', '-4\n.\n1.2.3\n'],
      ['rm --force made', 'rm: --force is not known; there are options of one letter, such as -r\n'],
      ['ls made', 'deep\ngot.txt\n'],
      ['grep "(" made/got.txt', 'grep: missing ), unterminated subpattern at position 0\n'],
      ['sleep', 'sleep: an argument is missing\n'],
      ['sleep long', "sleep: could not convert string to float: 'long'\n"],
      ['wget -q', 'wget: a URL is needed\n'],
      ['curl -sO file://$(pwd)/made/got.txt', 'got.txt: 6 bytes\n'],
      ['curl -Lo made/b.txt file://$(pwd)/got.txt', 'made/b.txt: 6 bytes\n'],
      [
        'wget -P made/new file://$(pwd)/got.txt file://$(pwd)/made/b.txt',
        'made/new/got.txt: 6 bytes\nmade/new/b.txt: 6 bytes\n',
      ],
      ['wget -qO- file://$(pwd)/got.txt', '1\n2\n3\n'],
    ] as const)
      expect([line, (await run(`!${line}`)).stdout]).toEqual([line, printed])
    await run('!rm -rf made got.txt')
  })

  test('what a command prints can go to stderr; a file can be paged; uv is pip', async () => {
    const both = await run('%%bash\necho out\necho err >&2\necho more 1>&2 | wc -l')
    expect([both.stdout, both.stderr]).toEqual(['out\n0\n', 'err\nmore\n'])
    await run('%%writefile paged.txt\na page')
    for (const code of ['%less paged.txt', '!more paged.txt', '!cat paged.txt | less'])
      expect([code, (await run(code)).stdout]).toEqual([code, 'a page\n'])
    for (const code of ['!uv pip list', '%uv pip list', '!uv pip list | cat'])
      expect([code, (await run(code)).stdout.split(/\s/)[0]]).toEqual([code, 'Package'])
    expect((await run('!uv sync')).stdout).toBe('uv: only uv pip is known\n')
    await run('!rm paged.txt')
  })

  test('a bracket or a block that is not closed is named', async () => {
    for (const [code, message] of [
      ['print((1)', "'(' was never closed"],
      ['x = [1,', "'[' was never closed"],
      ['if True:', "expected an indented block after 'if' statement on line 1"],
      ["x = '''a", 'unterminated triple-quoted string literal (detected at line 1)'],
    ] as const) {
      const { ename, evalue } = only(await run(code), 'error')
      expect([code, ename.replace('Indentation', 'Syntax'), evalue.replace(/ \(<.*/, '')]).toEqual([
        code,
        'SyntaxError',
        message,
      ])
    }
  })

  test('IPython’s own features work, such as %history, autoreload, profiling and debugging', async () => {
    await run('%reset -f')
    expect(await value('int, [dict]')).toBe('(int, [dict])')
    expect(await value('get_ipython().__class__.__name__')).toBe("'ZMQInteractiveShell'")
    expect(await value('%env PLACE=here\nimport os\nos.environ["PLACE"]')).toBe("'here'")
    await run('x = 1')
    expect(await value('_i')).toBe("'x = 1'")
    expect((await run('%history -n 1')).stdout).toContain('1: ')
    expect((await run('%xmode Minimal\n1 / 0')).events.at(-1)).toMatchObject({
      traceback: [expect.stringContaining('division by zero')],
    })
    expect((await run('%xmode Context')).outcome).toEqual({ status: 'done' })
    await run('%%writefile watched.py\nvalue = 1')
    expect(await value('%load_ext autoreload\n%autoreload 2\nimport watched\nwatched.value')).toBe('1')
    await run('with open("watched.py", "w") as file: file.write("value = 23  # changed")')
    expect(await value('watched.value')).toBe('23')
    expect((await run('%prun -q sum(range(10))')).outcome).toEqual({ status: 'done' })
    const folded = tracebackOf(await run('def deep(n): return deep(n + 1)\ndeep(0)'))
    expect(folded).toMatch(/skipping similar frames: deep at line 1 \(\d+ times\)/)
    const debugged = await answering('def bad():\n    local = 7\n    1 / 0\nbad()')
    expect(debugged.outcome).toEqual({ status: 'error' })
    expect((await answering('%debug', 'p local + 1', 'q')).stdout).toContain('8')
    expect((await answering('here = 5\nbreakpoint()\nhere', 'p here * 2', 'c')).stdout).toContain('10')
    expect(await value('import faulthandler\nfaulthandler.enable()\nfaulthandler.is_enabled()')).toBe('True')
    expect(tracebackOf(await run('raise SystemExit(3)'))).toContain('use %tb to see the full traceback')
    const link = only(await run('from IPython.display import FileLink\nFileLink("watched.py")'), 'result')
    expect(link.data['text/html']).toContain("<a href='watched.py'")
  })

  test('line numbers of errors are those of the cell, and magics inside strings are left alone', async () => {
    expect(tracebackOf(await run('x = 1\n%time x\ny = 2\n\n1 / 0'))).toContain('line 5')
    expect(tracebackOf(await run('\n\nx = 2\n1 / 0'))).toContain('----> 4 1 / 0')
    expect(tracebackOf(await run('%time x\nb = = 2'))).toMatch(/^ {2}Cell In\[\d+\], line 2\n/)
    expect(tracebackOf(await run('\n%%time\nx = 2\n1 / 0'))).toMatch(/Cell In\[\d+\], line 2\n/)
    expect(await value('text = """\n%time x\n!ls\nx?\n"""\n%time 1\ntext')).toBe(
      String.raw`'\n%time x\n!ls\nx?\n'`,
    )
    expect(await value('%time 1\ny = (7\n%\n4)\ny')).toBe('3')
  })
})

describe('input()', () => {
  test('waits for a line and shows it after its prompt', async () => {
    const ran = await answering('name = input("Name? ")\nage = input()\nname, age', 'Zoë 🎉', '')
    expect(ran.stdout).toBe('Name? Zoë 🎉\n\n')
    expect(only(ran, 'result').data).toEqual({ 'text/plain': "('Zoë 🎉', '')" })
    expect(ran.events.find(({ type }) => type === 'input')).toMatchObject({
      prompt: 'Name? ',
      password: false,
    })
    const lines = await answering('import sys\nsys.stdin.readline(), next(iter(sys.stdin))', 'one', 'two')
    expect(only(lines, 'result').data).toEqual({ 'text/plain': String.raw`('one\n', 'two\n')` })
  })

  test('gives a password to the cell and shows it to nobody', async () => {
    const ran = await answering('import getpass\nlen(getpass.getpass("Key: "))', 's3cret!')
    expect(ran.events.find(({ type }) => type === 'input')).toMatchObject({ password: true })
    expect(only(ran, 'result').data).toEqual({ 'text/plain': '7' })
    expect(ran.stdout).toBe('Key: ········\n')
    expect(JSON.stringify(ran.events)).not.toContain('s3cret')
  })

  test('ends on an interrupt, and a late answer is discarded', async () => {
    let asked = 0
    const ran = await run('try:\n    input("never ")\nfinally:\n    print("left")', (event) => {
      if (event.type !== 'input') return
      asked = event.id
      kernel.interrupt()
    })
    expect(ran.outcome).toEqual({ status: 'interrupted' })
    expect(ran.stdout).toBe('never left\n')
    kernel.type(asked, 'late')
    expect((await answering('print(input())', 'in time')).stdout).toBe('in time\nin time\n')
  })

  test('is interruptible in a task of an earlier cell, and fails outside a running cell', async () => {
    const ran = await run(
      'import asyncio\nasync def ask(): input()\nasking = asyncio.ensure_future(ask())\nawait asyncio.sleep(1000)',
      (event) => {
        if (event.type === 'input') kernel.interrupt()
      },
    )
    expect(ran.outcome).toEqual({ status: 'interrupted' })
    const waiting = session.waitingFor('only in a running cell')
    await run(
      'async def late():\n    await asyncio.sleep(0.05)\n    try: input()\n    except Exception as error: print(error)\nasking = asyncio.ensure_future(late())',
      waiting.onEvent,
    )
    await waiting.seen
  })
})

test('%cd - returns to the notebook’s folder, and __doc__ is that of an interactive session', async () => {
  await session.kernel.restart()
  const { stdout } = await run(
    'import os\nhome = os.getcwd()\n%cd -q /tmp\n%cd -q -\nprint(os.getcwd() == home, __doc__)',
  )
  expect(stdout).toBe('True Automatically created module for IPython interactive environment\n')
})
