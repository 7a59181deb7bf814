import { Canvas, stableId, type Placed } from './canvas';
import { manually, RETRIES, supabase, twenty } from './steps';

const OVERVIEW = `## A sync by hand, step by step

What the *Lead Sync* node does in one step, made of the steps it consists of: an example for flows of your own that do something between reading, merging and writing. For a plain sync use the other workflows; both kinds may run side by side.

### How it works
1. **Pull**: a run is opened in the database, which says where to read on. Each page of people goes to **Upsert leads in Supabase** with its position; both are stored together.
2. **Push**: due leads are claimed, their people read and merged, which gives the writes; they go to Twenty, and what came of them is reported with the claim.
3. A step that fails leaves its run open: after 5 minutes the next one takes over and goes on where it stopped.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. Choose your credentials in the Twenty and Supabase Leads nodes.
3. Run it by hand, and change what you like.

n8n keeps all pages of an execution in memory: for tens of thousands of leads use *Lead Sync*.`;

type At = Placed['at'];

/** Goes on by its first output where the expression is true, by its second where it is not. */
function ask(canvas: Canvas, name: string, at: At, expression: string): void {
  const condition = {
    id: stableId(`${canvas.id}/${name}/condition`),
    leftValue: `={{ ${expression} }}`,
    rightValue: '',
    operator: { type: 'boolean', operation: 'true', singleValue: true },
  };
  const options = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
  canvas.add({
    name,
    type: 'n8n-nodes-base.if',
    typeVersion: 2.2,
    at,
    parameters: { conditions: { options, conditions: [condition], combinator: 'and' }, options: {} },
  });
}

/** Each goes to the first output of the one before. */
function chain(canvas: Canvas, ...names: string[]): void {
  names.slice(1).forEach((name, index) => canvas.connect(names[index], name));
}

/** What the start of a run said, for the steps after it. */
class Run {
  constructor(private readonly start: string) {}

  /** An expression for one of its values. */
  read(path: string): string {
    return `={{ $('${this.start}').first().json.${path} }}`;
  }

  /** Its token, with the calls of Twenty that the item before was read with. */
  get withCalls(): string {
    return `={{ Object.assign({}, $('${this.start}').first().json.run, { calls: $json.calls }) }}`;
  }

  /** What the Twenty node has to know of the object and its fields. */
  get scope(): Record<string, unknown> {
    return {
      object: { __rl: true, mode: 'name', value: this.read('object') },
      fieldMapping: this.read('fields'),
      defaultCountry: this.read('settings.default_country'),
    };
  }

  open(at: At, parameters: Record<string, unknown>): Parameters<Canvas['add']>[0] {
    return supabase({
      name: this.start,
      at,
      parameters: { resource: 'syncRun', operation: 'start', trigger: 'manual', startOptions: '', ...parameters },
    });
  }

  close(name: string, at: At): Parameters<Canvas['add']>[0] {
    const parameters = {
      resource: 'syncRun',
      operation: 'finish',
      run: this.read('run'),
      status: 'succeeded',
      error: '',
    };
    return supabase({ name, at, parameters, ...RETRIES });
  }
}

const READ_STARTED_AT = `={{ $('Next page').isExecuted ? $('Next page').last().json.read_started_at : $('Start pull run').first().json.read_started_at }}`;

const NEXT_PAGE = `={{ {
  window: { from: $('Start pull run').first().json.window.from, until: $('Get changed people from Twenty').item.json.page.until },
  position: $json.position,
  read_started_at: $json.read_started_at
} }}`;

function addPull(canvas: Canvas): void {
  const run = new Run('Start pull run');
  canvas.section(
    'Pull note',
    [48, 0, 1632, 592],
    '### 1. Pull\nHand the times, positions and tokens on as they come: they keep a sync right that is interrupted or runs beside another one.',
  );
  canvas.addTriggers('Start pull run', manually([112, 160]));
  canvas.add(run.open([288, 160], { direction: 'twenty_to_supabase', mode: 'delta' }));
  ask(canvas, 'Did the pull start?', [464, 160], '$json.started');
  canvas.add(
    twenty({
      name: 'Get changed people from Twenty',
      at: [672, 144],
      parameters: {
        resource: 'lead',
        operation: 'getChanged',
        ...run.scope,
        updatedSince: '={{ $json.window.from }}',
        until: '={{ $json.window.until }}',
        position: '={{ $json.position }}',
        output: 'pages',
        pageSize: 1000,
        options: {},
      },
      ...RETRIES,
    }),
  );
  canvas.add(
    supabase({
      name: 'Upsert leads in Supabase',
      at: [864, 144],
      parameters: {
        resource: 'lead',
        operation: 'upsert',
        source: 'twenty',
        input: 'batch',
        leads: '={{ $json.leads }}',
        missingFields: '={{ $json.missing_fields }}',
        readStartedAt: READ_STARTED_AT,
        run: run.withCalls,
        page: '={{ $json.page }}',
      },
      ...RETRIES,
    }),
  );
  ask(canvas, 'Last page?', [1056, 144], '$json.has_next !== true');
  canvas.add({
    name: 'Next page',
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    at: [1216, 320],
    parameters: { mode: 'raw', jsonOutput: NEXT_PAGE, options: {} },
  });
  canvas.add(run.close('Finish pull run', [1504, 368]));
  chain(canvas, 'Start pull run', 'Did the pull start?', 'Get changed people from Twenty', 'Upsert leads in Supabase');
  chain(canvas, 'Upsert leads in Supabase', 'Last page?', 'Finish pull run', 'Start push run');
  canvas.connect('Last page?', 'Next page', { output: 1 });
  canvas.connect('Next page', 'Get changed people from Twenty');
  // a pull that is active elsewhere does not keep the push from starting
  canvas.connect('Did the pull start?', 'Start push run', { output: 1 });
}

/** A staircase: what ends the run leaves at the top of each step, and so crosses nothing. */
function addPush(canvas: Canvas): void {
  const run = new Run('Start push run');
  const claimToken = "={{ $('Claim due leads').item.json.claim_token }}";
  canvas.section(
    'Push note',
    [48, 624, 2160, 640],
    '### 2. Push\nAlways read and merge before writing, and always report: unreported leads are claimed again when their claim has ended.',
  );
  canvas.add(run.open([80, 768], { direction: 'supabase_to_twenty' }));
  ask(canvas, 'Did the push start?', [272, 768], '$json.started');
  canvas.add(
    supabase({
      name: 'Claim due leads',
      at: [480, 752],
      parameters: { resource: 'lead', operation: 'getForSync', limit: 600, run: run.read('run') },
      ...RETRIES,
    }),
  );
  ask(canvas, 'Nothing due?', [672, 752], '$json.claimed === 0');
  canvas.add(
    twenty({
      name: 'Read those people from Twenty',
      at: [864, 880],
      parameters: {
        resource: 'lead',
        operation: 'getMany',
        ...run.scope,
        input: 'batch',
        leads: '={{ $json.leads }}',
        options: {},
      },
      ...RETRIES,
    }),
  );
  canvas.add(
    supabase({
      name: 'Merge and plan writes',
      at: [1056, 880],
      parameters: {
        resource: 'lead',
        operation: 'upsert',
        source: 'twenty',
        input: 'batch',
        leads: '={{ $json.leads }}',
        missingFields: '={{ $json.missing_fields }}',
        readStartedAt: "={{ $('Claim due leads').item.json.read_started_at }}",
        claimToken,
        run: run.withCalls,
      },
      ...RETRIES,
    }),
  );
  ask(canvas, 'Nothing to write?', [1248, 880], '$json.writes.length === 0');
  // not tried again: the next claim reads what came of it
  canvas.add(
    twenty({
      name: 'Push to Twenty',
      at: [1456, 1008],
      parameters: {
        resource: 'lead',
        operation: 'push',
        ...run.scope,
        input: 'batch',
        writes: '={{ $json.writes }}',
        batchSize: 200,
        strict: run.read('settings.strict'),
        leaseSeconds: '={{ $json.lease_seconds }}',
        runId: run.read('run.id'),
        options: {},
      },
    }),
  );
  canvas.add(
    supabase({
      name: 'Update sync status',
      at: [1648, 1008],
      parameters: {
        resource: 'lead',
        operation: 'updateSyncStatus',
        claimToken,
        results: '={{ $json.results }}',
        run: run.withCalls,
      },
      ...RETRIES,
    }),
  );
  ask(canvas, 'Nothing left?', [1840, 1008], '$json.remaining === 0');
  canvas.add(run.close('Finish push run', [2048, 736]));
  chain(canvas, 'Start push run', 'Did the push start?', 'Claim due leads', 'Nothing due?', 'Finish push run');
  chain(canvas, 'Read those people from Twenty', 'Merge and plan writes', 'Nothing to write?', 'Finish push run');
  chain(canvas, 'Push to Twenty', 'Update sync status', 'Nothing left?', 'Finish push run');
  canvas.connect('Nothing due?', 'Read those people from Twenty', { output: 1 });
  canvas.connect('Nothing to write?', 'Push to Twenty', { output: 1 });
  canvas.connect('Nothing left?', 'Claim due leads', { output: 1 });
}

/** An example of a sync in single steps. */
export function byHand(): Canvas {
  const canvas = new Canvas('leadSyncByHand', 'Lead sync by hand');
  canvas.overview(640, OVERVIEW);
  addPull(canvas);
  addPush(canvas);
  return canvas;
}
