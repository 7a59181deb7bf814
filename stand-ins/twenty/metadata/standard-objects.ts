import { randomUUID } from 'node:crypto';
import {
  ACTORS,
  CREATED_AT,
  CREATED_BY,
  DELETED_AT,
  ID,
  LINK_OBJECT,
  POSITION,
  SEARCH_VECTOR,
  TIMES,
  UPDATED_AT,
  UPDATED_BY,
  manyToOne,
  oneToMany,
} from './base-fields';
import { capitalise, type FieldInput, type ObjectNames, type SelectOption } from './model';

export interface StandardObject {
  names: ObjectNames;
  isSystem: boolean;
  fields: FieldInput[];
}

function standard(nameSingular: string, namePlural: string, fields: FieldInput[], isSystem = false): StandardObject {
  const names = {
    nameSingular,
    namePlural,
    labelSingular: capitalise(nameSingular),
    labelPlural: capitalise(namePlural),
  };
  return { names, isSystem, fields };
}

function options(...values: string[]): SelectOption[] {
  return values.map((value, position) => ({
    id: randomUUID(),
    label: capitalise(value.toLowerCase()),
    value,
    color: 'sky',
    position,
  }));
}

/** Standard objects that a task, a note, an attachment or a timeline entry can point at. */
const TARGETS = ['company', 'opportunity', 'person'];

function targets(inverse: string, ...names: string[]): FieldInput[] {
  return names.map((name) => manyToOne(`target${capitalise(name)}`, name, inverse));
}

/**
 * The objects of a fresh workspace that matter to leads, each with its fields in the order in which the server shows
 * them. The system objects behind a person's relations are there so that the relations lead somewhere.
 */
export function standardObjects(): StandardObject[] {
  return [
    standard('person', 'people', [
      ...TIMES,
      { name: 'name', type: 'FULL_NAME' },
      { name: 'emails', type: 'EMAILS', isUnique: true },
      { name: 'linkedinLink', type: 'LINKS', label: 'Linkedin' },
      { name: 'jobTitle', type: 'TEXT', label: 'Job Title' },
      { name: 'phones', type: 'PHONES' },
      { name: 'avatarUrl', type: 'TEXT', label: 'Avatar', isSystem: true },
      { name: 'avatarFile', type: 'FILES', label: 'Avatar File', isSystem: true },
      POSITION,
      ...ACTORS,
      SEARCH_VECTOR,
      oneToMany('attachments', 'attachment', 'targetPerson'),
      oneToMany('messageParticipants', 'messageParticipant', 'person'),
      oneToMany('taskTargets', 'taskTarget', 'targetPerson'),
      oneToMany('calendarEventParticipants', 'calendarEventParticipant', 'person'),
      oneToMany('noteTargets', 'noteTarget', 'targetPerson'),
      oneToMany('pointOfContactForOpportunities', 'opportunity', 'pointOfContact'),
      manyToOne('company', 'company', 'people'),
      oneToMany('listMemberships', 'messageListMember', 'person'),
      oneToMany('timelineActivities', 'timelineActivity', 'targetPerson'),
    ]),
    standard('company', 'companies', [
      ...TIMES,
      { name: 'name', type: 'TEXT' },
      { name: 'domainName', type: 'LINKS', label: 'Domain Name', isUnique: true },
      { name: 'address', type: 'ADDRESS' },
      { name: 'linkedinLink', type: 'LINKS', label: 'Linkedin' },
      { name: 'annualRevenue', type: 'CURRENCY', label: 'Annual revenue' },
      POSITION,
      ...ACTORS,
      SEARCH_VECTOR,
      manyToOne('accountOwner', 'workspaceMember', 'accountOwnerForCompanies'),
      oneToMany('people', 'person', 'company'),
      oneToMany('attachments', 'attachment', 'targetCompany'),
      oneToMany('taskTargets', 'taskTarget', 'targetCompany'),
      oneToMany('noteTargets', 'noteTarget', 'targetCompany'),
      oneToMany('opportunities', 'opportunity', 'company'),
      oneToMany('timelineActivities', 'timelineActivity', 'targetCompany'),
    ]),
    standard('opportunity', 'opportunities', [
      ...TIMES,
      { name: 'name', type: 'TEXT' },
      { name: 'amount', type: 'CURRENCY' },
      { name: 'closeDate', type: 'DATE_TIME', label: 'Close date' },
      {
        name: 'stage',
        type: 'SELECT',
        options: options('NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER'),
        defaultValue: 'NEW',
      },
      POSITION,
      ...ACTORS,
      SEARCH_VECTOR,
      manyToOne('company', 'company', 'opportunities'),
      oneToMany('attachments', 'attachment', 'targetOpportunity'),
      oneToMany('noteTargets', 'noteTarget', 'targetOpportunity'),
      manyToOne('pointOfContact', 'person', 'pointOfContactForOpportunities'),
      manyToOne('owner', 'workspaceMember', 'ownedOpportunities'),
      oneToMany('taskTargets', 'taskTarget', 'targetOpportunity'),
      oneToMany('timelineActivities', 'timelineActivity', 'targetOpportunity'),
    ]),
    standard('task', 'tasks', [
      ...TIMES,
      POSITION,
      { name: 'title', type: 'TEXT' },
      { name: 'bodyV2', type: 'RICH_TEXT', label: 'Body' },
      { name: 'dueAt', type: 'DATE_TIME', label: 'Due Date' },
      { name: 'status', type: 'SELECT', options: options('TODO', 'IN_PROGRESS', 'DONE'), defaultValue: 'TODO' },
      ...ACTORS,
      SEARCH_VECTOR,
      manyToOne('assignee', 'workspaceMember', 'assignedTasks'),
      oneToMany('attachments', 'attachment', 'targetTask'),
      oneToMany('taskTargets', 'taskTarget', 'task'),
      oneToMany('timelineActivities', 'timelineActivity', 'targetTask'),
    ]),
    standard('note', 'notes', [
      ...TIMES,
      POSITION,
      { name: 'title', type: 'TEXT' },
      { name: 'bodyV2', type: 'RICH_TEXT', label: 'Body' },
      ...ACTORS,
      SEARCH_VECTOR,
      oneToMany('attachments', 'attachment', 'targetNote'),
      oneToMany('noteTargets', 'noteTarget', 'note'),
      oneToMany('timelineActivities', 'timelineActivity', 'targetNote'),
    ]),
    standard('taskTarget', 'taskTargets', [
      ...LINK_OBJECT,
      ...targets('taskTargets', ...TARGETS),
      manyToOne('task', 'task', 'taskTargets'),
    ]),
    standard('noteTarget', 'noteTargets', [
      ...LINK_OBJECT,
      ...targets('noteTargets', 'company'),
      manyToOne('note', 'note', 'noteTargets'),
      ...targets('noteTargets', 'person', 'opportunity'),
    ]),
    standard(
      'workspaceMember',
      'workspaceMembers',
      [
        ...TIMES,
        { name: 'name', type: 'FULL_NAME' },
        { name: 'userEmail', type: 'TEXT', label: 'User Email' },
        POSITION,
        ...ACTORS,
        SEARCH_VECTOR,
      ],
      true,
    ),
    standard(
      'attachment',
      'attachments',
      [...LINK_OBJECT, ...targets('attachments', ...TARGETS, 'task', 'note')],
      true,
    ),
    standard(
      'timelineActivity',
      'timelineActivities',
      [...LINK_OBJECT, ...targets('timelineActivities', ...TARGETS, 'task', 'note')],
      true,
    ),
    standard(
      'message',
      'messages',
      [
        ...LINK_OBJECT,
        { name: 'subject', type: 'TEXT' },
        { name: 'text', type: 'TEXT' },
        { name: 'receivedAt', type: 'DATE_TIME', label: 'Received At' },
        oneToMany('messageParticipants', 'messageParticipant', 'message'),
      ],
      true,
    ),
    standard(
      'messageParticipant',
      'messageParticipants',
      [
        ...LINK_OBJECT,
        { name: 'role', type: 'SELECT', options: options('FROM', 'TO', 'CC', 'BCC'), defaultValue: 'FROM' },
        { name: 'handle', type: 'TEXT' },
        manyToOne('person', 'person', 'messageParticipants'),
        manyToOne('message', 'message', 'messageParticipants'),
      ],
      true,
    ),
    standard(
      'calendarEvent',
      'calendarEvents',
      [
        ...LINK_OBJECT,
        { name: 'title', type: 'TEXT' },
        { name: 'isCanceled', type: 'BOOLEAN', label: 'Is canceled', defaultValue: false },
        { name: 'startsAt', type: 'DATE_TIME', label: 'Start Date' },
        { name: 'endsAt', type: 'DATE_TIME', label: 'End Date' },
        oneToMany('calendarEventParticipants', 'calendarEventParticipant', 'calendarEvent'),
      ],
      true,
    ),
    standard(
      'calendarEventParticipant',
      'calendarEventParticipants',
      [
        ...LINK_OBJECT,
        { name: 'handle', type: 'TEXT' },
        {
          name: 'responseStatus',
          type: 'SELECT',
          label: 'Response Status',
          options: options('NEEDS_ACTION', 'DECLINED', 'TENTATIVE', 'ACCEPTED'),
          defaultValue: 'NEEDS_ACTION',
        },
        manyToOne('person', 'person', 'calendarEventParticipants'),
        manyToOne('calendarEvent', 'calendarEvent', 'calendarEventParticipants'),
      ],
      true,
    ),
    standard(
      'messageListMember',
      'messageListMembers',
      [...LINK_OBJECT, manyToOne('person', 'person', 'listMemberships')],
      true,
    ),
  ];
}

/** Fields of a new custom object, in the server's order; its relations follow. */
export const CUSTOM_OBJECT_FIELDS: FieldInput[] = [
  { name: 'name', type: 'TEXT', label: 'Name', description: 'Name', icon: 'IconAbc' },
  ID,
  CREATED_AT,
  CREATED_BY,
  DELETED_AT,
  POSITION,
  UPDATED_AT,
  UPDATED_BY,
  SEARCH_VECTOR,
];

/** System objects that every custom object is linked with, and the field by which it sees them. */
export const CUSTOM_OBJECT_LINKS = [
  { object: 'timelineActivity', field: 'timelineActivities' },
  { object: 'attachment', field: 'attachments' },
  { object: 'noteTarget', field: 'noteTargets' },
  { object: 'taskTarget', field: 'taskTargets' },
];
