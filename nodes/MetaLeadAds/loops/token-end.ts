import { MetaError, type MetaFailure } from '../transport/failures';
import { SOURCE, type IntakePorts } from './ports';

const MS_PER_DAY = 86_400_000;
/** How long before its end a token is told of. */
const DAYS_BEFORE = 7;

/**
 * What Meta says of the token that the credential holds (developers.facebook.com/docs/graph-api/reference/debug_token).
 * Seconds since 1970; 0 or nothing where there is no end.
 */
interface TokenInfo {
  data?: { expires_at?: number; data_access_expires_at?: number };
}

/**
 * Whether the token ends within a week; asked once a day, of which the cursor `token …` keeps count. An answer that does
 * not come is tomorrow's: reading the leads itself tells whether the token works.
 * @param cursors of the source, as `get_intake` has them
 * @param whose tells tokens apart, e.g. the page's ID
 */
export async function tokenEnd(
  { graph, store, control, today }: IntakePorts,
  cursors: Readonly<Partial<Record<string, string>>>,
  whose: string,
): Promise<MetaFailure | null> {
  const channel = `token ${whose}`;
  const now = today();
  const asked = cursors[channel];
  if (asked !== undefined && now - Date.parse(asked) < MS_PER_DAY) return null;
  let info: TokenInfo;
  try {
    info = await graph.call<TokenInfo>({ method: 'GET', path: 'debug_token' });
  } catch (error) {
    if (!(error instanceof MetaError)) return await Promise.reject(error as Error);
    control.log(`Meta does not say when the token ends: ${error.message}`);
    info = {};
  }
  await store.rpc('add_to_intake', {
    p_source: SOURCE,
    p_cursor: { channel, read_until: new Date(now).toISOString() },
  });
  const ends = [info.data?.expires_at, info.data?.data_access_expires_at].filter((end) => end !== undefined && end > 0);
  const end = Math.min(...(ends as number[])) * 1_000;
  if (end - now > DAYS_BEFORE * MS_PER_DAY) return null;
  const detail = `it does so on ${new Date(end).toISOString().slice(0, 10)}`;
  return { kind: 'token_ends', detail, httpStatus: null };
}
