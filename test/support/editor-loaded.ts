// Elements are tested with their editors at hand; that the page loads them later, promises/first-paint.test.ts shows.
import { loadEditor } from '../../client/editor/load.ts'

await loadEditor()
