import { D1Error, failureOfLimit } from './failures';

/** A statement and its parameters, which Cloudflare's API takes as texts. */
export interface Query {
  sql: string;
  params: Array<string | null>;
}

/** developers.cloudflare.com/d1/platform/limits. Bytes but for the parameters. */
const MOST_PARAMETERS = 100;
const LONGEST_STATEMENT = 100_000;
const LONGEST_VALUE = 2_000_000;

/** @throws D1Error where D1 would refuse a query for its size, with its number among those of a batch */
export function assertWithinLimits(queries: readonly Query[]): void {
  queries.forEach(({ sql, params }, index) => {
    const which = queries.length === 1 ? 'the query' : `query ${index + 1}`;
    const refuse = (detail: string): never => {
      throw new D1Error(failureOfLimit(detail));
    };
    if (params.length > MOST_PARAMETERS)
      refuse(
        `${which} has ${params.length} parameters, and D1 takes ${MOST_PARAMETERS}; pass a JSON list as one, and read it with json_each`,
      );
    if (Buffer.byteLength(sql) > LONGEST_STATEMENT) refuse(`${which} is longer than ${LONGEST_STATEMENT} bytes`);
    const long = params.findIndex((value) => value !== null && Buffer.byteLength(value) > LONGEST_VALUE);
    if (long >= 0) refuse(`parameter ${long + 1} of ${which} is longer than ${LONGEST_VALUE} bytes`);
  });
}
