/** Who works here, which role each has on the relay, and whose customers each may see. Stands for the app's own database. */
export const staff = [
  { id: 'ada', name: 'Ada', roles: ['developer'], customers: ['cust-1001', 'cust-1002'] },
  { id: 'finn', name: 'Finn', roles: ['viewer'], customers: ['cust-1001'] },
];

export const customers = [
  {
    id: 'cust-1001',
    name: 'Anders Bakery',
    orders: [
      { id: 'order-5001', title: 'Two deck ovens' },
      { id: 'order-5002', title: 'Flour, 40 sacks' },
    ],
  },
  {
    id: 'cust-1002',
    name: 'Birch Books',
    orders: [{ id: 'order-6001', title: 'Shelves for the shop' }],
  },
];

/** What one person of the staff may open. */
export const customersOf = (person) => customers.filter((customer) => person.customers.includes(customer.id));
