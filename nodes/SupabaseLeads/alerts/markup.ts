/** How a channel writes emphasis, and what of a text it would take for markup. */
export interface Markup {
  escape(text: string): string;
  /** Both take escaped text. */
  bold(escaped: string): string;
  italic(escaped: string): string;
  /** @param url of letters, digits and `+ : / . -` alone */
  link(url: string, escaped: string): string;
  /** Characters of a message at most, markup included. */
  limit: number;
}

const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Telegram's HTML mode. It takes 4,096 characters a message. */
export const TELEGRAM: Markup = {
  escape: (text) => escapeHtml(text).replace(/"/g, '&quot;'),
  bold: (escaped) => `<b>${escaped}</b>`,
  italic: (escaped) => `<i>${escaped}</i>`,
  link: (url, escaped) => `<a href="${url}">${escaped}</a>`,
  limit: 4000,
};

/** Characters that Slack's mrkdwn takes for emphasis; a zero-width space before one keeps it plain. */
const SLACK_EMPHASIS = /[*_~`]/g;

/** Slack's mrkdwn. It shows up to 4,000 characters well. */
export const SLACK: Markup = {
  escape: (text) => escapeHtml(text).replace(SLACK_EMPHASIS, '\u200b$&'),
  bold: (escaped) => `*${escaped}*`,
  italic: (escaped) => `_${escaped}_`,
  link: (url, escaped) => `<${url}|${escaped}>`,
  limit: 3900,
};

/** Plain text, e.g. for an e-mail. */
export const PLAIN: Markup = {
  escape: (text) => text,
  bold: (escaped) => escaped,
  italic: (escaped) => escaped,
  link: (url, escaped) => `${escaped} <${url}>`,
  limit: 50_000,
};
