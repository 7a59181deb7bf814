import { InputError } from '../../../errors/input-error';
import { addressOf } from '../frame/address';
import { needed, uuid } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { defineAction, definePage, type ViewProps } from '../frame/page';
import { counted, nounsOf } from '../objects';
import { number, span, valueText, words } from '../view/format';
import { StatusTag } from '../view/lead';
import { Card, Empty, Table, type Column } from '../view/parts';
import { wayOf } from '../view/progress';
import type { Run } from './runs';

interface FailedLeads {
  error: string | null;
  leads: number;
}

/** What `get_sync_run` returns. */
interface OneRun {
  run: Run & { trigger: string; findings: Record<string, unknown> | null };
  errors: FailedLeads[];
  changed: { leads: number; values: number };
}

const params = { id: uuid };
const idField = { id: needed(uuid) };

const stop = defineAction({
  title: 'Stop a run',
  fields: idField,
  preview: async () =>
    Promise.resolve({
      view: (
        <p>
          What the run has stored stays. It ends with its next step, and the next run goes on where it was; what it was
          about to write is free again within minutes.
        </p>
      ),
      button: 'Stop the run',
      isDangerous: true,
    }),
  async run(call, { id }) {
    const { stopped } = await call<{ stopped: boolean }>('stop_sync_run', { p_run_id: id });
    return stopped ? { text: 'The run was stopped.' } : { ok: false, text: 'The run had ended before.' };
  },
  failed: 'The run was not stopped.',
});

const NOT_COUNTS = new Set(['twenty_calls_per_minute']);

function Figures({ run }: { run: Run }) {
  const rows = Object.entries(run.figures ?? {}).filter(
    ([name, count]) => typeof count === 'number' && count !== 0 && !NOT_COUNTS.has(name),
  );
  if (rows.length === 0) return <Empty>It has counted nothing.</Empty>;
  return (
    <Table
      caption="Figures of the run"
      columns={[
        { name: 'What', cell: ([name]: [string, number]) => words(name) },
        { name: 'How many', isNumber: true, cell: ([, count]: [string, number]) => number(count) },
      ]}
      rows={rows}
    />
  );
}

function RunPage({ data: { run, errors, changed }, clock }: ViewProps<typeof params, OneRun>) {
  const nouns = nounsOf([run.rows_of]);
  const columns: Array<Column<FailedLeads>> = [
    { name: 'Why', cell: ({ error }) => <span class="free">{error ?? 'unknown'}</span> },
    { name: words(nouns[1]), isNumber: true, cell: ({ leads }) => number(leads) },
  ];
  const lease =
    run.status !== 'running'
      ? null
      : run.is_alive
        ? 'It reports. While it does, no other run of its kind starts.'
        : 'It has stopped reporting: the next run takes over.';
  return (
    <>
      <section class="card preview">
        <p>
          <StatusTag status={run.status} />{' '}
          {`Began ${clock.full(run.started_at)}, ${run.trigger}, ${run.finished_at === null ? 'runs for' : 'took'} ${span(run.seconds)}.`}
        </p>
        {lease === null ? null : <p class="small muted">{lease}</p>}
        {run.error ? <p class="free">{run.error}</p> : null}
        {(run.warnings ?? []).map((warning) => (
          <p class="small free">{valueText(warning)}</p>
        ))}
        {run.status === 'running' ? (
          <ActionForm action="stop" fields={{ id: run.id }}>
            <button>Stop it …</button>
          </ActionForm>
        ) : null}
      </section>
      <div class="columns">
        <Card title="Figures">
          <Figures run={run} />
        </Card>
        <Card title="What it changed">
          {changed.leads === 0 ? (
            <Empty>Nothing that is kept: no value that was there, on either side, or too long ago.</Empty>
          ) : (
            <p>
              {`${number(changed.values)} values of ${counted(changed.leads, nouns)}. `}
              <a href={addressOf('changes', { run: run.id })}>See them, and undo</a>
            </p>
          )}
        </Card>
      </div>
      {errors.length === 0 ? null : (
        <Card title="What failed">
          <Table caption="What failed" columns={columns} rows={errors} />
        </Card>
      )}
      {run.findings === null ? null : (
        <Card title="What it found">
          <pre class="free small">{JSON.stringify(run.findings, null, 1).slice(0, 20_000)}</pre>
        </Card>
      )}
    </>
  );
}

export const run = definePage({
  name: 'run',
  title: 'A run',
  under: 'runs',
  params,
  async load(call, { id }) {
    if (id === null) throw new InputError('There is no such run.');
    return call<OneRun>('get_sync_run', { p_run_id: id });
  },
  view: RunPage,
  heading: ({ run: shown }) => `Run: ${wayOf(shown)}`,
  actions: { stop },
});
