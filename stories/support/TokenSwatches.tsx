import tokensCss from '../../src/theme/tokens.css?raw';

interface Token {
  readonly name: string;
  readonly light: string;
  readonly dark: string | undefined;
}

const declarations = (css: string) =>
  [...css.matchAll(/(--sl-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => ({ name, value }));

/** The block of a selector: up to the first closing brace at its own level, as the sheet nests nothing inside. */
function blockOf(selector: string): string {
  const start = tokensCss.indexOf(`${selector} {`);
  return tokensCss.slice(start, tokensCss.indexOf('}', start));
}

/** The tokens as the sheet has them, in its order: this page cannot say anything else than the code. */
function readTokens(): readonly Token[] {
  const dark = new Map(
    declarations(blockOf(`:where(.sl-root[data-sl-theme="dark"])`)).map(({ name, value }) => [name, value]),
  );
  return declarations(blockOf(':where(.sl-root)')).map(({ name, value }) => ({
    name,
    light: value,
    dark: dark.get(name),
  }));
}

const groups = {
  base: /^--sl-(bg|surface|text|text-3|border|accent|accent-fg|selected|link|focus)$/,
  derived: /^--sl-(surface-\d|hover|overlay|accent-soft|border-strong|ctl-border|text-2|grid|hatch)$/,
  meaning: /^--sl-(live|ok|attn|err|idle)/,
  kinds: /^--sl-k-/,
  series: /^--sl-[cq]\d$/,
  code: /^--sl-code-/,
  shape: /^--sl-(fs-|fw|s\d|gap|radius|row|ctl$|pad|lh|hit|t$|t-|pulse|font)/,
} as const;

interface TokenSwatchesProps {
  readonly group: keyof typeof groups;
}

/** A table of tokens: name, value and colour in the light and in the dark theme. */
export function TokenSwatches({ group }: TokenSwatchesProps) {
  const isColour = group !== 'shape';
  return (
    <table>
      <thead>
        <tr>
          <th>token</th>
          <th>{isColour ? 'light' : 'value'}</th>
          {isColour ? <th>dark</th> : null}
        </tr>
      </thead>
      <tbody>
        {readTokens()
          .filter(({ name }) => groups[group].test(name))
          .map(({ name, light, dark }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>
                {isColour ? <Swatch name={name} theme="light" /> : null} {light}
              </td>
              {isColour ? (
                <td>
                  <Swatch name={name} theme="dark" /> {dark ?? 'follows'}
                </td>
              ) : null}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Swatch({ name, theme }: { readonly name: string; readonly theme: 'light' | 'dark' }) {
  return (
    <span className="sl-root" data-sl-theme={theme} style={{ display: 'inline-block', verticalAlign: 'middle' }}>
      <span
        style={{
          display: 'block',
          width: 28,
          height: 18,
          borderRadius: 3,
          border: '1px solid #8889',
          background: `var(${name})`,
        }}
      />
    </span>
  );
}
