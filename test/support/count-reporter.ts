import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints `N passed, N failed` as the last line, and before it which tests passed only when run again. Counts files that
 * cannot be loaded, and an empty run, as failures.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    let failed = unhandledErrors.length
    const again: string[] = []
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'failed' || state === 'pending') failed++
        if (state === 'passed' && test.diagnostic()?.flaky === true)
          again.push(`passed only when run again: ${module.relativeModuleId} > ${test.fullName}`)
      }
    }
    if (passed + failed === 0) failed = 1
    if (failed > 0) process.exitCode = 1
    // After the output of other reporters.
    process.on('exit', () => console.log([...again, `${passed} passed, ${failed} failed`].join('\n')))
  }
}
