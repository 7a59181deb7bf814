import { command } from '../command';
import { stopSchedules } from '../n8n/switch';
import { done, unchanged } from '../terminal/report';

export const pause = command(
  'pause',
  'stop the schedules and Twenty’s webhook: all, or those of the workflows named by their files',
  ['n8nUrl', 'n8nApiKey'],
  async (session) => {
    const n8n = await session.n8n();
    await session.report.step('Schedules', async () => {
      const { changed, all } = await stopSchedules(n8n, session.args);
      return changed.length > 0 ? done(`unpublished ${changed.join(', ')}`) : unchanged(`${all} are unpublished`);
    });
    session.report.say('What is under way comes to its end. Nothing is lost: resume catches up.');
    session.report.finish();
  },
).argument('[workflows...]');
