/** The models by which the page shares revenue, as the database names them and people read them. */
export const MODELS = {
  first_touch: 'First touch',
  last_touch: 'Last touch',
  linear: 'Linear',
  position_based: 'Position-based',
  time_decay: 'Time decay',
} as const;

export type Model = keyof typeof MODELS;

export const DEFAULT_MODEL: Model = 'linear';

/** The model that somebody asks for; linear where it asks for none that there is. */
export const modelOf = (value: unknown): Model =>
  typeof value === 'string' && Object.hasOwn(MODELS, value) ? (value as Model) : DEFAULT_MODEL;
