/** Counts what the double was asked. */
export class Stats {
  /** Rate tokens taken: root operations on records, whether or not a limit is set. */
  calls = 0;
  /** HTTP requests, those without a token (metadata, webhooks, refused keys) included. */
  requests = 0;
  /** Bytes of all answers' bodies. */
  bytesOut = 0;
  /** Root operations that met the rate limit. */
  limited = 0;
  /** Tokens by root operation: `people`, `createPeople`, …; REST calls under the same names. */
  byOperation: Record<string, number> = {};

  count(operation: string): void {
    this.calls += 1;
    this.byOperation[operation] = (this.byOperation[operation] ?? 0) + 1;
  }

  reset(): void {
    this.calls = 0;
    this.requests = 0;
    this.bytesOut = 0;
    this.limited = 0;
    this.byOperation = {};
  }

  /** The figures alone. */
  snapshot(): Pick<Stats, 'calls' | 'requests' | 'bytesOut' | 'limited' | 'byOperation'> {
    const { calls, requests, bytesOut, limited, byOperation } = this;
    return { calls, requests, bytesOut, limited, byOperation: { ...byOperation } };
  }
}
