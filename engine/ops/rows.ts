/** What `make` makes of each row of a table, by its name. */
export function ofEachRow<Name extends string, Row, Made>(
  rows: Readonly<Record<Name, Row>>,
  make: (name: Name, row: Row) => Made,
): Record<Name, Made> {
  const made = Object.entries<Row>(rows).map(([name, row]) => [name, make(name as Name, row)]);
  return Object.fromEntries(made) as Record<Name, Made>;
}
