import { codedError } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';

function isLink(url: string): boolean {
  if (/\s/.test(url)) return false;
  const candidate = /^[a-z][a-z\d+.-]*:/i.test(url) ? url : `https://${url}`;
  return URL.canParse(candidate) && new URL(candidate).hostname.includes('.');
}

/** Lower-cases the host and drops a trailing slash; a bare host without a scheme stays as it is. */
export function normaliseUrl(url: string): string {
  if (!isLink(url)) throw codedError('The URL of the link is not valid', 'INVALID_URL');
  if (!URL.canParse(url)) return url;
  const { origin, pathname, search, hash } = new URL(url);
  return `${origin.toLowerCase()}${pathname}${search}${hash}`.replace(/\/$/, '');
}

function secondary(value: Json | undefined): JsonObject[] {
  const items = typeof value === 'string' && value !== '' ? (JSON.parse(value) as Json) : value;
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

/** A record's links as the input sets them: whatever the input leaves out is erased, and the first link that has a URL is the primary one. */
export function linkParts(input: JsonObject): JsonObject {
  const links = [{ url: input.primaryLinkUrl, label: input.primaryLinkLabel }, ...secondary(input.secondaryLinks)]
    .filter((link) => typeof link.url === 'string' && link.url !== '')
    .map((link) => ({ label: link.label ?? '', url: normaliseUrl(String(link.url)) }));
  return {
    primaryLinkLabel: links[0]?.label ?? '',
    primaryLinkUrl: links[0]?.url ?? '',
    secondaryLinks: links.slice(1),
  };
}
