import { AFTER_FAILURE } from '../../../nodes/SupabaseLeads/actions/lead/takeForm.operation';
import { Canvas, stableId } from './canvas';
import { addFailure, ALERTS_SETUP } from './failure';
import { RETRIES, supabase } from './steps';

const OVERVIEW = `## Leads from web forms

Takes what a form service or your site's server sends, at \`/webhook/lead-sync-form\`: flat or nested JSON, lists of questions (Typeform, Tally, Meta), form fields.

### How it works
1. **When a form is sent** hands on the body, and its bytes as they came.
2. **Take form** refuses who does not know the secret, forms of more than 100,000 bytes, and more than 60 new ones a minute. Name, email, phone, company and place become lead fields, all other answers, consent among them, attributes, and the form a touch: one that comes again changes nothing.
3. **Answer** says 200 when the form is stored, or 400, 401, 413, 422 or 429 and why not. If something fails it is 500, and the sender has to try again.

### Setup
1. Apply \`lead-sync-1.sql\` and \`lead-sync-2.sql\` to Supabase.
2. In **Take form**, choose your Supabase credential, and make one for web forms: a header and a long random secret. The sender gives the secret in that header, or its signature by it (\`Typeform-Signature\`, \`Tally-Signature\`).
3. Enable **When a form is sent**, and publish the workflow.
4. Give its production URL to the form service. A page that people open must not hold the secret: let its server send.
5. Put a hidden field \`_gotcha\` into the form: robots fill it in, and are answered as if they were taken.
6. ${ALERTS_SETUP}`;

/** Takes leads of web forms, and answers who sent them. */
export function webFormIntake(): Canvas {
  const canvas = new Canvas('leadSyncForms', 'Web form intake');
  canvas.overview(864, OVERVIEW);
  canvas.section(
    'Form note',
    [0, 0, 688, 480],
    '### 1. Take and answer\nThe webhook is off until you enable it. The answer comes after the lead is stored.',
  );
  canvas.addTriggers('Take form', {
    name: 'When a form is sent',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    at: [64, 224],
    webhookId: stableId('lead-sync-form'),
    parameters: {
      path: 'lead-sync-form',
      httpMethod: 'POST',
      responseMode: 'responseNode',
      options: { rawBody: true },
    },
    disabled: true,
  });
  canvas.add(
    supabase({
      name: 'Take form',
      at: [272, 224],
      parameters: { resource: 'lead', operation: 'takeForm' },
      credentials: {
        leadSyncSupabaseApi: 'Supabase account (lead sync)',
        leadSyncFormApi: 'Web forms (lead sync)',
      },
      onError: 'continueErrorOutput',
      ...RETRIES,
    }),
  );
  canvas.add({
    name: 'Answer',
    type: 'n8n-nodes-base.respondToWebhook',
    typeVersion: 1.1,
    at: [480, 112],
    parameters: {
      respondWith: 'json',
      responseBody: '={{ JSON.stringify($json.answer) }}',
      options: { responseCode: '={{ $json.status }}' },
    },
  });
  canvas.connect('Take form', 'Answer');
  addFailure(canvas, {
    from: ['Take form'],
    left: 720,
    section: 2,
    nextStep: AFTER_FAILURE,
  });
  return canvas;
}
