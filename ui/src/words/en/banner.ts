// What stands above the view.

export const banner = {
  demo: 'Demo: a simulated Poe. Nothing leaves this computer and it’s free.',
  setUp: 'Connect account',
  demoKey: 'Simulated: your clipboard wasn’t read.',
}
