import { commonMessages } from './common.ts';
import { connectionMessages } from './connection.ts';
import { costMessages } from './cost.ts';
import { dashboardMessages } from './dashboard.ts';
import { fileMessages } from './file.ts';
import { historyMessages } from './history.ts';
import { inspectorMessages } from './inspector.ts';
import { permissionMessages } from './permission.ts';
import { runListMessages } from './runList.ts';
import { spanTreeMessages } from './spanTree.ts';
import { statMessages } from './stat.ts';
import { workflowMessages } from './workflow.ts';

/** Every word the parts show, in English. A host overrides any of it through the provider's `messages`. */
export const defaultMessages = {
  common: commonMessages,
  connection: connectionMessages,
  cost: costMessages,
  dashboard: dashboardMessages,
  file: fileMessages,
  history: historyMessages,
  inspector: inspectorMessages,
  permission: permissionMessages,
  runList: runListMessages,
  spanTree: spanTreeMessages,
  stat: statMessages,
  workflow: workflowMessages,
};

export type Messages = typeof defaultMessages;
/** A word, a sentence with holes, or some of a table of words. */
type Override<Word> = Word extends string ? string : Word extends (...args: never[]) => unknown ? Word : Partial<Word>;
/** What a host may give: any part of {@link Messages}. */
export type MessageOverrides = {
  readonly [Area in keyof Messages]?: { readonly [Word in keyof Messages[Area]]?: Override<Messages[Area][Word]> };
};
