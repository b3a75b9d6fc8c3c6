/** Hands text out as a file, whatever it holds: never opened, only saved. */
export function downloadText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80) || 'content'}.txt`;
  link.click();
  // The browser takes the blob when the click is handled; a task later it is safe to let go.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
