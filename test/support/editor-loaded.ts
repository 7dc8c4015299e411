// Elements are tested with editors already loaded; promises/first-paint.test.ts tests that the page loads them later.
import { loadEditor } from '../../client/editor/load.ts'

await loadEditor()
