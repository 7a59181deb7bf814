import { parse, parsePlPgSQL } from 'libpg-query';

/** PL/pgSQL's parse mode of a whole statement; its other modes are expressions, which cannot change rows. */
const WHOLE_STATEMENT = 0;

/** Every object in a parse tree with the key that it stands under. */
function* nodesOf(tree: unknown): Generator<[key: string, node: Record<string, unknown>]> {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, child] of Object.entries(tree)) {
    if (typeof child === 'object' && child !== null && !Array.isArray(child)) yield [key, child as never];
    yield* nodesOf(child);
  }
}

/** As `safeupdate` sees it: an UPDATE or DELETE anywhere in a statement, also in a CTE, without a WHERE of its own. */
function inTree(tree: unknown): string[] {
  return [...nodesOf(tree)]
    .filter(([key, node]) => (key === 'UpdateStmt' || key === 'DeleteStmt') && node.whereClause === undefined)
    .map(([key, node]) => {
      const { schemaname, relname } = node.relation as { schemaname?: string; relname: string };
      return `${key === 'UpdateStmt' ? 'update' : 'delete from'} ${[schemaname, relname].filter(Boolean).join('.')}`;
    });
}

/** Bodies of functions and blocks written in PL/pgSQL are texts to the parser of SQL. */
function* blocksOf(tree: unknown): Generator<string> {
  for (const [key, node] of nodesOf(tree)) {
    if (key !== 'DoStmt') continue;
    for (const { DefElem } of node.args as Array<{ DefElem: { defname: string; arg: { String: { sval: string } } } }>) {
      if (DefElem.defname === 'as') yield DefElem.arg.String.sval;
    }
  }
}

/**
 * The statements that Supabase refuses in sessions of its API ("UPDATE requires a WHERE clause"), e.g. `delete from
 * lead_sync.findings`: in SQL as PostgreSQL itself parses it, blocks of DO included. Rejects when the SQL cannot be parsed.
 */
export async function statementsWithoutWhere(sql: string): Promise<string[]> {
  const tree = await parse(sql);
  const found = inTree(tree);
  for (const block of blocksOf(tree)) {
    found.push(
      ...(await plpgsqlWithoutWhere(`create function f() returns void language plpgsql as $body$${block}$body$`)),
    );
  }
  return found;
}

/** The same of a function in PL/pgSQL, from its whole `create function` statement. */
export async function plpgsqlWithoutWhere(definition: string): Promise<string[]> {
  const found: string[] = [];
  // The parser knows no types of ours: to it a list of them is no scalar.
  const parsable = definition.replace(/\blead_sync\.\w+\[\]/g, 'text[]');
  for (const [key, node] of nodesOf(await parsePlPgSQL(parsable))) {
    if (key !== 'PLpgSQL_expr' || (node.parseMode ?? WHOLE_STATEMENT) !== WHOLE_STATEMENT) continue;
    found.push(...(await statementsWithoutWhere(node.query as string)));
  }
  return found;
}
