import { addressOf } from '../frame/address';
import { text, whole } from '../frame/fields';
import { SearchForm } from '../frame/forms';
import { definePage, type ViewProps } from '../frame/page';
import { ago, valueText, words } from '../view/format';
import { Paging } from '../view/list';
import { Card, Empty, Table, type Column } from '../view/parts';

interface Entry {
  id: number;
  done_at: string;
  done_by: string;
  action: string;
  subject: Record<string, unknown>;
}

/** What `get_audit_log` returns. */
interface AuditLog {
  entries: Entry[];
  has_next: boolean;
  position: number | null;
}

const params = { action: text(100), after: whole(1, Number.MAX_SAFE_INTEGER) };
const MOST = 12;

const isGroup = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What it was about: of a setting what was and what is, of anything else its parts. */
function Subject({ entry: { action, subject } }: { entry: Entry }) {
  const { row, before, after, ...rest } = subject;
  const was = isGroup(before) ? before : {};
  const is = isGroup(after) ? after : {};
  const named = Object.entries({ ...(isGroup(row) ? row : {}), ...rest }).filter(([, value]) => value !== null);
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => !(isGroup(row) && name in row),
  );
  return (
    <>
      {named.slice(0, MOST).map(([name, value]) => (
        <div class="free">
          <span class="muted">{words(name)}:</span> {valueText(value)}
        </div>
      ))}
      {changed.slice(0, MOST).map((name) => (
        <div class="free">
          <span class="muted">{words(name)}:</span> {isGroup(before) ? `${valueText(was[name])} → ` : ''}
          {valueText(is[name])}
        </div>
      ))}
      {action === 'undo_sync' && typeof subject.undo_id === 'string' ? (
        <a href={addressOf('changes', { run: subject.undo_id })}>See what it changed</a>
      ) : null}
    </>
  );
}

function AuditPage({ data, params: { action, after }, at }: ViewProps<typeof params, AuditLog>) {
  const columns: Array<Column<Entry>> = [
    { name: 'When', isShort: true, cell: ({ done_at }) => ago(done_at, at) },
    { name: 'Who', cell: ({ done_by }) => done_by },
    { name: 'What', cell: (entry) => words(entry.action) },
    { name: 'About', cell: (entry) => <Subject entry={entry} /> },
  ];
  return (
    <>
      <SearchForm>
        <label>
          <span class="unseen">Action begins with</span>
          <input
            type="search"
            name="action"
            value={action ?? ''}
            maxLength={100}
            placeholder="resolve_conflict, update settings …"
          />
        </label>
      </SearchForm>
      <Card title="Who did what">
        {data.entries.length === 0 ? (
          <Empty>{action === null ? 'Nobody has decided or changed anything yet.' : 'None that begins so.'}</Empty>
        ) : (
          <Table caption="Who did what" columns={columns} rows={data.entries} />
        )}
        <Paging
          params={{ action }}
          after={after === null ? null : String(after)}
          next={data.has_next ? String(data.position) : null}
        />
      </Card>
    </>
  );
}

export const audit = definePage({
  name: 'audit',
  title: 'Audit log',
  group: 'To look at',
  params,
  load: (call, { action, after }) =>
    call<AuditLog>('get_audit_log', { p_action: action, p_position: after, p_limit: 50 }),
  view: AuditPage,
});
