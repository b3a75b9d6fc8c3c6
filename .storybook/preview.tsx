import type { Preview } from '@storybook/react-vite';
import 'spanlight/styles.css';
import './preview.css';

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    layout: 'fullscreen',
    a11y: { test: 'error' },
    options: { storySort: { order: ['Start here', 'Theming', 'Screens', 'Parts', '*'] } },
  },
  globalTypes: {
    theme: {
      description: 'Theme of the parts',
      toolbar: { title: 'Theme', icon: 'mirror', items: ['light', 'dark'], dynamicTitle: true },
    },
    density: {
      description: 'Density of the parts',
      toolbar: { title: 'Density', icon: 'component', items: ['compact', 'regular', 'touch'], dynamicTitle: true },
    },
    role: {
      description: 'Who is looking',
      toolbar: {
        title: 'Role',
        icon: 'user',
        items: ['viewer', 'operator', 'developer', 'approver'],
        dynamicTitle: true,
      },
    },
    dir: {
      description: 'Writing direction',
      toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
  },
  initialGlobals: { theme: 'light', density: 'regular', role: 'developer', dir: 'ltr' },
  decorators: [
    (Story, context) => (
      <div
        dir={String(context.globals['dir'])}
        data-story-theme={String(context.globals['theme'])}
        data-story-view={context.viewMode}
        data-story-screen={context.title.startsWith('Screens/') ? '' : undefined}
        className="story-page"
      >
        <Story />
      </div>
    ),
  ],
};
export default preview;
