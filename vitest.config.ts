import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.js'
import { clientConfig } from './client/vite.config.ts'
import { browserArgs } from './test/support/browser-args.ts'
import { brokenSnapshots } from './test/support/broken-snapshots.ts'
import { CountReporter } from './test/support/count-reporter.ts'

const executablePath = findChromium()

// The provider takes the browser of the machine; Playwright's own download is never used.
const browser = playwright({
  launchOptions: {
    ...(executablePath ? { executablePath } : {}),
    args: [...browserArgs],
  },
})

/** Minutes of faults, packages, attacks and access. They run with `npm run test:real`, so that `npm test` stays short. */
const longTests = [
  'every-road*',
  'epoch',
  'wire',
  'interrupted',
  'saved',
  'packages',
  'kept-packages',
  'wheels',
  'sandbox',
  'hostile-*',
  'accessible',
  'screen-reader',
  'trials',
  'folder-of-a-proxy',
  'convert',
  'presentation',
  'upgraded',
]
  .map((name) => `test/promises/${name}.test.ts`)
  .concat('test/relay/kill-writes.test.ts', 'test/relay/log/small.test.ts')

export default defineConfig({
  test: {
    // Browser tests wait more than they work: two at once on two cores.
    maxWorkers: 2,
    reporters: [process.env.CI ? 'dot' : 'default', new CountReporter()],
    projects: [
      // Files of one project share a process: loading what they test anew for each took a sixth of the time.
      {
        test: {
          name: 'shared',
          include: ['test/shared/**/*.test.ts'],
          environment: 'node',
          isolate: false,
          testTimeout: 180_000,
        },
      },
      // What of the page needs no page.
      {
        test: {
          name: 'page',
          include: ['test/client/**/*.node.test.ts'],
          environment: 'node',
          isolate: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'relay',
          include: ['test/relay/**/*.test.ts'],
          exclude: longTests,
          environment: 'node',
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...clientConfig,
        plugins: [brokenSnapshots(), ...clientConfig.plugins],
        // All that is to be bundled is known from the start: finding more of it later would reload the tests.
        optimizeDeps: {
          ...clientConfig.optimizeDeps,
          entries: ['client/**/*.ts', '!**/*.d.ts', 'test/client/**/*.ts'],
        },
        root: import.meta.dirname,
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          // They share a page, too, which each file leaves empty.
          isolate: false,
          setupFiles: ['test/support/editor-loaded.ts', 'test/support/emptied-page.ts'],
          exclude: ['test/client/**/*.node.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            provider: browser,
            instances: [{ browser: 'chromium' }],
            screenshotFailures: false,
          },
        },
      },
      {
        test: {
          name: 'promises',
          include: ['test/promises/**/*.test.ts'],
          exclude: longTests,
          environment: 'node',
          isolate: false,
          // Some do what takes a person minutes; a slow machine takes many times as long.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      // In stock Firefox and WebKit, with packages from the real index, with a real bucket, and the long tests, by
      // `npm run test:real`.
      {
        test: {
          name: 'real',
          include: ['test/real/{browsers,packages,bucket}.test.ts', ...longTests],
          environment: 'node',
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      // Beside a real JupyterLab, by `npm run test:rendering`.
      {
        test: {
          name: 'rendering',
          include: ['test/real/rendering.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
