import { addressOf } from '../frame/address';
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

/** Whose row it is, with a way to that lead where its ID is known. */
export function Person({ id, name, email }: { id?: string | null; name: string | null; email: string | null }) {
  const called = name || email || 'Unnamed lead';
  return (
    <>
      {id ? <a href={addressOf('lead', { id })}>{called}</a> : called}
      {name && email ? <div class="muted small free">{email}</div> : null}
    </>
  );
}
