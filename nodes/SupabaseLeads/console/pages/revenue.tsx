import { liftChart, wonChart, type WonSeries } from '../view/charts';
import type { RevenueData, RevenueRow } from '../data';
import { money, number, percent, words } from '../view/format';
import { addressOf } from '../frame/address';
import { oneOf, withDefault } from '../frame/fields';
import { definePage } from '../frame/page';
import { DEFAULT_MODEL, MODELS, type Model } from '../models';
import { Bars, Card, Chart, Empty, Table, type Column } from '../view/parts';

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4'];
const REST = '--muted';

const days = (value: number | null): string => (value === null ? '–' : `${number(value)} d`);
const sourceName = (source: string | null): string => source ?? 'Unknown';
const times = (count: number, thing: string): string => `${number(count)} ${thing}${count === 1 ? '' : 's'}`;

function PipelineCard({ pipeline }: RevenueData) {
  const rows = pipeline.map(({ stage, label, currency, deals, amount }) => ({
    name: label ?? words((stage ?? 'No stage').toLowerCase()),
    value: amount,
    text: `${money(amount, currency)} · ${times(deals, 'deal')}`,
  }));
  return (
    <Card title="Open deals by stage">
      {rows.length === 0 ? <Empty>No deal is open.</Empty> : <Bars rows={rows} color="--series-1" />}
    </Card>
  );
}

/** The largest sources of the currency that most was won in, the others together, month by month. */
function seriesOf(won: RevenueData['won']): { currency: string | null; months: string[]; series: WonSeries[] } {
  const sumsBy = <K,>(keyOf: (row: RevenueData['won'][number]) => K, value: 'amount' | 'deals', rows = won): K[] => {
    const sums = new Map<K, number>();
    for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row[value]);
    return [...sums].sort(([, a], [, b]) => b - a).map(([key]) => key);
  };
  const [currency = null] = sumsBy((row) => row.currency, 'deals');
  const rows = won.filter((row) => row.currency === currency);
  const months = [...new Set(rows.map(({ month }) => month))].sort();
  const sources = sumsBy((row) => row.source, 'amount', rows);
  const largest = sources.length > COLOURS.length + 1 ? sources.slice(0, COLOURS.length) : sources;
  const amounts = (fits: (source: string | null) => boolean): number[] =>
    months.map((month) =>
      rows.reduce((sum, row) => sum + (row.month === month && fits(row.source) ? row.amount : 0), 0),
    );
  const series = largest.map((source, index) => ({
    name: sourceName(source),
    color: COLOURS[index] ?? REST,
    amounts: amounts((other) => other === source),
  }));
  if (largest.length < sources.length) {
    series.push({ name: 'Others', color: REST, amounts: amounts((other) => !largest.includes(other)) });
  }
  return { currency, months, series };
}

function WonCard({ won }: RevenueData) {
  const { currency, months, series } = seriesOf(won);
  return (
    <Card title={`Won by first source, 12 months${currency === null ? '' : `, ${currency}`}`}>
      {months.length === 0 ? (
        <Empty>No deal was won in this time.</Empty>
      ) : (
        <>
          <p class="legend">
            {series.map(({ name, color }) => (
              <span>
                <i style={`background: var(${color})`} />
                {name}
              </span>
            ))}
          </p>
          <Chart label="Amounts won in each month, by source" svg={wonChart(months, series)} />
        </>
      )}
    </Card>
  );
}

const STEPS: Record<string, string> = {
  touch: 'Touched us',
  lead: 'Leads',
  qualified: 'Qualified',
  opportunity: 'With a deal',
  won: 'Won',
};

function FunnelCard({ funnel }: RevenueData) {
  const rows = funnel.map((step) => ({
    name: STEPS[step.step] ?? words(step.step),
    value: step.leads,
    text: step.days === null ? number(step.leads) : `${number(step.leads)} · ${days(step.days)}`,
  }));
  return (
    <Card title="From touch to won">
      <Bars rows={rows} color="--series-2" />
      <p class="muted small">Leads, and the middle of the days from their first touch.</p>
    </Card>
  );
}

function ScoreCard({ score }: RevenueData) {
  const { auc, deciles, enough } = score;
  return (
    <Card title="Do scores foretell what is won?">
      <p class="small">{score.sentence}</p>
      {enough && deciles.length > 0 ? (
        <Chart label="How often each tenth of the scores was won, against all" svg={liftChart(deciles)} />
      ) : null}
      {enough && auc ? (
        <p class="muted small">
          {`Bars: win rate of each tenth of the scores, the line is that of all (${percent(score.win_percent)}). Area under the curve ${auc.value} (${auc.low} to ${auc.high}); 0.5 is chance.`}
        </p>
      ) : null}
    </Card>
  );
}

function AttributionCard({ attribution, model }: RevenueData) {
  const hasCosts = attribution.rows.some(({ cost }) => cost !== null);
  const columns: Array<Column<RevenueRow>> = [
    { name: 'Source', cell: ({ key }) => sourceName(key) },
    { name: 'Won', isNumber: true, cell: ({ won_amount, currency }) => money(won_amount, currency) },
    { name: 'Deals', isNumber: true, cell: ({ won }) => number(won) },
    { name: 'Open', isNumber: true, isWideOnly: true, cell: (row) => money(row.open_amount, row.currency) },
    { name: 'Win rate', isNumber: true, cell: ({ win_percent }) => percent(win_percent) },
    { name: 'To won', isNumber: true, isWideOnly: true, cell: ({ days_to_won }) => days(days_to_won) },
  ];
  const costs: Array<Column<RevenueRow>> = [
    { name: 'Cost', isNumber: true, cell: (row) => (row.cost === null ? '–' : money(row.cost, row.currency)) },
    {
      name: 'A lead',
      isNumber: true,
      isWideOnly: true,
      cell: (row) => (row.cost_per_lead === null ? '–' : money(row.cost_per_lead, row.currency)),
    },
    { name: 'Return', isNumber: true, cell: (row) => (row.return === null ? '–' : `${number(row.return)} ×`) },
  ];
  return (
    <Card title="What brought revenue, 12 months">
      <nav class="models" aria-label="Model">
        {Object.entries(MODELS).map(([name, label]) =>
          name === model ? (
            <b aria-current="true">{label}</b>
          ) : (
            <a href={addressOf('revenue', { model: name })}>{label}</a>
          ),
        )}
      </nav>
      {attribution.rows.length === 0 ? (
        <Empty>No deal was made in this time.</Empty>
      ) : (
        <Table
          caption="What brought revenue"
          columns={hasCosts ? [...columns, ...costs] : columns}
          rows={attribution.rows}
        />
      )}
    </Card>
  );
}

/** Deals and what brought them. */
function Revenue({ data: { revenue } }: { data: { revenue: RevenueData | null } }) {
  if (!revenue) {
    return (
      <Card title="Revenue">
        <Empty>There is no deal yet.</Empty>
      </Card>
    );
  }
  return (
    <>
      <div class="columns">
        <PipelineCard {...revenue} />
        <WonCard {...revenue} />
      </div>
      <AttributionCard {...revenue} />
      <div class="columns">
        <FunnelCard {...revenue} />
        <ScoreCard {...revenue} />
      </div>
    </>
  );
}

export const revenue = definePage({
  name: 'revenue',
  title: 'Revenue',
  group: 'To look at',
  isOn: (state) => state.revenue,
  params: { model: withDefault(oneOf(Object.keys(MODELS) as Model[]), DEFAULT_MODEL) },
  load: (call, { model }) => call<{ revenue: RevenueData | null }>('get_revenue', { p_model: model }),
  view: Revenue,
});
