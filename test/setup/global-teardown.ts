import { running } from './running';

/** Stops what the global setup started, also after failed tests. */
export default async function globalTeardown(): Promise<void> {
  await running.run();
}
