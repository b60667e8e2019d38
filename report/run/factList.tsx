import type { Fact } from './facts.ts';

export const FactList = ({ facts }: { facts: readonly Fact[] }) => (
  <dl>
    {facts.map(([name, says]) => (
      <>
        <dt>{name}</dt>
        <dd>{says}</dd>
      </>
    ))}
  </dl>
);
