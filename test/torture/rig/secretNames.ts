const digits = (index: number, count: number) =>
  ((index + 3) * 7_919_393_939).toString().padEnd(count, '8642097531').slice(0, count);
const letters = (index: number, count: number) =>
  Buffer.from(`${index}-${(index + 1) * 104_729}-secret-material-of-a-key`)
    .toString('base64url')
    .replace(/[-_]/g, 'Q')
    .slice(0, count)
    .padEnd(count, 'x9Kq2Lm7Rt4Wz');

/** 200 secrets as somebody pastes them into the name of an agent or a tool: keys, tokens, addresses, cards, phones. */
export const secretNames: readonly string[] = Array.from({ length: 200 }, (_unused, index) => {
  const shapes = [
    () => `sk-proj-${letters(index, 40)}`,
    () => `sk-ant-api03-${letters(index, 40)}`,
    () => `ghp_${letters(index, 36)}`,
    () => `github_pat_${letters(index, 50)}`,
    () => `xoxb-${digits(index, 12)}-${letters(index, 24)}`,
    () => `AKIA${letters(index, 16).toUpperCase()}`,
    () => `AIza${letters(index, 35)}`,
    () => `sk_live_${letters(index, 24)}`,
    () => `glpat-${letters(index, 20)}`,
    () => `npm_${letters(index, 36)}`,
    () => `hf_${letters(index, 34)}`,
    () => `eyJhbGciOiJIUzI1NiJ9.${letters(index, 20)}.${letters(index + 1, 20)}`,
    () => `jane.doe${index}@example.com`,
    () => `call ${`4111 1111 1111 ${(1000 + index).toString()}`}`,
    () => `+49 170 ${digits(index, 7)}`,
    () => `Bearer ${letters(index, 32)}`,
    () => `${letters(index, 44)}`,
    () => `token ${digits(index, 32)}`,
    () => `postgres://user:${letters(index, 16)}@db/prod`,
    () => `key ${Buffer.from(letters(index, 20)).toString('hex')}`,
  ];
  return (shapes[index % shapes.length] as () => string)();
});
