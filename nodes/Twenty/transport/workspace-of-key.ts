import { asUuid } from '../../lead/uuid';

/**
 * Whose calls Twenty counts together: the host and port of its address and, where the API key says which, the workspace, as
 * all those of Twenty Cloud have one address. Twenty's keys are JWTs; whether one is valid is the server's to say.
 */
export function workspaceOf(host: string, apiKey: string): string {
  const id = workspaceIdIn(apiKey);
  return id === null ? host : `${host}/${id}`;
}

function workspaceIdIn(apiKey: string): string | null {
  try {
    const payload = Buffer.from(apiKey.split('.')[1] ?? '', 'base64url').toString();
    const { workspaceId } = JSON.parse(payload) as { workspaceId?: unknown };
    return typeof workspaceId === 'string' ? asUuid(workspaceId) : null;
  } catch {
    return null;
  }
}
