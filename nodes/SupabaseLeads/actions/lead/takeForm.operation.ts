import type { IDataObject } from 'n8n-workflow';
import { countField, eachItem, jsonField, type Item } from '../../../frame';
import { isFromSender } from '../../../http/sender';
import { isObject, leadOfForm, type JsonObject } from '../../../lead';
import type { LeadDatabase } from '../../transport/client';
import type { Operation } from '../types';
import { bytesOf, leadFlaw } from './lead-check';

/** A form is in its lead twice, as answers and as it came, and a lead may have 262,144 bytes (`max_lead_bytes`). */
const MAX_FORM_BYTES = 100_000;
/** What the Webhook node calls the bytes of a body, with its option Raw Body. */
const RAW_BODY = 'data';

const TAKEN = { status: 200, answer: { taken: true } };

/** What became of a form, with what to answer to who sent it. */
function refused(status: number, reason: string): IDataObject {
  return { status, answer: { taken: false, reason }, result: 'refused', lead_id: null };
}

/** The body's bytes as they came; null where the item has none, as for uploads, whose files might have the name. */
async function rawBodyOf({ context, index, input }: Item): Promise<Buffer | null> {
  const isUpload = /^multipart\//i.test(String(headersOf(input)['content-type']));
  const has = !isUpload && context.getInputData()[index].binary?.[RAW_BODY] !== undefined;
  return has ? await context.helpers.getBinaryDataBuffer(index, RAW_BODY) : null;
}

const headersOf = ({ headers }: IDataObject): IDataObject => (isObject(headers) ? (headers as IDataObject) : {});

async function isGenuine({ context, index, input }: Item, body: Buffer | null): Promise<boolean> {
  const { header, secret } = await context.getCredentials<{ header: string; secret: string }>('leadSyncFormApi', index);
  return isFromSender(headersOf(input), body, { header: String(header).trim(), secret: String(secret) });
}

/** The payload as an object, which a JSON text may stand for; null for anything else. */
function payloadOf(item: Item): JsonObject | null {
  const given = item.reference('payload') ?? item.value('payload');
  const payload = typeof given === 'string' ? parsed(given) : given;
  return isObject(payload) ? payload : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function taken(item: Item, database: LeadDatabase): Promise<IDataObject> {
  const body = await rawBodyOf(item);
  const isTooLarge = (bytes: number): boolean => bytes > MAX_FORM_BYTES;
  const tooLarge = `The form has more than ${MAX_FORM_BYTES} bytes.`;
  if (body !== null && isTooLarge(body.length)) return refused(413, tooLarge);
  if (item.boolean('checkSecret', true) && !(await isGenuine(item, body))) {
    return refused(401, 'The secret or signature is missing or wrong.');
  }
  const payload = payloadOf(item);
  if (payload === null) return refused(400, 'The body is no form: send JSON or form fields.');
  const form = leadOfForm(payload, item.text('honeypot'));
  if ('robot' in form) return { ...TAKEN, result: 'robot', lead_id: null };
  if ('refused' in form) return refused(422, `The form was not taken: ${form.refused}.`);
  if (isTooLarge(bytesOf(payload))) return refused(413, tooLarge);
  const flaw = leadFlaw(form.lead);
  if (flaw !== null) return refused(422, `The form was not taken: ${flaw}`);
  return await stored(item, database, form.lead);
}

async function stored(item: Item, database: LeadDatabase, lead: JsonObject): Promise<IDataObject> {
  const args = { p_lead: lead, p_source: item.text('source'), p_per_minute: item.count('perMinute', 60) };
  const { result, reason, lead_id } = await database.call('take_form', args, item.index);
  if (result === 'flood') return refused(429, 'Too many forms came within a minute. Send it again in a minute.');
  if (result === 'rejected') return refused(422, `The form was not taken: ${String(reason)}.`);
  return { ...TAKEN, result, lead_id };
}

/** What becomes of a form that could not be stored. */
export const AFTER_FAILURE =
  'The sender was answered with an error: it sends the form again, or you send it from there.';

/** Takes the lead out of what a form service sent (`take_form`), and says what to answer. */
export const takeForm: Operation = {
  name: 'Take Form',
  action: 'Take a form',
  description: 'Store the lead that a web form tells of, whatever service sent it, and say what to answer',
  // the secret first: n8n shows credentials before the field that they depend on
  fields: [
    {
      displayName: 'Check Secret',
      name: 'checkSecret',
      type: 'boolean',
      default: true,
      description:
        "Whether to take only forms from a Webhook node whose sender knows the credential's secret: the header holds it, or the HMAC-SHA256 of the body, for which the Webhook node needs its option Raw Body",
    },
    jsonField({
      displayName: 'Payload',
      name: 'payload',
      default: '={{ $json.body }}',
      required: true,
      description:
        'What the form service sent. Names, email, phone, company and place become lead fields, all other answers attributes, and the form a touch: one that comes again changes nothing.',
      placeholder: 'e.g. {{ $json.body }}',
    }),
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: 'form',
      required: true,
      placeholder: 'e.g. form',
      description: 'Where the leads come from. Give each site a source of its own where they number their forms alike.',
    },
    {
      displayName: 'Honeypot Field',
      name: 'honeypot',
      type: 'string',
      default: '_gotcha',
      placeholder: 'e.g. _gotcha',
      description:
        'A field that people do not see: a form that fills it in is answered as taken, and is not. Empty for none.',
    },
    countField({
      displayName: 'Forms per Minute',
      name: 'perMinute',
      standard: 60,
      most: 10_000,
      description: 'How many new forms of this source are taken within a minute; more are to come again later',
    }),
  ],
  afterFailure: AFTER_FAILURE,
  execute: eachItem(taken),
};
