import type { ComponentChildren } from 'preact';
import { ActionForm } from '../frame/forms';
import { valueText, words, type Clock } from './format';
import { ChangedValues } from './undo';

type Values = Record<string, unknown>;

interface Touch {
  kind: 'touch';
  touch: string;
  source: string;
  campaign?: string | null;
  form?: string | null;
  agent?: string | null;
  outcome?: string | null;
  landing_page?: string | null;
}
interface Change {
  kind: 'change';
  side: string;
  made_by: string | null;
  run_id: string | null;
  before: Values;
  after: Values;
}
interface Sync {
  kind: 'sync';
  sync_type: string;
  direction: string;
  status: string;
  fields: string[];
  error: string | null;
}
interface ConflictEntry {
  kind: 'conflict';
  field: string;
  winner: string;
  twenty_value?: unknown;
  supabase_value?: unknown;
  reason: string;
  resolution?: string | null;
  resolved_by?: string | null;
}
interface Activity {
  kind: 'activity';
  activity: string;
  author: string | null;
  title: string | null;
  excerpt: string | null;
  status: string | null;
}
interface Audit {
  kind: 'audit';
  done_by: string;
  action: string;
  subject: Values;
}

/** An entry of `lead_timeline`. */
export type Entry = { at: string } & (Touch | Change | Sync | ConflictEntry | Activity | Audit);

const SIDE_NAMES: Record<string, string> = { twenty: 'Twenty’s', supabase: 'ours', neither: 'neither side’s' };

const list = (...texts: Array<string | null | undefined>): string => texts.filter(Boolean).join(' · ');

/** What an entry is headed, and what it says. */
function told(entry: Entry): { title: string; more: ComponentChildren } {
  switch (entry.kind) {
    case 'touch':
      return {
        title: `${words(entry.touch)}: ${entry.source}`,
        more: list(entry.campaign, entry.form, entry.agent, entry.outcome && words(entry.outcome), entry.landing_page),
      };
    case 'change':
      return {
        title: `${entry.side === 'twenty' ? 'Written to Twenty' : 'Written here'} by ${entry.made_by ?? 'the sync'}`,
        more: <ChangedValues change={entry} />,
      };
    case 'sync':
      return {
        title: entry.status === 'error' ? 'Not synced' : `Synced: ${words(entry.direction)}`,
        more: list(words(entry.sync_type), entry.fields.slice(0, 12).map(words).join(', '), entry.error),
      };
    case 'conflict':
      return {
        title: `Conflict: ${words(entry.field)}`,
        more: list(
          `Twenty ${valueText(entry.twenty_value)}, here ${valueText(entry.supabase_value)}`,
          `${SIDE_NAMES[entry.winner] ?? entry.winner} won: ${entry.reason}`,
          entry.resolution &&
            `then taken: ${SIDE_NAMES[entry.resolution] ?? entry.resolution}${entry.resolved_by ? `, by ${entry.resolved_by}` : ''}`,
        ),
      };
    case 'activity':
      return {
        title: `${words(entry.activity)}${entry.title ? `: ${entry.title}` : ''}`,
        more: list(entry.author, entry.status && words(entry.status), entry.excerpt),
      };
    case 'audit': {
      const subject = Object.entries(entry.subject).filter(([name, value]) => name !== 'lead_id' && value !== null);
      return {
        title: `${words(entry.action)}, by ${entry.done_by}`,
        more: list(...subject.slice(0, 6).map(([name, value]) => `${words(name)}: ${valueText(value)}`)),
      };
    }
    default: // of a database that is newer than this page
      return { title: words((entry as { kind: string }).kind), more: null };
  }
}

/** What happened to a lead, the newest first; what a run changed of it can be undone here. */
export function Timeline({ lead, entries, clock }: { lead: string; entries: Entry[]; clock: Clock }) {
  return (
    <ol class="timeline">
      {entries.map((entry) => {
        const { title, more } = told(entry);
        return (
          <li>
            <span class="muted small">{clock.full(entry.at)}</span>
            <div class="free">
              <b>{title}</b>
              <div class="small">{more}</div>
              {entry.kind === 'change' && entry.run_id !== null ? (
                <ActionForm action="undo" fields={{ lead, run: entry.run_id }}>
                  <button class="small">Undo this …</button>
                </ActionForm>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
