/** Metadata key of a notebook that is to stay as it is, until its people take it away again. */
export const readOnlyKey = 'llm_notebook_read_only'
