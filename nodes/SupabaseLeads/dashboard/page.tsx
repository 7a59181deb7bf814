import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Notice } from './actions';
import { lagChart, throughputChart } from './charts';
import type { DashboardData } from './data';
import { clockOf } from './format';
import { addressOf, modelOf } from './models';
import { Buttons } from './view/buttons';
import { EdgeCard } from './view/edge';
import { FindingsCard } from './view/findings';
import { Figures } from './view/figures';
import { Header, HealthCard, NoticeCard } from './view/health';
import { Card, Chart, Empty } from './view/parts';
import { ProgressCard, renewedSeconds } from './view/progress';
import { RevenueCards } from './view/revenue';
import { SpeedToLeadCard } from './view/speed-to-lead';
import { STYLE } from './view/style';
import {
  ActivityCard,
  ConflictsCard,
  DeadLettersCard,
  DriftCard,
  ErrorsCard,
  LeftOutCard,
  RunsCard,
  SegmentsCard,
} from './view/tables';
import { AlertsCard, MaintenanceCard } from './view/upkeep';

export interface PageOptions {
  data: DashboardData;
  csrfToken: string;
  notice: Notice | null;
  /** IANA name of the zone that clock times are shown in. */
  timeZone: string;
}

function Charts({ data, timeZone }: { data: DashboardData; timeZone: string }) {
  const clock = clockOf(timeZone);
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

function Page({ data, csrfToken, notice, timeZone }: PageOptions) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content={`${renewedSeconds(data)};url=${addressOf(modelOf(data.revenue?.model))}`} />
        <meta name="referrer" content="no-referrer" />
        <title>{`Lead sync: ${data.metrics.health.status}`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>
          <Header data={data} clock={clockOf(timeZone)} zone={timeZone} />
          {notice ? <NoticeCard notice={notice} /> : null}
          <HealthCard data={data} />
          <Figures data={data} />
          <Buttons csrfToken={csrfToken} />
          <ProgressCard data={data} />
          <Charts data={data} timeZone={timeZone} />
          <SpeedToLeadCard data={data} />
          <RevenueCards data={data} />
          <div class="columns">
            <ErrorsCard data={data} />
            <RunsCard data={data} />
          </div>
          <ActivityCard data={data} />
          <div class="columns">
            <ConflictsCard data={data} />
            <DeadLettersCard data={data} />
          </div>
          <LeftOutCard data={data} />
          <div class="columns">
            <SegmentsCard data={data} />
            <DriftCard data={data} />
          </div>
          <FindingsCard data={data} />
          <EdgeCard data={data} csrfToken={csrfToken} />
          <div class="columns">
            <AlertsCard data={data} />
            <MaintenanceCard data={data} />
          </div>
        </main>
      </body>
    </html>
  );
}

/** The dashboard as one HTML document: no script, no request besides itself; every text of the data is escaped. */
export function renderPage(options: PageOptions): string {
  return `<!doctype html>${renderToStaticMarkup(<Page {...options} />)}`;
}
