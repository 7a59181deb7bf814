import { defineCase, describeContract, recordsOf } from './support/cases';
import { TIME } from './support/shapes';
import type { JsonObject, Target } from './support/target';

async function noteOnPerson(
  target: Target,
): Promise<{ note: string; person: string; link: JsonObject & { id: string } }> {
  const [note, person] = [await target.make('notes', { title: 'Call' }), await target.person()];
  const link = await target.make('noteTargets', { noteId: note.id, targetPersonId: person.id });
  return { note: note.id, person: person.id, link };
}

const LIVE_AND_DEAD = { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] };

describeContract('activities', [
  defineCase({
    name: 'a note is not hung on a person by the older name',
    given: async (target) => ({ noteId: (await target.make('notes')).id, personId: (await target.person()).id }),
    send: (body) => ({ method: 'POST', path: '/rest/noteTargets', body }),
    refused: { message: 'Object noteTarget doesn\'t have any "personId" field.' },
  }),
  defineCase({
    name: 'tasks come with what they hang on, older names empty',
    given: async (target) => {
      const [task, person] = [await target.make('tasks', { title: 'Offer' }), await target.person()];
      await target.make('taskTargets', { taskId: task.id, targetPersonId: person.id });
      return { task: task.id, person: person.id };
    },
    send: ({ task }) => ({
      query: `query{tasks(filter:{id:{eq:"${task}"}},orderBy:{id:AscNullsFirst}){edges{node{id title status bodyV2{markdown} taskTargets{edges{node{targetPersonId personId opportunityId}}}}} totalCount}}`,
    }),
    shows: ({ task, person }) => ({
      data: {
        tasks: {
          edges: [
            {
              node: {
                id: task,
                title: 'Offer',
                status: 'TODO',
                bodyV2: { markdown: '' },
                taskTargets: { edges: [{ node: { targetPersonId: person, personId: null, opportunityId: null } }] },
              },
            },
          ],
          totalCount: 1,
        },
      },
    }),
  }),
  defineCase({
    name: 'links are found by when they changed, those in the bin included',
    given: async (target) => {
      const { link } = await noteOnPerson(target);
      await target.rest('DELETE', `noteTargets/${link.id}?soft_delete=true`);
      return link;
    },
    send: ({ id, updatedAt }) => ({
      query:
        'query($f:NoteTargetFilterInput){noteTargets(filter:$f,first:5,orderBy:{id:AscNullsFirst}){edges{node{id noteId deletedAt}}}}',
      variables: { f: { and: [{ id: { eq: id } }, { updatedAt: { gte: updatedAt } }, LIVE_AND_DEAD] } },
    }),
    shows: ({ id, noteId }) => ({ data: { noteTargets: { edges: [{ node: { id, noteId, deletedAt: TIME } }] } } }),
  }),
  defineCase({
    name: 'a link loses a person who is destroyed, without a new updatedAt',
    given: noteOnPerson,
    send: ({ person }) => ({ query: `mutation{destroyPerson(id:"${person}"){id}}` }),
    effect: async ({ answer, given: { person, link }, target }) => {
      expect(recordsOf(answer)).toEqual([{ id: person }]);
      const after = await target.read('noteTargets', link.id);
      if (after !== undefined) expect(after).toMatchObject({ targetPersonId: null, updatedAt: link.updatedAt });
    },
  }),
  defineCase({
    name: 'messages come with who wrote and who got them',
    given: async (target) => {
      const message = await target.make('messages', {
        subject: 'Meeting request',
        text: 'Hello',
        receivedAt: '2026-10-01T08:51:00.000Z',
      });
      const person = await target.person();
      const participant = { messageId: message.id, role: 'FROM', handle: 'ada@example.com', personId: person.id };
      await target.make('messageParticipants', participant);
      return { message: message.id, person: person.id };
    },
    send: ({ message }) => ({
      query: `query{messages(filter:{id:{eq:"${message}"}}){edges{node{id subject text receivedAt messageParticipants{edges{node{role handle personId}}}}}}}`,
    }),
    shows: ({ message, person }) => ({
      data: {
        messages: {
          edges: [
            {
              node: {
                id: message,
                subject: 'Meeting request',
                text: 'Hello',
                receivedAt: '2026-10-01T08:51:00.000Z',
                messageParticipants: {
                  edges: [{ node: { role: 'FROM', handle: 'ada@example.com', personId: person } }],
                },
              },
            },
          ],
        },
      },
    }),
    doubleOnly: 'the mailboxes of a real workspace bring its messages, a key does not make them',
  }),
  defineCase({
    name: 'meetings come with who is invited, members of the workspace without a person',
    given: async (target) => {
      const meeting = await target.make('calendarEvents', {
        title: 'Client presentation',
        startsAt: '2026-09-17T13:45:00.000Z',
        endsAt: '2026-09-17T14:45:00.000Z',
        isCanceled: false,
      });
      const invited = { calendarEventId: meeting.id, handle: 'me@example.com', responseStatus: 'ACCEPTED' };
      await target.make('calendarEventParticipants', invited);
      return { meeting: meeting.id };
    },
    send: ({ meeting }) => ({
      query: `query{calendarEvents(filter:{id:{eq:"${meeting}"}}){edges{node{id title startsAt endsAt isCanceled calendarEventParticipants{edges{node{handle personId responseStatus}}}}}}}`,
    }),
    shows: ({ meeting }) => ({
      data: {
        calendarEvents: {
          edges: [
            {
              node: {
                id: meeting,
                title: 'Client presentation',
                startsAt: '2026-09-17T13:45:00.000Z',
                endsAt: '2026-09-17T14:45:00.000Z',
                isCanceled: false,
                calendarEventParticipants: {
                  edges: [{ node: { handle: 'me@example.com', personId: null, responseStatus: 'ACCEPTED' } }],
                },
              },
            },
          ],
        },
      },
    }),
    doubleOnly: 'the calendars of a real workspace bring its meetings, a key does not make them',
  }),
]);
