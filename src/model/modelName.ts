const dateSuffix = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

/** A model's name without its date: `gpt-5.4-2026-03-17` and `gpt-5.4` are one model to people and to price tables. */
export const undatedModelName = (model: string): string => model.replace(dateSuffix, '');
