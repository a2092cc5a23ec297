import { join } from 'node:path'
import { PACKAGE_ROOT } from '../package-root.ts'
import { buildPackage } from './build-package.ts'

/** `npm run build`, also before `npm pack`: writes `dist/`. */
buildPackage(join(PACKAGE_ROOT, 'dist'))
