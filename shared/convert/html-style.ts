// Styles of an exported file: the app's colours and column width, without controls.

const light = `--background: #fcfcfb; --surface: #f5f5f3; --text: #22252a; --muted: #62676f; --border: #e3e3e0;
--accent: #3557b7; --accent-soft: #3557b712; --error: #b3261e; --error-soft: #b3261e12;
--keyword: #7a3e9d; --string: #2c6e49; --number: #9a4a00; --comment: #62676f; --definition: #1d5aa8; --type: #0b6b73;
--ansi-0: #24292f; --ansi-1: #b3261e; --ansi-2: #1a6b33; --ansi-3: #7d5200; --ansi-4: #0a56b8; --ansi-5: #7b2f9e;
--ansi-6: #0b6672; --ansi-7: #57606a; --ansi-8: #57606a; --ansi-9: #c4291f; --ansi-10: #18753a; --ansi-11: #8a5a00;
--ansi-12: #0b62d6; --ansi-13: #8f3bb8; --ansi-14: #0b707d; --ansi-15: #32383f;`

const dark = `--background: #16181c; --surface: #1e2126; --text: #e4e6ea; --muted: #9ba1ab; --border: #31353c;
--accent: #8fabff; --accent-soft: #8fabff1a; --error: #ff8a80; --error-soft: #ff8a801a;
--keyword: #d2a6ff; --string: #9fd89f; --number: #f0b37e; --comment: #8b919b; --definition: #8fbcff; --type: #7fd4d9;
--ansi-0: #c9d1d9; --ansi-1: #ff8a80; --ansi-2: #6ccf86; --ansi-3: #e0b454; --ansi-4: #7fb4ff; --ansi-5: #d2a0f5;
--ansi-6: #62cfdc; --ansi-7: #c9d1d9; --ansi-8: #8b949e; --ansi-9: #ffa198; --ansi-10: #83dd9b; --ansi-11: #ecc670;
--ansi-12: #9cc5ff; --ansi-13: #deb6fa; --ansi-14: #7fdde8; --ansi-15: #f0f3f6;`

const fonts = `--font: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
--code: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace;`

/** Light or dark as set in the system. */
const colours = `:root { color-scheme: light dark; ${fonts} ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }`

export const pageStyle = `
${colours}
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.65 var(--font); }
main { max-width: 800px; margin: 0 auto; padding: 48px 16px 96px; }
section { position: relative; margin: 0 0 20px; }
a { color: var(--accent); text-underline-offset: 2px; }
pre { margin: 0; font: 13px/20px var(--code); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 8; }
pre.source { padding: 12px 16px; border-radius: 6px; background: var(--surface); }
.count { position: absolute; top: 12px; right: 100%; padding-right: 12px; color: var(--muted); font: 12px/20px var(--code); }
.outputs { padding: 8px 16px 0; }
.outputs > * { margin: 4px 0; }
.outputs > :is(img, iframe) { display: block; }
.outputs > img { max-width: 100%; height: auto; border-radius: 6px; background: #fff; }
iframe { width: 100%; border: 0; resize: vertical; overflow: auto; }
pre.long { max-height: 480px; overflow: auto; }
pre:is(.stderr, .traceback) { padding: 8px 12px; border-radius: 6px; background: var(--error-soft); }
pre.traceback { box-shadow: inset 2px 0 0 var(--error); }
pre:is(.unknown, .raw, .thinking), .omitted { color: var(--muted); }
.omitted { font-size: 14px; }
.prompt { padding: 12px 16px; border-radius: 6px; background: var(--accent-soft); }
.reply { padding: 0 16px; border-left: 2px solid var(--accent); }
.role { margin: 0 0 4px; color: var(--muted); font-size: 13px; font-weight: 600; }
details { margin: 0 0 12px; font-size: 14px; }
summary { color: var(--muted); cursor: pointer; }
.markdown { overflow-wrap: break-word; }
.markdown > :is(p, ul, ol, blockquote, pre, .nb-table, hr) { margin: 0 0 12px; }
.markdown > p.role { margin-bottom: 4px; }
.markdown > :last-child { margin-bottom: 0; }
.markdown :is(h1, h2, h3, h4, h5, h6) { margin: 24px 0 8px; font-weight: 650; line-height: 1.3; text-wrap: balance; }
.markdown > :is(h1, h2, h3, h4, h5, h6):first-child { margin-top: 0; }
.markdown h1 { font-size: 1.75em; letter-spacing: -0.015em; }
.markdown h2 { font-size: 1.35em; letter-spacing: -0.01em; }
.markdown h3 { font-size: 1.12em; }
.markdown :is(h4, h5, h6) { font-size: 1em; }
.markdown :is(ul, ol) { padding-left: 24px; }
.markdown li > :is(ul, ol, p) { margin: 4px 0; }
.markdown li.nb-task { list-style: none; }
.markdown li.nb-task::before { content: '☐'; margin: 0 8px 0 -22px; }
.markdown li.nb-done::before { content: '☑'; color: var(--accent); }
.markdown blockquote { padding-left: 16px; box-shadow: inset 2px 0 0 var(--border); color: var(--muted); }
.markdown :not(pre) > code { padding: 2px 5px; border-radius: 4px; background: var(--surface); font: 0.88em/1.5 var(--code); }
.prompt :not(pre) > code { background: none; padding: 0; }
.markdown hr { height: 1px; border: 0; background: var(--border); }
.markdown img { max-width: 100%; height: auto; }
.nb-table { overflow-x: auto; }
.nb-table table { border-collapse: collapse; font-size: 0.93em; font-variant-numeric: tabular-nums; }
.nb-table :is(th, td) { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; }
.nb-table .nb-center { text-align: center; }
.nb-table .nb-right { text-align: right; }
math[display='block'] { margin: 8px 0; overflow-x: auto; overflow-y: hidden; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.tok-keyword, .tok-bool, .tok-operatorKeyword { color: var(--keyword); }
.tok-string, .tok-string2 { color: var(--string); }
.tok-number { color: var(--number); }
.tok-comment { color: var(--comment); font-style: italic; }
.tok-definition { color: var(--definition); }
.tok-className, .tok-typeName { color: var(--type); }
.ansi { color: var(--ansi-fg, inherit); background: var(--ansi-bg, transparent); }
.ansi-inverse { color: var(--ansi-bg, var(--background)); background: var(--ansi-fg, var(--text)); }
.ansi-bold { font-weight: 600; }
.ansi-faint { opacity: 0.75; }
.ansi-italic { font-style: italic; }
.ansi-underline { text-decoration: underline; }
.ansi-strike { text-decoration: line-through; }
.ansi-underline.ansi-strike { text-decoration: underline line-through; }
@media (max-width: 900px) { .count { position: static; display: block; padding: 0 0 4px; } }
@media print { pre.long { max-height: none; } }
`

/** Defaults inside a frame; an output's own styles override them. */
export const frameStyle = `
${colours}
body { margin: 0; color: var(--text); font: 14px/1.5 var(--font); }
svg, img { max-width: 100%; max-height: 100vh; height: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; border: 0; border-bottom: 1px solid var(--border); text-align: right; }
th { font-weight: 600; }
a { color: var(--accent); }
`
