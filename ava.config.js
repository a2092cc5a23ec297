/** Node strips the types itself: tests run as they stand, with no build. */
export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts'],
  timeout: '120s',
}
