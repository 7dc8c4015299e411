import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints `N passed, N failed` as the last line. Counts files that cannot be loaded, and an empty run, as failures.
 * Where `FAILED_FILES` names a file, it writes there the test files in which something failed, one per line, or nothing
 * if there was a failure outside of them.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    let failed = unhandledErrors.length
    const failedFiles: string[] = []
    for (const module of modules) {
      const before = failed
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'failed' || state === 'pending') failed++
      }
      if (failed > before) failedFiles.push(module.relativeModuleId)
    }
    if (passed + failed === 0) failed = 1
    if (failed > 0) process.exitCode = 1
    const list = process.env['FAILED_FILES']
    if (list !== undefined && unhandledErrors.length === 0) writeFileSync(list, failedFiles.join('\n'))
    // After the output of other reporters.
    process.on('exit', () => console.log(`${passed} passed, ${failed} failed`))
  }
}
