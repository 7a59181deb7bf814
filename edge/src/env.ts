import type { D1Database } from '@cloudflare/workers-types';

/** What wrangler.jsonc binds, and the secrets. */
export interface Env {
  DB: D1Database;
  /** Who may read, and write e-mails, events and jobs. */
  EDGE_TOKEN: string;
  /** Who may also start syncs, and reach D1. */
  ADMIN_TOKEN: string;
  N8N_DOWN_WEBHOOK: string;
  N8N_UP_WEBHOOK: string;
  /** What n8n's webhooks expect in the header X-Lead-Sync-Secret. */
  N8N_SECRET: string;
  D1_API: string;
}
