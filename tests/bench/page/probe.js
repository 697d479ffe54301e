// What the bench asks of a page, the app's or its own: how long its frames are, and what an update of the answer costs.
// A function body; its arguments are the selector of the answer, the last one counts, and how many answers come at once.
const answers = () => document.querySelectorAll(arguments[0])
const answer = () => [...answers()].at(-1)
const many = arguments[1] ?? 1
const endOf = (last) => {
  while (last.lastElementChild && (last.lastElementChild.textContent ?? '').length > 2000) last = last.lastElementChild
  return (last.textContent ?? '').slice(-2000)
}
const nextFrame = requestAnimationFrame.bind(window)

const probe = (window.probe = {
  frames: [],
  isTiming: false,
  spent: 0,
  updates: 0,
  /** Whether the end of each answer holds this; looked for in the text of its last elements only. */
  shows(mark) {
    const last = [...answers()].slice(-many)
    return last.length === many && last.every((each) => endOf(each).includes(mark))
  },
  length: () => (answer()?.textContent ?? '').length,
})

let before = performance.now()
function step() {
  const now = performance.now()
  if (probe.isTiming) probe.frames.push(now - before)
  before = now
  nextFrame(step)
}
nextFrame(step)

// An update begins where the page is called, by a message from Rust or by a frame, and ends once what it changed is laid out.
// What is changed is known after the page's own code ran, since observers are told last.
let begun = null
const timed = (call) => (...values) => {
  begun = performance.now()
  return call(...values)
}
probe.time = () => {
  const calls = window.__TAURI_INTERNALS__?.callbacks
  for (const [id, call] of calls ?? []) calls.set(id, timed(call))
  window.requestAnimationFrame = (call) => nextFrame(timed(call))
  const observer = new MutationObserver(() => {
    begun ??= performance.now()
    void document.documentElement.offsetHeight
    void answer().offsetHeight
    const now = performance.now()
    probe.spent += now - begun
    probe.updates++
    begun = null
  })
  observer.observe(answer(), { subtree: true, childList: true, characterData: true, attributes: true })
}
