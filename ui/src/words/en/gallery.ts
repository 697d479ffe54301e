// The page with a sample of every card.
import type { Place } from '../../ipc'

export const gallery = {
  title: 'Every message',
  text: 'Samples with made-up values. Their buttons do nothing here.',
  back: 'Help',
  places: { message: 'below a message', field: 'at a field', banner: 'above the view' } satisfies Record<Place, string>,
}
