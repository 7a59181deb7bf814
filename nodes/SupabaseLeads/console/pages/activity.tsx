import type { DashboardData } from '../data';
import { definePage } from '../frame/page';
import { lagChart, throughputChart } from '../view/charts';
import { activityFigures, Figures } from '../view/figures';
import { FindingsCard } from '../view/findings';
import type { Clock } from '../view/format';
import { Card, Chart, Empty } from '../view/parts';
import { SpeedToLeadCard } from '../view/speed-to-lead';
import { ActivityCard, DriftCard, ErrorsCard, SegmentsCard } from '../view/tables';
import { MaintenanceCard } from '../view/upkeep';

const PARTS = [
  'metrics',
  'period',
  'series',
  'activity',
  'errors',
  'segments',
  'speed_to_lead',
  'last_findings',
  'maintenance',
];

function Charts({ data, clock }: { data: DashboardData; clock: Clock }) {
  const isQuiet = data.series.every((hour) => hour.to_supabase + hour.to_twenty + hour.intake + hour.failures === 0);
  const hasLag = data.series.some(({ lag_p50 }) => lag_p50 !== null);
  return (
    <div class="columns">
      <Card title={`Leads an hour, ${data.hours} h`}>
        {isQuiet ? (
          <Empty>No lead changed in this time.</Empty>
        ) : (
          <Chart label="Leads synced in each hour, each way" svg={throughputChart(data.series, clock)} />
        )}
      </Card>
      <Card title={`How long a change takes, ${data.hours} h`}>
        {hasLag ? (
          <Chart label="Lag of changes, hour by hour" svg={lagChart(data.series, clock)} />
        ) : (
          <Empty>No change arrived in this time.</Empty>
        )}
      </Card>
    </div>
  );
}

function Activity({ data, clock }: { data: DashboardData; clock: Clock }) {
  return (
    <>
      <Figures figures={activityFigures(data)} />
      <Charts data={data} clock={clock} />
      <SpeedToLeadCard data={data} />
      <ErrorsCard data={data} />
      <ActivityCard data={data} />
      <div class="columns">
        <SegmentsCard data={data} />
        <DriftCard data={data} />
      </div>
      <FindingsCard data={data} />
      <MaintenanceCard data={data} />
    </>
  );
}

/** What went through, what did not, and how the parts are. */
export const activity = definePage({
  name: 'activity',
  title: 'Activity',
  group: 'To look at',
  params: {},
  load: (call, _params, { hours }) => call<DashboardData>('get_dashboard', { p_hours: hours, p_parts: PARTS }),
  view: Activity,
});
