/** What a node may use of what all nodes share. */
const SHARED = ['nodes/lead', 'nodes/frame', 'nodes/errors', 'nodes/http', 'nodes/masking', 'nodes/runs'];

/** Which parts each part may import: the arrows of docs/architecture.md. Imports of types count. */
const MAY_IMPORT = {
  'nodes/lead': ['nodes/errors/input-error\\.ts'],
  'nodes/errors': [],
  'nodes/http': [],
  'nodes/masking': [],
  'nodes/frame': ['nodes/errors'],
  'nodes/runs': ['nodes/frame', 'nodes/masking'],
  'nodes/Twenty': SHARED,
  'nodes/SupabaseLeads': SHARED,
  'nodes/CloudflareD1': [...SHARED, 'nodes/SupabaseLeads'],
  'nodes/MetaLeadAds': [...SHARED, 'nodes/SupabaseLeads'],
  'nodes/Knowlarity': [...SHARED, 'nodes/SupabaseLeads'],
  'nodes/LeadSync': [...SHARED, 'nodes/Twenty', 'nodes/SupabaseLeads'],
  credentials: ['nodes/http', 'nodes/MetaLeadAds/transport/address\\.ts'],
  cli: ['nodes'],
  edge: [],
  'stand-ins': [],
  stack: ['nodes', 'cli', 'stand-ins'],
  proofs: ['nodes', 'cli', 'edge', 'stack', 'stand-ins'],
  tools: ['nodes', 'credentials', 'cli', 'stack'],
};
const PARTS = '^(nodes|credentials|cli|edge|stand-ins|stack|proofs|tools|test)/';

const arrows = Object.entries(MAY_IMPORT).map(([part, others]) => ({
  name: `${part} may import ${others.join(', ') || 'no other part'}`,
  severity: 'error',
  from: { path: `^${part}/` },
  to: { path: PARTS, pathNot: [part, ...others].map((allowed) => `^${allowed}(/|$)`) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'stand-ins are entered by their door',
      severity: 'error',
      from: { pathNot: '^stand-ins/' },
      to: { path: '^stand-ins/', pathNot: '^stand-ins/[^/]+/index\\.ts$' },
    },
    {
      name: 'domain and loops know no n8n',
      comment: 'Schedules, benches and the command run the same functions as the nodes.',
      severity: 'error',
      from: { path: '^nodes/(lead|[^/]+/loops)/' },
      to: { path: 'n8n-workflow' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
