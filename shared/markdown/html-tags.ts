// HTML in Markdown, like Jupyter: an allowlist of tags and attributes. They become the same tokens as Markdown's own, so
// that renderers handle all links and images in one place. Anything else never becomes a tag.
import type { MarkdownIt, StateCore, Token } from 'markdown-it'

type NewToken = StateCore['Token']

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

export const allowedTags =
  words(`a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd
  del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav
  ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt
  u ul var wbr`)
const voidTags = words('br col hr img wbr')
/** Removed with their content. */
const hiddenTags = words(
  'script style iframe object embed template noscript svg math title textarea xmp noembed noframes',
)
/** Removed without their content. Any other name is not HTML and stays text, like `<name>` in a reply. */
const strippedTags =
  words(`html head body meta link base form input button select option optgroup label fieldset legend
  output progress meter dialog canvas audio video source track picture map area param frame frameset applet marquee slot
  menu hgroup search nobr blink basefont bgsound acronym dir datalist`)

/** Prefix for ids of a note, so that they do not collide with ids of the page. */
export const anchorPrefix = 'user-content-'

const size = /^\d{1,4}(?:\.\d{1,4})?(?:px|%|em|rem)?$/
const attributes: Readonly<Record<string, RegExp>> = {
  href: /^/,
  src: /^/,
  alt: /^/,
  title: /^/,
  width: size,
  height: size,
  border: /^\d{1,2}$/,
  cellpadding: /^\d{1,3}$/,
  cellspacing: /^\d{1,3}$/,
  colspan: /^\d{1,3}$/,
  rowspan: /^\d{1,3}$/,
  start: /^-?\d{1,9}$/,
  open: /^/,
  align: /^(?:left|right|center|justify|top|middle|bottom)$/i,
  valign: /^(?:top|middle|bottom|baseline)$/i,
  dir: /^(?:ltr|rtl|auto)$/i,
  lang: /^[\w-]{1,20}$/,
  color: /^(?:#[\da-f]{3,8}|[a-z]{1,30})$/i,
  size: /^[+-]?\d$/,
  type: /^[1aAiI]$/,
  datetime: /^[\w:.+ -]{1,40}$/,
}
export const allowedAttributes = Object.keys(attributes).filter((name) => name !== 'src')

const allowedClass = /^alert(?:-(?:info|success|warning|danger|block|primary|secondary|light|dark))?$/

const styleProperty =
  /^(?:color|background(?:-color)?|text-(?:align|decoration|indent|transform)|vertical-align|white-space|line-height|letter-spacing|font(?:-(?:family|size|style|weight|variant))?|(?:min-|max-)?(?:width|height)|(?:margin|padding)(?:-(?:top|right|bottom|left))?|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:radius|collapse|spacing)|float|clear|display|list-style-type|opacity|columns?|gap|(?:justify|align)-(?:content|items)|flex(?:-(?:direction|wrap|grow|shrink|basis))?)$/
/** Words, lengths and colours, but no URLs and no negative values that would draw over other content. */
const styleValue = /^(?:[\w\s#.,%"'!+/]|(?<=[a-z])-(?=[a-z])|\b(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\))+$/i

const allowedStyle = (text: string): string => {
  return text
    .slice(0, 2_000)
    .split(';')
    .flatMap((declaration) => {
      const [, name = '', text = ''] = /^\s*([a-z-]+)\s*:\s*(\S.*?)\s*$/is.exec(declaration) ?? []
      return styleProperty.test(name.toLowerCase()) && text.length <= 200 && styleValue.test(text)
        ? [`${name.toLowerCase()}: ${text}`]
        : []
    })
    .join('; ')
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g
const tag =
  /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/y

/** Converts the HTML of one text to tokens, keeping track of open tags across paragraphs. */
class Tags {
  private readonly open: string[] = []
  private hiding: string | null = null

  constructor(
    private readonly markdown: MarkdownIt,
    private readonly make: NewToken,
  ) {}

  /** The tokens for a piece of HTML. Other tokens are returned unchanged, or dropped inside a hidden tag. */
  take(token: Token): Token[] {
    if (token.type !== 'html_inline' && token.type !== 'html_block')
      return this.hiding === null || token.nesting !== 0 ? [token] : []
    const made: Token[] = []
    const { content } = token
    for (let at = 0; at < content.length;) {
      const next = this.hiding === null ? content.indexOf('<', at) : this.hiddenEnd(content, at)
      if (this.hiding === null) this.text(made, content.slice(at, next < 0 ? content.length : next))
      if (next < 0) break
      at = this.tagOrComment(made, content, next)
    }
    for (const each of made) each.map = token.map
    return made
  }

  /** Closes the tags that are still open at the end of the text. */
  end(): Token[] {
    return this.open.toReversed().map((name) => this.closing(name))
  }

  private hiddenEnd(content: string, at: number): number {
    return content.toLowerCase().indexOf(`</${this.hiding ?? ''}`, at)
  }

  /** Converts the tag or comment at `at` and returns the offset of its end. */
  private tagOrComment(made: Token[], content: string, at: number): number {
    if (/^<(?:!|\?)/.test(content.slice(at, at + 2))) {
      const end = content.startsWith('<!--', at)
        ? content.indexOf('-->', at) + 3
        : content.indexOf('>', at) + 1
      return end > at ? end : content.length
    }
    tag.lastIndex = at
    const [whole, slash, rawName = '', rawAttributes = ''] = tag.exec(content) ?? []
    const name = rawName.toLowerCase()
    if (this.hiding !== null) {
      if (name === this.hiding) this.hiding = null
      return at + (whole?.length ?? 1)
    }
    if (whole === undefined) {
      this.text(made, '<')
      return at + 1
    }
    if (hiddenTags.has(name)) {
      if (slash === '' && !whole.endsWith('/>')) this.hiding = name
    } else if (allowedTags.has(name)) {
      if (slash === '') this.openTag(made, name, rawAttributes)
      else this.closeTag(made, name)
    } else if (!strippedTags.has(name)) this.text(made, whole)
    return at + whole.length
  }

  private text(made: Token[], text: string): void {
    if (text === '') return
    const token = new this.make('html_inline', '', 0)
    token.content = text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    made.push(token)
  }

  private openTag(made: Token[], name: string, rawAttributes: string): void {
    const attrs = this.attributes(rawAttributes)
    if (name === 'img') {
      const token = new this.make('image', 'img', 0)
      token.attrs = attrs
      token.content = new Map(attrs).get('alt') ?? ''
      made.push(token)
      return
    }
    const isLink = name === 'a' && attrs.some(([key]) => key === 'href')
    const token = new this.make(isLink ? 'link_open' : 'tag_open', name, voidTags.has(name) ? 0 : 1)
    token.attrs = attrs.filter(([key]) => key !== 'src' && key !== 'alt' && (isLink || key !== 'href'))
    made.push(token)
    if (!voidTags.has(name)) this.open.push(name)
  }

  private closeTag(made: Token[], name: string): void {
    const at = this.open.lastIndexOf(name)
    if (at < 0) return
    for (const inner of this.open.splice(at).toReversed()) made.push(this.closing(inner))
  }

  private closing(name: string): Token {
    return new this.make('tag_close', name, -1)
  }

  private attributes(text: string): [string, string][] {
    const found = new Map<string, string>()
    for (const [, rawName = '', double, single, bare] of text.matchAll(attribute)) {
      const name = rawName.toLowerCase()
      const value = this.markdown.utils.unescapeAll(double ?? single ?? bare ?? '')
      if (found.has(name)) continue
      if (name === 'class') {
        const classes = value.split(/\s+/).filter((word) => allowedClass.test(word))
        if (classes.length > 0) found.set(name, classes.join(' '))
      } else if (name === 'style') {
        const style = allowedStyle(value)
        if (style !== '') found.set(name, style)
      } else if (name === 'id' || name === 'name') {
        if (/^[\w:.-]{1,200}$/.test(value)) found.set('id', anchorPrefix + value)
      } else if (Object.hasOwn(attributes, name) && attributes[name]?.test(value)) found.set(name, value)
    }
    return [...found]
  }
}

export const tagRules = (markdown: MarkdownIt): void => {
  markdown.core.ruler.push('tags', (state) => {
    const tags = new Tags(markdown, state.Token)
    const tokens: Token[] = []
    for (const token of state.tokens) {
      if (token.children) token.children = token.children.flatMap((child) => tags.take(child))
      tokens.push(...(token.type === 'html_block' ? tags.take(token) : [token]))
    }
    state.tokens = [...tokens, ...tags.end()]
  })
}
