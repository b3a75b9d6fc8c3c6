import type { ReactNode } from 'react';

/** Drawings on a grid of 16, stroke 1.5, in the current colour. */
export const iconPaths = {
  // statuses: eight silhouettes that can be told apart without colour
  ok: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="m5.2 8.2 2 2 3.7-4.1" />
    </>
  ),
  error: (
    <path
      d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM8 6.9 6.3 5.2 5.2 6.3 6.9 8 5.2 9.7l1.1 1.1L8 9.1l1.7 1.7 1.1-1.1L9.1 8l1.7-1.7-1.1-1.1z"
      fill="currentColor"
      fillRule="evenodd"
      stroke="none"
    />
  ),
  warn: (
    <>
      <path d="M8 2.2 14.3 13.3H1.7z" />
      <path d="M8 6.4v3.2M8 11.4v.1" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6" opacity=".3" />
      <path d="M8 2a6 6 0 0 1 6 6" />
      <circle cx="8" cy="8" r="2" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: (
    <>
      <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="3" />
      <path d="M6.3 5.7v4.6M9.7 5.7v4.6" />
    </>
  ),
  queued: <circle cx="8" cy="8" r="6" strokeDasharray="2.5 2.2" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m3.9 12.1 8.2-8.2" />
    </>
  ),
  stale: <circle cx="8" cy="8" r="6" strokeDasharray=".1 3" strokeWidth="2" />,
  info: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 7.4v3.4M8 5.2v.1" />
    </>
  ),
  // kinds, each of one path: a row of the span tree has a drawing, and rows are many
  agent: <path d="M8 1.8 13.4 5v6L8 14.2 2.6 11V5zM9.6 8a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 1 1 3.2 0z" />,
  llm: <path d="M2.5 3.5h11V11H7.2l-2.8 2.4V11H2.5zM5.3 6.2h5.4M5.3 8.4h3.2" />,
  tool: (
    <path d="M10.2 2.3a3.6 3.6 0 0 0-3.4 4.9l-4.3 4.3a1.41 1.41 0 0 0 2 2l4.3-4.3a3.6 3.6 0 0 0 4.7-4.4l-2.1 2.1-2.3-2.3z" />
  ),
  retrieval: (
    <path d="M11.5 3.8c0 1-2 1.8-4.5 1.8s-4.5-.8-4.5-1.8S4.5 2 7 2s4.5.8 4.5 1.8zM2.5 3.8v7.4c0 1 1.9 1.8 4.2 1.8M11.5 3.8v2.7M13.5 10.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 1 1 5 0zM12.9 12.4l1.6 1.6" />
  ),
  handoff: <path d="M2 5.2h8.5M8 2.5l2.7 2.7L8 7.9M14 10.8H5.5M8 8.1l-2.7 2.7L8 13.5" />,
  guardrail: <path d="M8 1.8 13 3.6v4c0 3.2-2.1 5.4-5 6.6-2.9-1.2-5-3.4-5-6.6v-4z" />,
  human: <path d="M10.7 5a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 1 1 5.4 0zM2.8 13.8c.5-3 2.5-4.4 5.2-4.4s4.7 1.4 5.2 4.4" />,
  eval: <path d="M14 8A6 6 0 1 1 2 8a6 6 0 1 1 12 0zM10.6 8a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 1 1 5.2 0z" />,
  other: <rect x="4" y="4" width="8" height="8" rx="2" />,
  // everything else
  search: (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.2 3.2" />
    </>
  ),
  down: <path d="m4 6 4 4 4-4" />,
  right: <path d="m6 4 4 4-4 4" />,
  up: <path d="m4 10 4-4 4 4" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
    </>
  ),
  lock: (
    <>
      <rect x="3" y="7" width="10" height="6.5" rx="1.5" />
      <path d="M5 7V5a3 3 0 0 1 6 0v2" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  close: <path d="m4 4 8 8m0-8-8 8" />,
  check: <path d="m3 8.5 3.3 3.3L13 4.6" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  gap: <path d="M2 8h3.5M10.5 8H14M7 5 5.8 11M10.2 5 9 11" />,
  retry: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.3h-2.3" />,
  file: <path d="M4 1.8h5.2L12.5 5v9.2H4zM9 1.8v3.4h3.5" />,
  download: <path d="M8 2v7.5M4.8 6.6 8 9.8l3.2-3.2M2.8 11.5v2h10.4v-2" />,
  fit: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  list: <path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1" />,
  graph: (
    <>
      <rect x="2" y="5.5" width="4" height="5" rx="1" />
      <rect x="10" y="2" width="4" height="4" rx="1" />
      <rect x="10" y="10" width="4" height="4" rx="1" />
      <path d="M6 8h2V4h2M8 8v4h2" />
    </>
  ),
  help: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.2v.1" />
    </>
  ),
} satisfies Readonly<Record<string, ReactNode>>;

export type IconName = keyof typeof iconPaths;
