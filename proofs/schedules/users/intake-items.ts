import type { Json } from '../systems/database';
import { chosen, type EditableField } from '../systems/fields';

const given = (field: EditableField, index: number | null): Json => {
  const value = index === null ? null : chosen(field, index);
  return value ? { [field]: value } : {};
};

/** What somebody wrote in a form; `phone` is a number of theirs, mostly none. */
export function formOf(email: number, phone: number | null): Json {
  return { email: 'form@example.com', ...given('email', email), ...given('phone', phone) };
}

/** What is known of a call: a number, and sometimes a name. */
export function callOf(phone: number, name: number | null): Json {
  return { ...given('phone', phone), ...given('first_name', name) };
}
