/** Stands in the browser's trace where the file is dropped. */
export const dropMark = 'spanlight-drop';
