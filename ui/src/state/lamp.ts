// The one light: what it says is decided here, from the account and the last balance check.
import type { AccountView, ErrorCard } from '../ipc'

export type LampState = 'well' | 'attention' | 'broken' | 'none'

const unreachable = ['offline', 'dns_failed', 'connection_refused', 'connect_timeout', 'captive_portal']

/** Poe was not reached, so that something between here and there wants a look. */
export function isUnreachable(code: string): boolean {
  return [...unreachable, 'tls_untrusted', 'tls_invalid', 'proxy_failed', 'refused_by_network', 'connection_lost', 'first_byte_timeout', 'gateway_error', 'not_found'].includes(code)
}

export function lamp(account: AccountView, balanceCard: ErrorCard | null): LampState {
  if (account.demo) return 'well'
  switch (account.state) {
    case 'checking':
    case 'notStored':
      return 'none'
    case 'locked':
    case 'timedOut':
    case 'denied':
      return 'attention'
    case 'unavailable':
    case 'corrupt':
      return 'broken'
    case 'stored':
    case 'session':
      if (account.renewal?.code === 'api_key_expired') return 'attention'
      if (!balanceCard) return 'well'
      if (unreachable.includes(balanceCard.code)) return 'none'
      return balanceCard.severity === 'broken' ? 'broken' : 'attention'
  }
}
