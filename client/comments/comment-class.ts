export const commentClass = (isChosen: boolean): string =>
  isChosen ? 'nb-commented nb-commented-chosen' : 'nb-commented'
