import { setTimeout as delay } from 'node:timers/promises';
import axios, { isAxiosError } from 'axios';
import { env } from './running-stack';

/** A turn of Twenty's limit, which the files before may have spent, comes back after 600 ms. */
const TURN_MS = 700;

/** Twenty's REST API, as anybody's script calls it: what the limit refuses is asked again. */
export const twenty = axios.create({
  baseURL: `${env('TEST_TWENTY_URL')}/rest`,
  headers: { authorization: `Bearer ${env('TEST_TWENTY_API_KEY')}` },
  proxy: false,
});

twenty.interceptors.response.use(undefined, async (error: unknown) => {
  if (!isAxiosError(error) || error.response?.status !== 429 || !error.config) throw error;
  await delay(TURN_MS);
  return await twenty.request(error.config);
});
