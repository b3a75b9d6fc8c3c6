/** Hands bytes out as a file, whatever they are: never opened, only saved. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-120);
  link.click();
  // The browser takes the blob when the click is handled; a minute later it is safe to let go.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
