const HIDDEN = '•••';

/** Keys and passwords as they turn up in error messages; what stands before the secret stays. */
const SECRETS: ReadonlyArray<[RegExp, string]> = [
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(\.[\w-]*)?/g, HIDDEN],
  [/\bsb_(secret|publishable)_[\w-]+/g, `sb_$1_${HIDDEN}`],
  [/\b\d{8,10}:[\w-]{30,}/g, HIDDEN],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/(:\/\/[^\s/:@]+):[^\s/@]+@/g, `$1:${HIDDEN}@`],
  [
    /\b((?:api[_-]?key|apikey|access[_-]?token|token|secret|password)["']?\s*[=:]\s*["']?)[^\s"'&,;)}\]]{4,}/gi,
    `$1${HIDDEN}`,
  ],
];

const EMAIL = /([^\s@<>()[\]",;:•])[^\s@<>()[\]",;:•]*@([\p{L}\d-]+(?:\.[\p{L}\d-]+)+)/gu;

/** Numbers in international form, and the usual national ones; dates, ids and figures look different. */
const PHONES = [
  /\+\d[\d ()./-]{5,}\d/g,
  /(?<![\w.:-])\(?0\d{1,4}\)?[ ./-]?\d{2,}[\d ./-]{3,}\d(?![\w:-])/g,
  /(?<![\w.:-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w:-])/g,
];

/** Only the last two digits of a phone number. */
const maskedPhone = (phone: string): string => `${HIDDEN}${phone.replace(/\D/g, '').slice(-2)}`;

/** Hides keys, passwords and tokens in a text. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text);
}

/** Hides secrets and personal data: of an e-mail address the first letter and the domain stay, of a phone number the last two digits. */
export function maskText(text: string): string {
  const withoutEmails = maskSecrets(text).replace(EMAIL, `$1${HIDDEN}@$2`);
  return PHONES.reduce((masked, pattern) => masked.replace(pattern, maskedPhone), withoutEmails);
}
