// Asking for a file. The system's own chooser opens, so it must follow a press at once.

let last: HTMLInputElement | undefined

/** `then` is not called when the person chooses none. */
export function chooseFile(accept: string, then: (file: File) => unknown) {
  choose(accept, false, ([file]) => file && then(file))
}

export const chooseFiles = (then: (files: File[]) => unknown) => choose('', true, then)

function choose(accept: string, multiple: boolean, then: (files: File[]) => unknown) {
  last?.remove()
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  input.multiple = multiple
  input.hidden = true
  input.onchange = () => {
    const files = [...(input.files ?? [])]
    input.remove()
    if (files.length > 0) then(files)
  }
  // Some engines only open the chooser of an input that is in the page.
  document.body.append(input)
  last = input
  input.click()
}

export const certificateFiles = '.pem,.crt,.cer,.der,.ca-bundle,application/x-x509-ca-cert,application/x-pem-file'
