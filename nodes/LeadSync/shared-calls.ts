import type { LeadDatabase } from '../SupabaseLeads/transport/client';
import type { TwentyClient } from '../Twenty/transport/client';
import { SharedBudget, type GivenTurn, type TakeCall, type Urgency } from '../Twenty/transport/shared-budget';

/** A turn is worth no long wait: who does not get one in time goes on with a share of the limit. */
const TURN_TIMEOUT_MS = 3_000;

/** What this process shares: by Twenty's host and port and the key to it, and by the database, as each knows of its own turns alone. */
const shared = new Map<string, SharedBudget>();

/**
 * Lets a client's calls take their turns where all processes of the workspace take theirs; null: where its own process does;
 * `as_known`: as the last run of this process was told, before everything that comes by itself.
 */
export type Share = (urgency: Urgency | null | 'as_known') => void;

export function sharing(
  client: TwentyClient,
  database: LeadDatabase,
  itemIndex: number,
  warn: (message: string) => void,
): Share {
  const { identity, urls, workspace } = client;
  const parties = [urls.host, identity, database.url].join(' ');
  const take = takeCall(database, itemIndex);
  return (urgency) => {
    if (urgency === null) shared.delete(parties);
    if (urgency === null || (urgency === 'as_known' && !shared.has(parties))) {
      client.paceBy((own) => own);
      return;
    }
    client.paceBy((own) => {
      const budget = shared.get(parties) ?? new SharedBudget(workspace, client.clock);
      shared.set(parties, budget);
      return budget.through(take, { setting: own.setting, urgency: urgency === 'as_known' ? 'urgent' : urgency, warn });
    });
  };
}

/** The place of all turns: `take_call` of the database. */
function takeCall(database: LeadDatabase, itemIndex: number): TakeCall {
  return async ({ workspace, learned, base, reserve, refused, withinMs }) =>
    (await database.call(
      'take_call',
      {
        p_workspace: workspace,
        p_learned: learned,
        p_base: base,
        p_reserve: reserve,
        p_refused: refused,
        p_within_ms: withinMs,
      },
      itemIndex,
      TURN_TIMEOUT_MS,
    )) as unknown as GivenTurn;
}
