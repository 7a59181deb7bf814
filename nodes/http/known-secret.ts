/** What stands where a secret was. */
export const HIDDEN = '•••';

/** Longer bodies are pages of data, in which only the secret itself is looked for. */
const LONGEST_ECHO = 100_000;

/** Shorter ones would be found by chance. */
const SHORTEST = 8;

/**
 * Takes a secret that is known out of texts that a server wrote, so that one that echoes its requests does not spread it:
 * as it is, escaped in JSON or an address, or anywhere inside Base64.
 */
export function withoutSecret(secret: string): (text: string) => string {
  const plain = [secret, JSON.stringify(secret).slice(1, -1)];
  const encoded = [encodeURIComponent(secret), ...insideBase64(secret), ...insideBase64(secret).map(toBase64Url)];
  const found = unique(plain);
  const foundInShort = unique([...plain, ...encoded]);
  return (text) =>
    (text.length > LONGEST_ECHO ? found : foundInShort).reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}

const unique = (forms: string[]): string[] => [...new Set(forms)].filter(({ length }) => length >= SHORTEST);

/** The Base64 letters that this text alone decides, for each of the three places at which it can begin within a group of three bytes. */
function insideBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((before) => {
    const letters = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return letters.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
}

const toBase64Url = (letters: string): string => letters.replaceAll('+', '-').replaceAll('/', '_');
