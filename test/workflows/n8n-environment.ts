import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** Removed with all that lies in it when the suite ends, however a test file ended. */
const { TEST_DATA_FOLDER } = process.env;
if (!TEST_DATA_FOLDER)
  throw new Error('TEST_DATA_FOLDER is not set: run this file with jest, in the database project.');

/** n8n-core reads these when it is loaded; without them it writes to the home folder. Import this file before it. */
process.env.N8N_USER_FOLDER = mkdtempSync(join(TEST_DATA_FOLDER, 'n8n-'));
process.env.N8N_ENCRYPTION_KEY = 'in-process-workflow-tests';
process.env.N8N_LOG_LEVEL = 'silent';

/** The Telegram node loads this cleaner of HTML forms, which is an ES module that jest cannot load; no bundled workflow has a form. */
jest.mock('sanitize-html', () => (html: string) => html);
