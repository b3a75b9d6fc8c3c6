import * as z from 'zod/mini';

/**
 * What a viewer sees of a field.
 * `show`: the value. `label`: an operational name, shown when it is declared or harmless, else a keyed label.
 * `pseudonym`: a stable stand-in for a person or a session. `hide`: nothing. A field without a mark is hidden.
 */
export type ViewerMark = 'show' | 'label' | 'pseudonym' | 'hide';

export const viewerRegistry = z.registry<{ viewer: ViewerMark; doc: string }>();
