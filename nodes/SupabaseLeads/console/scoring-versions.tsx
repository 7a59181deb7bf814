import { sentences } from '../../errors/sentences';
import { flag, needed, text, whole } from './frame/fields';
import { ActionForm, HiddenFields } from './frame/forms';
import { defineAction, type Call } from './frame/page';
import type { ScoringRules } from './scoring-rules';
import { ago, number } from './view/format';
import { Input } from './view/inputs';
import { Person } from './view/lead';
import { Bars, Card, Empty, Table, Tag, type Column } from './view/parts';

interface Preview {
  leads: number;
  changed: number;
  average: { before: number | null; after: number | null };
  distribution: Array<{ from: number; to: number; before: number; after: number }>;
  examples: Array<{ lead_id: string; lead_name: string | null; email: string | null; before: number; after: number }>;
  seen: string | null;
}

const SAMPLE = 1000;
const publishFields = { note: text(500), seen: text(40) };
const versionFields = { version: needed(whole(0, 1_000_000)), draft: flag };

function PreviewView({ preview }: { preview: Preview }) {
  const columns: Array<Column<Preview['examples'][number]>> = [
    { name: 'Lead', cell: ({ lead_id, lead_name, email }) => <Person id={lead_id} name={lead_name} email={email} /> },
    { name: 'Is', isNumber: true, cell: ({ before }) => number(before) },
    { name: 'Becomes', isNumber: true, cell: ({ after }) => number(after) },
  ];
  const shares = (side: 'before' | 'after') =>
    preview.distribution.map((tenth) => ({
      name: `${tenth.from}–${tenth.to}`,
      value: tenth[side],
      text: number(tenth[side]),
    }));
  return (
    <>
      <HiddenFields values={{ seen: preview.seen }} />
      <p>
        {`Of ${number(preview.leads)} leads looked at, ${number(preview.changed)} get another score. The average is ${number(preview.average.before)} and becomes ${number(preview.average.after)}.`}
      </p>
      <div class="columns">
        <div>
          <h2>Scores now</h2>
          <Bars rows={shares('before')} color="--series-1" />
        </div>
        <div>
          <h2>Scores then</h2>
          <Bars rows={shares('after')} color="--series-2" />
        </div>
      </div>
      {preview.examples.length === 0 ? null : (
        <Table caption="Those that change most" columns={columns} rows={preview.examples} />
      )}
    </>
  );
}

const previewOf = (call: Call, version?: number): Promise<Preview> =>
  call<Preview>('preview_scoring_rules', { p_sample: SAMPLE, p_version: version ?? null });

/** n8n and proxies before it wait about a minute for an answer. */
const LONGEST_MS = 15_000;

/** Brings leads up to date for some seconds, and says what became of them. What is in force stays so where that fails. */
async function followUp(call: Call): Promise<string> {
  const began = Date.now();
  let scored = 0;
  let step: { scored: number; has_next: boolean };
  try {
    do {
      step = await call<{ scored: number; has_next: boolean }>('calculate_lead_scores');
      scored += step.scored;
    } while (step.has_next && Date.now() - began < LONGEST_MS);
  } catch (error) {
    return sentences(`Not all leads could be brought up to date: ${(error as Error).message}`);
  }
  const rest = step.has_next ? ' The others follow with the scoring workflow.' : '';
  return `${number(scored)} leads are up to date.${rest}`;
}

/** Puts the draft in force. */
export const publish = defineAction({
  title: 'Publish the draft',
  fields: publishFields,
  preview: async (call) => ({
    view: (
      <>
        <PreviewView preview={await previewOf(call)} />
        <div class="fields">
          <Input name="note" label="Why (for the list of versions)" longest={500} />
        </div>
      </>
    ),
    button: 'Publish',
  }),
  async run(call, { note, seen }) {
    const { version, rules } = await call<{ version: number; rules: number }>('publish_scoring_rules', {
      p_note: note,
      p_seen: seen,
    });
    return {
      text: `Version ${version} is in force, with ${number(rules)} rules. ${await followUp(call)}`,
      starts: { Push: {} },
    };
  },
  failed: 'The draft was not published.',
});

/** Puts an earlier version in force, or none. */
export const rollBack = defineAction({
  title: 'Go back to an earlier version',
  fields: versionFields,
  preview: async (call, { version }) => ({
    view:
      version === 0 ? (
        <p>No rules are in force then: scores stay as they are, and are yours to write.</p>
      ) : (
        <>
          <PreviewView preview={await previewOf(call, version)} />
          <label class="tick">
            <input type="checkbox" name="draft" value="yes" />
            <span>{`Also make version ${version} the draft, in place of what is drafted now`}</span>
          </label>
        </>
      ),
    button: version === 0 ? 'Stop scoring' : `Put version ${version} in force`,
  }),
  async run(call, { version, draft }) {
    await call('roll_back_scoring_rules', { p_version: version, p_restore_draft: draft });
    return version === 0
      ? { text: 'Scoring has stopped: scores stay as they are.' }
      : { text: `Version ${version} is in force again. ${await followUp(call)}`, starts: { Push: {} } };
  },
  failed: 'Nothing was changed.',
});

/** What was published, each with the way back to it. */
export function Versions({ data, at }: { data: ScoringRules; at: string }) {
  const columns: Array<Column<ScoringRules['versions'][number]>> = [
    { name: 'Version', isNumber: true, cell: ({ version }) => String(version) },
    { name: 'Why', cell: ({ note }) => note ?? '–' },
    { name: 'Rules', isNumber: true, isWideOnly: true, cell: ({ rules }) => number(rules) },
    { name: 'When', isShort: true, isWideOnly: true, cell: ({ published_at }) => ago(published_at, at) },
    {
      name: '',
      cell: ({ version }) =>
        version === data.version ? (
          <Tag state="healthy">in force</Tag>
        ) : (
          <ActionForm action="roll_back" fields={{ version }}>
            <button aria-label={`Go back to version ${version}`}>Go back …</button>
          </ActionForm>
        ),
    },
  ];
  return (
    <Card title="Published versions">
      {data.versions.length === 0 ? (
        <Empty>None: nothing is scored yet.</Empty>
      ) : (
        <Table caption="Published versions" columns={columns} rows={data.versions} />
      )}
      {data.version === 0 ? null : (
        <ActionForm action="roll_back" fields={{ version: '0' }}>
          <button>Stop scoring …</button>
        </ActionForm>
      )}
    </Card>
  );
}
