import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What forms and links need of the page that they stand on. */
interface OnPage {
  csrfToken: string;
  /** The page's name, and its address with all that it reads. */
  page: string;
  here: string;
}

export const OnPageContext = createContext<OnPage>({ csrfToken: '', page: '', here: '?' });

export const useOnPage = (): OnPage => useContext(OnPageContext);
