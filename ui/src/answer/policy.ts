// The window's one Trusted Types policy. HTML of answers is made safe by the `markdown` crate in Rust, and only this room
// may place it; no other code in the window turns a string into HTML.

type Policy = { createHTML(html: string): string }
type Factory = { createPolicy(name: string, rules: Policy): Policy }

const rules: Policy = { createHTML: (html) => html }
// Web views before Trusted Types lack the factory.
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
const policy = factory?.createPolicy('telltale', rules) ?? rules

/** Parses the HTML of one block into nodes that stand nowhere yet. */
export function parse(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = policy.createHTML(html)
  return template.content
}
