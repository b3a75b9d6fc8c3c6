import type { StorybookConfig } from '@storybook/react-vite';
import { alias } from '../scripts/alias.ts';
import { cssTarget } from '../scripts/cssTarget.ts';

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-themes', '@storybook/addon-vitest'],
  core: { disableTelemetry: true, enableCrashReports: false, disableWhatsNewNotifications: true },
  // once something is marked, `highlight` reads the style of every element with every change: a live page stands still
  features: { sidebarOnboardingChecklist: false, highlight: false },
  typescript: { reactDocgen: 'react-docgen', check: false },
  viteFinal: (vite) => ({
    ...vite,
    resolve: { ...vite.resolve, alias },
    build: { ...vite.build, cssTarget: [...cssTarget], chunkSizeWarningLimit: 2000 },
  }),
};
export default config;
