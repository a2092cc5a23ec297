import test from 'ava'
import { listExtraLowers } from '../../../../agents/node/process-driver/extra-lowers.ts'

const line = (point: string, type: string) => `36 35 98:0 / ${point} rw,noatime master:1 - ${type} /dev/x rw`

test('other file systems of the machine, parents first; none that hold no files, none that are hidden', t => {
  const mountInfo = [
    line('/', 'ext4'),
    line('/proc', 'proc'),
    line('/home/data', 'xfs'),
    line('/home', 'ext4'),
    line('/dev/shm', 'tmpfs'),
    line('/run', 'tmpfs'),
    line('/tmp', 'tmpfs'),
    line('/tmp/agent/secrets', 'tmpfs'),
    line('/tmp/agents', 'tmpfs'),
    line('/snap/with\\040blank', 'ext4'),
    line('/var/lib/docker/overlay2/x/merged', 'overlay'),
    '',
  ].join('\n')
  t.deepEqual(listExtraLowers(['/tmp/agent'], mountInfo), ['/home', '/home/data', '/tmp', '/tmp/agents'])
})
