import { useOnPage } from '../frame/context';
import { addressOf, type Params } from '../frame/address';

/** Leads to the next page of a list by its cursor, and back to the first. @param params of the address besides the cursor */
export function Paging({ params, after, next }: { params: Params; after: string | null; next: string | null }) {
  const { page } = useOnPage();
  if (after === null && next === null) return null;
  return (
    <nav class="paging" aria-label="More of this list">
      {after === null ? null : <a href={addressOf(page, params)}>To the beginning</a>}
      {next === null ? null : <a href={addressOf(page, { ...params, after: next })}>Next</a>}
    </nav>
  );
}
