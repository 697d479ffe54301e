// Asking for a file, and taking those that are dropped or pasted. The system's own chooser opens, so it must follow a press at once.

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

/** Of a folder only the name is known. Null where there are none. */
export function filesOf(data: DataTransfer | null): { files: File[]; folders: string[] } | null {
  if (!data || data.files.length === 0) return null
  const entries = [...data.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  const folders = entries.filter((entry) => entry?.isDirectory).map((entry) => entry?.name ?? '')
  return { files: [...data.files].filter((file) => !folders.includes(file.name)), folders }
}

export const certificateFiles = '.pem,.crt,.cer,.der,.ca-bundle,application/x-x509-ca-cert,application/x-pem-file'

/** Word and Excel copy what they show, beside the words: the words are meant. */
export function isPictureOfText(data: DataTransfer): boolean {
  const isFormatted = data.types.some((type) => type === 'text/html' || type === 'text/rtf')
  const isPicture = [...data.files].every((file) => file.type.startsWith('image/'))
  return isFormatted && isPicture && data.getData('text/plain') !== ''
}
