import type { Action } from '../actions';

interface Button {
  action: Action;
  name: string;
}

const BUTTONS: Button[] = [
  { action: 'sync', name: 'Sync now' },
  { action: 'replay_dead_letters', name: 'Replay dead letters' },
  { action: 'check_integrity', name: 'Check integrity' },
  { action: 'reconcile', name: 'Reconcile now' },
];

/** Buttons post to the page's own address, with the token that shows that they come from it. */
export function Buttons({ csrfToken }: { csrfToken: string }) {
  return (
    <form class="card buttons" method="post" action="?">
      <input type="hidden" name="csrf_token" value={csrfToken} />
      {BUTTONS.map(({ action, name }, index) => (
        <button class={index === 0 ? 'main' : undefined} name="action" value={action}>
          {name}
        </button>
      ))}
      <details>
        <summary>Full resync …</summary>
        <div class="ask">
          <p class="small muted">
            Reads every person in Twenty again, then compares the ids of both sides. Equal leads cost nothing but the
            reading; 100,000 take about two minutes, more where Twenty limits calls.
          </p>
          <button name="action" value="full_resync">
            Start full resync
          </button>
        </div>
      </details>
    </form>
  );
}
