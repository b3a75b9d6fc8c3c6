/**
 * Marks an element for the root's one tooltip, on hover and on keyboard focus.
 * @param text - what it says; without it the element's own text, and only while that is cut off
 */
export const tip = (text?: string | false): { 'data-sl-tip'?: string } =>
  text === false ? {} : { 'data-sl-tip': text ?? '' };
