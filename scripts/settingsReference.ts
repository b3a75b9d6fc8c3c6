import { settingTable } from '../src/relay/settings/settingsSchema.ts';

/** The reference page of the relay's settings, from the table that the relay reads them with. */
export function writeSettingsReference(): string {
  const rows = Object.entries(settingTable).map(([name, setting]) => {
    const example = 'isSecret' in setting ? setting.example : `\`${setting.example}\``;
    return `| \`${name}\` | ${setting.doc.replaceAll('|', '\\|')} | ${example} |`;
  });
  return `# Settings of the relay

Written by \`npm run generate\` from \`src/relay/settings/settingsSchema.ts\`: do not edit.

Every setting is an environment variable; \`createRelay\` takes the same by name. An empty variable counts as unset.
A wrong value stops the start with a text that names the variable, what is wrong with it and an example; a secret is never repeated.

| variable | what | example |
| --- | --- | --- |
${rows.join('\n')}
`;
}
