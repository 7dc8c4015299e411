// Finds the S3 server for `npm run test:real`, VersityGW, or builds it from the Go module proxy. If that fails, it prints a
// line and the tests are skipped.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const version = '1.8.0'
const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const folder = join(caches, 'llm-notebook', `versitygw-${version}`)
const program = join(folder, 'versitygw')

/** The program, or undefined. */
export const findS3Server = () => (existsSync(program) ? program : undefined)

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href && !findS3Server()) {
  process.stderr.write(`Building VersityGW ${version} into ${folder}…\n`)
  spawnSync('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GOBIN: folder },
  })
  if (!findS3Server())
    process.stderr.write(
      'Skipped: notebooks in a bucket, because VersityGW could not be built (it takes Go).\n',
    )
}
