/** An answer of the Graph API: status and JSON. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

function refused(status: number, error: Record<string, unknown>): Answer {
  return { status, body: { error: { type: 'OAuthException', ...error, fbtrace_id: 'AbcdefghijK' } } };
}

/** Bodies of errors as Meta sends them (developers.facebook.com/docs/graph-api/guides/error-handling). */
export const ERRORS = {
  expired: () =>
    refused(400, {
      message: 'Error validating access token: Session has expired on Friday, 27-Nov-26 04:00:00 PST.',
      code: 190,
      error_subcode: 463,
    }),
  badToken: () => refused(400, { message: 'Invalid OAuth access token - Cannot parse access token', code: 190 }),
  /** To a user's token, where only the page's own will do. */
  noPageToken: () => refused(400, { message: '(#190) This method must be called with a Page Access Token', code: 190 }),
  needsPageToken: () =>
    refused(400, { message: '(#210) A page access token is required to request this resource.', code: 210 }),
  badProof: () => refused(400, { message: 'Invalid appsecret_proof provided in the API argument', code: 100 }),
  noAccess: () =>
    refused(403, {
      message:
        'Requires leads_retrieval permission to manage the object. If your page admin customized leads access, ask for access in Leads Access Manager.',
      code: 200,
    }),
  missing: (id: string) =>
    refused(400, {
      message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
      type: 'GraphMethodException',
      code: 100,
      error_subcode: 33,
    }),
  badEvent: (why: string) => refused(400, { message: '(#100) Invalid parameter', error_user_msg: why, code: 100 }),
  noField: (name: string) => refused(400, { message: `(#100) Tried accessing nonexisting field (${name})`, code: 100 }),
  tooManyParts: () =>
    refused(400, { message: 'Too many requests in batch message. Maximum batch size is 50', code: 1 }),
  throttled: (): Answer => ({
    ...refused(403, { message: '(#4) Application request limit reached', code: 4, is_transient: true }),
    headers: { 'x-app-usage': '{"call_count":101,"total_time":10,"total_cputime":10}' },
  }),
  broken: () => refused(500, { message: 'An unknown error has occurred.', code: 1, is_transient: true }),
  callback: () =>
    refused(400, {
      message:
        "(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden; The URL couldn't be validated.",
      code: 2200,
    }),
} as const;
