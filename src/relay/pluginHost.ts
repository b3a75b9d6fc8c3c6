import type { RelayPlugin } from './RelayPlugin.ts';
import { codeOf, type RelayLogger } from './relayLog.ts';

type TellHook = 'onEvents' | 'onReaderOpen' | 'onReaderClose';
type WaitHook = 'onStart' | 'onClose';
type ContextOf<Hook extends keyof RelayPlugin> = Parameters<Extract<RelayPlugin[Hook], (...args: never) => unknown>>[0];

/** Calls the hooks of all plugins, in order; one that throws is logged and stops nothing. */
export interface PluginHost {
  tell<Hook extends TellHook>(hook: Hook, context: ContextOf<Hook>): void;
  tellAndWait<Hook extends WaitHook>(hook: Hook, context: ContextOf<Hook>): Promise<void>;
}

/** Longest wait for one plugin, ms. */
const WAIT_MS = 5000;

export function createPluginHost(plugins: readonly RelayPlugin[], report: RelayLogger): PluginHost {
  const failed = (plugin: RelayPlugin, hook: string, cause: unknown) =>
    report('error', 'plugin.failed', { plugin: plugin.name, hook, cause: codeOf(cause) });
  return {
    tell(hook, context) {
      for (const plugin of plugins) {
        try {
          (plugin[hook] as ((given: typeof context) => void) | undefined)?.call(plugin, context);
        } catch (cause) {
          failed(plugin, hook, cause);
        }
      }
    },
    async tellAndWait(hook, context) {
      for (const plugin of plugins) {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(new DOMException('late', 'TimeoutError')), WAIT_MS);
        });
        try {
          const work = (plugin[hook] as ((given: typeof context) => unknown) | undefined)?.call(plugin, context);
          await Promise.race([work, late]);
        } catch (cause) {
          failed(plugin, hook, cause);
        } finally {
          clearTimeout(timer);
        }
      }
    },
  };
}
