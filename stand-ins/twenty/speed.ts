/** What a server's work costs, in milliseconds a record. */
export interface Speed {
  read: number;
  create: number;
  update: number;
}

/**
 * Measured on 2.21 with one worker per core, its database and the client on one machine: batches of 200, pages of 1,000,
 * one request after another.
 */
export const REAL_SPEED: Speed = { read: 0.36, create: 3.4, update: 3.8 };

/** Records that one request read and wrote. */
export interface Work {
  read: number;
  created: number;
  /** Updated, deleted or restored. */
  updated: number;
}

/** The part of the work that the API's core does; the database's does the rest. Measured: 288 updates/s alone, 494 with four requests at once. */
const API_SHARE = 288 / 494;

/**
 * Says how long requests take on two cores, the API's and the database's: each request passes through one and then the other,
 * and each core serves one request after another.
 */
export class Cores {
  private apiFreeAt = 0;
  private databaseFreeAt = 0;

  /** @param clock milliseconds */
  constructor(
    private readonly speed: Speed,
    private readonly clock: () => number,
  ) {}

  /** Milliseconds until a request that comes now is answered. */
  delayOf({ read, created, updated }: Work): number {
    const { speed } = this;
    const cost = read * speed.read + created * speed.create + updated * speed.update;
    const now = this.clock();
    this.apiFreeAt = Math.max(now, this.apiFreeAt) + cost * API_SHARE;
    this.databaseFreeAt = Math.max(this.apiFreeAt, this.databaseFreeAt) + cost * (1 - API_SHARE);
    return cost === 0 ? 0 : this.databaseFreeAt - now;
  }
}
