import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** n8n-core reads these when it is loaded; without them it writes to the home folder. Import this file before it. */
export const N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'lead-sync-n8n-'));
process.env.N8N_USER_FOLDER = N8N_USER_FOLDER;
process.env.N8N_ENCRYPTION_KEY = 'in-process-workflow-tests';
process.env.N8N_LOG_LEVEL = 'silent';

/** The Telegram node loads this cleaner of HTML forms, which is an ES module that jest cannot load; no bundled workflow has a form. */
jest.mock('sanitize-html', () => (html: string) => html);
