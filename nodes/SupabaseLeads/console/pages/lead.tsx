import { InputError } from '../../../errors/input-error';
import { addressOf } from '../frame/address';
import { uuid } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { definePage, type ViewProps } from '../frame/page';
import { LEAD_ACTIONS } from '../lead-actions';
import { ago, number, percent, valueText, words } from '../view/format';
import { StatusTag } from '../view/lead';
import { Card, Empty, Table, Tag, type Column, type State } from '../view/parts';
import { Timeline, type Entry } from '../view/timeline';

interface ComparedField {
  field: string;
  here: unknown;
  twenty: unknown;
  agreed: unknown;
  direction: string | null;
  state: string;
  /** Why Twenty cannot take it. */
  reason: string | null;
  conflict: { winner: string; reason: string; twenty_value: unknown; supabase_value: unknown } | null;
}

/** What `get_lead` returns of a lead that there is. */
interface OneLead {
  found: boolean;
  lead: {
    id: string;
    twenty_id: string | null;
    name: string | null;
    email: string | null;
    phone: string | null;
    company_name: string | null;
    created_at: string;
    deleted_at: string | null;
    lead_score: number | null;
    segment: string | null;
  };
  sync: {
    sync_status: string;
    error: string | null;
    error_count: number;
    last_synced_at: string | null;
    due_at?: string | null;
    held_by?: string | null;
    refusal?: string | null;
    is_claimed?: boolean;
    read_at?: string | null;
    gone?: boolean;
    joined?: string | null;
  };
  fields: ComparedField[];
  duplicates: Array<{ lead_id: string; name: string | null; email: string | null; score: number }>;
  timeline: Entry[];
}

const ENTRIES = 100;
const params = { id: uuid };

const STATES: Record<string, { name: string; state: State; why: string }> = {
  waits: { name: 'Waits', state: 'plain', why: 'It goes to Twenty with the next push.' },
  conflict: { name: 'Conflict', state: 'warning', why: '' },
  left_out: { name: 'Left out', state: 'warning', why: '' },
  one_way: { name: 'One way', state: 'plain', why: '' },
  deleted: { name: 'Waits', state: 'plain', why: 'While one side is deleted, fields wait.' },
  missing: { name: 'Missing', state: 'warning', why: 'Twenty does not have this field just now.' },
  outside: { name: 'Outside', state: 'plain', why: 'The filter of the mapping keeps this lead here.' },
  not_mapped: { name: 'Not mapped', state: 'plain', why: 'It stays here.' },
  differs: { name: 'Differs', state: 'warning', why: 'Read it again, or take one of the two.' },
};

/** Why the sides differ, in a sentence. */
function whyOf({ state, direction, reason, conflict }: ComparedField): string {
  if (conflict !== null && state === 'conflict') {
    const won = conflict.winner === 'twenty' ? 'Twenty’s is in force' : 'Ours is in force';
    return `Both sides changed it: ${valueText(conflict.twenty_value)} in Twenty, ${valueText(conflict.supabase_value)} here. ${won}: ${conflict.reason}.`;
  }
  if (state === 'left_out') return `Twenty cannot take it: ${reason ?? 'it did not say why'}.`;
  if (state === 'one_way') {
    return direction === 'to_supabase'
      ? 'It only flows from Twenty to here: the value here is set back with the next change there.'
      : 'It only flows to Twenty: what somebody wrote there stays until it changes here.';
  }
  return STATES[state]?.why ?? '';
}

const canTake = ({ state, direction }: ComparedField): { twenty: boolean; supabase: boolean } => {
  const differs = ['waits', 'conflict', 'left_out', 'one_way', 'differs'].includes(state);
  return { twenty: differs, supabase: differs && state !== 'left_out' && direction !== 'to_supabase' };
};

function Differences({ lead: { id, twenty_id }, fields }: OneLead) {
  const columns: Array<Column<ComparedField>> = [
    { name: 'Field', cell: ({ field }) => words(field) },
    { name: 'Here', cell: ({ here }) => <span class="free">{valueText(here)}</span> },
    { name: 'Twenty', cell: ({ twenty }) => <span class="free">{valueText(twenty)}</span> },
    { name: 'Agreed', isWideOnly: true, cell: ({ agreed }) => <span class="free">{valueText(agreed)}</span> },
    {
      name: 'Why',
      cell: (field) => (
        <>
          <Tag state={STATES[field.state]?.state ?? 'plain'}>{STATES[field.state]?.name ?? words(field.state)}</Tag>
          <div class="small free">{whyOf(field)}</div>
          {twenty_id === null || !canTake(field).twenty ? null : (
            <ActionForm fields={{ lead: id, field: field.field }}>
              <button
                class="small"
                name="action"
                value="take_twenty"
                aria-label={`Take Twenty’s: ${words(field.field)}`}
              >
                Take Twenty’s
              </button>
              {canTake(field).supabase ? (
                <button
                  class="small"
                  name="action"
                  value="take_supabase"
                  aria-label={`Take ours: ${words(field.field)}`}
                >
                  Take ours
                </button>
              ) : null}
            </ActionForm>
          )}
        </>
      ),
    },
  ];
  return (
    <Card title="What differs">
      {fields.length === 0 ? (
        <Empty>Nothing: both sides hold the same.</Empty>
      ) : (
        <Table caption="What differs" columns={columns} rows={fields} />
      )}
    </Card>
  );
}

function Others({ title, fields, empty }: { title: string; fields: ComparedField[]; empty: string }) {
  return (
    <Card title={title}>
      {fields.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <Table
          caption={title}
          columns={[
            { name: 'Field', cell: ({ field }: ComparedField) => words(field) },
            { name: 'Value', cell: ({ here }: ComparedField) => <span class="free">{valueText(here)}</span> },
          ]}
          rows={fields}
        />
      )}
    </Card>
  );
}

/** How the lead's sync stands, in a sentence. */
function standing({ lead, sync }: OneLead, at: string): string {
  if (sync.joined) return 'Its person was merged into another one in Twenty: another lead has its history.';
  if (sync.gone) return 'Its person is gone from Twenty for good.';
  if (lead.deleted_at !== null) return `It was deleted ${ago(lead.deleted_at, at)}.`;
  if (sync.is_claimed) return 'A push has it at hand just now.';
  if (sync.refusal) return `Its row could not be written here: ${sync.refusal}`;
  if (sync.held_by) return sync.error ?? 'It is held until its e-mail is free in Twenty.';
  const next = !sync.due_at
    ? 'It is not tried again by itself.'
    : Date.parse(sync.due_at) <= Date.parse(at)
      ? 'It is due now.'
      : 'It is tried again later by itself.';
  if (sync.sync_status === 'error') {
    return `Refused ${number(sync.error_count)} times: ${sync.error ?? 'without a reason'} ${next}`;
  }
  if (sync.sync_status === 'pending') return next;
  return sync.last_synced_at === null ? '' : `Synced ${ago(sync.last_synced_at, at)}.`;
}

function About({ data, at }: { data: OneLead; at: string }) {
  const { lead, sync, duplicates } = data;
  const facts: Array<[string, string | null]> = [
    ['E-mail', lead.email],
    ['Phone', lead.phone],
    ['Company', lead.company_name],
    ['Score', lead.lead_score === null ? null : number(lead.lead_score)],
    ['Segment', lead.segment],
    ['Came', ago(lead.created_at, at)],
    ['Read in Twenty', sync.read_at ? ago(sync.read_at, at) : null],
    ['ID', lead.id],
    ['ID in Twenty', lead.twenty_id],
  ];
  return (
    <section class="card preview" aria-label="About the lead">
      <p>
        <StatusTag status={sync.sync_status} /> <span class="free">{standing(data, at)}</span>
      </p>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd class="free">{value}</dd>
            </div>
          ))}
      </dl>
      {duplicates.length === 0 ? null : (
        <p class="small">
          {'May be one person with '}
          {duplicates.map(({ lead_id, name, email, score }, index) => (
            <>
              {index === 0 ? '' : ', '}
              <a href={addressOf('lead', { id: lead_id })}>{name ?? email ?? 'an unnamed lead'}</a>
              {` (${percent(100 * score)})`}
            </>
          ))}
          {': '}
          <a href={addressOf('duplicates')}>decide</a>
        </p>
      )}
      <ActionForm fields={{ leads: lead.id, lead: lead.id }}>
        <button class="main" name="action" value="push">
          Push now
        </button>
        <button name="action" value="read_again">
          Read again
        </button>
        <button name="action" value="undo">
          Undo all changes …
        </button>
        <button name="action" value="forget">
          Forget …
        </button>
      </ActionForm>
    </section>
  );
}

function Lead({ data, at, clock }: ViewProps<typeof params, OneLead>) {
  const { lead, fields, timeline } = data;
  const equal = fields.filter(({ state }) => state === 'equal');
  const here = fields.filter(({ state }) => state === 'not_mapped');
  const differing = fields.filter((field) => !equal.includes(field) && !here.includes(field));
  return (
    <>
      <About data={data} at={at} />
      <Differences {...data} fields={differing} />
      <div class="columns">
        <Others title="Equal on both sides" fields={equal.filter((each) => each.here !== null)} empty="Nothing yet." />
        {here.length === 0 ? null : <Others title="Only here" fields={here} empty="" />}
      </div>
      <Card title="What happened">
        {timeline.length === 0 ? (
          <Empty>Nothing that is kept.</Empty>
        ) : (
          <Timeline lead={lead.id} entries={timeline} clock={clock} />
        )}
        {timeline.length < ENTRIES ? null : <p class="muted small">{`The newest ${ENTRIES}.`}</p>}
      </Card>
    </>
  );
}

export const lead = definePage({
  name: 'lead',
  title: 'A lead',
  under: 'leads',
  params,
  async load(call, { id }) {
    const data = id === null ? null : await call<OneLead>('get_lead', { p_lead_id: id, p_entries: ENTRIES });
    if (data?.found !== true) throw new InputError('There is no such lead: it may have been forgotten or merged.');
    return data;
  },
  view: Lead,
  heading: ({ lead: { name, email } }) => name ?? email ?? 'Unnamed lead',
  actions: LEAD_ACTIONS,
});
