import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { D1Result } from '@cloudflare/workers-types';
import { D1 } from '../../stand-ins/cloudflare';
import { childrenOf, killWithChildren } from './kill';

const FOLDER = resolve('.stack/crash-test/d1');

/** A D1 database whose workerd can be killed and started again on the same data. */
export class EdgeD1 {
  private isUp = true;

  private constructor(private current: D1) {}

  static async open(): Promise<EdgeD1> {
    await rm(FOLDER, { recursive: true, force: true });
    return new EdgeD1(await D1.open(FOLDER));
  }

  readonly batch: D1['batch'] = async (queries): Promise<D1Result[]> => await this.up().batch(queries);

  readonly rows: D1['rows'] = async (sql, ...params) => await this.up().rows(sql, ...params);

  async apply(file: string): Promise<void> {
    await this.up().apply(file);
  }

  async kill(): Promise<void> {
    for (const pid of await childrenOf(process.pid, 'workerd')) await killWithChildren(pid);
    this.isUp = false;
  }

  async restart(): Promise<void> {
    await this.close();
    this.current = await D1.open(FOLDER);
    this.isUp = true;
  }

  async close(): Promise<void> {
    this.isUp = false;
    await this.current.close().catch(() => undefined); // its process may be gone
  }

  /** @throws TypeError while workerd is away, as a call of it does */
  private up(): D1 {
    if (!this.isUp) throw new TypeError('workerd is away');
    return this.current;
  }
}
