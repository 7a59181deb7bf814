import { unwrap, type TwentyClient } from '../transport/client';
import { summaryDocument } from '../transport/documents';
import type { ObjectNames } from '../transport/metadata';
import { rangeConditions, type IdRange } from './id-range';

/** What Twenty says of the live records of a range without reading any; the count is null where it does not say. */
export interface RangeSummary {
  summary: {
    count: number | null;
    updated_from: string | null;
    updated_to: string | null;
    created_from: string | null;
    created_to: string | null;
  };
  /** Rate tokens that it cost. */
  calls: number;
}

const AGGREGATES = 'totalCount minUpdatedAt maxUpdatedAt minCreatedAt maxCreatedAt';

interface Aggregates {
  totalCount: number | null;
  minUpdatedAt: string | null;
  maxUpdatedAt: string | null;
  minCreatedAt: string | null;
  maxCreatedAt: string | null;
}

/** Summarises the live records of a range, in one call however many they are. @throws TwentyError when the call failed */
export async function summariseRange(client: TwentyClient, object: ObjectNames, range: IdRange): Promise<RangeSummary> {
  const callsBefore = client.calls;
  const { root, document } = summaryDocument(object, AGGREGATES);
  const filter = { and: rangeConditions(range) };
  const found = unwrap(await client.graphql<Aggregates>(root, { document, variables: { filter } }));
  return {
    summary: {
      count: found.totalCount,
      updated_from: found.minUpdatedAt,
      updated_to: found.maxUpdatedAt,
      created_from: found.minCreatedAt,
      created_to: found.maxCreatedAt,
    },
    calls: client.calls - callsBefore,
  };
}
