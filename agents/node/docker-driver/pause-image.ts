import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { RuntimeError } from '../runtime-driver.ts'
import { isNotFound } from './engine.ts'

/** The image of the process that holds a pod's namespaces; no registry has it. */
export const PAUSE_IMAGE = 'pintle/pause:1'

/** `pause.c`, compiled, by the engine's name of the architecture. */
const PAUSE: Readonly<Record<string, string>> = {
  amd64: [
    'f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAAsABAAAAAAABAAAAAAAAAAFABAAAAAAAAAAAAAEAAOAACAEAAAwACAAEAAAAFAAAAsAAA',
    'AAAAAACwAEAAAAAAALAAQAAAAAAAjQAAAAAAAACNAAAAAAAAAAEAAAAAAAAAUeV0ZAYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAABBVTHSQboIAAAAuA4AAABBVEiJ11VTSMdEJPj/////TI1EJPhMicYPBbuAAAAAMfa9',
    'PQAAAEmDzP9BuecAAABBvQEAAABBuggAAABIidhMicdIifIPBUiD+BF1FUUx0kiJ6EyJ50yJ6g8FSIXAf+3r1EiD+A90BkiD+AJ1',
    'yEUx0kyJyEiJ90iJ8g8F67gALnNoc3RydGFiAC50ZXh0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAsAAAABAAAABgAAAAAAAACwAEAAAAAAALAAAAAAAAAAjQAAAAAAAAAAAAAAAAAAAAEA',
    'AAAAAAAAAAAAAAAAAAABAAAAAwAAAAAAAAAAAAAAAAAAAAAAAAA9AQAAAAAAABEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAA',
    'AAAA',
  ].join(''),
  arm64: [
    'f0VMRgIBAQAAAAAAAAAAAAIAtwABAAAAsABAAAAAAABAAAAAAAAAAIABAAAAAAAAAAAAAEAAOAACAEAABAADAAEAAAAFAAAAsAAA',
    'AAAAAACwAEAAAAAAALAAQAAAAAAAsAAAAAAAAACwAAAAAAAAAAgAAAAAAAAAUeV0ZAYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAD/QwDRAACAkuQjAJHoEIDS4QMEqgIAgNIDAYDS4AcA+QAAgNIBAADU4AMEqigRgNIB',
    'AIDSAgCA0gMBgNIBAADUH0QA8UEBAFSIIIDSAACAkgEAgNIiAIDSAwCA0gEAANQfAADxLP//VPD//xcfPADxBBhC+qH9/1TIC4DS',
    'AACA0gMAgNLo//8XEAAAAAAAAAABelIABHgeARsMHwAQAAAAGAAAAFz///+IAAAAAEEOEAAuc2hzdHJ0YWIALnRleHQALmVoX2Zy',
    'YW1lAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAsA',
    'AAABAAAABgAAAAAAAACwAEAAAAAAALAAAAAAAAAAiAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAARAAAAAQAAAAIAAAAA',
    'AAAAOAFAAAAAAAA4AQAAAAAAACgAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAAAQAAAAMAAAAAAAAAAAAAAAAAAAAAAAAA',
    'YAEAAAAAAAAbAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAA==',
  ].join(''),
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' }

/** Gives the engine the image if it has none. Throws RuntimeError on an architecture we have no bytes for. */
export async function ensurePauseImage(engine: Docker): Promise<void> {
  try {
    await engine.getImage(PAUSE_IMAGE).inspect()
    return
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  const { Architecture } = (await engine.info()) as { Architecture: string }
  const bytes = PAUSE[ARCHITECTURES[Architecture] ?? Architecture]
  if (bytes === undefined) {
    const known = Object.keys(PAUSE).join(' and ')
    throw new RuntimeError('RuntimeNotReady', `the docker runtime knows ${known}, and this engine is ${Architecture}`)
  }
  const [repo, tag] = PAUSE_IMAGE.split(':')
  const stream = await engine.importImage(Readable.from([tarOf('pause', Buffer.from(bytes, 'base64'))]), {
    repo,
    tag,
    changes: 'ENTRYPOINT ["/pause"]',
  })
  await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume())
}

const BLOCK = 512

/** An archive with one executable file. */
export function tarOf(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  header.write(name, 0)
  header.write(octal(0o755, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(content.length, 12), 124)
  header.write(octal(0, 12), 136)
  header.write('        0', 148)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)])
}
