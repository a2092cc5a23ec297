import { spawnSync } from 'node:child_process'

const RUN_MS_MAX = 8_000
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

/**
 * Git in the current folder, which is the repository. Of the inherited GIT_* only the quarantine's pass: others could
 * make it look elsewhere. `alone`: sees the quarantined objects only.
 */
export function runGit(args, quarantine, { input = '', alone = false } = {}) {
  return spawnSync('git', ['--git-dir=.', ...args], {
    env: { ...ENVIRONMENT, ...quarantineEnvironment(quarantine, alone) },
    input,
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: RUN_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
  })
}

const ENVIRONMENT = {
  PATH: process.env.PATH,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
}

function quarantineEnvironment(quarantine, alone) {
  if (quarantine === undefined) return {}
  const { objectDirectory, alternateObjectDirectories } = quarantine
  return {
    GIT_OBJECT_DIRECTORY: objectDirectory,
    ...(alone ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: alternateObjectDirectories }),
  }
}
