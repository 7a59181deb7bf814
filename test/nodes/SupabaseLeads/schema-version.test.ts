import { SCHEMA_VERSION, schemaAdvice } from '../../../nodes/SupabaseLeads/schema-version';

test('a database in step gives no advice', () => {
  expect(schemaAdvice(SCHEMA_VERSION)).toBeNull();
});

test.each([
  ['older, from before there were versions', undefined, /older .* \(version 1\) than this package .*lead-sync-1\.sql/],
  ['older, applied by halves', 0, /older .* \(version 0\) than this package .*lead-sync-1\.sql/],
  ['newer', SCHEMA_VERSION + 1, /newer .*: update n8n-nodes-lead-sync/],
])('%s: one sentence says what to do', (_what, version, advice) => {
  expect(schemaAdvice(version)).toMatch(advice);
});
