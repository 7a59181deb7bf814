import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

/** Nobody guesses as many random characters by calling a webhook. */
const SHORTEST_SECRET = 16;

/** Whether a secret for web forms is long enough to be one; there is no server to ask. */
export async function testFormSecret(
  this: ICredentialTestFunctions,
  { data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
  const { length } = String(data?.secret ?? '');
  return await Promise.resolve(
    length >= SHORTEST_SECRET
      ? { status: 'OK', message: 'The secret is long enough.' }
      : {
          status: 'Error',
          message: `The secret has ${length} characters. Take a random one of at least ${SHORTEST_SECRET}.`,
        },
  );
}
