import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { LeadSyncTwentyApi } from '../../../credentials/LeadSyncTwentyApi.credentials';
import { LeadSync } from '../../../nodes/LeadSync/LeadSync.node';
import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';
import { Activities } from '../../database/activities';
import { person, useStore, type Json, type Store } from '../../database/store';
import { executeFunctions } from '../../setup/execute-functions';

/** A Twenty and a database for the tests of a file, and what they do with both. */
export function useActivityStage(): ActivityStage {
  const stage = new ActivityStage(useStore());
  beforeEach(() => stage.open());
  afterEach(() => stage.twenty.close());
  return stage;
}

export class ActivityStage {
  twenty!: TwentyDouble;
  readonly letAllowancePass: () => Promise<void>;

  constructor(readonly store: Store) {
    this.letAllowancePass = new Activities(store).letAllowancePass;
  }

  async open(): Promise<void> {
    this.twenty = await startTwentyDouble({ rateLimit: false });
  }

  /** Runs the node once, against the double and the database. */
  readonly pull = async (parameters: Json = {}): Promise<Json> => {
    const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
    const { context } = executeFunctions({
      parameters: {
        operation: 'pullActivities',
        read: 'changed',
        kinds: ['note', 'task', 'message', 'meeting'],
        overlap: 5,
        maxDuration: 0,
        options: {},
        ...parameters,
      },
      credentials: {
        leadSyncTwentyApi: {
          type: new LeadSyncTwentyApi(),
          data: { url: this.twenty.url, apiKey: this.twenty.apiKey, callsPerMinute: 100_000 },
        },
        leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host, serviceKey } },
      },
    });
    const [[{ json }]] = await new LeadSync().execute.call(context);
    return json as Json;
  };

  /** People who are in Twenty and leads, too; gives their ids in Twenty. */
  readonly people = async (count: number): Promise<string[]> => {
    const ids = this.twenty.store.insert(
      'people',
      Array.from({ length: count }, () => ({ name: { firstName: 'Ada', lastName: 'L' } })),
    );
    await this.store.pull(ids.map((twenty_id) => ({ ...person({ first_name: 'Ada' }), twenty_id })));
    return ids;
  };

  /** Hints as webhooks bring them. */
  readonly named = async (...events: Json[]): Promise<void> => {
    await this.store.rpc('add_to_inbox', { p_events: events });
  };
}

export const event = (object: string, record_id: string): Json => ({ object, record_id });
