import axios from 'axios';
import { env } from './running-stack';

/** Twenty's REST API, as anybody's script calls it. */
export const twenty = axios.create({
  baseURL: `${env('TEST_TWENTY_URL')}/rest`,
  headers: { authorization: `Bearer ${env('TEST_TWENTY_API_KEY')}` },
  proxy: false,
});
