import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real programs are started by these tests; the slow ones raise their own bounds.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    disableConsoleIntercept: true,
    // Two cores: end-to-end tests that drive Prosody and buildah must not crowd each other out.
    maxWorkers: 2,
  },
})
