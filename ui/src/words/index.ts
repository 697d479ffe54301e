// The language of the window; a second one is chosen here.
export { en as words } from './en'
