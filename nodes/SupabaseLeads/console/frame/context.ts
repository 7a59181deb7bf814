import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What forms and links need of the page that they stand on. */
interface OnPage {
  csrfToken: string;
  /** The page's name, and its address with all that it reads. */
  page: string;
  here: string;
  /** A form that could not be taken, as it was sent. */
  typed?: Typed;
}

export interface Typed {
  action: string;
  form: Record<string, unknown>;
  /** What is wrong with its fields, a sentence each. */
  problems: Record<string, string>;
}

export const OnPageContext = createContext<OnPage>({ csrfToken: '', page: '', here: '?' });

/** The action of the form that an input stands in. */
export const FormContext = createContext<string | undefined>(undefined);

export const useOnPage = (): OnPage => useContext(OnPageContext);
