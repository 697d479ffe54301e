// Finds what a person would find: visible, by role and by the name that a screen reader says.
// Takes a list of steps, each searched for inside what the one before it found; returns an element or null.
const roles = {
  button: "button, [role=button], input[type=submit]",
  link: "a[href], [role=link]",
  textbox: "textarea, input:not([type]), input[type=text], input[type=search], input[type=password], input[type=url], input[type=number], [role=textbox], [role=searchbox], [role=combobox]",
  checkbox: "input[type=checkbox], [role=checkbox], [role=switch]",
  radio: "input[type=radio], [role=radio]",
  combobox: "select, [role=combobox]",
  option: "option, [role=option]",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  navigation: "nav, [role=navigation]",
};
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
function name(element) {
  const label = element.getAttribute("aria-label");
  if (label) return plain(label);
  const ids = element.getAttribute("aria-labelledby");
  if (ids) return plain(ids.split(" ").map((id) => document.getElementById(id)?.textContent).join(" "));
  if (element.labels?.length) return plain([...element.labels].map((one) => one.textContent).join(" "));
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true], svg").forEach((hidden) => hidden.remove());
  return plain(copy.textContent) || plain(element.title) || plain(element.placeholder) || plain(element.value);
}
let scope = document;
for (const step of arguments[0]) {
  const found = [...scope.querySelectorAll(step.css ?? roles[step.role] ?? `[role=${step.role}]`)].filter(
    (element) => element.getClientRects().length > 0 && (step.name == null || name(element) === step.name),
  );
  scope = step.last ? found.at(-1) : found[0];
  if (!scope) return null;
}
return scope;
