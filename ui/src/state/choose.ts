// Asking for a file. The system's own chooser opens, so it must follow a press at once.

let last: HTMLInputElement | undefined

/** `then` is not called when the person chooses none. */
export function chooseFile(accept: string, then: (file: File) => unknown) {
  last?.remove()
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  input.hidden = true
  input.onchange = () => {
    const file = input.files?.[0]
    input.remove()
    if (file) then(file)
  }
  // Some engines only open the chooser of an input that is in the page.
  document.body.append(input)
  last = input
  input.click()
}

export const certificateFiles = '.pem,.crt,.cer,.der,.ca-bundle,application/x-x509-ca-cert,application/x-pem-file'
