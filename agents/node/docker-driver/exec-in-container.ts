import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import type { Clock } from '../../../src/lib/clock.ts'
import type { ExecLimits, ExecResult } from '../runtime-driver.ts'

/** Runs a command inside. One that takes too long is left to itself: the engine cannot end it. */
export async function execInContainer(
  engine: Docker,
  clock: Clock,
  id: string,
  command: readonly string[],
  { timeoutMs, outputBytesMax }: ExecLimits,
): Promise<ExecResult> {
  const exec = await engine.getContainer(id).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({ hijack: true, stdin: false })
  const [stdout, stderr] = [new CappedOutput(outputBytesMax), new CappedOutput(outputBytesMax)]
  engine.modem.demuxStream(stream, stdout.stream, stderr.stream)
  const isInTime = await new Promise<boolean>((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => resolve(false))
    const done = () => {
      timer.cancel()
      resolve(true)
    }
    stream.on('end', done).on('close', done).on('error', reject)
  })
  if (!isInTime) stream.destroy()
  const exitCode = isInTime ? ((await exec.inspect()).ExitCode ?? undefined) : undefined
  return { exitCode, stdout: stdout.bytes(), stderr: stderr.bytes() }
}

/** Keeps the beginning and lets the rest pass. */
class CappedOutput {
  readonly stream = new PassThrough()
  readonly #chunks: Buffer[] = []

  constructor(bytesMax: number) {
    let left = bytesMax
    this.stream.on('data', (chunk: Buffer) => {
      if (left > 0) this.#chunks.push(chunk.subarray(0, left))
      left -= chunk.length
    })
  }

  bytes(): Uint8Array {
    // What was written last may not have been read yet.
    for (let chunk = this.stream.read() as Buffer | null; chunk !== null; chunk = this.stream.read() as Buffer | null)
      this.#chunks.push(chunk)
    return Buffer.concat(this.#chunks)
  }
}
