/** Stands for the host's own session: it alone holds the token and hands it to its signed-in users. */
export const dynamic = 'force-dynamic';

export function GET() {
  return new Response(process.env['SPANLIGHT_VIEWER_TOKEN'] ?? '', { headers: { 'cache-control': 'no-store' } });
}
