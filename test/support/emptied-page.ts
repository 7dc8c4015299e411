// Files of the client's tests share a page: each begins with an empty one.
import { afterAll } from 'vitest'

afterAll(() => {
  document.body.replaceChildren()
  localStorage.clear()
  sessionStorage.clear()
})
