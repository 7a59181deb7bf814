import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { FormContext, useOnPage } from '../frame/context';

interface FieldProps {
  name: string;
  label: string;
  /** As it is, where nobody has typed anything else. */
  value?: string | number | null;
  hint?: string;
}

interface Shown {
  value: string;
  problem: string | undefined;
  /** For the input, so that a screen reader says what is wrong with it. */
  marks: Record<string, unknown>;
}

/** What an input shows: what was typed, with what is wrong with it, where its form was not taken. */
function useShown({ name, value }: FieldProps): Shown {
  const { typed } = useOnPage();
  const action = useContext(FormContext);
  const own = typed?.action === action ? typed : undefined;
  const problem = own?.problems[name];
  const sent = own?.form[name];
  return {
    value: own === undefined ? String(value ?? '') : typeof sent === 'string' ? sent : '',
    problem,
    marks: problem === undefined ? {} : { 'aria-invalid': 'true', 'aria-describedby': `problem-${name}` },
  };
}

/** A problem at its field. */
export function Problem({ name, children }: { name: string; children?: ComponentChildren }) {
  return children ? (
    <span class="problem small" id={`problem-${name}`}>
      {children}
    </span>
  ) : null;
}

/** What is wrong with a part of a form that has no single input. */
export function useProblem(name: string): string | undefined {
  const { typed } = useOnPage();
  return typed?.action === useContext(FormContext) ? typed?.problems[name] : undefined;
}

function Label({ field, shown, children }: { field: FieldProps; shown: Shown; children: ComponentChildren }) {
  return (
    <div class="field">
      <label>
        <span>{field.label}</span>
        {children}
      </label>
      {field.hint ? <span class="muted small">{field.hint}</span> : null}
      <Problem name={field.name}>{shown.problem}</Problem>
    </div>
  );
}

interface InputProps extends FieldProps {
  type?: 'text' | 'number' | 'time';
  min?: number | null;
  max?: number | null;
  longest?: number;
  /** Choices that may also be typed otherwise. */
  choices?: readonly string[];
  isFixed?: boolean;
}

export function Input({ type = 'text', min, max, longest = 200, choices, isFixed, ...field }: InputProps) {
  const shown = useShown(field);
  const list = choices === undefined ? undefined : `choices-${field.name}`;
  return (
    <Label field={field} shown={shown}>
      <input
        type={type}
        name={field.name}
        value={shown.value}
        min={min ?? undefined}
        max={max ?? undefined}
        step={type === 'number' ? 'any' : undefined}
        maxLength={type === 'text' ? longest : undefined}
        list={list}
        readOnly={isFixed}
        {...shown.marks}
      />
      {choices === undefined ? null : (
        <datalist id={list}>
          {choices.map((choice) => (
            <option value={choice} />
          ))}
        </datalist>
      )}
    </Label>
  );
}

/** Several lines. */
export function Area({ longest = 4000, ...field }: FieldProps & { longest?: number }) {
  const shown = useShown(field);
  return (
    <Label field={field} shown={shown}>
      <textarea name={field.name} rows={3} maxLength={longest} {...shown.marks}>
        {shown.value}
      </textarea>
    </Label>
  );
}

/** @param options each choice, and how it reads where that is another word */
export function Select({
  options,
  ...field
}: FieldProps & { options: ReadonlyArray<readonly [value: string, text?: string]> }) {
  const shown = useShown(field);
  return (
    <Label field={field} shown={shown}>
      <select name={field.name} {...shown.marks}>
        {options.map(([value, text = value]) => (
          <option value={value} selected={value === shown.value}>
            {text}
          </option>
        ))}
      </select>
    </Label>
  );
}

export function Tick({
  name,
  label,
  isOn,
  value = 'yes',
}: {
  name: string;
  label: string;
  isOn: boolean;
  value?: string;
}) {
  const { typed } = useOnPage();
  const own = typed?.action === useContext(FormContext) ? typed : undefined;
  const isTicked = own === undefined ? isOn : [own.form[name]].flat().includes(value);
  return (
    <label class="tick">
      <input type="checkbox" name={name} value={value} checked={isTicked} />
      <span>{label}</span>
    </label>
  );
}
