// Asks the bench's server for an answer, as the app does, and shows what came once a frame. The address names the renderer.
import { renderers } from '/page/renderers.js'

const name = location.search.slice(1)
const answer = document.getElementById('answer')
const scroller = document.getElementById('scroller')
const write = await renderers[name](answer)

let waiting = ''
let ended = false
let asked = false

function paint() {
  asked = false
  const piece = waiting
  waiting = ''
  write(piece, ended)
  scroller.scrollTop = scroller.scrollHeight
  if (ended) document.title = 'done'
}

function schedule() {
  if (!asked) requestAnimationFrame(paint)
  asked = true
}

function take(event) {
  if (!event.startsWith('data: {')) return
  waiting += JSON.parse(event.slice('data: '.length)).choices[0].delta.content ?? ''
  schedule()
}

window.ask = async () => {
  const body = JSON.stringify({ model: 'echo', stream: true, messages: [{ role: 'user', content: 'Go' }] })
  const response = await fetch('/v1/chat/completions', { method: 'POST', body })
  let rest = ''
  for await (const text of texts(response.body)) {
    const events = (rest + text).split('\n\n')
    rest = events.pop()
    events.forEach(take)
  }
  ended = true
  schedule()
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value
}

document.title = 'ready'
