import type { Kind } from '../../kind.ts'
import { Application } from './application.ts'
import { PullRequest } from './pull-request.ts'
import { Repository } from './repository.ts'
import { Rollout } from './rollout.ts'

/** Our own kinds, served beside `builtinKinds`. */
export const gitopsKinds: readonly Kind[] = [
  Repository,
  Application,
  Rollout,
  PullRequest,
] as unknown as readonly Kind[]
