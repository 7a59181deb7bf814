/** The models by which the page shares revenue, as the database names them and people read them. */
export const MODELS = {
  first_touch: 'First touch',
  last_touch: 'Last touch',
  linear: 'Linear',
  position_based: 'Position-based',
  time_decay: 'Time decay',
} as const;

export type Model = keyof typeof MODELS;

const DEFAULT_MODEL: Model = 'linear';

/** The model that the page's address asks for (`?model=first_touch`); linear where it asks for none that there is. */
export const modelOf = (value: unknown): Model =>
  typeof value === 'string' && Object.hasOwn(MODELS, value) ? (value as Model) : DEFAULT_MODEL;

/** The page's address with a model. */
export const addressOf = (model: Model): string => (model === DEFAULT_MODEL ? '?' : `?model=${model}`);
