/**
 * Tab index of a cell. While the row itself has the tab stop its cells take no focus, so that a click focuses the row.
 * @param activeCell - the cell that the keyboard is at
 */
export const cellTabIndex = (cell: number, activeCell: number | undefined): 0 | -1 | undefined =>
  activeCell === undefined ? undefined : cell === activeCell ? 0 : -1;
