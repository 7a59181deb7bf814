import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GLOSSARY = 'docs/glossary.md';

/** What users and developers read: pages, panels and messages of nodes and command, SQL with its comments, notes of workflows. */
const READ: ReadonlyArray<[folder: string, name: RegExp]> = [
  ['.', /^(README|CONTRIBUTING|SECURITY)\.md$/],
  ['docs', /\.md$/],
  ['migrations', /^(?!lead-sync-\d\.sql).*\.(sql|md)$/],
  ['nodes', /\.tsx?$/],
  ['cli', /\.ts$/],
  ['workflows', /\.json$/],
];

function filesOf(folder: string, name: RegExp): string[] {
  const entries = readdirSync(folder, { recursive: folder !== '.' }) as string[];
  return entries.filter((entry) => name.test(entry)).map((entry) => join(folder, entry));
}

/** The words of the columns headed *not*, with the word that is meant. */
function refusedWords(page: string): Array<[refused: string, meant: string]> {
  const refused: Array<[string, string]> = [];
  let hasColumn = false;
  for (const line of page.split('\n').filter((row) => row.startsWith('|'))) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells[0] === 'word') hasColumn = cells.at(-1) === 'not';
    else if (hasColumn && !/^-+$/.test(cells[0]))
      for (const word of (cells.at(-1) ?? '').split(', ')) if (word !== '') refused.push([word, cells[0]]);
  }
  return refused;
}

const words = refusedWords(readFileSync(GLOSSARY, 'utf8'));
const files = READ.flatMap(([folder, name]) => filesOf(folder, name)).filter((file) => file !== GLOSSARY);
const texts = files.map((file) => [file, readFileSync(file, 'utf8')] as const);

test('the glossary names words to be refused, and there are files to look at', () => {
  expect(words).toContainEqual(['watermark', '**window**, **cursor**']);
  expect(texts.length).toBeGreaterThan(400);
});

test.each(words)('nothing is called "%s": it is %s', (refused) => {
  const pattern = new RegExp(`(?<![\\w-])${refused}s?(?![\\w-])`, 'i');
  const places = texts.flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? `${file}:${index + 1} ${line.trim()}` : [])),
  );

  expect(places).toEqual([]);
});
