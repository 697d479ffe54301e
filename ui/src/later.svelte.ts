// The views and panels that no start waits for. Their code, styles and words are read once the first view stands, so that
// none of them is waited for either; who is faster sees it some milliseconds later.

const sources = {
  thread: () => import('./parts/Thread.svelte'),
  selectedChats: () => import('./parts/SelectedChats.svelte'),
  chatDrag: () => import('./parts/ChatDrag.svelte'),
  dropTargets: () => import('./parts/DropTargets.svelte'),
  outline: () => import('./parts/Outline.svelte'),
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
  menu: () => import('./parts/Menu.svelte'),
  mergeDialog: () => import('./parts/MergeDialog.svelte'),
  modelList: () => import('./parts/ModelList.svelte'),
  parameterForm: () => import('./parts/ParameterForm.svelte'),
  consentDialog: () => import('./parts/ConsentDialog.svelte'),
  folderDialog: () => import('./parts/FolderDialog.svelte'),
  costDetails: () => import('./parts/CostDetails.svelte'),
  importDialog: () => import('./parts/ImportDialog.svelte'),
  keyProgress: () => import('./parts/KeyProgress.svelte'),
  quitDialog: () => import('./parts/QuitDialog.svelte'),
  startAddress: () => import('./parts/StartAddress.svelte'),
}

type Sources = typeof sources
type Name = keyof Sources
type Part<Key extends Name> = Awaited<ReturnType<Sources[Key]>>['default']

class Later {
  #parts = $state.raw<{ [Key in Name]?: Part<Key> }>({})

  has(name: string): name is Name {
    return name in sources
  }
  /** Nothing until it has been read, which asking for it begins. */
  get<Key extends Name>(name: Key): Part<Key> | undefined {
    const part = this.#parts[name] as Part<Key> | undefined
    if (!part) void this.#read(name)
    return part
  }
  async #read(name: Name) {
    const { default: part } = await sources[name]()
    if (this.#parts[name] !== part) this.#parts = { ...this.#parts, [name]: part }
  }
  /** One after another, so that what is pressed meanwhile waits for one at most. */
  async readAll() {
    for (const name of Object.keys(sources)) await this.#read(name as Name)
  }
}

export const later = new Later()
