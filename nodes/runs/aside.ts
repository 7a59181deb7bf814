/** Work that goes on beside other work: should it fail before anybody waits for it, that is nobody's until then. */
export function aside<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
