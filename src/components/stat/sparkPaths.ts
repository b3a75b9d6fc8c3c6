const width = 60;
const height = 20;
const top = 2;

export interface Spark {
  /** One path a stretch without holes. */
  readonly paths: readonly string[];
  readonly last?: { readonly x: number; readonly y: number } | undefined;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Draws a line into 60 × 20, its values stretched to the full height; a flat one stands in the middle. */
export function sparkPaths(values: readonly (number | undefined)[]): Spark {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length < 2) return { paths: [] };
  const min = Math.min(...known);
  const max = Math.max(...known);
  const x = (at: number) => round((at / Math.max(1, values.length - 1)) * width);
  const y = (value: number) =>
    round(max === min ? top + height / 2 : top + height - ((value - min) / (max - min)) * height);
  const paths: string[] = [];
  let path = '';
  values.forEach((value, at) => {
    if (value === undefined || !Number.isFinite(value)) {
      if (path.includes('L')) paths.push(path);
      path = '';
      return;
    }
    path += `${path ? 'L' : 'M'}${x(at)} ${y(value)}`;
  });
  if (path.includes('L')) paths.push(path);
  const end = values.at(-1);
  return { paths, last: end === undefined ? undefined : { x: x(values.length - 1), y: y(end) } };
}
