// What a first answer would wait for: the web view looks a font up, or reads ours, when it is first laid out, and that takes up to 80 ms.
// So each kind of text is laid out once, out of sight, while nobody waits.
import { parse } from './policy'

const SAMPLES = [
  '<p>a <strong>a</strong> <em>a</em> <code>a</code></p>',
  '<h2>a</h2><h3>a</h3><ol><li>a</li></ol>',
  '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>',
  '<p><math><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></math></p>',
  '<div class="code"><pre><code>a<span class="hl-comment">a</span><span class="hl-keyword">a</span></code></pre></div>',
]
/** Between two of them, so that a key pressed meanwhile waits for one at most. */
const PAUSE = 50

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))

export async function layOutSamples() {
  for (const sample of SAMPLES) {
    await pause()
    layOut(sample)
  }
}

function layOut(sample: string) {
  const answer = document.createElement('div')
  answer.className = 'answer trial'
  answer.append(parse(sample))
  document.body.append(answer)
  answer.getBoundingClientRect()
  answer.remove()
}
