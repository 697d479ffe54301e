/** Puts the cursor into a field with its text selected, as an address bar does: what is typed takes its place. */
export function arrive(field: HTMLInputElement | null | undefined) {
  field?.focus()
  field?.select()
}
