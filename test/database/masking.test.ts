import { readFileSync } from 'node:fs';
import { maskText } from '../../nodes/masking/mask';
import { PERSONAL, SECRETS } from '../../nodes/masking/patterns';
import { MASKED, SLOW } from '../nodes/masking/cases';
import { useStore, type Json } from './store';

describe('masking in the database', () => {
  const store = useStore('once');

  async function mask(text: string, longest: number): Promise<string> {
    const [{ masked }] = await store.rows<{ masked: string }>('select lead_sync.mask_text($1, $2) as masked', [
      text,
      longest,
    ]);
    return masked;
  }

  it('uses the patterns of the nodes, in their order', () => {
    const sql = readFileSync('migrations/measurements/mask_text.sql', 'utf8');
    const calls = sql.matchAll(/regexp_replace\(v_text, \$re\$(.*)\$re\$, '(.*)', '(gi?)'\)/g);

    const patterns = [...calls].map(([, find, by, flags]) => ({
      find,
      by: by.replace(/\\(\d)/g, '$$$1'),
      ignoreCase: flags === 'gi',
    }));

    expect(patterns).toEqual([...SECRETS, ...PERSONAL]);
  });

  it.each(MASKED)('makes of %j the same as the nodes', async (text, masked) => {
    expect(await mask(text, 600)).toBe(masked);
  });

  it.each(Object.entries(SLOW))('takes milliseconds for 40,000 characters of %s', async (_what, text) => {
    await mask(text, 600);
    const began = performance.now();

    const whole = await mask(text, text.length);

    expect(performance.now() - began).toBeLessThan(1_000);
    expect(whole).toBe(maskText(text, text.length));
  });

  it('cuts a long text where the nodes do', async () => {
    const text = 'Bearer abcdefghijklmnopqrstuvwxyz0123456789 and more '.repeat(40);

    expect(await mask(text, 200)).toBe(maskText(text, 200));
  });

  it('keeps, shows and returns the error of a run without secrets and personal data', async () => {
    const started = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase' });

    const finished = await store.rpc<{ run: Json }>('finish_sync_run', {
      p_run: started.run,
      p_status: 'failed',
      p_error: 'ada@example.com was refused: client_secret=abc123',
    });

    const kept = await store.rows(
      'select r.error, h.error_message from lead_sync_runs as r join lead_sync_history as h on h.run_id = r.id',
    );
    const masked = 'a•••@example.com was refused: client_secret=•••';
    expect(finished.run.error).toBe(masked);
    expect(kept).toEqual([{ error: masked, error_message: masked }]);
  });
});
