import { readEvent } from '../../../../nodes/Twenty/trigger/event';
import { recorded } from './recorded';

const NOW = '2026-11-21T08:00:00.000Z';
const USER = '20202020-9e3b-46d4-a556-88b9ddc2b034';
const MEMBER = '20202020-0687-4c41-b707-ed1bfca972a7';

const body = (what: string) => JSON.parse(recorded(what).rawBody) as Record<string, unknown> & { record: object };

/** What Twenty sends when a person at the screen does something. */
const byUser = (what: string, updatedBy: object) => {
  const { record, ...rest } = body(what);
  return { ...rest, userId: USER, workspaceMemberId: MEMBER, record: { ...record, updatedBy } };
};

describe('an event', () => {
  it('tells what happened to which record', () => {
    const sent = body('updated');

    expect(readEvent(sent, NOW)).toEqual({
      event: 'person.updated',
      object: 'person',
      action: 'updated',
      record_id: (sent.record as { id: string }).id,
      changed_fields: ['jobTitle', 'phones'],
      actor: { type: 'key', user_id: null, workspace_member_id: null, name: 'contract-key', source: 'API' },
      occurred_at: sent.eventDate,
      received_at: NOW,
      webhook_id: sent.webhookId,
      workspace_id: sent.workspaceId,
      record: sent.record,
    });
  });

  it.each([
    { what: 'created', action: 'created', changed_fields: [] },
    { what: 'deleted', action: 'deleted', changed_fields: ['deletedAt'] },
    { what: 'restored', action: 'restored', changed_fields: ['deletedAt'] },
    { what: 'destroyed', action: 'destroyed', changed_fields: [] },
    { what: 'upserted out of the bin', action: 'updated', changed_fields: ['deletedAt', 'jobTitle'] },
  ])('of a record $what is $action', ({ what, ...expected }) => {
    expect(readEvent(body(what), NOW)).toMatchObject(expected);
  });

  it('names the user who made a change', () => {
    const updatedBy = { source: 'MANUAL', workspaceMemberId: MEMBER, name: 'Tim Apple', context: {} };

    expect(readEvent(byUser('updated', updatedBy), NOW)?.actor).toEqual({
      type: 'user',
      user_id: USER,
      workspace_member_id: MEMBER,
      name: 'Tim Apple',
      source: 'MANUAL',
    });
  });

  it.each(['deleted', 'restored', 'destroyed'])('does not take the last to change fields for who %s it', (what) => {
    const updatedBy = { source: 'API', workspaceMemberId: null, name: 'contract-key', context: {} };

    expect(readEvent(byUser(what, updatedBy), NOW)?.actor).toMatchObject({ type: 'user', name: null, source: null });
  });

  it('does not name somebody who changed the record in the meantime', () => {
    const updatedBy = { source: 'MANUAL', workspaceMemberId: 'somebody-else', name: 'Jane', context: {} };

    expect(readEvent(byUser('updated', updatedBy), NOW)?.actor).toMatchObject({ user_id: USER, name: null });
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a text', 'person.updated'],
    ['nothing', {}],
    ['an unknown action', { eventName: 'person.exploded', record: { id: '1' } }],
    ['no action', { eventName: 'person', record: { id: '1' } }],
    ['no record', { eventName: 'person.updated' }],
    ['a record without an id', { eventName: 'person.updated', record: {} }],
    ['an id that is no text', { eventName: 'person.updated', record: { id: 7 } }],
  ])('is not read from %s', (_what, sent) => {
    expect(readEvent(sent, NOW)).toBeNull();
  });
});
