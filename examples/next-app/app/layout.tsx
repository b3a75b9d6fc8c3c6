import type { ReactNode } from 'react';
import './host.css';

export const metadata = { title: 'Northwind Admin', icons: { icon: 'data:,' } };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header className="host-bar">
          <h1>Northwind Admin</h1>
          <button type="button" className="host-button">
            New order
          </button>
        </header>
        {children}
      </body>
    </html>
  );
}
