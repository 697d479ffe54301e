// The settings of the connection: proxy and certificates.
import type { PasswordState, ProxyMode } from '../../ipc'
import { plural } from './grammar'

export const connection = {
  proxy: 'Proxy',
  modes: { system: 'System', none: 'None', manual: 'Manual' } satisfies Record<ProxyMode, string>,
  notUsed: 'Not using a proxy.',
  inUse: (proxy: string) => `Using ${proxy}`,
  problems: {
    unusable: (source: string, value: string) => `“${value}”, set by ${source}, isn’t a proxy address. Nothing is sent to Poe.`,
    automatic: (desktop: string) =>
      `${desktop} sets the proxy automatically (PAC or WPAD), which Telltale doesn’t support. Requests go straight to Poe. If your network needs the proxy, enter it under Manual.`,
    unread: (desktop: string) => `${desktop}’s proxy settings couldn’t be read. Requests go straight to Poe.`,
  },
  bypassed: 'Bypassed until you quit.',
  useAgain: 'Use the proxy again',
  address: 'Proxy address',
  addressHint: 'Host and port. For SOCKS, start with socks://.',
  login: 'Name',
  optional: 'Leave blank if the proxy needs no sign-in.',
  password: 'Password',
  passwords: {
    none: 'Stored in your keychain.',
    stored: 'One is stored. Leave blank to keep it.',
    session: 'Kept until you quit: the keychain didn’t store it.',
  } satisfies Record<PasswordState, string>,
  removePassword: 'Remove password',
  check: 'Check the connection',
  checkHint: 'DNS, connection, certificate, proxy, Poe, key, balance and models, one by one.',
  runCheck: 'Check the connection',
  certificates: 'Extra certificates',
  certificatesHint: 'For company networks that inspect secure traffic. Ask your IT for the file (PEM or DER).',
  add: 'Add a CA file',
  added: (file: string) => `${file} is trusted now`,
  remove: (file: string) => `Remove ${file}`,
  removeSure: 'Stop trusting it?',
  removed: (file: string) => `${file} removed`,
  count: (n: number) => plural(n, 'certificate', 'certificates'),
  until: (date: string) => `valid until ${date}`,
}
