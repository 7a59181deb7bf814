/** Shapes of answers, as matchers for `toEqual`. */

export const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;
/** Milliseconds, always. */
export const TIME = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/) as string;
export const TEXT = expect.any(String) as string;
export const NUMBER = expect.any(Number) as number;
export const CURSOR = expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) as string;

export const NO_LINK = { primaryLinkLabel: '', primaryLinkUrl: '', secondaryLinks: [] };
export const NO_EMAILS = { primaryEmail: '', additionalEmails: [] };
export const NO_PHONES = {
  primaryPhoneNumber: '',
  primaryPhoneCountryCode: '',
  primaryPhoneCallingCode: '',
  additionalPhones: [],
};
export const NO_ADDRESS = {
  addressStreet1: '',
  addressStreet2: '',
  addressCity: '',
  addressPostcode: '',
  addressState: '',
  addressCountry: '',
  addressLat: null,
  addressLng: null,
};
export const NO_MONEY = { amountMicros: null, currencyCode: null };

export const BY_API_KEY = { source: 'API', workspaceMemberId: null, name: TEXT, context: {} };

/** What every record has; a workspace may have given it more fields. */
const COMMON = {
  id: UUID,
  createdAt: TIME,
  updatedAt: TIME,
  deletedAt: null,
  position: NUMBER,
  createdBy: BY_API_KEY,
  updatedBy: BY_API_KEY,
  searchVector: TEXT,
};

function record(fields: object): (changes?: object) => object {
  return (changes = {}) => expect.objectContaining({ ...COMMON, ...fields, ...changes }) as object;
}

export const person = record({
  name: { firstName: TEXT, lastName: TEXT },
  emails: NO_EMAILS,
  linkedinLink: NO_LINK,
  jobTitle: '',
  phones: NO_PHONES,
  avatarUrl: '',
  avatarFile: null,
  companyId: null,
});

export const company = record({
  name: TEXT,
  domainName: NO_LINK,
  address: NO_ADDRESS,
  linkedinLink: NO_LINK,
  annualRevenue: NO_MONEY,
  accountOwnerId: null,
});

export const opportunity = record({
  name: TEXT,
  amount: NO_MONEY,
  closeDate: null,
  stage: 'NEW',
  companyId: null,
  pointOfContactId: null,
  ownerId: null,
});

export const task = record({
  title: TEXT,
  bodyV2: { blocknote: null, markdown: '' },
  dueAt: null,
  status: 'TODO',
  assigneeId: null,
});

export const note = record({ title: TEXT, bodyV2: { blocknote: null, markdown: '' } });

export const taskTarget = record({
  targetCompanyId: null,
  targetOpportunityId: null,
  targetPersonId: null,
  taskId: null,
});

export const noteTarget = record({
  targetCompanyId: null,
  noteId: null,
  targetPersonId: null,
  targetOpportunityId: null,
});

export const PAGE_INFO = {
  hasNextPage: expect.any(Boolean) as boolean,
  hasPreviousPage: expect.any(Boolean) as boolean,
  startCursor: CURSOR,
  endCursor: CURSOR,
};
export const NO_PAGE = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };

/** A field of an object, as the metadata API shows it. */
export const FIELD = {
  id: UUID,
  universalIdentifier: UUID,
  applicationId: UUID,
  workspaceId: UUID,
  objectMetadataId: UUID,
  type: TEXT,
  name: TEXT,
  label: TEXT,
  isActive: expect.any(Boolean) as boolean,
  isSystem: expect.any(Boolean) as boolean,
  isNullable: expect.any(Boolean) as boolean,
  isUnique: expect.any(Boolean) as boolean,
  createdAt: TIME,
  updatedAt: TIME,
};
