import { describe, expect, it } from 'vitest';
import { faultOfNode } from '../../src/cli/faultOfNode.ts';

describe('the Node that runs a command', () => {
  it.each(['20.19.0', '20.19.1', '20.100.0', '22.0.0', '100.0.0'])('%s is new enough', (version) => {
    expect(faultOfNode(version, '>=20.19.0')).toBeUndefined();
  });

  it.each(['18.20.4', '20.9.0', '20.18.3', '9.11.2'])(
    '%s is too old, in one line that says what is needed',
    (version) => {
      expect(faultOfNode(version, '>=20.19.0')).toMatch(
        new RegExp(
          `^This is Node ${version}; Spanlight runs on Node 20\\.19\\.0 or newer\\.[^\\n]*\\[cli\\.old-node\\]$`,
        ),
      );
    },
  );
});
