import {
  ICredentialsHelper,
  type ICredentialDataDecryptedObject,
  type ICredentials,
  type IHttpRequestOptions,
  type INodeCredentialsDetails,
} from 'n8n-workflow';
import { OWN_CREDENTIALS } from '../../tools/workflows/own-nodes';
import { resolveAll } from '../setup/execute-functions';

/** Credentials by type, in clear. */
export type CredentialData = Record<string, ICredentialDataDecryptedObject>;

/** Hands out credentials by their type alone: workflows name one of each. */
export class InProcessCredentials extends ICredentialsHelper {
  /** @param beforeRequest sees the address and the body of each request that is about to be made */
  constructor(
    private readonly data: CredentialData,
    private readonly beforeRequest: (request: string) => Promise<void> = async () => {},
  ) {
    super();
  }

  getParentTypes(): string[] {
    return [];
  }

  isCredentialUsableByNode(): boolean {
    return true;
  }

  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    typeName: string,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    await this.beforeRequest(`${request.url} ${String(request.body ?? '')}`);
    const authenticate = OWN_CREDENTIALS.get(typeName)?.authenticate;
    if (!authenticate) return request;
    if (typeof authenticate === 'function') return await authenticate(credentials, request);
    return {
      ...request,
      headers: { ...request.headers, ...resolveAll(authenticate.properties.headers ?? {}, credentials) },
    };
  }

  async preAuthentication(): Promise<undefined> {
    return await Promise.resolve(undefined);
  }

  async runPreAuthentication(): Promise<undefined> {
    return await Promise.resolve(undefined);
  }

  async getCredentials(_details: INodeCredentialsDetails, type: string): Promise<ICredentials> {
    return await Promise.reject(new Error(`Credentials are only read decrypted, not ${type} as stored`));
  }

  async getDecrypted(
    _additionalData: unknown,
    _details: INodeCredentialsDetails,
    type: string,
  ): Promise<ICredentialDataDecryptedObject> {
    const data = this.data[type];
    if (data === undefined) throw new Error(`The test sets no credential ${type}`);
    return await Promise.resolve({ ...data });
  }

  async updateCredentials(): Promise<void> {}

  async updateCredentialsOauthTokenData(): Promise<void> {}

  getCredentialsProperties(): [] {
    return [];
  }
}
