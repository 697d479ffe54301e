// Which of the chat's panels is open, and the message that waits for a choice made in it.

const fields: Record<string, string> = { top_p: 'topP', max_tokens: 'maxTokens' }

/** Where a setting stands in the form, by its name in a request. */
export const fieldOf = (setting: string) => fields[setting] ?? setting

class Panels {
  picker = $state(false)
  /** The failed message that goes out again with the model that is chosen. */
  resend = $state<number | null>(null)
  /** Models are chosen that answer besides the chat's own. */
  comparing = $state(false)
  parameters = $state(false)
  /** The field that a card has led to. */
  field = $state<string | null>(null)
  drawer = $state(false)
  outline = $state(false)
  /** Finding within the chat. */
  find = $state(false)

  openOutline() {
    this.closePicker()
    this.closeParameters()
    this.outline = true
  }

  openPicker(resend: number | null = null) {
    this.outline = false
    this.closeParameters()
    this.resend = resend
    this.comparing = false
    this.picker = true
  }

  openComparison() {
    this.openPicker()
    this.comparing = true
  }

  /** At the field of this name in a request, where it has one. */
  openParameters(setting: string | null = null) {
    this.closePicker()
    this.outline = false
    this.field = setting === null ? null : fieldOf(setting)
    this.parameters = true
  }

  closeParameters() {
    this.parameters = false
    this.field = null
  }

  closePicker() {
    this.picker = false
    this.comparing = false
    this.resend = null
  }
}

export const panels = new Panels()
