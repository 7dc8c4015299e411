import { afterEach, describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../support/render-markdown.ts'
import { latexParts } from '../../../shared/markdown/latex.ts'
import { typesetMath } from '../../../client/output/math.ts'

const page = (text: string): HTMLElement => {
  const element = document.createElement('div')
  element.append(renderMarkdown(text))
  document.body.append(element)
  return element
}

afterEach(() => document.body.replaceChildren())

describe('formulas', () => {
  it('are typeset, while prices are left alone', async () => {
    const text =
      'A $x^2$ of $5 and $6, \\(y\\).\n\n$$\n\\int_0^1 z\n$$\n\n\\begin{align}\na &= b\n\\end{align}\n\n\\[ q \\]\n\n$$a$$ and words $$b$$\n\n`$c$` and \\$d$'
    const shown = page(text)
    await typesetMath(shown)
    const said = [...shown.querySelectorAll('mjx-assistive-mml')].map(({ textContent }) =>
      textContent.replaceAll(/\s/g, ''),
    )
    expect(said).toEqual(['x2', 'y', '∫01z', 'a=b', 'q', 'a', 'b'])
    expect(shown.querySelectorAll('mjx-container[display="true"]')).toHaveLength(5)
    expect(shown.textContent).toContain('of $5 and $6,')
    expect(shown.querySelector('[data-mml-node="merror"], mtext[mathcolor="red"]')).toBeNull()
  })

  it('are not the brackets and parentheses that other programs escape', () => {
    const shown = page(
      'As in \\[1\\] and \\[Lee, 2020\\](see), \\(see there\\), \\[x\\] done; \\(n\\), \\(a + b\\), \\[a = b\\], \\[ z \\].',
    )
    const formulas = [...shown.querySelectorAll('.nb-math')]
    expect(formulas.map(({ textContent }) => textContent.trim())).toEqual(['n', 'a + b', 'a = b', 'z'])
    for (const formula of formulas) formula.replaceWith('F')
    expect(shown.textContent.trim()).toBe(
      'As in [1] and [Lee, 2020](see), (see there), [x] done; F, F, F, F.',
    )
    // An output of LaTeX has nothing else to escape.
    const parts = latexParts('both \\(z\\) and \\[w\\]')
    expect(parts.map((part) => (typeof part === 'string' ? part : part.tex))).toEqual([
      'both ',
      'z',
      ' and ',
      'w',
    ])
  })

  it('are as wide as the available space, in any font', async () => {
    const shown = page('\\begin{multline}a + b \\\\ + c\\end{multline}')
    shown.style.cssText = 'width: 500px; font: 20px monospace'
    await typesetMath(shown)
    const width = shown.querySelector('mjx-container svg')?.getBoundingClientRect().width ?? 0
    expect(width).toBeGreaterThan(400)
    expect(width).toBeLessThan(502)
  })

  it('are shown as source if they are invalid', async () => {
    const shown = page('$\\frac{$')
    await typesetMath(shown)
    expect(shown.textContent).toContain('\\frac{')
  })

  it('are kept whole, whatever Markdown syntax they contain or stand in', async () => {
    const shown = page(
      [
        '| $P(A|B)$ | $\\|x\\|$ |\n|---|---|\n| `a $b$` | $a_1 * b_2 * c_3$ |',
        'Both \\\\(a_1\\\\) and \\\\[b*c*d\\\\].',
        '> $$\n> x\n> = y\n> $$',
        '- one\n  $$\n  z\n  $$',
        '$$\n\\text{a_b # 5% & c}\n$$',
        '<table><tr><td>$t$</td></tr></table>',
        '    $code$',
        '[a $l$ink](https://x.example/$y$)',
        '\\begin{equation}\n\\begin{aligned} a &= b \\\\\n c &= d \\end{aligned}\n\\end{equation}',
        'not $5 or $6, nor $a\n\nb$',
        'Costs $5 and $10, \\$5 or `$n$`; $\\text{if $u$ is}$ and \\eqref{none}',
      ].join('\n\n'),
    )
    await typesetMath(shown)
    const said = [...shown.querySelectorAll('mjx-assistive-mml')].map(({ textContent }) =>
      textContent.replaceAll(/\s/g, ''),
    )
    expect(said).toEqual([
      'P(A|B)',
      '∥x∥',
      'a1∗b2∗c3',
      'a1',
      'b∗c∗d',
      'x=y',
      'z',
      'a_b#5%&c',
      't',
      'l',
      'a=bc=d',
      'ifuis',
      '(???)',
    ])
    expect(shown.querySelectorAll('tr')).toHaveLength(3)
    expect(shown.querySelector('td code')?.textContent).toBe('a $b$')
    expect(shown.querySelector('pre')?.textContent).toBe('$code$\n')
    expect(shown.querySelector('a')?.href).toBe('https://x.example/$y$')
    expect(shown.textContent).toContain('not $5 or $6, nor $a')
    expect(shown.querySelector('em, merror')).toBeNull()
  })

  it('share macros and labels in a notebook, before and after the definition', async () => {
    const notebook = document.createElement('nb-notebook')
    const add = async (text: string): Promise<HTMLElement> => {
      const note = page(text)
      notebook.append(note)
      await typesetMath(note)
      return note
    }
    document.body.append(notebook)
    const first = await add('$\\half + \\eqref{sum}$')
    expect(first.querySelector('mjx-assistive-mml')?.textContent).toContain('\\half')
    await add('$\\newcommand{\\half}{\\frac12}$ $$x \\tag{7} \\label{sum}$$')
    const last = await add('$\\half$')
    for (const note of [first, last]) expect(note.querySelector('mfrac')?.textContent).toBe('12')
    expect(first.querySelector('mjx-assistive-mml')?.textContent).toContain('(7)')
    // A note that is typeset again may define its label again.
    const label = await add('$\\later$ $$\\later \\tag{8} \\label{again}$$')
    await add('$\\require{cancel} \\require{physics} \\newcommand{\\later}{\\dv{f}{x}}$')
    expect(label.querySelectorAll('mfrac')).toHaveLength(2)
    expect(label.querySelector('[data-mml-node="merror"]')).toBeNull()
    // Another notebook does not have the macro.
    const other = page('$\\half$')
    await typesetMath(other)
    expect(other.querySelector('mfrac')).toBeNull()
  })
})
