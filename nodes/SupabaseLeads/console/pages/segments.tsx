import { sentences } from '../../../errors/sentences';
import { conditionText, type Condition } from '../conditions';
import { addressOf } from '../frame/address';
import { needed, text, whole } from '../frame/fields';
import { ActionForm, HiddenFields } from '../frame/forms';
import { defineAction, definePage, type Call, type ViewProps } from '../frame/page';
import { ago, number, percent } from '../view/format';
import { Input } from '../view/inputs';
import { Person } from '../view/lead';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

export interface SegmentValues {
  segment_name: string;
  description: string | null;
  criteria: Array<Condition & { weight?: number }> | null;
  threshold: number;
  priority: number;
  enabled: boolean;
}

/** One that is only drafted has no values of its own yet. */
export type Segment = Partial<SegmentValues> & { id: string; draft: SegmentValues | null };

/** What `get_segments` returns. */
export interface Segments {
  segments: Segment[];
  drafts: number;
  versions: Array<{
    version: number;
    published_at: string;
    published_by: string | null;
    note: string | null;
    segments: number;
  }>;
  attributes: string[];
  operators: string[];
}

interface Preview {
  leads: number;
  changed: number;
  segments: Array<{ segment: string | null; before: number; after: number }>;
  examples: Array<{
    lead_id: string;
    lead_name: string | null;
    email: string | null;
    before: string | null;
    after: string | null;
  }>;
  seen: string;
}

const NONE = 'no segment';
const SAMPLE = 1000;
const params = {};
const seen = text(40);
const publishFields = { note: text(500), seen };
const versionFields = { version: needed(whole(1, 1_000_000)), seen };

function PreviewView({ preview }: { preview: Preview }) {
  const spread: Array<Column<Preview['segments'][number]>> = [
    { name: 'Segment', cell: ({ segment }) => segment ?? NONE },
    { name: 'Leads now', isNumber: true, cell: ({ before }) => number(before) },
    { name: 'Leads then', isNumber: true, cell: ({ after }) => number(after) },
  ];
  const examples: Array<Column<Preview['examples'][number]>> = [
    { name: 'Lead', cell: ({ lead_id, lead_name, email }) => <Person id={lead_id} name={lead_name} email={email} /> },
    { name: 'Is', cell: ({ before }) => before ?? NONE },
    { name: 'Becomes', cell: ({ after }) => after ?? NONE },
  ];
  return (
    <>
      <HiddenFields values={{ seen: preview.seen }} />
      <p>{`Of ${number(preview.leads)} leads looked at, ${number(preview.changed)} get another segment. What people chose stays.`}</p>
      {preview.segments.length === 0 ? null : (
        <Table caption="Leads by segment" columns={spread} rows={preview.segments} />
      )}
      {preview.examples.length === 0 ? null : <Table caption="Examples" columns={examples} rows={preview.examples} />}
    </>
  );
}

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 15_000;

/** Classifies leads anew for some seconds, and says what became of them. What is in force stays so where that fails. */
async function followUp(call: Call): Promise<string> {
  const began = Date.now();
  let position: string | null = null;
  let classified = 0;
  let hasNext = true;
  try {
    while (hasNext && Date.now() - began < LONGEST_MS) {
      const step: { classified: number; has_next: boolean; position: string | null } = await call(
        'classify_lead_segments',
        {
          p_scope: 'all',
          p_position: position,
        },
      );
      classified += step.classified;
      position = step.position;
      hasNext = step.has_next;
    }
  } catch (error) {
    return sentences(`Not all leads could be brought up to date: ${(error as Error).message}`);
  }
  return `${number(classified)} leads were looked at.${hasNext ? ' The others follow with the scoring workflow.' : ''}`;
}

const publish = defineAction({
  title: 'Publish what is drafted',
  fields: publishFields,
  preview: async (call) => ({
    view: (
      <>
        <PreviewView preview={await call<Preview>('preview_segments', { p_sample: SAMPLE })} />
        <div class="fields">
          <Input name="note" label="Why (for the list of versions)" longest={500} />
        </div>
      </>
    ),
    button: 'Publish',
  }),
  async run(call, { note, seen }) {
    const { version } = await call<{ version: number }>('publish_segments', { p_note: note, p_seen: seen });
    return { text: `The segments are in force, as version ${version}. ${await followUp(call)}`, starts: { Push: {} } };
  },
  failed: 'Nothing was published.',
});

const rollBack = defineAction({
  title: 'Go back to an earlier version',
  fields: versionFields,
  preview: async (call, { version }) => ({
    view: (
      <>
        <p>{`The segments become what they were in version ${version}; those that came later are turned off.`}</p>
        <PreviewView preview={await call<Preview>('preview_segments', { p_sample: SAMPLE, p_version: version })} />
      </>
    ),
    button: `Put version ${version} in force`,
  }),
  async run(call, { version, seen }) {
    const published = await call<{ version: number }>('publish_segments', { p_version: version, p_seen: seen });
    const text = `The segments of version ${version} are in force again, as version ${published.version}.`;
    return { text: `${text} ${await followUp(call)}`, starts: { Push: {} } };
  },
  failed: 'Nothing was changed.',
});

const EMPTY_SEGMENT = { criteria: null, threshold: 1, priority: 100, enabled: true };

function SegmentsPage({ data, at }: ViewProps<typeof params, Segments>) {
  const shown = (segment: Segment): Partial<SegmentValues> => segment.draft ?? { ...EMPTY_SEGMENT, ...segment };
  const columns: Array<Column<Segment>> = [
    {
      name: 'Segment',
      cell: (segment) => <a href={addressOf('segment', { id: segment.id })}>{shown(segment).segment_name}</a>,
    },
    {
      name: 'Leads that',
      cell: (segment) => {
        const { criteria, threshold } = shown(segment);
        const all = criteria ?? [];
        if (all.length === 0) return <span class="muted">people and AI choose</span>;
        return (
          <>
            {all.map((criterion) => (
              <div class="free">{conditionText(criterion)}</div>
            ))}
            {all.length > 1 ? <div class="muted small">{`${percent(100 * (threshold ?? 1))} of it`}</div> : null}
          </>
        );
      },
    },
    { name: 'Priority', isNumber: true, isWideOnly: true, cell: (segment) => String(shown(segment).priority) },
    {
      name: '',
      isShort: true,
      cell: (segment) => (
        <>
          {segment.draft === null ? null : (
            <Tag state="warning">{segment.segment_name === undefined ? 'new draft' : 'draft'}</Tag>
          )}{' '}
          {shown(segment).enabled ? null : <Tag state="plain">off</Tag>}
        </>
      ),
    },
  ];
  const versions: Array<Column<Segments['versions'][number]>> = [
    { name: 'Version', isNumber: true, cell: ({ version }) => String(version) },
    { name: 'Why', cell: ({ note }) => note ?? '–' },
    { name: 'By', isWideOnly: true, cell: ({ published_by }) => published_by ?? '–' },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ published_at }) => ago(published_at, at) },
    {
      name: '',
      cell: ({ version }) =>
        version === data.versions[0].version ? (
          <Tag state="healthy">newest</Tag>
        ) : (
          <ActionForm action="roll_back" fields={{ version }}>
            <button aria-label={`Go back to version ${version}`}>Go back …</button>
          </ActionForm>
        ),
    },
  ];
  return (
    <>
      <section class="card preview">
        <p>
          {data.drafts === 0
            ? 'Nothing is drafted: the segments below are in force.'
            : `${number(data.drafts)} drafted: they count once they are published.`}
        </p>
        <ActionForm action="publish">
          {data.drafts === 0 ? null : <button class="main">See what the drafts change …</button>}
          <a class="button" href={addressOf('segment')}>
            Add a segment
          </a>
        </ActionForm>
      </section>
      <Card title="Segments">
        {data.segments.length === 0 ? (
          <Empty>No segment yet.</Empty>
        ) : (
          <Table caption="Segments" columns={columns} rows={data.segments} />
        )}
        <p class="muted small">Of the segments that fit a lead, the one with the lowest priority number is taken.</p>
      </Card>
      <Card title="Published versions">
        {data.versions.length === 0 ? (
          <Empty>None: the first publication keeps the segments as they are now, too.</Empty>
        ) : (
          <Table caption="Published versions" columns={versions} rows={data.versions} />
        )}
      </Card>
    </>
  );
}

export const segments = definePage({
  name: 'segments',
  title: 'Segments',
  group: 'Rules',
  params,
  load: (call) => call<Segments>('get_segments'),
  view: SegmentsPage,
  actions: { publish, roll_back: rollBack },
});
