// Work that is done once a frame, however often it is asked for. A hidden window draws no frames, but must not
// fall behind either: a timer stands in.

const HIDDEN_FRAME = 100

export function onceAFrame(work: () => void): () => void {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    const run = () => {
      if (!asked) return
      asked = false
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      work()
    }
    const frame = requestAnimationFrame(run)
    const timer = setTimeout(run, HIDDEN_FRAME)
  }
}

/** Once what the page shows by now is painted, and what it draws with its next frame. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const nextFrame = onceAFrame(() => setTimeout(resolve))
    onceAFrame(nextFrame)()
  })
}
