import type Docker from 'dockerode'
import type { Clock } from '../../../src/lib/clock.ts'
import type { ImageReference, RegistryCredentials } from '../runtime-driver.ts'
import { RuntimeError } from '../runtime-driver.ts'
import { engineMessage, isNotFound } from './engine.ts'

/** A pull in which nothing moves for so long is given up. */
const SILENCE_MS_MAX = 120_000
const DEFAULT_REGISTRY = 'docker.io'
/** [host[:port]/]path[:tag][@digest]. */
const IMAGE =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/

/** Makes images ready. What several pods ask for at once is pulled once. */
export class ImagePuller {
  readonly #engine: Docker
  readonly #clock: Clock
  readonly #pulls = new Map<string, Promise<void>>()

  constructor(engine: Docker, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  async ensure(
    image: string,
    policy: 'Always' | 'IfNotPresent' | 'Never',
    credentials: readonly RegistryCredentials[],
  ): Promise<ImageReference> {
    if (!IMAGE.test(image))
      throw new RuntimeError(
        'InvalidImageName',
        `couldn't parse image name ${JSON.stringify(image)}: invalid reference format`,
      )
    const present = policy === 'Always' ? undefined : await this.#find(image)
    if (present !== undefined) return present
    if (policy === 'Never')
      throw new RuntimeError(
        'ErrImageNeverPull',
        `Container image ${JSON.stringify(image)} is not present with pull policy of Never`,
      )
    await this.#pullOnce(withTag(image), credentials)
    const pulled = await this.#find(image)
    if (pulled === undefined) throw new RuntimeError('ErrImagePull', `${image} was pulled and is not there`)
    return pulled
  }

  async #find(image: string): Promise<ImageReference | undefined> {
    try {
      const { Id } = await this.#engine.getImage(image).inspect()
      return { id: Id }
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw new RuntimeError('ErrImagePull', engineMessage(error), { cause: error })
    }
  }

  #pullOnce(image: string, credentials: readonly RegistryCredentials[]): Promise<void> {
    const running = this.#pulls.get(image)
    if (running !== undefined) return running
    const pull = this.#pull(image, credentials).finally(() => this.#pulls.delete(image))
    this.#pulls.set(image, pull)
    return pull
  }

  async #pull(image: string, credentials: readonly RegistryCredentials[]): Promise<void> {
    const registry = registryOf(image)
    const login = credentials.find(each => hostOf(each.registry) === registry)
    const abort = new AbortController()
    const authconfig = login && { username: login.username, password: login.password, serveraddress: registry }
    try {
      const silence = this.#silence(abort)
      const stream = await this.#engine.pull(image, {
        abortSignal: abort.signal,
        ...(authconfig !== undefined && { authconfig }),
      })
      await new Promise<void>((resolve, reject) => {
        const onDone = (error: Error | null) => (error ? reject(error) : resolve())
        this.#engine.modem.followProgress(stream, onDone, () => silence.moved())
      }).finally(() => silence.end())
    } catch (error) {
      const why = abort.signal.aborted ? `nothing came for ${SILENCE_MS_MAX / 1000} s` : engineMessage(error)
      throw new RuntimeError('ErrImagePull', `Failed to pull image ${JSON.stringify(image)}: ${why}`, { cause: error })
    }
  }

  #silence(abort: AbortController): { moved(): void; end(): void } {
    const arm = () => this.#clock.setTimer(SILENCE_MS_MAX, () => abort.abort())
    let timer = arm()
    return {
      moved: () => {
        timer.cancel()
        timer = arm()
      },
      end: () => timer.cancel(),
    }
  }
}

/** Without one the engine would pull every tag there is. */
function withTag(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1)
  return last.includes(':') || last.includes('@') ? image : `${image}:latest`
}

function registryOf(image: string): string {
  const [first = ''] = image.split('/')
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? first : DEFAULT_REGISTRY
}

/** `https://index.docker.io/v1/` is how the default one has always been written. */
function hostOf(registry: string): string {
  const host = registry.replace(/^https?:\/\//, '').split('/')[0] ?? ''
  return host === 'index.docker.io' ? DEFAULT_REGISTRY : host
}
