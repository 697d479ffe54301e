// Which of the chat's panels is open, and the message that waits for a choice made in it.

class Panels {
  picker = $state(false)
  /** The failed message that goes out again with the model that is chosen. */
  resend = $state<number | null>(null)
  parameters = $state(false)
  drawer = $state(false)

  openPicker(resend: number | null = null) {
    this.parameters = false
    this.resend = resend
    this.picker = true
  }

  closePicker() {
    this.picker = false
    this.resend = null
  }
}

export const panels = new Panels()
