import type {
  IAuthenticate,
  ICredentialTestRequest,
  ICredentialType,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow';
import { plainHttpNotice } from '../nodes/http/plain-http';
import { appSecretProof, appToken, type MetaCredentials } from '../nodes/MetaLeadAds/transport/address';
import { redirectRules } from './redirect-rules';

/** What only the app itself may ask: what it is subscribed to. */
const OF_APP = /\/subscriptions(\?|$)/;
/** What is asked about the token; by the app, or by the token itself where the app is not known. */
const ABOUT_TOKEN = /\/debug_token(\?|$)/;

/** The token that a call brings itself: a page's. */
function broughtBy({ headers }: IHttpRequestOptions): string | undefined {
  return /^Bearer (.+)$/.exec(String(headers?.Authorization))?.[1];
}

/** An app at Meta, and a token that may read the leads of pages. */
export class LeadSyncMetaLeadAdsApi implements ICredentialType {
  name = 'leadSyncMetaLeadAdsApi';

  displayName = 'Lead Sync Meta Lead Ads API';

  icon = { light: 'file:icons/metaLeadAds.svg', dark: 'file:icons/metaLeadAds.dark.svg' } as const;

  documentationUrl = 'https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving/';

  properties: INodeProperties[] = [
    {
      displayName: 'Access Token',
      name: 'accessToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description:
        'Of the page, or of a system user who has all the pages, without an end. Permissions: leads_retrieval, pages_manage_metadata, pages_show_list, pages_read_engagement, ads_management.',
    },
    {
      displayName: 'App ID',
      name: 'appId',
      type: 'string',
      default: '',
      description: 'From the dashboard of your app at Meta. Needed by the trigger.',
    },
    {
      displayName: 'App Secret',
      name: 'appSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'From App settings → Basic. The trigger knows by it that a delivery comes from Meta.',
    },
    {
      displayName: 'Verify Token',
      name: 'verifyToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'A secret of your own, with which Meta asks the trigger whether its address is yours',
    },
    {
      displayName: 'Graph API Version',
      name: 'version',
      type: 'string',
      default: 'v26.0',
      placeholder: 'e.g. v26.0',
      description: 'Meta turns a version off two years after it came',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'https://graph.facebook.com',
      description: 'Address of the Graph API; another one only where a gateway of yours is in between',
    },
    plainHttpNotice('baseUrl'),
  ];

  /** A function, not an expression: those can be evaluated only while n8n runs a node, and cannot sign. */
  authenticate: IAuthenticate = async (credentials, request) => {
    const { accessToken = '', appSecret = '', appId = '' } = credentials as MetaCredentials;
    const isAboutToken = ABOUT_TOKEN.test(request.url);
    const knowsApp = appId.trim() !== '' && appSecret.trim() !== '';
    const isOfApp = OF_APP.test(request.url) || (isAboutToken && knowsApp);
    const token = isOfApp ? appToken(credentials) : (broughtBy(request) ?? accessToken.trim());
    const proof =
      appSecret.trim() === '' || isOfApp ? {} : { appsecret_proof: appSecretProof(token, appSecret.trim()) };
    return await Promise.resolve({
      ...request,
      headers: { ...request.headers, Authorization: `Bearer ${token}` },
      qs: { ...request.qs, ...proof, ...(isAboutToken ? { input_token: accessToken.trim() } : {}) },
    });
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{($credentials.baseUrl.trim() || "https://graph.facebook.com").replace(/\\/+$/, "")}}',
      url: '=/{{$credentials.version.trim() || "v26.0"}}/me',
      method: 'GET',
      disableFollowRedirect: true,
      qs: { fields: 'id,name' },
    },
    rules: [
      ...redirectRules('Leave it as https://graph.facebook.com.'),
      {
        type: 'responseCode',
        properties: {
          value: 400,
          message:
            'Meta does not accept this access token, or the app secret is of another app. Copy both anew; a token of a system user does not expire.',
        },
      },
    ],
  };
}
