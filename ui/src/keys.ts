// The one guard for input methods: keys that belong to a composition (Japanese, Chinese, Korean, accents) are its own, so that
// the Enter that picks a word sends nothing and the Esc that drops one stops nothing.

/** WebKit tells of the key that ends a composition after its end, with `isComposing` false and the code of such keys. */
const OF_INPUT_METHOD = 229

/** For the window's capture phase: no other handler hears of such a key. What the key does to the text stays. */
export function keepComposing(event: KeyboardEvent) {
  if (event.isComposing || event.keyCode === OF_INPUT_METHOD) event.stopImmediatePropagation()
}
