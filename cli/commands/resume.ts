import { command } from '../command';
import type { N8nApi } from '../n8n/api';
import { remedyOf, startSchedules } from '../n8n/switch';
import { done, unchanged, warning, type Ending } from '../terminal/report';

/** Publishes what waits, and says what could not be. */
export async function startedSchedules(api: N8nApi, files: readonly string[] = []): Promise<Ending> {
  const { changed, all, failed } = await startSchedules(api, files);
  const begun = changed.length > 0 ? `published ${changed.join(', ')}` : `${all} are published`;
  if (failed.length > 0) {
    const reasons = failed.map(({ name, reason }) => `${name} is not: ${reason}`).join('; ');
    return warning(`${begun}; ${reasons} ${remedyOf(failed)}`);
  }
  return changed.length > 0 ? done(begun) : unchanged(begun);
}

export const resume = command(
  'resume',
  'let the schedules run (again): all, or those of the workflows named by their files',
  ['n8nUrl', 'n8nApiKey'],
  async (session) => {
    const n8n = await session.n8n();
    await session.report.step('Schedules', () => startedSchedules(n8n, session.args));
    session.report.finish();
  },
).argument('[workflows...]');
