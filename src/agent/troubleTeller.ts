import type { ProcessorTrouble } from './options.ts';

/**
 * @returns says the first trouble on the console, once a processor, in words that name no secret; or hands each to the host
 */
export function createTroubleTeller(
  url: string,
  onTrouble: ((trouble: ProcessorTrouble) => void) | undefined,
): (trouble: ProcessorTrouble) => void {
  let hasTold = false;
  return (trouble) => {
    try {
      if (onTrouble) onTrouble(trouble);
      else if (!hasTold) console.warn(`spanlight: ${wordsFor(url, trouble)}`);
    } catch {
      // a host's listener or console that throws must not reach the agent
    }
    hasTold = true;
  };
}

function wordsFor(url: string, { kind, code }: ProcessorTrouble): string {
  if (kind === 'barred') {
    const cause =
      code === 'http.401' || code === 'http.403'
        ? `The relay at ${url} does not accept the ingest token (${code}).`
        : `Nothing takes events at ${url} (${code}).`;
    return `${cause} Runs go on, their events wait in a bounded queue. Set SPANLIGHT_URL and SPANLIGHT_INGEST_TOKEN to those of the relay. [agent.barred]`;
  }
  if (kind === 'refused') {
    return `The relay at ${url} refused events (${code}). They are left out, the others are kept. Check that the relay is as new as this package. [agent.refused]`;
  }
  if (kind === 'spool') {
    return `The folder for events that wait cannot be written (${code}). They wait in memory only, and are lost if this process ends before they are sent. Check SPANLIGHT_SPOOL_DIR. [agent.spool]`;
  }
  return `The relay at ${url} cannot be reached (${code}). Runs go on, their events wait in a bounded queue and are sent again. Start the relay, or set SPANLIGHT_URL. [agent.unreachable]`;
}
