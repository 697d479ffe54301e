// The start.

export const boot = {
  loading: 'Starting…',
  retry: 'Try again',
}
