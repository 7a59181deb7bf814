type Value = string | number | boolean | null | undefined;

/** What stands in an address besides the page's name. */
export type Params = Record<string, Value | readonly string[]>;

/** The relative address of a page. What is null, empty or false is left out; true is `yes`. */
export function addressOf(page: string, params: Params = {}): string {
  const query = new URLSearchParams({ page });
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [value as Value]) {
      if (each === null || each === undefined || each === '' || each === false) continue;
      query.append(name, each === true ? 'yes' : String(each));
    }
  }
  return `?${query.toString()}`;
}

/** An address, or what somebody says is one, as a Webhook node gives its query. */
export function queryOf(address: unknown): Record<string, string | string[]> {
  const query = new URLSearchParams(typeof address === 'string' ? address.slice(0, 4_000) : '');
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
