/**
 * Puts text on the clipboard. Where the clipboard API is not there (plain http) the old command is tried.
 * @param near - an element of ours: the helper field stands beside it, so that focus stays inside a dialog
 * @returns whether it worked
 */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text, near);
  }
}

function copyByCommand(text: string, near: HTMLElement): boolean {
  const field = document.createElement('textarea');
  field.className = 'sl-vh';
  field.value = text;
  near.after(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    near.focus();
  }
}
