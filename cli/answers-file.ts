import { existsSync, readFileSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** Keeps what was asked, in the folder where the command runs, readable by its owner alone. */
export const ANSWERS_FILE = 'lead-sync.env';

/** What was answered earlier, by the names of the environment variables; nothing where there is no file. */
export function savedAnswers(): Record<string, string> {
  const file = resolve(ANSWERS_FILE);
  return existsSync(file) ? (parseEnv(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

/** A value that is never asked for: of the environment, else of the file; an empty one is none, as templates of such files have it. */
export const givenValue = (name: string): string | undefined => process.env[name] || savedAnswers()[name] || undefined;

/** Adds one answer that has proved right. */
export async function saveAnswer(name: string, value: string): Promise<void> {
  const lines = Object.entries({ ...savedAnswers(), [name]: value }).map(([key, text]) => `${key}='${text}'\n`);
  const file = resolve(ANSWERS_FILE);
  // the mode given to writeFile is that of a new file alone
  if (existsSync(file)) await chmod(file, 0o600);
  await writeFile(file, lines.join(''), { mode: 0o600 });
}

/** @returns whether there was one */
export async function removeAnswers(): Promise<boolean> {
  const isThere = existsSync(resolve(ANSWERS_FILE));
  await rm(resolve(ANSWERS_FILE), { force: true });
  return isThere;
}
