// Short news of the balance.
import { count, plural } from './grammar'

export const told = {
  getPoints: 'Get points',
  low: (points: number, level: number) => `Your balance fell below ${count(level)} points: ${count(points)} left.`,
  refill: (added: number) => `${plural(added, 'point was', 'points were')} added to your balance.`,
}
