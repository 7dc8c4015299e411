/** The class of a commented range, in an editor and without one; the last word names the highlight of rendered text. */
export const commentClass = (isChosen: boolean): string =>
  isChosen ? 'nb-commented nb-commented-chosen' : 'nb-commented'
