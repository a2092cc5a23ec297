import anyTest from 'ava'
import { kubectlSuite } from './kubectl-suite.ts'

kubectlSuite(anyTest as never, '1.27')
