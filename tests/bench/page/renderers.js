// The ways of showing a streamed answer that the window is measured against. Each gives a function that takes the text that
// came since the last frame.

export const renderers = { 'markdown-it': markdownIt, 'streaming-markdown': streamingMarkdown, plain }

// No Markdown at all: the least that a page can do.
function plain(answer) {
  answer.className = 'plain'
  return (piece) => answer.append(piece)
}

async function streamingMarkdown(answer) {
  const { default_renderer, parser, parser_end, parser_write } = await import('/node_modules/streaming-markdown/smd.js')
  const state = parser(default_renderer(answer))
  return (piece, ended) => {
    parser_write(state, piece)
    if (ended) parser_end(state)
  }
}

// The good usual way: only the last block is parsed and drawn again, all before it stays.
async function markdownIt(answer) {
  const { default: MarkdownIt } = await import('/node_modules/markdown-it/dist/browser/markdown-it.esm.min.mjs')
  const { default: hljs } = await import('/node_modules/@highlightjs/cdn-assets/es/highlight.min.js')
  const { default: katex } = await import('/node_modules/katex/dist/katex.mjs')
  const color = (code, language) => (hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : '')
  const markdown = MarkdownIt({ linkify: true, highlight: color }).use(formulas, katex)

  let open = answer.appendChild(document.createElement('div'))
  let text = ''
  return (piece) => {
    text += piece
    const tokens = markdown.parse(text, {})
    const last = tokens.findLastIndex((token) => token.level === 0 && token.nesting >= 0 && token.map)
    const draw = (tokens) => (open.innerHTML = markdown.renderer.render(tokens, markdown.options, {}))
    if (last > 0) {
      draw(tokens.slice(0, last))
      open = answer.appendChild(document.createElement('div'))
      text = text.split('\n').slice(tokens[last].map[0]).join('\n')
    }
    draw(tokens.slice(Math.max(last, 0)))
  }
}

// `$…$` and `$$…$$`.
function formulas(markdown, katex) {
  markdown.inline.ruler.before('escape', 'formula', (state, silent) => {
    const sign = /^\$\$?/.exec(state.src.slice(state.pos))?.[0]
    const end = sign ? state.src.indexOf(sign, state.pos + sign.length) : -1
    if (end < 0) return false
    if (!silent) {
      const token = state.push('formula', '', 0)
      token.content = state.src.slice(state.pos + sign.length, end)
      token.markup = sign
    }
    state.pos = end + sign.length
    return true
  })
  markdown.renderer.rules.formula = (tokens, at) =>
    katex.renderToString(tokens[at].content, { displayMode: tokens[at].markup === '$$', throwOnError: false })
}
