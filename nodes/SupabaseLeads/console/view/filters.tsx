import { addressOf, type Params } from '../frame/address';
import { useOnPage } from '../frame/context';

/** Other ways to see a list: links, of which one is where one is. @param label for a screen reader */
export function Filters({
  label,
  links,
}: {
  label: string;
  links: Array<{ name: string; params: Params; isHere: boolean }>;
}) {
  const { page } = useOnPage();
  return (
    <nav class="filters" aria-label={label}>
      {links.map(({ name, params, isHere }) => (
        <a href={addressOf(page, params)} aria-current={isHere ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
