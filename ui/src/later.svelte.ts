// The views and panels that no start waits for. Their code, styles and words are read once the first view stands, so that
// none of them is waited for either; who is faster sees it some milliseconds later.

const sources = {
  // What a press or a message of Rust may need at once comes first.
  dialogs: () => import('./parts/Dialogs.svelte'),
  menu: () => import('./parts/Menu.svelte'),
  thread: () => import('./parts/Thread.svelte'),
  lampMeans: () => import('./parts/LampMeans.svelte'),
  emptyChat: () => import('./parts/EmptyChat.svelte'),
  banner: () => import('./parts/Banner.svelte'),
  connectedCard: () => import('./parts/ConnectedCard.svelte'),
  attachments: () => import('./parts/Attachments.svelte'),
  parameterChips: () => import('./parts/ParameterChips.svelte'),
  contextMeter: () => import('./parts/ContextMeter.svelte'),
  accountSwitch: () => import('./parts/AccountSwitch.svelte'),
  temporaryRow: () => import('./parts/TemporaryRow.svelte'),
  selectedChats: () => import('./parts/SelectedChats.svelte'),
  chatDrag: () => import('./parts/ChatDrag.svelte'),
  dropTargets: () => import('./parts/DropTargets.svelte'),
  outline: () => import('./parts/Outline.svelte'),
  outlineButton: () => import('./parts/OutlineButton.svelte'),
  setup: () => import('./views/SetUp.svelte'),
  media: () => import('./views/Media.svelte'),
  mediaFigure: () => import('./parts/media/MediaFigure.svelte'),
  models: () => import('./views/Models.svelte'),
  project: () => import('./views/Project.svelte'),
  prompts: () => import('./views/Prompts.svelte'),
  snippetList: () => import('./parts/SnippetList.svelte'),
  snippetForm: () => import('./parts/SnippetForm.svelte'),
  balance: () => import('./views/Balance.svelte'),
  usage: () => import('./views/Usage.svelte'),
  search: () => import('./views/Search.svelte'),
  found: () => import('./parts/Found.svelte'),
  settings: () => import('./views/Settings.svelte'),
  help: () => import('./views/Help.svelte'),
  gallery: () => import('./views/Gallery.svelte'),
  log: () => import('./views/Log.svelte'),
  doctor: () => import('./views/Doctor.svelte'),
  burst: () => import('./parts/usage/Burst.svelte'),
  contextParts: () => import('./parts/ContextParts.svelte'),
  mergeDialog: () => import('./parts/MergeDialog.svelte'),
  modelList: () => import('./parts/ModelList.svelte'),
  chatParameters: () => import('./parts/ChatParameters.svelte'),
  costDetails: () => import('./parts/CostDetails.svelte'),
  keyProgress: () => import('./parts/KeyProgress.svelte'),
  startAddress: () => import('./parts/StartAddress.svelte'),
}

/** Acts, by what begins them: a press of the right button, one in an answer, a shortcut. */
const acts = {
  menus: () => import('./parts/menus'),
  inAnswer: () => import('./answer/press'),
  find: () => import('./state/findInChat.svelte'),
  transfer: () => import('./state/transfer.svelte'),
}

type Sources = typeof sources
type Acts = { [Name in keyof typeof acts]: Awaited<ReturnType<(typeof acts)[Name]>> }
type Name = keyof Sources
type Part<Key extends Name> = Awaited<ReturnType<Sources[Key]>>['default']

class Later {
  #parts = $state.raw<{ [Key in Name]?: Part<Key> }>({})
  readonly #acts: Partial<Acts> = {}

  has(name: string): name is Name {
    return name in sources
  }
  /** Nothing until it has been read, which asking for it begins. */
  get<Key extends Name>(name: Key): Part<Key> | undefined {
    const part = this.#parts[name] as Part<Key> | undefined
    if (!part) void this.#read(name)
    return part
  }
  /** At once where it has been read, else as soon as it is: a press right after the start is not lost. */
  do<Key extends keyof Acts>(name: Key, act: (acts: Acts[Key]) => unknown) {
    const known = this.#acts[name]
    if (known) act(known)
    else void this.#learn(name).then(act)
  }
  async #learn<Key extends keyof Acts>(name: Key): Promise<Acts[Key]> {
    const read = (await acts[name]()) as Acts[Key]
    const known: { [Key in keyof Acts]?: Acts[Key] } = this.#acts
    known[name] = read
    return read
  }
  async #read(name: Name) {
    const { default: part } = await sources[name]()
    if (this.#parts[name] !== part) this.#parts = { ...this.#parts, [name]: part }
  }
  /** One after another, so that what is pressed meanwhile waits for one at most. */
  async readAll() {
    for (const name of Object.keys(acts)) await this.#learn(name as keyof Acts)
    for (const name of Object.keys(sources)) await this.#read(name as Name)
  }
}

export const later = new Later()
