import type { DashboardData } from '../../console/data';
import type { Model } from '../../console/models';
import type { LeadDatabase } from '../../transport/client';

/** What the page and scripts get: how the sync is doing (`get_dashboard`) and, where there are deals, revenue (`get_revenue`). */
export async function readDashboard(
  database: LeadDatabase,
  { hours, model, itemIndex }: { hours: unknown; model: Model; itemIndex: number },
): Promise<DashboardData> {
  const [data, revenue] = await Promise.all([
    database.call('get_dashboard', { p_hours: hours }, itemIndex),
    // of many deals it may take longer than the API waits: the page shows all else, and why that is missing
    database
      .call('get_revenue', { p_model: model }, itemIndex)
      .catch((error: Error) => ({ revenue: null, revenue_problem: error.message })),
  ]);
  return { ...data, ...revenue } as unknown as DashboardData;
}
