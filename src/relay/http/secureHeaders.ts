/** Puts the headers on that every answer has. */
export function secure(
  response: Response,
  { host, origin }: { readonly host: string | undefined; readonly origin: string | undefined },
): Response {
  const headers = new Headers(response.headers);
  // 'self' does not cover ws: in every browser; the host was checked against the allow-list before it is repeated here
  const connect = host ? `'self' ws://${host} wss://${host}` : "'self'";
  headers.set(
    'content-security-policy',
    `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${connect}; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', origin ? 'cross-origin' : 'same-origin');
  headers.set('vary', 'Origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (origin) {
    headers.set('access-control-allow-origin', origin);
    headers.set('access-control-allow-methods', 'GET, POST');
    headers.set(
      'access-control-allow-headers',
      'authorization, content-type, idempotency-key, last-event-id, spanlight-scope',
    );
    headers.set('access-control-expose-headers', 'retry-after');
    headers.set('access-control-max-age', '600');
  }
  return new Response(response.body, { status: response.status, headers });
}
