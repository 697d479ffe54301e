// Where the cursor goes when what has it is taken off the page or switched off, often by its own act: to what took its place.
// Without that it falls to the page, and the next Tab starts at the top. A part that knows better moves it first.

/** What can have the cursor, beside the fields: those stay. */
const CONTROL = 'button, a[href], summary, input[type="checkbox"], [tabindex="0"]'

type Place = {
  element: HTMLElement
  name: string
  /** What it stands in, the nearest first, and where in each: the how manieth of its name, and of all controls. */
  around: { parent: HTMLElement; ofName: number; ofAll: number }[]
  wasLost: boolean
}

const nameOf = (element: Element) => element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''
const isOff = (element: Element) => element.matches(':disabled')
const stands = (element: Element) => element.isConnected && !isOff(element)
const controlsIn = (parent: Element) => [...parent.querySelectorAll<HTMLElement>(CONTROL)].filter(stands)

function placeOf(element: HTMLElement): Place {
  const name = nameOf(element)
  const around: Place['around'] = []
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
    const controls = controlsIn(parent)
    const ofName = controls.filter((each) => nameOf(each) === name).indexOf(element)
    around.push({ parent, ofName, ofAll: controls.indexOf(element) })
    if (parent.matches('main, aside, dialog, [role="dialog"]')) break
  }
  return { element, name, around, wasLost: false }
}

function heirOf({ element, name, around }: Place, composer: HTMLElement | null): HTMLElement | null | undefined {
  // What is switched off may be on again soon; in a form there is a field to go on with.
  if (element.isConnected) return element.closest('form')?.querySelector<HTMLElement>('input:enabled, textarea:enabled, select:enabled')
  const left = around.filter(({ parent }) => parent.isConnected)
  const [nearest] = left
  const same = nearest && controlsIn(nearest.parent).filter((each) => nameOf(each) === name)[nearest.ofName]
  if (same || composer) return same ?? composer
  for (const { parent, ofAll } of left) {
    const controls = controlsIn(parent)
    if (controls.length > 0) return controls[Math.min(ofAll, controls.length - 1)]
  }
  return document.getElementById('content')
}

/** For as long as the window is open. Nothing is watched but while a control has the cursor. */
export function keepFocus(): () => void {
  let place: Place | undefined
  const watching = new MutationObserver(() => {
    if (!place) return
    if (!stands(place.element)) later(place)
    // It was off and is on again.
    else if (place.wasLost && isLost(place)) place.element.focus({ preventScroll: true })
  })
  const isLost = ({ element }: Place) => [null, document.body, element].includes(document.activeElement as HTMLElement | null)

  function release() {
    watching.disconnect()
    place = undefined
  }
  function take({ target }: FocusEvent) {
    release()
    if (!(target instanceof HTMLElement) || !target.matches(CONTROL)) return
    place = placeOf(target)
    watching.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  }
  /** After whoever moves the cursor on purpose. */
  function later(lost: Place) {
    setTimeout(() => {
      if (place !== lost || stands(lost.element) || !isLost(lost)) return
      lost.wasLost = true
      const isOfChat = lost.around.some(({ parent }) => parent.matches('main'))
      heirOf(lost, isOfChat ? document.querySelector<HTMLElement>('.composer textarea') : null)?.focus({ preventScroll: true })
    })
  }
  /** Somebody pressed beside it: then nothing has the cursor, as they wanted. */
  function leave() {
    const left = place
    setTimeout(() => left && place === left && stands(left.element) && document.activeElement !== left.element && release())
  }
  document.addEventListener('focusin', take)
  document.addEventListener('focusout', leave)
  return () => {
    release()
    document.removeEventListener('focusin', take)
    document.removeEventListener('focusout', leave)
  }
}
