import { words } from './format';
import { Tag, type State } from './parts';

const STATUS_STATES: Record<string, State> = {
  synced: 'healthy',
  succeeded: 'healthy',
  running: 'plain',
  pending: 'plain',
  stopped: 'warning',
  expired: 'warning',
  error: 'critical',
  failed: 'critical',
};

/** How a lead's sync or a run is, in its colour. */
export function StatusTag({ status }: { status: string }) {
  return <Tag state={STATUS_STATES[status] ?? 'plain'}>{words(status)}</Tag>;
}

/** Whose row it is. */
export function Person({ name, email }: { name: string | null; email: string | null }) {
  return (
    <>
      {name || email || 'Unnamed lead'}
      {name && email ? <div class="muted small free">{email}</div> : null}
    </>
  );
}
