/** Who calls, for the audit log: in a JSON string of ASCII characters, as headers can carry no others. */
export function actorHeader(actor: string): string {
  return JSON.stringify(actor).replace(/[^ -~]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
