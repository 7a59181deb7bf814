import type { ComponentChildren } from 'preact';
import { FormContext, useOnPage } from './context';

type Hidden = Record<string, string | number | boolean | null | undefined | ReadonlyArray<string | number>>;

/** Fields that nobody sees; what is null, empty or false is left out, true is `yes`. */
export function HiddenFields({ values }: { values: Hidden }) {
  const all = Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as Array<string | number>) : [value]).map((each) => [name, each] as const),
  );
  return (
    <>
      {all
        .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <input type="hidden" name={name} value={value === true ? 'yes' : String(value)} />
        ))}
    </>
  );
}

export interface ActionFormProps {
  /** The page's action; left out where each button names its own: `<button name="action" value="…">`. */
  action?: string;
  /** Fields of the action that are not typed in. */
  fields?: Hidden;
  /** For boxes elsewhere on the page that belong to this form. */
  id?: string;
  /** The page that has the action, where it is another one. */
  page?: string;
  class?: string;
  /** Inputs and buttons. */
  children: ComponentChildren;
}

/** Posts one of the page's actions: with the token that shows that it comes from the page, and the way back. */
export function ActionForm({ action, fields = {}, id, page, class: className, children }: ActionFormProps) {
  const on = useOnPage();
  return (
    <form class={className ?? 'buttons'} method="post" action="?" id={id}>
      <HiddenFields values={{ page: page ?? on.page, back: on.here, csrf_token: on.csrfToken, action, ...fields }} />
      <FormContext.Provider value={action}>{children}</FormContext.Provider>
    </form>
  );
}

/** A button that does one thing. `label` tells a screen reader which of many alike it is. */
export function ActionButton(
  props: Omit<ActionFormProps, 'children'> & { name: string; label?: string; main?: boolean },
) {
  const { name, label, main, ...form } = props;
  return (
    <ActionForm {...form}>
      <button class={main ? 'main' : undefined} aria-label={label}>
        {name}
      </button>
    </ActionForm>
  );
}

/** Looks for something on this page, by its address. @param keep what stays of the address as it is */
export function SearchForm({ keep = {}, children }: { keep?: Hidden; children: ComponentChildren }) {
  const { page } = useOnPage();
  return (
    <form class="search" method="get" action="?" role="search">
      <HiddenFields values={{ page, ...keep }} />
      {children}
      <button class="main">Search</button>
    </form>
  );
}
