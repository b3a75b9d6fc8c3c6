/**
 * What is wrong with the Node that runs this, if anything is: an older one stops in the middle, at the first thing it does not know.
 * @param asked - `engines.node` of the package, e.g. `>=20.19.0`
 */
export function faultOfNode(version: string, asked: string): string | undefined {
  const oldest = asked.replace('>=', '');
  const isOld = version.localeCompare(oldest, 'en', { numeric: true }) < 0;
  return isOld
    ? `This is Node ${version}; Spanlight runs on Node ${oldest} or newer. Nothing was started. Install a newer Node. [cli.old-node]`
    : undefined;
}
