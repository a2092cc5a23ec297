import test from 'ava'
import { createMemoryGitRepository } from '../../../src/git/memory-git-repository.ts'
import { gitRepositorySuite } from './git-repository-suite.ts'

gitRepositorySuite(test, async () => createMemoryGitRepository())
