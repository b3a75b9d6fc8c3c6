import type { ReactNode } from 'react';

interface GalleryProps<Item extends string, Column extends string> {
  readonly items: readonly Item[];
  readonly columns: readonly Column[];
  readonly children: (item: Item, column: Column) => ReactNode;
}

/** Each item in each form, with its name. */
export function Gallery<Item extends string, Column extends string>({
  items,
  columns,
  children,
}: GalleryProps<Item, Column>) {
  return (
    <table className="story-table">
      <thead>
        <tr>
          <th scope="col">value</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item}>
            <th scope="row">{item}</th>
            {columns.map((column) => (
              <td key={column}>{children(item, column)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
