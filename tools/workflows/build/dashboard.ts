import { Canvas, type Step } from './canvas';
import { leadSync, supabase } from './steps';

const OVERVIEW = `## The console of the lead sync

Serves its pages from n8n, at \`/webhook/lead-sync\`: *Health* (is it well, what needs you, what runs), what waits for a decision, what went through, and the set-up. Its buttons start a sync, a full resync or a reconciliation, decide and repair.

### How it works
1. **Open page** is for browsers: no script, nothing from elsewhere, light and dark; \`?page=activity\` names a page. **Data for scripts** gives the figures as JSON, at \`/webhook/lead-sync/status\`.
2. **Answer request** makes page and data, and carries out what a button asks for. Only requests that carry the page's token are heard, so that no other site can press the buttons for you.
3. **Pull now**, **Push now**, **Reconcile now** and **Drain now** run after the answer, of leads, deals and whatever else is synced or was made due. Where such a run is active already, they leave it alone.

### Setup
1. Choose the credentials of Supabase and Twenty where they are missing.
2. In **Open page** and **Data for scripts**, choose or make a *Basic Auth* credential: the login of the page. n8n does not publish the workflow without it.
3. Publish the workflow and open its address.

What you have changed in the nodes of the sync workflows, e.g. who wins, change in **Pull now** and **Push now**, too.

Scripts read \`csrf_token\` from the data and post it back with \`action\`: sync, full_resync, reconcile, replay_dead_letters or check_integrity.`;

const header = (name: string, value: string): { name: string; value: string } => ({ name, value });
const NOT_STORED = [header('Cache-Control', 'no-store'), header('X-Robots-Tag', 'noindex')];

/** A webhook that asks for the page's login; its answer cannot be framed. */
function webhook(name: string, path: string, webhookId: string, at: Step['at']): Step {
  return {
    name,
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    at,
    parameters: {
      path,
      multipleMethods: true,
      httpMethod: ['GET', 'POST'],
      authentication: 'basicAuth',
      responseMode: 'responseNode',
      options: { responseHeaders: { entries: [header('X-Frame-Options', 'DENY')] } },
    },
    credentials: { httpBasicAuth: 'Lead sync dashboard login' },
    webhookId,
  };
}

function respond(name: string, at: Step['at'], parameters: Record<string, unknown>): Step {
  return { name, type: 'n8n-nodes-base.respondToWebhook', typeVersion: 1.1, at, parameters };
}

function sync(name: string, at: Step['at'], parameters: Record<string, unknown>): Step {
  return leadSync({ name, at, parameters, onError: 'continueRegularOutput' });
}

/** What is synced: none is named of leads; of several objects each is an item. */
const object = { __rl: true, mode: 'name', value: "={{ $json.object ?? '' }}" };

/** Serves the console and does what its buttons ask for. */
export function dashboard(): Canvas {
  const canvas = new Canvas('leadSyncDashboard', 'Lead sync dashboard');
  canvas.overview(688, OVERVIEW);
  canvas.section(
    'Request note',
    [0, 0, 448, 880],
    '### 1. Show, or do\nThe page for people, the data for scripts. Both ask for the login; a button without a valid token is refused with 403.',
  );
  canvas.section(
    'Answer note',
    [480, 0, 288, 432],
    '### 2. Answer\nA browser goes back to the page, a script gets JSON.',
  );
  canvas.section(
    'Sync note',
    [800, 0, 288, 1040],
    '### 3. Sync\nAfter the answer; the page shows how far they are and what became of them.',
  );
  canvas.add(webhook('Open page', 'lead-sync', '12083067-5c72-57fa-af81-b230ba5cd39f', [64, 352]));
  canvas.add(webhook('Data for scripts', 'lead-sync/status', 'ac841862-2c1a-540b-aa69-bd96865cdf4c', [64, 528]));
  canvas.add(
    supabase({
      name: 'Answer request',
      at: [272, 384],
      parameters: {
        resource: 'monitoring',
        operation: 'answerRequest',
        answerWith: "={{ $('Open page').isExecuted ? 'page' : 'data' }}",
      },
    }),
  );
  canvas.add(
    respond('Answer', [576, 128], {
      respondWith: 'text',
      responseBody: '={{ $json.body }}',
      options: {
        responseCode: '={{ $json.status }}',
        responseHeaders: { entries: [...NOT_STORED, header('Content-Type', '={{ $json.content_type }}')] },
      },
    }),
  );
  canvas.add(
    respond('Go back to the page', [576, 272], {
      respondWith: 'noData',
      options: {
        responseCode: 303,
        responseHeaders: { entries: [...NOT_STORED, header('Location', '={{ $json.location }}')] },
      },
    }),
  );
  canvas.add(sync('Pull now', [896, 384], { operation: 'pull', object, mode: '={{ $json.mode }}' }));
  canvas.add(sync('Push now', [896, 544], { operation: 'push', object }));
  canvas.add(sync('Reconcile now', [896, 704], { operation: 'reconcile', object }));
  canvas.add(sync('Drain now', [896, 864], { operation: 'drain' }));
  for (const name of ['Open page', 'Data for scripts']) {
    canvas.connect(name, 'Answer request');
    canvas.connect(name, 'Answer request', { output: 1 });
  }
  ['Answer', 'Go back to the page', 'Pull now', 'Push now', 'Reconcile now', 'Drain now'].forEach((name, output) =>
    canvas.connect('Answer request', name, { output }),
  );
  return canvas;
}
