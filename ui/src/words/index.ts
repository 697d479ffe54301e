// The language of the window; a second one is chosen here.
export { en as words } from './en'
export { typed } from './typed.en'
