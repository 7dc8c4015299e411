/** Metadata key that makes a notebook read-only until it is removed. */
export const readOnlyKey = 'llm_notebook_read_only'
